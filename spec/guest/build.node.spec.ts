// The guest's build: cache, lock, archive, configurations; what a machine needs. The guest itself is tried by
// guest/check-qemu.mjs and by the boot tests.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guestArtifacts, guestManifest } from '../../guest/artifacts.mjs';
import { cacheRoot, fillOnce, keyOf, sweep, takeLock } from '../../guest/build/cache.mjs';
import { CpioArchive, FILE_TIME } from '../../guest/build/cpio.mjs';
import { missingAnswers } from '../../guest/build/kernel.mjs';
import { guestKey, stepKeys } from '../../guest/build/recipe.mjs';
import { mergeAnswers } from '../../guest/build/userland.mjs';
import { GROUPS, PACKAGES, packagesFor } from '../../scripts/packages.mjs';
import { installCommand } from '../../scripts/setup.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpuvisor-spec-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the cache', () => {
  it('stands where the environment says', () => {
    expect(cacheRoot({ GPUVISOR_CACHE: '/a/b' })).toBe('/a/b');
    expect(cacheRoot({ XDG_CACHE_HOME: '/x' })).toBe('/x/gpuvisor');
    expect(cacheRoot({ GPUVISOR_CACHE: '/a', XDG_CACHE_HOME: '/x' })).toBe('/a');
    expect(cacheRoot({})).toMatch(/\.cache\/gpuvisor$/);
  });

  it('names the artefacts without building them', () => {
    const artifacts = guestArtifacts({ GPUVISOR_CACHE: folder });
    expect(artifacts.built).toBe(false);
    expect(artifacts.image).toBe(join(artifacts.folder, 'Image'));
    expect(artifacts.folder.startsWith(join(folder, 'guest/'))).toBe(true);
    expect(guestManifest({ GPUVISOR_CACHE: folder })).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives what was packed last when gpuvisor itself has changed since', () => {
    const [guest, packed] = guestKey().split('-');
    const at = (name: string): string => join(folder, 'guest', name);
    for (const name of [`${guest}-0000000000000000`, `${guest}-${packed}.tmp-7`, '1111111111111111-2222222222222222'])
      mkdirSync(at(name), { recursive: true });
    const env = { GPUVISOR_CACHE: folder };
    expect(guestArtifacts(env).built).toBe(false); // none of them is complete
    writeFileSync(join(at('1111111111111111-2222222222222222'), 'manifest.json'), '{}'); // another guest
    expect(guestArtifacts(env).built).toBe(false);
    writeFileSync(join(at(`${guest}-0000000000000000`), 'manifest.json'), '{}');
    expect(guestArtifacts(env)).toMatchObject({ built: true, folder: at(`${guest}-0000000000000000`) });
    mkdirSync(at(`${guest}-${packed}`));
    writeFileSync(join(at(`${guest}-${packed}`), 'manifest.json'), '{}');
    expect(guestArtifacts(env)).toMatchObject({ built: true, folder: at(`${guest}-${packed}`) });
  });

  it('has a step for each thing that is built, with a key of its own', () => {
    const keys = Object.entries(stepKeys());
    expect(keys.map(([name]) => name)).toEqual([
      'sources',
      'kernel',
      'libc',
      'busybox',
      'demos',
      'initramfs',
      'disk',
      'firmware',
      'glyphs',
      'cartridges',
      'login',
    ]);
    expect(new Set(keys.map(([, key]) => key)).size).toBe(keys.length);
  });

  it('gives different keys to different files and texts', () => {
    expect(keyOf(['linux'])).toBe(keyOf(['linux']));
    expect(new Set([keyOf(['linux']), keyOf(['busybox']), keyOf(['linux'], ['6.12']), keyOf(['linux'], ['6.13'])]).size).toBe(4);
  });

  it('shows a folder only when it is complete', async () => {
    const target = join(folder, 'step');
    const broken = fillOnce(target, async (temporary) => {
      writeFileSync(join(temporary, 'half'), '');
      expect(existsSync(target)).toBe(false);
      throw new Error('the compiler died');
    });
    await expect(broken).rejects.toThrow('the compiler died');
    expect(readdirSync(folder)).toEqual([]);
    const fill = async (temporary: string) => writeFileSync(join(temporary, 'whole'), 'x');
    expect(await fillOnce(target, fill)).toBe(true);
    expect(await fillOnce(target, fill)).toBe(false);
    expect(readFileSync(join(target, 'whole'), 'utf8')).toBe('x');
  });

  it('sweeps away what a killed build left, and nothing else', () => {
    for (const path of ['work/linux', 'steps/kernel-1.tmp-99', 'steps/kernel-1', 'key.tmp-99', 'key'])
      mkdirSync(join(folder, path), { recursive: true });
    sweep(folder);
    expect(readdirSync(folder).sort()).toEqual(['key', 'steps']);
    expect(readdirSync(join(folder, 'steps'))).toEqual(['kernel-1']);
  });
});

