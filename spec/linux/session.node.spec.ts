// A session on the GPU executor: what a person would type first, a file on the disk, power-off, and a second boot.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EXECUTORS, PROMPT, artefacts, bootGuest, bytes, command, keepingDisk, waitFor } from './session.js';

const LONG = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-linux-'));
const path = join(folder, 'disk.ext4');
/** A file of an ext4 image, read by e2fsprogs on the host. */
const onHost = (name: string): Buffer =>
  execFileSync('debugfs', ['-R', `cat ${name}`, path], { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 });

test(
  'a session, and what it wrote is there after a second boot',
  async () => {
    const image = bytes(artefacts().disk).slice();
    const { machine } = await bootGuest(EXECUTORS.gpu, { disk: keepingDisk(image) });
    try {
      expect(await waitFor(machine, PROMPT)).toContain('Linux version 6.12');
      expect(await command(machine, 'uname -a')).toMatch(/^Linux gpuvisor 6\.12\.\S+ .*riscv32/);
      const cpu = await command(machine, 'cat /proc/cpuinfo');
      expect(cpu).toMatch(/isa\s*: rv32ima/);
      expect(cpu).toMatch(/mmu\s*: sv32/);
      expect(await command(machine, 'free')).toMatch(/Mem:\s+\d+/);
      expect(await command(machine, 'i=0; while [ $i -lt 5 ]; do i=$((i+1)); echo -n "<$i>"; done')).toContain('<1><2><3><4><5>');

      writeFileSync(path, image);
      const sum = createHash('sha256').update(onHost('data.bin')).digest('hex');
      expect(await command(machine, 'sha256sum /mnt/data.bin')).toContain(`${sum}  /mnt/data.bin`);

      await command(machine, 'echo kept $((6*7)) > /mnt/kept.txt; sync');
      machine.send('poweroff\n');
      let last = await machine.run(1_000_000);
      for (let i = 0; i < 100 && last.exit !== 'halt'; i++) last = await machine.run(1_000_000);
      expect(last).toMatchObject({ exit: 'halt', value: 0x5555 });
    } finally {
      machine.dispose();
    }
    writeFileSync(path, image);
    expect(onHost('kept.txt').toString()).toBe('kept 42\n');
    expect(() => execFileSync('e2fsck', ['-fn', path], { stdio: 'ignore' })).not.toThrow();

    const again = await bootGuest(EXECUTORS.gpu, { disk: keepingDisk(image) });
    try {
      await waitFor(again.machine, PROMPT);
      expect(await command(again.machine, 'cat /mnt/kept.txt')).toContain('kept 42');
    } finally {
      again.machine.dispose();
    }
    writeFileSync(path, image);
    expect(onHost('kept.txt').toString()).toBe('kept 42\n');
  },
  LONG,
);
