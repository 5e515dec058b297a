// Builds the real guest: Linux, BusyBox, a disk, OpenSBI, into a cache outside git. `npm run guest`.
// See guest/README.md for what is built from what.

import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillOnce, guestCache, sha256File, sweep, takeLock } from './build/cache.mjs';
import { CommandLog, GuestBuildError, endCommands } from './build/command.mjs';
import { buildOpensbi } from './build/firmware.mjs';
import { buildDisk, buildInitramfs } from './build/images.mjs';
import { buildKernel } from './build/kernel.mjs';
import { learnGlyphs, packCartridges, saveLogin } from './build/packing.mjs';
import { Progress } from './build/progress.mjs';
import { ARTEFACTS, guestFolder, guestKey, packedFolders, stepKeys } from './build/recipe.mjs';
import { VERSIONS, fetchSources, packageVersion, sourcePackages } from './build/sources.mjs';
import { buildBusybox, buildDemos, buildLibc } from './build/userland.mjs';

const HELP = `npm run guest [-- options]: build the guest (about four minutes once, nothing the next time; seconds after a change in src/)

  --print-dir   print the folder of the artefacts, build nothing
  --force       build every step again
  --clean       remove what other recipes left in the cache
  --help        this text

The cache is $GPUVISOR_CACHE, else $XDG_CACHE_HOME/gpuvisor, else ~/.cache/gpuvisor.
`;

// Each step: what a person reads, and what fills its folder. `folders` has the folders of the steps before it.
const STEPS = [
  ['sources', 'fetch musl, BusyBox and OpenSBI', (output, { commands }) => fetchSources(output, commands)],
  ['kernel', `Linux ${VERSIONS.linux} for RV32IMA`, (output, { work, commands }) => buildKernel(output, { work, commands })],
  [
    'libc',
    `musl ${VERSIONS.musl}`,
    (output, context) => buildLibc(output, { ...context, packages: sourcePackages(context.folders.sources) }),
  ],
  [
    'busybox',
    `BusyBox ${VERSIONS.busybox}`,
    (output, context) =>
      buildBusybox(output, { ...context, packages: sourcePackages(context.folders.sources), libc: context.folders.libc }),
  ],
  ['demos', 'demo programs', (output, context) => buildDemos(output, { ...context, libc: context.folders.libc })],
  ['initramfs', 'initramfs', async (output, { folders }) => buildInitramfs(output, folders)],
  ['disk', 'ext4 disk', (output, context) => buildDisk(output, context)],
  [
    'firmware',
    `OpenSBI ${VERSIONS.opensbi}`,
    (output, context) => buildOpensbi(output, { ...context, packages: sourcePackages(context.folders.sources) }),
  ],
  ['glyphs', 'font of the console, from the running guest', learnGlyphs],
  ['cartridges', 'cartridges', packCartridges],
  ['login', 'snapshot at the prompt', saveLogin],
];
const PACKING = ['glyphs', 'cartridges', 'login'];
/** Each change of src/ packs the guest anew: of such folders, this many stay. */
const KEPT = 6;

function debianVersion(name) {
  try {
    return execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return 'unknown';
  }
}

