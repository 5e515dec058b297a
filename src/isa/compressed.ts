// 16-bit instructions, integer subset Zca for RV32 (unprivileged manual, ch. 27, tables "Instruction listing for RVC, quadrants 0 to 2").
// Each is another spelling of one 32-bit instruction.

import { disassemble } from './disassembler.js';

const OP = { LOAD: 0x03, OP_IMM: 0x13, STORE: 0x23, OP: 0x33, LUI: 0x37, BRANCH: 0x63, JALR: 0x67, JAL: 0x6f } as const;
const EBREAK = 0x00100073;

const iType = (imm: number, rs1: number, funct3: number, rd: number, opcode: number): number =>
  ((imm & 0xfff) << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | opcode;
const sType = (imm: number, rs2: number, rs1: number, funct3: number): number =>
  (((imm >> 5) & 0x7f) << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | ((imm & 31) << 7) | OP.STORE;
const rType = (funct7: number, rs2: number, rs1: number, funct3: number, rd: number): number =>
  (funct7 << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | OP.OP;
const bType = (imm: number, rs1: number, funct3: number): number =>
  (((imm >> 12) & 1) << 31) |
  (((imm >> 5) & 0x3f) << 25) |
  (rs1 << 15) |
  (funct3 << 12) |
  (((imm >> 1) & 15) << 8) |
  (((imm >> 11) & 1) << 7) |
  OP.BRANCH;
const jType = (imm: number, rd: number): number =>
  (((imm >> 20) & 1) << 31) | (((imm >> 1) & 0x3ff) << 21) | (((imm >> 11) & 1) << 20) | (((imm >> 12) & 0xff) << 12) | (rd << 7) | OP.JAL;

/** Bits `high` to `low` of `h`, put at bit `to`. */
const bits = (h: number, high: number, low: number, to: number): number => ((h >>> low) & ((1 << (high - low + 1)) - 1)) << to;
const signed = (value: number, width: number): number => (value << (32 - width)) >> (32 - width);

/** imm[5] at bit 12, imm[4:0] at bits 6:2, sign-extended. */
const imm6 = (h: number): number => signed(bits(h, 12, 12, 5) | bits(h, 6, 2, 0), 6);
/** The offset of C.J and C.JAL. */
const immJ = (h: number): number =>
  signed(
    bits(h, 12, 12, 11) |
      bits(h, 11, 11, 4) |
      bits(h, 10, 9, 8) |
      bits(h, 8, 8, 10) |
      bits(h, 7, 7, 6) |
      bits(h, 6, 6, 7) |
      bits(h, 5, 3, 1) |
      bits(h, 2, 2, 5),
    12,
  );
/** The offset of C.BEQZ and C.BNEZ. */
const immB = (h: number): number =>
  signed(bits(h, 12, 12, 8) | bits(h, 11, 10, 3) | bits(h, 6, 5, 6) | bits(h, 4, 3, 1) | bits(h, 2, 2, 5), 9);
/** The offset of C.LW and C.SW. */
const uimmW = (h: number): number => bits(h, 12, 10, 3) | bits(h, 6, 6, 2) | bits(h, 5, 5, 6);

function quadrant0(h: number): number | undefined {
  const near = 8 + bits(h, 4, 2, 0);
  const base = 8 + bits(h, 9, 7, 0);
  switch (h >>> 13) {
    case 0: {
      const imm = bits(h, 12, 11, 4) | bits(h, 10, 7, 6) | bits(h, 6, 6, 2) | bits(h, 5, 5, 3);
      return imm === 0 ? undefined : iType(imm, 2, 0, near, OP.OP_IMM);
    }
    case 2:
      return iType(uimmW(h), base, 2, near, OP.LOAD);
    case 6:
      return sType(uimmW(h), near, base, 2);
    default:
      return undefined;
  }
}

function quadrant1(h: number): number | undefined {
  const rd = bits(h, 11, 7, 0);
  const near = 8 + bits(h, 9, 7, 0);
  switch (h >>> 13) {
    case 0:
      return iType(imm6(h), rd, 0, rd, OP.OP_IMM);
    case 1:
      return jType(immJ(h), 1);
    case 2:
      return iType(imm6(h), 0, 0, rd, OP.OP_IMM);
    case 3: {
      if (rd === 2) {
        const imm = signed(bits(h, 12, 12, 9) | bits(h, 6, 6, 4) | bits(h, 5, 5, 6) | bits(h, 4, 3, 7) | bits(h, 2, 2, 5), 10);
        return imm === 0 ? undefined : iType(imm, 2, 0, 2, OP.OP_IMM);
      }
      const imm = imm6(h);
      return imm === 0 ? undefined : (imm << 12) | (rd << 7) | OP.LUI;
    }
    case 4:
      return arithmetic(h, near);
    case 5:
      return jType(immJ(h), 0);
    case 6:
      return bType(immB(h), near, 0);
    default:
      return bType(immB(h), near, 1);
  }
}

/** C.SRLI, C.SRAI, C.ANDI, C.SUB, C.XOR, C.OR, C.AND. */
function arithmetic(h: number, rd: number): number | undefined {
  const wide = (h & 0x1000) !== 0;
  const shift = bits(h, 6, 2, 0);
  switch (bits(h, 11, 10, 0)) {
    case 0:
      return wide ? undefined : iType(shift, rd, 5, rd, OP.OP_IMM);
    case 1:
      return wide ? undefined : iType(0x400 | shift, rd, 5, rd, OP.OP_IMM);
    case 2:
      return iType(imm6(h), rd, 7, rd, OP.OP_IMM);
  }
  if (wide) return undefined;
  const rs2 = 8 + bits(h, 4, 2, 0);
  const [funct7, funct3] = (
    [
      [0x20, 0],
      [0, 4],
      [0, 6],
      [0, 7],
    ] as const
  )[bits(h, 6, 5, 0)]!;
  return rType(funct7, rs2, rd, funct3, rd);
}

function quadrant2(h: number): number | undefined {
  const rd = bits(h, 11, 7, 0);
  const rs2 = bits(h, 6, 2, 0);
  const wide = (h & 0x1000) !== 0;
  switch (h >>> 13) {
    case 0:
      return wide ? undefined : iType(rs2, rd, 1, rd, OP.OP_IMM);
    case 2:
      return rd === 0 ? undefined : iType(bits(h, 12, 12, 5) | bits(h, 6, 4, 2) | bits(h, 3, 2, 6), 2, 2, rd, OP.LOAD);
    case 4:
      if (rs2 !== 0) return rType(0, rs2, wide ? rd : 0, 0, rd);
      if (rd === 0) return wide ? EBREAK : undefined;
      return iType(0, rd, 0, wide ? 1 : 0, OP.JALR);
    case 6:
      return sType(bits(h, 12, 9, 2) | bits(h, 8, 7, 6), rs2, 2, 2);
    default:
      return undefined;
  }
}

/** True when a word whose low half is `half` is a 16-bit instruction. */
export function isCompressed(half: number): boolean {
  return (half & 3) !== 3;
}

/** The 32-bit instruction (unsigned) that the 16-bit one stands for, or undefined when it is illegal or no 16-bit instruction. */
export function expand(half: number): number | undefined {
  const h = half & 0xffff;
  const word = (h & 3) === 0 ? quadrant0(h) : (h & 3) === 1 ? quadrant1(h) : (h & 3) === 2 ? quadrant2(h) : undefined;
  return word === undefined ? undefined : word >>> 0;
}

/** Text of a 16-bit instruction: that of the instruction it stands for. */
export function disassembleCompressed(half: number, pc = 0): string {
  const word = expand(half);
  return word === undefined ? `.half\t0x${(half & 0xffff).toString(16)}` : disassemble(word, pc);
}
