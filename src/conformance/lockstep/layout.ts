// Where a random program keeps its things, and which registers it never gives away. Stores go through reserved pointers only, and nothing
// but PAGE.CODE is ever executed: otherwise a program could run words that it had changed without FENCE.I, or use page tables that it
// had changed without SFENCE.VMA, and two correct harts may differ there (docs/machine.md, Memory).

import { MEMORY_MAPS } from '../../machine/map.js';
import type { ExecutorConfig } from '../../machine/executor.js';

/** The machine of every random program: 64 KiB of RAM on the `virt` map. */
export const LOCKSTEP_CONFIG: ExecutorConfig = { map: MEMORY_MAPS.virt, ramSize: 0x10000 };

/** The same with 16-bit instructions. */
export const COMPRESSED_CONFIG: ExecutorConfig = { ...LOCKSTEP_CONFIG, compressed: true };

export const BASE = LOCKSTEP_CONFIG.map.ramBase;
export const PAGE_SIZE = 4096;

/** Page numbers from BASE. */
export const PAGE = {
  HANDLERS: 0,
  CODE: 1,
  CODE_END: 4,
  DATA: 4,
  DATA_END: 12,
  ROOT: 12,
  LEAVES: 13,
  ROOT2: 14,
  SPARE: 15,
} as const;

export function pageAddress(page: number): number {
  return BASE + page * PAGE_SIZE;
}

export const CODE_START = pageAddress(PAGE.CODE);
export const M_HANDLER = pageAddress(PAGE.HANDLERS);
export const S_HANDLER = M_HANDLER + 0x800;

/** Reserved registers. */
export const R = {
  /** A page boundary in the data pages: offsets reach both sides. */
  DATA: 8,
  /** The address of some device. */
  DEVICE: 9,
  /** Upper half of a value in the making. */
  UPPER: 13,
  /** A value in the making: a PTE, an instruction word, a CSR value. */
  VALUE: 14,
  /** DATA plus INDEX, aligned or not. */
  ELEMENT: 15,
  INDEX: 16,
  /** The middle of the page of leaf PTEs. */
  TABLE: 18,
  /** The first of the words that a program may patch. */
  PATCH: 19,
  /** A place in the code. */
  CODE: 20,
  /** The target of a jump or of a return, good or bad. */
  TARGET: 21,
} as const;

const reserved: ReadonlySet<number> = new Set(Object.values(R));
/** What random instructions may write. */
export const FREE_REGISTERS: readonly number[] = Array.from({ length: 32 }, (_, i) => i).filter((i) => !reserved.has(i));

export const DATA_POINTER = pageAddress(PAGE.DATA + 4);
export const TABLE_POINTER = pageAddress(PAGE.LEAVES);

/** Patchable words: one instruction each, at the start of the code, after the word that jumps over them. */
export const PATCH_WORDS = 8;