// Lays the artefacts out in `output`, with the manifest last.
function assemble(output, folders) {
  const artefacts = {};
  for (const { path, step, from, what } of ARTEFACTS) {
    const target = join(output, path);
    mkdirSync(dirname(target), { recursive: true });
    linkSync(join(folders[step], from), target);
    chmodSync(target, 0o444); // whoever boots the disk writes to a copy or an overlay
    artefacts[path] = { what, size: statSync(target).size, sha256: sha256File(target) };
  }
  const packages = { 'linux-source-6.12': debianVersion('linux-source-6.12') };
  const { musl, busybox, opensbi } = sourcePackages(folders.sources);
  for (const [name, path] of Object.entries({ musl, busybox, opensbi })) packages[name] = packageVersion(path);
  for (const name of ['gcc-riscv64-linux-gnu', 'gcc-riscv64-unknown-elf']) packages[name] = debianVersion(name);
  const manifest = { key: guestKey(), versions: VERSIONS, packages, artefacts };
  writeFileSync(join(output, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Removes what earlier states of src/ packed, but for the last ones: other checkouts may use them. */
function forget(cache) {
  for (const folder of packedFolders().slice(KEPT)) rmSync(folder, { recursive: true, force: true });
  for (const step of PACKING) {
    const made = readdirSync(join(cache, 'steps'))
      .filter((name) => name.startsWith(`${step}-`))
      .map((name) => join(cache, 'steps', name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    for (const folder of made.slice(KEPT)) rmSync(folder, { recursive: true, force: true });
  }
}

function clean(cache) {
  const keep = new Set([guestKey(), 'steps', 'logs', 'lock', ...Object.entries(stepKeys()).map(([name, key]) => `${name}-${key}`)]);
  for (const folder of [cache, join(cache, 'steps')]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) if (!keep.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

async function build({ force }) {
  const cache = guestCache();
  const output = guestFolder();
  if (!force && existsSync(join(output, 'manifest.json'))) return output;

  const progress = new Progress(STEPS.length);
  const release = await takeLock(cache, (pid) => progress.note(`Another build of the guest is running (process ${pid}); waiting for it.`));
  const interrupted = () => {
    endCommands();
    sweep(cache);
    release();
    process.stderr.write('\nThe build was interrupted; the steps that were finished are kept.\n');
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, interrupted);
  try {
    if (!force && existsSync(join(output, 'manifest.json'))) return output; // the other build made it
    sweep(cache);
    for (const part of ['steps', 'logs', 'work']) mkdirSync(join(cache, part), { recursive: true });
    progress.note(`Building the guest in ${cache}`);
    const keys = stepKeys();
    const folders = {};
    for (const [name, title, fill] of STEPS) {
      const folder = join(cache, 'steps', `${name}-${keys[name]}`);
      folders[name] = folder;
      if (force) rmSync(folder, { recursive: true, force: true });
      progress.begin(title);
      // The kernel's tree is unpacked once and shared by the two steps that need it.
      const work = name === 'kernel' || name === 'libc' ? join(cache, 'work/linux') : join(cache, 'work', name);
      let outcome = 'failed';
      try {
        const filled = await fillOnce(folder, async (temporary) => {
          mkdirSync(work, { recursive: true });
          const commands = new CommandLog(title, join(cache, 'logs', `${name}.log`), (line) => progress.say(line));
          try {
            await fill(temporary, { work, commands, folders });
          } finally {
            commands.close();
          }
          if (stepKeys()[name] !== keys[name]) {
            throw new GuestBuildError(
              `The recipe of step '${title}' changed while it was built.`,
              'Run it again: npm run guest',
              'GUEST_RECIPE_CHANGED',
            );
          }
        });
        outcome = filled ? 'done' : 'unchanged';
      } finally {
        progress.end(outcome);
      }
    }
    if (force) rmSync(output, { recursive: true, force: true });
    if (guestFolder() !== output)
      throw new GuestBuildError('The recipe changed during the build.', 'Run it again: npm run guest', 'GUEST_RECIPE_CHANGED');
    await fillOnce(output, async (temporary) => assemble(temporary, folders));
    forget(cache);
    progress.note(`The guest is built, in ${Math.round(progress.elapsed)} s.`);
    return output;
  } finally {
    sweep(cache);
    release();
  }
}

/** Builds, and again when somebody edited a source meanwhile: what is done is kept, so that costs seconds. */
async function buildUnchanged(options, attempts = 3) {
  try {
    return await build(options);
  } catch (error) {
    if (error.code !== 'GUEST_RECIPE_CHANGED' || attempts <= 1) throw error;
    return buildUnchanged({ ...options, force: false }, attempts - 1);
  }
}

async function main() {
  let options;
  try {
    const flags = { help: { type: 'boolean' }, 'print-dir': { type: 'boolean' }, force: { type: 'boolean' }, clean: { type: 'boolean' } };
    options = parseArgs({ options: flags }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options['print-dir']) {
    process.stdout.write(`${guestFolder()}\n`);
    return 0;
  }
  try {
    const output = await buildUnchanged({ force: options.force });
    if (options.clean) clean(guestCache());
    process.stdout.write(`${output}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof GuestBuildError)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n${error.hint}\n`);
    return 1;
  }
}

process.exitCode = await main();