describe('the lock', () => {
  it('keeps two builds apart', async () => {
    const release = await takeLock(folder);
    const events: string[] = [];
    const second = takeLock(folder, (pid) => events.push(`waits for ${pid}`)).then((releaseSecond) => {
      events.push('has it');
      releaseSecond();
    });
    await new Promise((done) => setTimeout(done, 50));
    expect(events).toEqual([`waits for ${process.pid}`]);
    release();
    await second;
    expect(events).toEqual([`waits for ${process.pid}`, 'has it']);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('is taken over from a process that is gone', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(join(folder, 'lock'), `${gone}\n`);
    const release = await takeLock(folder, () => expect.unreachable('waited for a process that is gone'));
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(`${process.pid}\n`);
    release();
  });
});

describe('the cpio archive', () => {
  it('is newc: fields in hexadecimal, everything padded to 4 bytes, a trailer', () => {
    const archive = new CpioArchive();
    archive.directory('dev');
    archive.characterDevice('dev/console', 5, 1);
    archive.file('hello', 'abcde', 0o755);
    archive.symlink('init', 'hello');
    const bytes = archive.toBuffer();
    expect(bytes.length % 4).toBe(0);
    const entries = [];
    for (let at = 0; at < bytes.length;) {
      expect(bytes.toString('latin1', at, at + 6)).toBe('070701');
      const field = (index: number) => Number.parseInt(bytes.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
      const [mode, time, size, major, minor, nameSize] = [1, 5, 6, 9, 10, 11].map(field) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const name = bytes.toString('latin1', at + 110, at + 110 + nameSize - 1);
      const data = at + ((110 + nameSize + 3) & ~3);
      entries.push([name, mode.toString(8), major, minor, bytes.toString('latin1', data, data + size)]);
      expect(time).toBe(name === 'TRAILER!!!' ? 0 : FILE_TIME);
      at = data + ((size + 3) & ~3);
    }
    expect(entries).toEqual([
      ['dev', '40755', 0, 0, ''],
      ['dev/console', '20600', 5, 1, ''],
      ['hello', '100755', 0, 0, 'abcde'],
      ['init', '120777', 0, 0, 'hello'],
      ['TRAILER!!!', '0', 0, 0, ''],
    ]);
  });
});

describe('configurations', () => {
  it('are merged: the answers of the fragment replace those that are there', () => {
    const merged = mergeAnswers(
      'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="x"\nCONFIG_AB=y\n',
      '# why\nCONFIG_A=n\nCONFIG_B=y\nCONFIG_D=4\n',
    );
    expect(
      merged
        .split('\n')
        .filter((line) => line !== '')
        .sort(),
    ).toEqual(['# CONFIG_A is not set', 'CONFIG_B=y', 'CONFIG_C="x"', 'CONFIG_AB=y', 'CONFIG_D=4'].sort());
  });

  it('that did not take are named', () => {
    expect(missingAnswers('CONFIG_A=y\n# note\nCONFIG_B=n\nCONFIG_E=n\n', 'CONFIG_A=y\n# CONFIG_B is not set\n')).toEqual([]);
    expect(missingAnswers('CONFIG_A=y\nCONFIG_B=n\n', '# CONFIG_A is not set\nCONFIG_B=y\n')).toEqual(['CONFIG_A=y', 'CONFIG_B=n']);
  });
});

describe('the table of packages', () => {
  it('names each package once, with a reason, in a group that exists', () => {
    expect(new Set(PACKAGES.map((entry) => entry.name)).size).toBe(PACKAGES.length);
    for (const entry of PACKAGES) {
      expect(entry.name).toMatch(/^[a-z0-9][a-z0-9.+-]+$/);
      expect(entry.why).not.toBe('');
      expect(GROUPS.all).toContain(entry.group);
    }
  });

  it('has what `start` needs within what `test` needs', () => {
    const test = packagesFor('test');
    expect(packagesFor('start').every((entry) => test.includes(entry))).toBe(true);
    expect(packagesFor('start').length).toBeLessThan(test.length);
    expect(packagesFor('all')).toEqual([...PACKAGES]);
  });

  it('becomes a command that a person can type', () => {
    expect(installCommand([{ name: 'bc' }, { name: 'flex' }])).toBe('apt-get update && apt-get install --no-install-recommends bc flex');
  });
});
