// Linux on a whole machine: boots, runs commands, keeps a disk, is the same on both executors. Needs the guest (`npm run guest`).
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GPUExecutionSystem } from '../../src/gpu/index.js';
import type { ExecutorConfig } from '../../src/machine/executor.js';
import { restoreSnapshot, saveSnapshot } from '../../src/machine/snapshot.js';
import { type DiskImage, memoryDisk } from '../../src/machine/virtio/disk.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { PROMPT, artefacts, bootGuest, command, waitFor } from './linux-session.js';

const reference = (config: ExecutorConfig): ReferenceHart => new ReferenceHart(config);
const gpu = (config: ExecutorConfig): Promise<GPUExecutionSystem> => GPUExecutionSystem.create(config);
const LONG = 600_000;

/** An image in memory that keeps what is written. */
function keeping(bytes: Uint8Array): DiskImage {
  return {
    ...memoryDisk(bytes),
    write(offset, data) {
      bytes.set(data, offset);
      return Promise.resolve();
    },
  };
}

describe('on the reference hart', () => {
  test(
    'a session: commands, a file of the disk, writing, power-off, and the file is in the image',
    async () => {
      const image = new Uint8Array(readFileSync(artefacts().disk));
      const { machine } = await bootGuest(reference, { disk: keeping(image) });
      const log = await waitFor(machine, PROMPT);
      expect(log).toContain('Linux version 6.12');
      expect(await command(machine, 'uname -a')).toMatch(/^Linux gpuvisor 6\.12\.\S+ .*riscv32/);
      const cpu = await command(machine, 'cat /proc/cpuinfo');
      expect(cpu).toContain('rv32ima');
      expect(cpu).toContain('sv32');
      expect(await command(machine, 'free')).toMatch(/Mem:\s+\d+/);
      expect(await command(machine, 'i=0; while [ $i -lt 5 ]; do i=$((i+1)); echo -n "$i "; done')).toContain('1 2 3 4 5');

      const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-linux-'));
      const path = join(folder, 'disk.ext4');
      writeFileSync(path, image);
      const names = (await command(machine, 'cd /mnt; ls -p | grep -v /; cd')).trim().split(/\s+/);
      expect(names.length).toBeGreaterThan(1);
      const sums = await command(machine, `cd /mnt; sha256sum ${names.join(' ')}; cd`);
      for (const name of names) {
        const host = createHash('sha256').update(
          execFileSync('debugfs', ['-R', `cat ${name}`, path], { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 }),
        );
        expect(sums).toContain(`${host.digest('hex')}  ${name}`);
      }

      await command(machine, 'echo kept $((6*7)) > /mnt/kept.txt; sync');
      machine.send('poweroff\n');
      for (let i = 0; i < 400; i++) if ((await machine.run(1_000_000)).exit === 'halt') break;
      expect(await machine.run(1)).toMatchObject({ exit: 'halt', value: 0x5555 });
      writeFileSync(path, image);
      expect(execFileSync('debugfs', ['-R', 'cat kept.txt', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })).toBe(
        'kept 42\n',
      );
      expect(() => execFileSync('e2fsck', ['-fn', path], { stdio: 'ignore' })).not.toThrow();

      const again = await bootGuest(reference, { disk: memoryDisk(image) });
      await waitFor(again.machine, PROMPT);
      expect(await command(again.machine, 'cat /mnt/kept.txt')).toContain('kept 42');
    },
    LONG,
  );

  test.each(['fwJump', 'fwDynamic'] as const)(
    'on the virt map under unmodified OpenSBI (%s)',
    async (which) => {
      const { machine } = await bootGuest(reference, { map: 'virt', firmware: new Uint8Array(readFileSync(artefacts()[which])) });
      const text = await waitFor(machine, PROMPT);
      expect(text).toContain('OpenSBI v1.');
      expect(await command(machine, 'uname -m')).toContain('riscv32');
    },
    LONG,
  );

  test(
    'on the virt map under our firmware',
    async () => {
      const { machine } = await bootGuest(reference, { map: 'virt' });
      await waitFor(machine, PROMPT);
    },
    LONG,
  );
});

test(
  'both executors: the same serial text and the same digest at the same step, through to the prompt',
  async () => {
    const left = await bootGuest(reference);
    const right = await bootGuest(gpu);
    try {
      const STEP = 9_000_000;
      for (let i = 0; i < 12 && !left.machine.console.text().includes(PROMPT); i++) {
        const a = await left.machine.run(STEP);
        const b = await right.machine.run(STEP);
        expect(b).toEqual(a);
        expect(right.machine.console.text()).toBe(left.machine.console.text());
        expect(await right.machine.digest()).toBe(await left.machine.digest());
      }
      expect(left.machine.console.text()).toContain(PROMPT);

      // Saved on one, restored on the other, and on from there.
      const file = await saveSnapshot(left.machine);
      const third = await bootGuest(gpu);
      await restoreSnapshot(third.machine, file);
      expect(await third.machine.digest()).toBe(await right.machine.digest());
      for (const { machine } of [left, right, third]) machine.send('uname\n');
      await left.machine.run(3_000_000);
      await right.machine.run(3_000_000);
      await third.machine.run(3_000_000);
      const digest = await left.machine.digest();
      expect(await right.machine.digest()).toBe(digest);
      expect(await third.machine.digest()).toBe(digest);
      expect(left.machine.console.text().slice(-40)).toContain('Linux');
      third.machine.dispose();
    } finally {
      left.machine.dispose();
      right.machine.dispose();
    }
  },
  LONG,
);
