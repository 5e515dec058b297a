// One instruction: decode and execute (unprivileged manual, ch. 2, 7, 12, 13; privileged manual, 3.3, 10.2). Opcodes in the order of
// the manual's chapters. An instruction either changes registers, memory and `h.next`, or raises an exception and changes nothing.

import { field } from '../isa/instructions.js';
import { CAUSE, MSTATUS, PRIV } from '../isa/privilege.js';
import { EXIT, W } from '../isa/state.js';
import { executeAmo } from './amo.js';
import { executeCsr } from './csr.js';
import type { Hart } from './hart.js';
import { load16, load32, load8, store16, store32, store8 } from './memory.js';
import { div, divu, mulh, mulhsu, mulhu, rem, remu } from './multiply.js';
import { mret, sret } from './trap.js';

const OPCODE = {
  LOAD: 0x03,
  MISC_MEM: 0x0f,
  OP_IMM: 0x13,
  AUIPC: 0x17,
  STORE: 0x23,
  AMO: 0x2f,
  OP: 0x33,
  LUI: 0x37,
  BRANCH: 0x63,
  JALR: 0x67,
  JAL: 0x6f,
  SYSTEM: 0x73,
} as const;

const FUNCT7_ALTERNATE = 0x20;
const FUNCT7_MULDIV = 0x01;

const SYSTEM = { ECALL: 0x00000073, EBREAK: 0x00100073, SRET: 0x10200073, MRET: 0x30200073, WFI: 0x10500073 } as const;
const SFENCE_VMA = { mask: 0xfe007fff | 0, match: 0x12000073 } as const;

/** Executes `word`, fetched from `pc`. The caller has set `h.next` past it. */
export function execute(h: Hart, word: number, pc: number): void {
  const r = h.r;
  const rd = (word >>> 7) & 31;
  const a = r[(word >>> 15) & 31]!;
  const funct3 = (word >>> 12) & 7;
  let legal = true;
  switch (word & 0x7f) {
    case OPCODE.OP_IMM:
      legal = opImm(r, rd, funct3, a, word >> 20);
      break;
    case OPCODE.LUI:
      r[rd] = word & 0xfffff000;
      break;
    case OPCODE.AUIPC:
      r[rd] = pc + (word & 0xfffff000);
      break;
    case OPCODE.OP:
      legal = op(r, rd, funct3, word >>> 25, a, r[(word >>> 20) & 31]!);
      break;
    case OPCODE.JAL:
      jump(h, rd, (pc + field.immJ(word)) | 0);
      break;
    case OPCODE.JALR:
      if (funct3 === 0) jump(h, rd, (a + (word >> 20)) & ~1);
      else legal = false;
      break;
    case OPCODE.BRANCH:
      legal = branch(h, funct3, a, r[(word >>> 20) & 31]!, word, pc);
      break;
    case OPCODE.LOAD:
      legal = load(h, rd, funct3, (a + (word >> 20)) | 0);
      break;
    case OPCODE.STORE:
      legal = store(h, funct3, (a + field.immS(word)) | 0, r[(word >>> 20) & 31]!);
      break;
    case OPCODE.MISC_MEM:
      // FENCE: one hart, in order. FENCE.I: fetches read RAM itself, so there is nothing to drop.
      legal = funct3 <= 1;
      break;
    case OPCODE.AMO:
      legal = funct3 === 2 && executeAmo(h, word);
      break;
    case OPCODE.SYSTEM:
      legal = funct3 === 0 ? system(h, word, pc) : funct3 !== 4 && executeCsr(h, word);
      break;
    default:
      legal = false;
  }
  if (!legal) h.raise(CAUSE.ILLEGAL, word);
  r[0] = 0;
}

function opImm(r: Int32Array, rd: number, funct3: number, a: number, imm: number): boolean {
  switch (funct3) {
    case 0:
      r[rd] = a + imm;
      return true;
    case 1:
      if (imm >> 5 !== 0) return false;
      r[rd] = a << imm;
      return true;
    case 2:
      r[rd] = a < imm ? 1 : 0;
      return true;
    case 3:
      r[rd] = a >>> 0 < imm >>> 0 ? 1 : 0;
      return true;
    case 4:
      r[rd] = a ^ imm;
      return true;
    case 5:
      if (imm >> 5 === 0) r[rd] = a >>> imm;
      else if (imm >> 5 === FUNCT7_ALTERNATE) r[rd] = a >> (imm & 31);
      else return false;
      return true;
    case 6:
      r[rd] = a | imm;
      return true;
    default:
      r[rd] = a & imm;
      return true;
  }
}

