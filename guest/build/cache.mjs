// Where the guest's artefacts live: a cache outside git, keyed by a hash of the recipe, filled
// atomically (a folder appears under its final name only when it is complete) and under a lock.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder `guest/` of this checkout. */
export const GUEST_FOLDER = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** The root of the cache: `$GPUVISOR_CACHE`, else `$XDG_CACHE_HOME/gpuvisor`, else `~/.cache/gpuvisor`. */
export function cacheRoot(env = process.env) {
  if (env.GPUVISOR_CACHE) return resolve(env.GPUVISOR_CACHE);
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gpuvisor');
}

/** The guest's part of the cache; holds `<key>/` for each recipe built, `steps/`, `logs/` and `work/`. */
export function guestCache(env = process.env) {
  return join(cacheRoot(env), 'guest');
}

function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

/**
 * A key of 16 hexadecimal digits over files and folders of `guest/` (names, modes' execute bit, contents) and texts
 * (versions, keys of earlier steps).
 */
export function keyOf(paths, texts = []) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesUnder(join(GUEST_FOLDER, path))) {
      const executable = statSync(file).mode & 0o100 ? 'x' : '-';
      hash
        .update(`${relative(GUEST_FOLDER, file)}\0${executable}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  for (const text of texts) hash.update(`${text}\0`);
  return hash.digest('hex').slice(0, 16);
}

/** SHA-256 of a file, in hexadecimal. */
export function sha256File(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/**
 * Fills the folder `target` by `fill(temporaryFolder)`, unless it is there already. The folder takes its name only
 * after `fill` has returned, so a killed build leaves nothing half-made under it. Resolves to true when it was filled now.
 */
export async function fillOnce(target, fill) {
  if (existsSync(target)) return false;
  const temporary = `${target}.tmp-${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    await fill(temporary);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return true;
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Takes the cache's lock, waiting while another live build holds it (`onWait(pid)` is called once). Returns a function
 * that gives it back. A lock whose process is gone is taken over.
 */
export async function takeLock(folder, onWait = () => {}) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'lock');
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    let holder = Number.NaN;
    let age = 0;
    try {
      holder = Number.parseInt(readFileSync(path, 'utf8'), 10);
      age = Date.now() - statSync(path).mtimeMs;
    } catch {
      continue; // given back between the two calls
    }
    // An empty file is one that is being written; one that stays empty was left by a process that died then.
    if (Number.isNaN(holder) ? age > 2000 : !alive(holder)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await new Promise((done) => setTimeout(done, 300));
  }
}

/** Removes what killed builds left: temporary folders and unpacked sources. Call it holding the lock. */
export function sweep(folder) {
  rmSync(join(folder, 'work'), { recursive: true, force: true });
  for (const parent of [folder, join(folder, 'steps')]) {
    if (!existsSync(parent)) continue;
    for (const name of readdirSync(parent)) {
      if (name.includes('.tmp-')) rmSync(join(parent, name), { recursive: true, force: true });
    }
  }
}
