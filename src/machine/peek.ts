// The instruction at the hart's pc, as its fetch sees it: a plain Sv32 walk from outside (privileged manual, 10.3.2).

import { isCompressed } from '../isa/compressed.js';
import { PRIV, PTE, SATP } from '../isa/privilege.js';
import { W } from '../isa/state.js';
import type { Executor } from './executor.js';
import { isRam } from './map.js';

type Ram = Pick<Executor, 'config' | 'readMemory'>;

async function load(ram: Ram, address: number, size: 2 | 4): Promise<number | undefined> {
  if (!isRam(ram.config.map, ram.config.ramSize, address, size)) return undefined;
  const bytes = await ram.readMemory(address, size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  return size === 4 ? view.getUint32(0, true) : view.getUint16(0, true);
}

/** The physical address of `va` for a fetch, permissions aside, or undefined when nothing is mapped there. */
async function walk(ram: Ram, state: Uint32Array, va: number): Promise<number | undefined> {
  const satp = state[W.satp]!;
  if (state[W.priv] === PRIV.M || (satp & SATP.MODE) === 0) return va;
  let table = (satp & SATP.PPN) * 4096;
  for (let level = 1; level >= 0; level--) {
    const pte = await load(ram, table + ((va >>> (12 + 10 * level)) & 0x3ff) * 4, 4);
    if (pte === undefined || (pte & PTE.V) === 0) return undefined;
    const page = (pte >>> 10) * 4096;
    if ((pte & (PTE.R | PTE.W | PTE.X)) !== 0) return page + (va & (level === 1 ? 0x3fffff : 0xfff));
    table = page;
  }
  return undefined;
}

/** The instruction at pc (16 or 32 bits), or undefined when its fetch will trap for want of memory. */
export async function peekInstruction(ram: Ram, state: Uint32Array): Promise<number | undefined> {
  const pc = state[W.pc]!;
  const at = await walk(ram, state, pc);
  const low = at === undefined ? undefined : await load(ram, at, 2);
  if (low === undefined || (ram.config.compressed && isCompressed(low))) return low;
  const next = (pc & 0xfff) === 0xffe ? await walk(ram, state, (pc + 2) >>> 0) : at! + 2;
  const high = next === undefined ? undefined : await load(ram, next, 2);
  return high === undefined ? undefined : low + high * 0x10000;
}

/** Bytes of the instruction at pc: 4, or 2 on a machine with 16-bit instructions. */
export async function instructionLength(ram: Ram, state: Uint32Array): Promise<2 | 4> {
  if (!ram.config.compressed) return 4;
  const word = await peekInstruction(ram, state);
  return word !== undefined && isCompressed(word) ? 2 : 4;
}
