// Runs one program of riscv-tests/ in qemu-system-riscv32 and reads its signature off the serial line.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuiltProgram } from '../src/conformance/programs/index.js';

export const QEMU = 'qemu-system-riscv32';
/**
 * How it is started; the program's ELF follows. No 16-bit, floating-point or hypervisor instructions. Instructions are counted, not timed, and idle time is
 * skipped: with `sleep=on` the wall clock has a say, and one timer in thirty comes a tick late.
 */
export const QEMU_ARGUMENTS: readonly string[] = [
  '-M',
  'virt',
  '-cpu',
  'rv32,c=false,f=false,d=false,h=false,zba=false,zbb=false,zbc=false,zbs=false,sstc=true',
  '-icount',
  'shift=0,sleep=off',
  '-m',
  '16M',
  '-bios',
  'none',
  '-display',
  'none',
  '-serial',
  'stdio',
  '-monitor',
  'none',
  '-nic',
  'none',
  '-kernel',
];

/** The first line of its version, or undefined when it is not installed. */
export function qemuVersion(): string | undefined {
  const p = spawnSync(QEMU, ['--version'], { encoding: 'utf8' });
  return p.status === 0 ? p.stdout.split('\n')[0] : undefined;
}

/** Words that the program printed behind its verdict, or undefined when it did not end in time. */
export async function qemuSignature(program: BuiltProgram, timeoutMs = 20_000): Promise<string[] | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-qemu-'));
  const file = join(folder, 'program.elf');
  writeFileSync(file, program.elf);
  try {
    return await new Promise((resolve, reject) => {
      execFile(QEMU, [...QEMU_ARGUMENTS, file], { timeout: timeoutMs, killSignal: 'SIGKILL', encoding: 'utf8' }, (error, stdout) => {
        if (error?.killed) return resolve(undefined);
        if (error) return reject(error);
        const lines = stdout.split('\n').filter((l) => /^[0-9a-f]{8}$/.test(l));
        resolve(lines.slice(1));
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `work` on every item, `at` at a time, results in order. */
export async function inParallel<T, R>(items: readonly T[], at: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!);
  };
  await Promise.all(Array.from({ length: at }, lane));
  return results;
}
