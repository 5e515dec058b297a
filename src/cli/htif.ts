// The host side of `tohost` (the protocol of riscv-tests and Spike's fesvr): exit codes, and the write system call of bare programs.

import type { ElfFile } from '../machine/elf.js';
import type { Machine } from '../machine/machine.js';

const SYS_WRITE = 64;
const SYS_EXIT = 93;
/** Bytes that one write call may print. */
const MAX_WRITE = 1 << 16;

/** Exit code of a program when `value` ends it: bit 0 set, the code above. Undefined for a request that wants an answer. */
export function exitCode(value: number): number | undefined {
  return (value & 1) === 1 ? value >>> 1 : undefined;
}

/**
 * Serves a system call whose block (eight 64-bit words: number, arguments) is at `address`: write to 1 or 2, exit. Clears tohost, sets fromhost.
 * Returns the exit code when the program ends, or undefined when it goes on.
 */
export async function serveCall(machine: Machine, elf: ElfFile, tohost: number, address: number): Promise<number | undefined> {
  const block = new DataView((await machine.readMemory(address, 64)).slice().buffer);
  const number = block.getUint32(0, true);
  const argument = (i: number): number => block.getUint32(8 * i, true);
  if (number === SYS_EXIT) return argument(1);
  let answer = -38; // ENOSYS
  if (number === SYS_WRITE && (argument(1) === 1 || argument(1) === 2)) {
    const length = Math.min(argument(3), MAX_WRITE);
    process.stdout.write(await machine.readMemory(argument(2), length));
    answer = length;
  }
  const reply = new DataView(new ArrayBuffer(8));
  reply.setInt32(0, answer, true);
  reply.setInt32(4, answer >> 31, true);
  await machine.writeMemory(address, new Uint8Array(reply.buffer));
  await machine.writeMemory(tohost, new Uint8Array(8));
  const fromhost = elf.symbols.get('fromhost');
  if (fromhost !== undefined) await machine.writeMemory(fromhost, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0));
  return undefined;
}
