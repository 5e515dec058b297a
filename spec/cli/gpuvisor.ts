// The command line run in a process of its own, as a person would.

import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { main } from '../../src/cli/main.js';
import { assemble } from '../../src/isa/assembler/index.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
// The loader, not tsx's own command: that one stands between a signal and the process, and may end it first.
const TSX = new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url).href;

export interface Finished {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export const folder: string = mkdtempSync(join(tmpdir(), 'gpuvisor-cli-'));

/** Runs `gpuvisor ARGS`; `input` is piped in. `during` gets the process while it runs. */
export function gpuvisor(
  args: readonly string[],
  input = '',
  during?: (kill: (signal: NodeJS.Signals) => void, out: () => string) => void,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', TSX, MAIN, ...args], { cwd: folder });
    let out = '';
    let err = '';
    child.stdout.on('data', (b: Buffer) => (out += b.toString()));
    child.stderr.on('data', (b: Buffer) => (err += b.toString()));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, err }));
    child.stdin.end(input);
    during?.(
      (signal) => child.kill(signal),
      () => out,
    );
  });
}

/** The same in this process, for what starts no machine: quick, with paths seen from the test folder. */
export async function gpuvisorHere(args: readonly string[]): Promise<Finished> {
  let out = '';
  let err = '';
  const before = process.cwd();
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true)),
  ];
  process.chdir(folder);
  try {
    return { status: await main(args), out, err };
  } finally {
    process.chdir(before);
    for (const s of spies) s.mockRestore();
  }
}

/** Writes a file into the test folder. */
export function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Assembles a bare program for the virt map into a file. */
export function program(name: string, source: string): string {
  return file(name, assemble(source, { base: 0x80000000, symbols: { UART: 0x10000000, TEST: 0x100000 } }).elf);
}

/** Ends by storing `value` to tohost, after filling a signature. */
export function verdict(value: number): string {
  return `
        .globl _start
_start: la t0, begin_signature
        li t1, 0x11223344
        sw t1, 0(t0)
        li t1, ${value}
        sb t1, 4(t0)
        la t0, tohost
        sw t1, 0(t0)
1:      j 1b
        .data
        .balign 64
        .globl tohost
tohost: .word 0, 0
        .globl begin_signature, end_signature
        .balign 4
begin_signature: .word 0, 0
end_signature:
`;
}
