// LR, SC and AMOs (unprivileged manual, ch. 13). RAM only; misaligned ones trap.

import { CAUSE } from '../isa/privilege.js';
import { NO_RESERVATION, W } from '../isa/state.js';
import { ACCESS, type Access, type Hart } from './hart.js';
import { afterStore } from './memory.js';
import { accessFault, FAULT, translate } from './mmu.js';

/** funct5 of the instructions of opcode AMO. */
const FUNCT5 = {
  ADD: 0x00,
  SWAP: 0x01,
  LR: 0x02,
  SC: 0x03,
  XOR: 0x04,
  OR: 0x08,
  AND: 0x0c,
  MIN: 0x10,
  MAX: 0x14,
  MINU: 0x18,
  MAXU: 0x1c,
} as const;

/** RAM offset of the aligned word at `va`, or FAULT with the exception raised. */
function wordOffset(h: Hart, va: number, access: Access): number {
  if ((va & 3) !== 0) {
    h.raise(access === ACCESS.LOAD ? CAUSE.LOAD_MISALIGNED : CAUSE.STORE_MISALIGNED, va >>> 0);
    return FAULT;
  }
  const pa = translate(h, va, access);
  if (pa === FAULT) return FAULT;
  const at = h.ramOffset(pa);
  return at < 0 ? accessFault(h, va, access) : at;
}

/** Executes an instruction of opcode AMO with funct3 2. False when it is illegal. */
export function executeAmo(h: Hart, word: number): boolean {
  const { r, s } = h;
  const rd = (word >>> 7) & 31;
  const rs1 = (word >>> 15) & 31;
  const rs2 = (word >>> 20) & 31;
  const funct5 = word >>> 27;
  if (funct5 === FUNCT5.LR) {
    if (rs2 !== 0) return false;
    const at = wordOffset(h, r[rs1]!, ACCESS.LOAD);
    if (at === FAULT) return true;
    s[W.reservation] = at + h.map.ramBase;
    r[rd] = h.ram32[at >> 2]!;
    return true;
  }
  if (funct5 === FUNCT5.SC) {
    const at = wordOffset(h, r[rs1]!, ACCESS.STORE);
    if (at === FAULT) return true;
    const succeeds = s[W.reservation] === at + h.map.ramBase;
    s[W.reservation] = NO_RESERVATION;
    if (succeeds) {
      h.ram32[at >> 2] = r[rs2]!;
      afterStore(h, at);
    }
    r[rd] = succeeds ? 0 : 1;
    return true;
  }
  if (!isAmo(funct5)) return false;
  const at = wordOffset(h, r[rs1]!, ACCESS.STORE);
  if (at === FAULT) return true;
  const old = h.ram32[at >> 2]!;
  h.ram32[at >> 2] = combine(funct5, old, r[rs2]!);
  afterStore(h, at);
  r[rd] = old;
  return true;
}

function isAmo(funct5: number): boolean {
  return funct5 <= FUNCT5.SWAP || (funct5 & 3) === 0;
}

function combine(funct5: number, memory: number, register: number): number {
  switch (funct5) {
    case FUNCT5.ADD:
      return (memory + register) | 0;
    case FUNCT5.XOR:
      return memory ^ register;
    case FUNCT5.OR:
      return memory | register;
    case FUNCT5.AND:
      return memory & register;
    case FUNCT5.MIN:
      return memory < register ? memory : register;
    case FUNCT5.MAX:
      return memory > register ? memory : register;
    case FUNCT5.MINU:
      return memory >>> 0 < register >>> 0 ? memory : register;
    case FUNCT5.MAXU:
      return memory >>> 0 > register >>> 0 ? memory : register;
    default:
      return register;
  }
}
