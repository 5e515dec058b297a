// The built guest by its names, with files of the host in it. Needs `npm run guest`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noise } from '../cartridge/forge.js';
import { file, folder, gpuvisor } from './gpuvisor.js';

test('linux: a mounted file is read, a writable one changed, /shared comes back, the disk cartridge is there', async () => {
  const input = file('input.bin', noise(100_000));
  const note = file('note.txt', 'first\n');
  const commands = [
    'cp "/data/in put.bin" /shared/copy.bin',
    'echo second >> /etc/note; mkdir -p /shared/d; cat /etc/note > "/shared/d/a:b"',
    'echo no > "/data/in put.bin" || echo refu""sed',
    'test -f /mnt/README && echo dis""k',
    'poweroff',
  ];
  const { status, out, err } = await gpuvisor(
    [
      ...['boot', 'linux', '--backend', 'reference', '--timeout', '300', '--shared-out', 'results'],
      ...['--mount', `${input}:/data/in put.bin`, '--mount', `${note}:/etc/note:rw`],
    ],
    commands.map((c) => `${c}\n`).join(''),
  );
  expect(status, err).toBe(0);
  expect(err).toMatch(/cartridge linux: .*kernel, initramfs/);
  expect(err).toMatch(/\/shared saved in results: 2 files, 100,013 bytes/);
  expect(new Uint8Array(readFileSync(join(folder, 'results/copy.bin')))).toEqual(noise(100_000));
  expect(readFileSync(join(folder, 'results/d/a%3ab'), 'utf8')).toBe('first\nsecond\n');
  expect(out).toContain('refused');
  expect(out).toContain('\ndisk');
  // The host's own file is as it was.
  expect(readFileSync(note, 'utf8')).toBe('first\n');
});

test('desk: windows come up', async () => {
  const { status, out } = await gpuvisor(['boot', 'desk', '--backend', 'reference', '--until', 'desk: ready', '--timeout', '300']);
  expect(status).toBe(0);
  expect(out).toContain('desk: ready');
});

test('mmu: a bare program says what it waits for, and ends', async () => {
  const { status, out } = await gpuvisor(['boot', 'mmu', '--backend', 'reference', '--until', 'q ends it', '--timeout', '300']);
  expect(status).toBe(0);
  expect(out).toContain('0x80000000');
});