function op(r: Int32Array, rd: number, funct3: number, funct7: number, a: number, b: number): boolean {
  if (funct7 === FUNCT7_MULDIV) return mulDiv(r, rd, funct3, a, b);
  if (funct7 === FUNCT7_ALTERNATE) {
    if (funct3 === 0) r[rd] = a - b;
    else if (funct3 === 5) r[rd] = a >> (b & 31);
    else return false;
    return true;
  }
  if (funct7 !== 0) return false;
  switch (funct3) {
    case 0:
      r[rd] = a + b;
      return true;
    case 1:
      r[rd] = a << (b & 31);
      return true;
    case 2:
      r[rd] = a < b ? 1 : 0;
      return true;
    case 3:
      r[rd] = a >>> 0 < b >>> 0 ? 1 : 0;
      return true;
    case 4:
      r[rd] = a ^ b;
      return true;
    case 5:
      r[rd] = a >>> (b & 31);
      return true;
    case 6:
      r[rd] = a | b;
      return true;
    default:
      r[rd] = a & b;
      return true;
  }
}

function mulDiv(r: Int32Array, rd: number, funct3: number, a: number, b: number): boolean {
  switch (funct3) {
    case 0:
      r[rd] = Math.imul(a, b);
      return true;
    case 1:
      r[rd] = mulh(a, b);
      return true;
    case 2:
      r[rd] = mulhsu(a, b);
      return true;
    case 3:
      r[rd] = mulhu(a, b);
      return true;
    case 4:
      r[rd] = div(a, b);
      return true;
    case 5:
      r[rd] = divu(a, b);
      return true;
    case 6:
      r[rd] = rem(a, b);
      return true;
    default:
      r[rd] = remu(a, b);
      return true;
  }
}

/** JAL and JALR: a misaligned target traps at the jump, and rd is not written (unprivileged manual, 2.5.1). */
function jump(h: Hart, rd: number, target: number): void {
  if ((target & h.misalignment) !== 0) {
    h.raise(CAUSE.FETCH_MISALIGNED, target >>> 0);
    return;
  }
  h.r[rd] = h.next;
  h.next = target;
}

function branch(h: Hart, funct3: number, a: number, b: number, word: number, pc: number): boolean {
  let taken: boolean;
  switch (funct3) {
    case 0:
      taken = a === b;
      break;
    case 1:
      taken = a !== b;
      break;
    case 4:
      taken = a < b;
      break;
    case 5:
      taken = a >= b;
      break;
    case 6:
      taken = a >>> 0 < b >>> 0;
      break;
    case 7:
      taken = a >>> 0 >= b >>> 0;
      break;
    default:
      return false;
  }
  if (!taken) return true;
  const target = (pc + field.immB(word)) | 0;
  if ((target & h.misalignment) !== 0) h.raise(CAUSE.FETCH_MISALIGNED, target >>> 0);
  else h.next = target;
  return true;
}

function load(h: Hart, rd: number, funct3: number, va: number): boolean {
  let value: number;
  switch (funct3) {
    case 0:
      value = (load8(h, va) << 24) >> 24;
      break;
    case 1:
      value = (load16(h, va) << 16) >> 16;
      break;
    case 2:
      value = load32(h, va);
      break;
    case 4:
      value = load8(h, va);
      break;
    case 5:
      value = load16(h, va);
      break;
    default:
      return false;
  }
  if (h.attention) {
    if (h.cause >= 0) return true;
    if (h.exit === EXIT.MMIO) {
      h.s[W.mmio_rd] = rd;
      h.s[W.mmio_signed] = funct3 < 2 ? 1 : 0;
      return true;
    }
  }
  h.r[rd] = value;
  return true;
}

function store(h: Hart, funct3: number, va: number, value: number): boolean {
  switch (funct3) {
    case 0:
      store8(h, va, value);
      return true;
    case 1:
      store16(h, va, value);
      return true;
    case 2:
      store32(h, va, value);
      return true;
    default:
      return false;
  }
}

/** ECALL, EBREAK, xRET, WFI, SFENCE.VMA. */
function system(h: Hart, word: number, pc: number): boolean {
  const s = h.s;
  const priv = s[W.priv]!;
  const mstatus = s[W.mstatus]!;
  switch (word) {
    case SYSTEM.ECALL:
      h.raise(CAUSE.ECALL_U + priv, 0);
      return true;
    case SYSTEM.EBREAK:
      h.raise(CAUSE.BREAKPOINT, pc >>> 0);
      return true;
    case SYSTEM.SRET:
      if (priv === PRIV.U || (priv === PRIV.S && (mstatus & MSTATUS.TSR) !== 0)) return false;
      sret(h);
      return true;
    case SYSTEM.MRET:
      if (priv !== PRIV.M) return false;
      mret(h);
      return true;
    case SYSTEM.WFI:
      if (priv === PRIV.U || (priv === PRIV.S && (mstatus & MSTATUS.TW) !== 0)) return false;
      h.leave(EXIT.WFI);
      return true;
  }
  if ((word & SFENCE_VMA.mask) === SFENCE_VMA.match) {
    if (priv === PRIV.U || (priv === PRIV.S && (mstatus & MSTATUS.TVM) !== 0)) return false;
    h.flush();
    return true;
  }
  return false;
}
