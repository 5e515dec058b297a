// What `npm run guest` packs: cartridges with the artefacts in them, a manifest that is true, and the same bytes every time.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { guestManifest } from '../../guest/artifacts.mjs';
import { bootSettings, readCartridge } from '../../src/cartridge/index.js';
import { parseElf } from '../../src/machine/elf.js';
import { artefacts, bytes } from '../linux/session.js';

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('the manifest names every artefact with its size and hash', () => {
  const { folder } = artefacts();
  const manifest = guestManifest()!;
  const names = Object.keys(manifest.artefacts);
  for (const name of ['linux.rts.png', 'disk.rts.png', 'desk.rts.png', 'mmu.rts.png', 'login.snap', 'glyphs.json', 'Image'])
    expect(names).toContain(name);
  for (const [name, { size, sha256: hash }] of Object.entries(manifest.artefacts)) {
    const file = bytes(join(folder, name));
    expect([name, file.length, sha256(file)]).toEqual([name, size, hash]);
  }
});

test('the cartridges hold the artefacts', async () => {
  const paths = artefacts();
  for (const [path, bootargs] of [
    [paths.linuxCartridge, 'console=ttyS0'],
    [paths.deskCartridge, 'console=ttyS0 gpuvisor.start=desk'],
  ] as const) {
    const cartridge = await readCartridge(bytes(path));
    expect([...cartridge.segments.keys()]).toEqual(['kernel', 'initramfs', 'glyphs', 'boot']);
    for (const [name, file] of [
      ['kernel', paths.image],
      ['initramfs', paths.initramfs],
      ['glyphs', paths.glyphs],
    ] as const) {
      expect(sha256(cartridge.segments.get(name)!.bytes)).toBe(sha256(bytes(file)));
    }
    expect(bootSettings(cartridge)).toEqual({ bootargs, memory_mb: 64, map: 'visual' });
  }
  const disk = await readCartridge(bytes(paths.diskCartridge));
  expect(sha256(disk.segments.get('disk')!.bytes)).toBe(sha256(bytes(paths.disk)));
  const mmu = await readCartridge(bytes(paths.mmuCartridge));
  expect(bootSettings(mmu)).toEqual({ memory_mb: 64, map: 'visual' });
  const { segments, entry } = parseElf(mmu.segments.get('kernel')!.bytes);
  expect(new TextDecoder().decode(segments[0]!.bytes.subarray(0, 40))).toBe('This text stands at physical address 0.\0');
  expect(entry).toBeGreaterThan(0);
});

test('packed again they are the same, and so is the snapshot', { timeout: 120_000 }, () => {
  const output = mkdtempSync(join(tmpdir(), 'gpuvisor-packed-'));
  const paths = artefacts();
  const run = (script: string, ...args: string[]): unknown =>
    execFileSync(process.execPath, ['--import', 'tsx', join(ROOT, 'guest/build', script), ...args], { cwd: ROOT, stdio: 'pipe' });
  try {
    run('learn-glyphs.ts', paths.image, paths.initramfs, join(output, 'glyphs.json'));
    run(
      'pack-cartridges.ts',
      paths.image,
      paths.initramfs,
      paths.disk,
      paths.glyphs,
      join(ROOT, 'guest/demos/mmu.S'),
      guestManifest()!.versions['linux']!,
      output,
    );
    run('save-login.ts', dirname(paths.linuxCartridge), paths.glyphs, join(output, 'login.snap'));
    for (const name of ['glyphs.json', 'linux.rts.png', 'disk.rts.png', 'desk.rts.png', 'mmu.rts.png', 'login.snap']) {
      expect([name, sha256(readFileSync(join(output, name)))]).toEqual([name, guestManifest()!.artefacts[name]!.sha256]);
    }
  } finally {
    rmSync(output, { recursive: true });
  }
});
