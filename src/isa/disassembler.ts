// Disassembler: GNU objdump style text of one instruction word, which the assembler takes back to the same word.

import { CSR_BY_NUMBER } from './csrs.js';
import { REGISTER_NAMES, decode, field, type Instruction } from './instructions.js';

const hex = (v: number): string => `0x${(v >>> 0).toString(16)}`;
const reg = (n: number): string => REGISTER_NAMES[n]!;
const csrName = (n: number): string => CSR_BY_NUMBER.get(n)?.name ?? hex(n);
const set = (bits: number): string => [...'iorw'].filter((_, i) => bits & (8 >> i)).join('') || '0';
const line = (name: string, ...operands: (string | number)[]): string => (operands.length > 0 ? `${name}\t${operands.join(',')}` : name);
const raw = (word: number): string => line('.word', hex(word));
const ZERO = 0;
const RA = 1;

/**
 * Text of `word`. Branch and jump targets are absolute addresses, computed from `pc`. Words that are no instruction, and
 * those whose unused fields the assembler cannot express, come out as `.word`.
 */
export function disassemble(word: number, pc = 0): string {
  const row = decode(word);
  return row ? WRITERS[row.format](word, row, pc) : raw(word);
}

const BRANCH_ZERO: Readonly<Record<string, string>> = { beq: 'beqz', bne: 'bnez', blt: 'bltz', bge: 'bgez' };

function writeI(w: number, row: Instruction): string {
  const rd = field.rd(w);
  const rs1 = field.rs1(w);
  const imm = field.immI(w);
  const address = imm === 0 && row.name === 'jalr' ? reg(rs1) : `${imm}(${reg(rs1)})`;
  if ((w & 0x7f) === 0x03) return line(row.name, reg(rd), address);
  if (row.name === 'jalr') {
    if (rd === ZERO) return rs1 === RA && imm === 0 ? 'ret' : line('jr', address);
    return rd === RA ? line('jalr', address) : line('jalr', reg(rd), address);
  }
  if (row.name === 'addi') {
    if (w === 0x13) return 'nop';
    if (rs1 === ZERO) return line('li', reg(rd), imm);
    if (imm === 0) return line('mv', reg(rd), reg(rs1));
  }
  if (row.name === 'xori' && imm === -1) return line('not', reg(rd), reg(rs1));
  if (row.name === 'sltiu' && imm === 1) return line('seqz', reg(rd), reg(rs1));
  if (row.name === 'andi' && imm === 255) return line('zext.b', reg(rd), reg(rs1));
  return line(row.name, reg(rd), reg(rs1), imm);
}

function writeR(w: number, row: Instruction): string {
  const rd = reg(field.rd(w));
  const rs1 = field.rs1(w);
  const rs2 = field.rs2(w);
  if (row.name === 'sub' && rs1 === ZERO) return line('neg', rd, reg(rs2));
  if (row.name === 'sltu' && rs1 === ZERO) return line('snez', rd, reg(rs2));
  if (row.name === 'slt' && rs2 === ZERO) return line('sltz', rd, reg(rs1));
  if (row.name === 'slt' && rs1 === ZERO) return line('sgtz', rd, reg(rs2));
  return line(row.name, rd, reg(rs1), reg(rs2));
}

function writeB(w: number, row: Instruction, pc: number): string {
  const rs1 = field.rs1(w);
  const rs2 = field.rs2(w);
  const target = hex(pc + field.immB(w));
  if (rs2 === ZERO && BRANCH_ZERO[row.name]) return line(BRANCH_ZERO[row.name]!, reg(rs1), target);
  if (rs1 === ZERO && row.name === 'bge') return line('blez', reg(rs2), target);
  if (rs1 === ZERO && row.name === 'blt') return line('bgtz', reg(rs2), target);
  return line(row.name, reg(rs1), reg(rs2), target);
}

function writeCsr(w: number, row: Instruction): string {
  const rd = field.rd(w);
  const rs1 = field.rs1(w);
  const csr = csrName(field.csr(w));
  if (row.name === 'csrrs' && rs1 === ZERO) {
    return /^(cycle|time|instret)h?$/.test(csr) ? line(`rd${csr}`, reg(rd)) : line('csrr', reg(rd), csr);
  }
  if (w >>> 0 === 0xc0001073) return 'unimp';
  return rd === ZERO ? line(row.name.replace('rr', 'r'), csr, reg(rs1)) : line(row.name, reg(rd), csr, reg(rs1));
}

const order = (w: number): string => ['', '.rl', '.aq', '.aqrl'][(w >>> 25) & 3]!;

type Writer = (w: number, row: Instruction, pc: number) => string;

const WRITERS: Readonly<Record<Instruction['format'], Writer>> = {
  R: writeR,
  I: writeI,
  S: (w, row) => line(row.name, reg(field.rs2(w)), `${field.immS(w)}(${reg(field.rs1(w))})`),
  B: writeB,
  U: (w, row) => line(row.name, reg(field.rd(w)), hex(field.immU(w) >>> 12)),
  J: (w, _, pc) => {
    const target = hex(pc + field.immJ(w));
    const rd = field.rd(w);
    return rd === ZERO ? line('j', target) : rd === RA ? line('jal', target) : line('jal', reg(rd), target);
  },
  SHIFT: (w, row) => line(row.name, reg(field.rd(w)), reg(field.rs1(w)), hex(field.rs2(w))),
  CSR: writeCsr,
  CSRI: (w, row) => {
    const rd = field.rd(w);
    const rest = [csrName(field.csr(w)), field.rs1(w)];
    return rd === ZERO ? line(row.name.replace('rr', 'r'), ...rest) : line(row.name, reg(rd), ...rest);
  },
  AMO: (w, row) => line(row.name + order(w), reg(field.rd(w)), reg(field.rs2(w)), `(${reg(field.rs1(w))})`),
  LR: (w, row) => line(row.name + order(w), reg(field.rd(w)), `(${reg(field.rs1(w))})`),
  FENCE: (w, row) => {
    if (w >>> 0 === 0x8330000f) return 'fence.tso';
    if (w >>> 28 !== 0 || field.rd(w) !== 0 || field.rs1(w) !== 0) return raw(w);
    if (w >>> 0 === 0x0ff0000f) return 'fence';
    return w >>> 0 === 0x0100000f ? 'pause' : line(row.name, set(w >>> 24), set((w >>> 20) & 15));
  },
  SFENCE: (w, row) => {
    const rs1 = field.rs1(w);
    const rs2 = field.rs2(w);
    if (rs2 !== ZERO) return line(row.name, reg(rs1), reg(rs2));
    return rs1 === ZERO ? row.name : line(row.name, reg(rs1));
  },
  NONE: (w, row) => (w >>> 0 === row.match ? row.name : raw(w)),
};
