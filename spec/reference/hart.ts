// A reference hart with a few instructions to run: what the specs of this folder are written with.

import { expect } from 'vitest';
import { assemble } from '../../src/isa/assembler/index.js';
import { MSTATUS } from '../../src/isa/privilege.js';
import { STATE_FIELDS, W } from '../../src/isa/state.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { ReferenceHart } from '../../src/reference/index.js';

export const MAP = MEMORY_MAPS.virt;
export const BASE = MAP.ramBase;
export const RAM_SIZE = 0x10000;
/** Where the hart of `start` traps to in M-mode and in S-mode. */
export const MTVEC = BASE + 0x8000;
export const STVEC = BASE + 0x9000;

/** State words by name: `x10`, `mstatus`, `pc`, `mtimecmp`, ... */
export type Words = Readonly<Record<string, number>>;

function offsetOf(name: string): number {
  const register = /^x(\d+)$/.exec(name);
  if (register) return W.x + Number(register[1]);
  const field = STATE_FIELDS.find((f) => f.name === name);
  if (!field) throw new Error(`no state field is called ${name}`);
  return field.offset;
}

export function set(hart: ReferenceHart, words: Words): void {
  for (const [name, value] of Object.entries(words)) hart.state[offsetOf(name)] = value;
}

export function get(hart: ReferenceHart, name: string): number {
  return hart.state[offsetOf(name)]!;
}

/** A hart at the first instruction of `source`, in M-mode unless `words` say otherwise. */
export function start(source: string, words: Words = {}): ReferenceHart {
  const hart = new ReferenceHart({ map: MAP, ramSize: RAM_SIZE });
  const { sections } = assemble(source, {
    base: BASE,
    symbols: { UART: MAP.uart.base, CLINT: MAP.clint.base, PLIC: MAP.plic.base, TEST: MAP.test.base, VIRTIO: MAP.virtio.base },
  });
  for (const s of sections) hart.ram.set(s.bytes, s.address - BASE);
  set(hart, { mtvec: MTVEC, stvec: STVEC, ...words });
  return hart;
}

/** Runs `source` for `steps` steps, as many as it has instructions unless told. */
export function play(source: string, words: Words = {}, steps = source.split('\n').filter((l) => /\S/.test(l)).length): ReferenceHart {
  const hart = start(source, words);
  hart.runSync(steps);
  return hart;
}

export function word(hart: ReferenceHart, address: number): number {
  return new DataView(hart.ram.buffer, hart.ram.byteOffset).getUint32(address - BASE, true);
}

export function setWord(hart: ReferenceHart, address: number, value: number): void {
  new DataView(hart.ram.buffer, hart.ram.byteOffset).setUint32(address - BASE, value, true);
}

/** Expects an M-mode trap with this cause and value at pc `epc`. */
export function expectTrap(hart: ReferenceHart, cause: number, tval: number, epc: number): void {
  expect({
    cause: get(hart, 'mcause'),
    tval: get(hart, 'mtval'),
    epc: get(hart, 'mepc'),
    pc: get(hart, 'pc'),
    priv: get(hart, 'priv'),
  }).toEqual({
    cause: cause >>> 0,
    tval: tval >>> 0,
    epc: epc >>> 0,
    pc: MTVEC,
    priv: 3,
  });
}

/** mstatus with MPP (or SPP) saying `priv`. */
export function mpp(priv: number): number {
  return (priv << 11) & MSTATUS.MPP;
}
