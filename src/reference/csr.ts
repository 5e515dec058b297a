// CSR instructions and the registers behind them (unprivileged manual, Zicsr; privileged manual, ch. 2, 3.1, 10.1).

import { CSR_BY_NUMBER, CSRS, csrNumber } from '../isa/csrs.js';
import { IRQ, MENVCFGH, MSTATUS, PRIV } from '../isa/privilege.js';
import { STATE_FIELDS, W } from '../isa/state.js';
import { counterHigh, counterLow, mtimeHigh, mtimeLow, writeCounter } from './counters.js';
import type { Hart } from './hart.js';
import { mipValue } from './trap.js';

const N = {
  mstatus: csrNumber('mstatus'),
  mip: csrNumber('mip'),
  misa: csrNumber('misa'),
  mepc: csrNumber('mepc'),
  sepc: csrNumber('sepc'),
  satp: csrNumber('satp'),
  sstatus: csrNumber('sstatus'),
  sie: csrNumber('sie'),
  sip: csrNumber('sip'),
  stimecmp: csrNumber('stimecmp'),
  stimecmph: csrNumber('stimecmph'),
  mcycle: csrNumber('mcycle'),
  minstret: csrNumber('minstret'),
  mcycleh: csrNumber('mcycleh'),
  minstreth: csrNumber('minstreth'),
  cycle: csrNumber('cycle'),
  time: csrNumber('time'),
  instret: csrNumber('instret'),
  cycleh: csrNumber('cycleh'),
  timeh: csrNumber('timeh'),
  instreth: csrNumber('instreth'),
} as const;

const NUMBERS = 4096;
/** State offset of a `plain` CSR, or -1. */
const plainOffset = new Int16Array(NUMBERS).fill(-1);
/** Bits a write can change. */
const writable = new Uint32Array(NUMBERS);
/** What a `constant` or `zero` CSR reads as. */
const constant = new Uint32Array(NUMBERS);
const exists = new Uint8Array(NUMBERS);
for (const csr of CSRS) {
  exists[csr.number] = 1;
  writable[csr.number] = csr.mask;
  constant[csr.number] = csr.value;
  if (csr.kind === 'plain') plainOffset[csr.number] = STATE_FIELDS.find((f) => f.name === csr.name)!.offset;
}
const sstatusMask = CSR_BY_NUMBER.get(N.sstatus)!.mask;
const sieMask = CSR_BY_NUMBER.get(N.sie)!.mask;

const TM = 2;
const MISA_C = 4;
const COUNTER_GROUPS = [0xc00, 0xc80];

/** True when the current privilege may access CSR `n` in this way (privileged manual, 2.1, 3.1.6.6, 3.1.11, 10.1.5, 15.1). */
function accessible(s: Uint32Array, n: number, write: boolean): boolean {
  const priv = s[W.priv]!;
  if (!exists[n] || priv < ((n >>> 8) & 3)) return false;
  if (write && n >>> 10 === 3) return false;
  if (priv === PRIV.M) return true;
  if (n === N.satp) return (s[W.mstatus]! & MSTATUS.TVM) === 0;
  if (n === N.stimecmp || n === N.stimecmph) return (s[W.mcounteren]! & TM) !== 0 && (s[W.menvcfgh]! & MENVCFGH.STCE) !== 0;
  if (COUNTER_GROUPS.includes(n & 0xfe0)) {
    const bit = n & 31;
    if (((s[W.mcounteren]! >>> bit) & 1) === 0) return false;
    return priv === PRIV.S || ((s[W.scounteren]! >>> bit) & 1) === 1;
  }
  return true;
}

/** The value that a read of `n` gives. */
function read(s: Uint32Array, n: number): number {
  const offset = plainOffset[n]!;
  if (offset >= 0) return s[offset]!;
  switch (n) {
    case N.mstatus:
      return s[W.mstatus]!;
    case N.sstatus:
      return s[W.mstatus]! & sstatusMask;
    case N.mip:
      return mipValue(s);
    case N.sip:
      return mipValue(s) & s[W.mideleg]!;
    case N.sie:
      return s[W.mie]! & s[W.mideleg]!;
    case N.satp:
      return s[W.satp]!;
    case N.stimecmp:
      return s[W.stimecmp]!;
    case N.stimecmph:
      return s[W.stimecmp + 1]!;
    case N.mcycle:
    case N.cycle:
      return counterLow(s, W.mcycle_offset);
    case N.mcycleh:
    case N.cycleh:
      return counterHigh(s, W.mcycle_offset);
    case N.minstret:
    case N.instret:
      return counterLow(s, W.minstret_offset);
    case N.minstreth:
    case N.instreth:
      return counterHigh(s, W.minstret_offset);
    case N.time:
      return mtimeLow(s);
    case N.timeh:
      return mtimeHigh(s);
    default:
      return constant[n]!;
  }
}

