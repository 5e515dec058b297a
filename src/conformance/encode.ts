// Instruction words from the table of src/isa, for generators and tests that build programs without source text.

import { CSR_BY_NAME } from '../isa/csrs.js';
import { GpuvisorError } from '../isa/errors.js';
import { INSTRUCTION_BY_NAME, type Format } from '../isa/instructions.js';

/** Operands by name; those that the format lacks are ignored, missing ones are 0. */
export interface Operands {
  readonly rd?: number;
  readonly rs1?: number;
  readonly rs2?: number;
  /** Immediate, offset in bytes, shift amount or uimm. For LUI and AUIPC: the value, whose bits 31:12 are taken. */
  readonly imm?: number;
  /** CSR name or number. */
  readonly csr?: string | number;
  /** aq and rl of LR, SC and AMOs: bit 1 and bit 0. */
  readonly ordering?: number;
}

function csrField(csr: string | number): number {
  if (typeof csr === 'number') return csr & 0xfff;
  const found = CSR_BY_NAME.get(csr);
  if (!found) throw new GpuvisorError('BAD_ARGUMENT', `no CSR is called ${csr}`);
  return found.number;
}

const operandBits: Record<Format, (o: Required<Operands>) => number> = {
  R: (o) => rd(o) | rs1(o) | rs2(o),
  I: (o) => rd(o) | rs1(o) | ((o.imm & 0xfff) << 20),
  S: (o) => rs1(o) | rs2(o) | (((o.imm >> 5) & 0x7f) << 25) | ((o.imm & 31) << 7),
  B: (o) =>
    rs1(o) | rs2(o) | (((o.imm >> 12) & 1) << 31) | (((o.imm >> 5) & 0x3f) << 25) | (((o.imm >> 1) & 15) << 8) | (((o.imm >> 11) & 1) << 7),
  U: (o) => rd(o) | (o.imm & 0xfffff000),
  J: (o) =>
    rd(o) | (((o.imm >> 20) & 1) << 31) | (((o.imm >> 1) & 0x3ff) << 21) | (((o.imm >> 11) & 1) << 20) | (((o.imm >> 12) & 0xff) << 12),
  SHIFT: (o) => rd(o) | rs1(o) | ((o.imm & 31) << 20),
  CSR: (o) => rd(o) | rs1(o) | (csrField(o.csr) << 20),
  CSRI: (o) => rd(o) | ((o.imm & 31) << 15) | (csrField(o.csr) << 20),
  AMO: (o) => rd(o) | rs1(o) | rs2(o) | ((o.ordering & 3) << 25),
  LR: (o) => rd(o) | rs1(o) | ((o.ordering & 3) << 25),
  FENCE: (o) => (o.imm & 0xff) << 20,
  SFENCE: (o) => rs1(o) | rs2(o),
  NONE: () => 0,
};

function rd(o: Required<Operands>): number {
  return (o.rd & 31) << 7;
}
function rs1(o: Required<Operands>): number {
  return (o.rs1 & 31) << 15;
}
function rs2(o: Required<Operands>): number {
  return (o.rs2 & 31) << 20;
}

/** The word of the instruction called `name` (GNU mnemonic). @throws GpuvisorError BAD_ARGUMENT for a name or CSR that does not exist. */
export function encode(name: string, operands: Operands = {}): number {
  const row = INSTRUCTION_BY_NAME.get(name);
  if (!row) throw new GpuvisorError('BAD_ARGUMENT', `no instruction is called ${name}`);
  const all = { rd: 0, rs1: 0, rs2: 0, imm: 0, csr: 0, ordering: 0, ...operands };
  return (row.match | operandBits[row.format](all)) >>> 0;
}

/** LUI and ADDI that leave `value` in `rd`, always two words. */
export function loadImmediate(rd: number, value: number): readonly [number, number] {
  const low = (value << 20) >> 20;
  return [encode('lui', { rd, imm: (value - low) | 0 }), encode('addi', { rd, rs1: rd, imm: low })];
}