function replaceBits(old: number, value: number, mask: number): number {
  return (old & ~mask) | (value & mask);
}

function write(h: Hart, n: number, value: number): void {
  const s = h.s;
  const mask = writable[n]!;
  const offset = plainOffset[n]!;
  if (offset >= 0) {
    // With IALIGN 16, mepc and sepc keep bit 1 (privileged manual, 3.1.14).
    s[offset] = replaceBits(s[offset]!, value, h.compressed && (n === N.mepc || n === N.sepc) ? mask | 2 : mask);
    return;
  }
  switch (n) {
    case N.mstatus:
      writeMstatus(s, value, mask);
      h.updateModes();
      break;
    case N.sstatus:
      s[W.mstatus] = replaceBits(s[W.mstatus]!, value, mask);
      h.updateModes();
      break;
    case N.mip:
      s[W.mip] = replaceBits(s[W.mip]!, value, s[W.menvcfgh]! & MENVCFGH.STCE ? mask & ~(1 << IRQ.STI) : mask);
      break;
    case N.sip:
      s[W.mip] = replaceBits(s[W.mip]!, value, mask & s[W.mideleg]!);
      break;
    case N.sie:
      s[W.mie] = replaceBits(s[W.mie]!, value, sieMask & s[W.mideleg]!);
      break;
    case N.satp:
      s[W.satp] = value & mask;
      h.flush();
      h.updateModes();
      break;
    case N.stimecmp:
      s[W.stimecmp] = value;
      break;
    case N.stimecmph:
      s[W.stimecmp + 1] = value;
      break;
    case N.mcycle:
      writeCounter(s, W.mcycle_offset, 0, value);
      break;
    case N.mcycleh:
      writeCounter(s, W.mcycle_offset, 1, value);
      break;
    case N.minstret:
      writeCounter(s, W.minstret_offset, 0, value);
      break;
    case N.minstreth:
      writeCounter(s, W.minstret_offset, 1, value);
      break;
  }
}

/** WARL: MPP=2 is no privilege, MPP stays as it was. */
function writeMstatus(s: Uint32Array, value: number, mask: number): void {
  const legal = (value & MSTATUS.MPP) >>> 11 === 2 ? mask & ~MSTATUS.MPP : mask;
  s[W.mstatus] = replaceBits(s[W.mstatus]!, value, legal);
}

/** The value that CSRRS and CSRRC compute from: as read, but SEIP without the PLIC's line (privileged manual, 3.1.9). */
function readForModify(s: Uint32Array, n: number): number {
  if (n !== N.mip) return read(s, n);
  return (mipValue(s) & ~(1 << IRQ.SEI)) | (s[W.mip]! & (1 << IRQ.SEI));
}

/** Executes a CSR instruction (funct3 1, 2, 3, 5, 6, 7). False when it is illegal: nothing has changed then. */
export function executeCsr(h: Hart, word: number): boolean {
  const s = h.s;
  const n = word >>> 20;
  const rd = (word >>> 7) & 31;
  const source = (word >>> 15) & 31;
  const funct3 = (word >>> 12) & 7;
  const operation = funct3 & 3;
  const writes = operation === 1 || source !== 0;
  if (!accessible(s, n, writes)) return false;
  const operand = funct3 & 4 ? source : h.r[source]!;
  const old = n === N.misa && h.compressed ? read(s, n) | MISA_C : read(s, n);
  if (writes) {
    if (operation === 1) write(h, n, operand);
    else if (operation === 2) write(h, n, readForModify(s, n) | operand);
    else write(h, n, readForModify(s, n) & ~operand);
    h.attention = true;
  }
  s[rd] = old;
  return true;
}
