// One instruction statement to words and fixups, by the formats of the instruction table.

import { INSTRUCTION_BY_NAME, type Instruction } from '../instructions.js';
import { AsmError, type Expression, type Scope } from './expression.js';
import { place } from './encode.js';
import { constant, csr, immediate, isRegister, memory, range, register, word, type Immediate } from './operands.js';
import { expandPseudo, isPseudo } from './pseudo.js';
import type { FixupKind } from './section.js';

/** Where words go. */
export interface Emitter extends Scope {
  emit(word: number): void;
  /** Adds a fixup at the next word. */
  fixup(kind: FixupKind, expression: Expression): void;
  /** A conditional branch to a target that layout may find out of reach. */
  branch(word: number, target: Expression): void;
}

const LOAD = 0x03;
const FENCE_BITS = 'wroi';

/** Assembles one instruction. @throws AsmError */
export function assembleInstruction(out: Emitter, name: string, operands: readonly string[]): void {
  const mnemonic = name.toLowerCase();
  if (addressed(out, mnemonic, operands)) return;
  const rewritten = expandPseudo(mnemonic, operands);
  for (const [real, ...rest] of rewritten ?? [[mnemonic, ...operands]]) encode(out, real!, rest);
}

function want(name: string, o: readonly string[], count: number): void {
  if (o.length !== count) throw new AsmError(`${name} takes ${count} operand${count === 1 ? '' : 's'}, ${o.length} given`);
}

/** Pseudo-instructions whose words depend on a value or an address. @returns false when `name` is none of them */
function addressed(out: Emitter, name: string, o: readonly string[]): boolean {
  if (name === 'li') {
    want(name, o, 2);
    loadConstant(out, register(o[0]), constant(o[1]!, out));
  } else if (name === 'la' || name === 'lla') {
    want(name, o, 2);
    const rd = register(o[0]);
    const target = immediate(o[1], out);
    if (target.value !== undefined) loadConstant(out, rd, target.value);
    else pcrelPair(out, rd, target.expression, 0x13 | place.rd(rd) | place.rs1(rd), 'pcrel_lo_i');
  } else if (name === 'call' || name === 'tail' || name === 'jump') {
    want(name, o, name === 'jump' || o.length === 2 ? 2 : 1);
    const link = name === 'call' ? (o.length === 2 ? register(o[0]) : 1) : 0;
    const via = name === 'call' && o.length === 1 ? 1 : name === 'jump' ? register(o[1]) : 6;
    const target = immediate(name === 'call' ? o[o.length - 1] : o[0], out);
    out.fixup('call', target.expression);
    out.emit(0x17 | place.rd(via));
    out.emit(0x67 | place.rd(link) | place.rs1(via));
  } else {
    return symbolAccess(out, name, o);
  }
  return true;
}

/** `lw rd, symbol` and `sw rs, symbol, temporary`. */
function symbolAccess(out: Emitter, name: string, o: readonly string[]): boolean {
  const row = INSTRUCTION_BY_NAME.get(name);
  if (!row || o.length < 2 || memory(o[1])) return false;
  if (row.format === 'S' && o.length === 3) {
    const via = register(o[2]);
    const base = (row.match | place.rs2(register(o[0])) | place.rs1(via)) >>> 0;
    pcrelPair(out, via, immediate(o[1], out).expression, base, 'pcrel_lo_s');
    return true;
  }
  if (row.format === 'I' && (row.match & 0x7f) === LOAD && o.length === 2) {
    const target = immediate(o[1], out);
    if (target.relocation !== 'none') return false;
    const rd = register(o[0]);
    pcrelPair(out, rd, target.expression, row.match | place.rd(rd) | place.rs1(rd), 'pcrel_lo_i');
    return true;
  }
  return false;
}

function pcrelPair(out: Emitter, via: number, target: Expression, second: number, low: 'pcrel_lo_i' | 'pcrel_lo_s'): void {
  const here: Expression = { kind: 'place', place: out.here() };
  out.fixup('pcrel_hi', target);
  out.emit(0x17 | place.rd(via));
  out.fixup(low, here);
  out.emit(second);
}

function loadConstant(out: Emitter, rd: number, value: bigint): void {
  const v = Number(word(value));
  const low = (v << 20) >> 20;
  const high = ((v - low) >>> 12) & 0xfffff;
  if (high === 0) out.emit(0x13 | place.rd(rd) | place.immI(low));
  else {
    out.emit(0x37 | place.rd(rd) | place.immU(high));
    if (low !== 0) out.emit(0x13 | place.rd(rd) | place.rs1(rd) | place.immI(low));
  }
}

function encode(out: Emitter, name: string, o: readonly string[]): void {
  if (name === 'fence.tso' && o.length === 0) return out.emit(0x8330000f);
  if (name === 'pause' && o.length === 0) return out.emit(0x0100000f);
  const [base, order] = ordering(name);
  const row = INSTRUCTION_BY_NAME.get(base);
  if (!row || (order !== 0 && row.format !== 'AMO' && row.format !== 'LR')) {
    throw new AsmError(isPseudo(name) ? `wrong number of operands for ${name}` : `unknown instruction ${name}`);
  }
  FORMATS[row.format](out, row, o, order);
}

function ordering(name: string): [string, number] {
  const m = /^(.*)\.(aq|rl|aqrl)$/.exec(name);
  return m ? [m[1]!, { aq: 1 << 26, rl: 1 << 25, aqrl: 3 << 25 }[m[2] as 'aq' | 'rl' | 'aqrl']] : [name, 0];
}

/** A 12-bit immediate in the I or S position, now or at layout. */
function imm12(out: Emitter, word0: number, imm: Immediate, form: 'i' | 's', text: string): void {
  if (imm.relocation === 'hi' || imm.relocation === 'pcrel_hi') throw new AsmError(`%${imm.relocation} does not fit in 12 bits`);
  if (imm.value !== undefined) {
    const v = Number(word(imm.value));
    if (v < -2048 || v > 2047) throw new AsmError(`immediate ${text} is ${v}; -2048 to 2047 is allowed`);
    out.emit((word0 | (form === 'i' ? place.immI(v) : place.immS(v))) >>> 0);
    return;
  }
  const kind = imm.relocation === 'none' ? 'imm' : imm.relocation;
  out.fixup(`${kind}_${form}` as FixupKind, imm.expression);
  out.emit(word0 >>> 0);
}

type Encoder = (out: Emitter, row: Instruction, o: readonly string[], order: number) => void;

const FORMATS: Readonly<Record<Instruction['format'], Encoder>> = {
  R(out, row, o) {
    want(row.name, o, 3);
    out.emit(row.match | place.rd(register(o[0])) | place.rs1(register(o[1])) | place.rs2(register(o[2])));
  },
  I(out, row, o) {
    const address = memory(o[1]);
    const jalr = row.name === 'jalr';
    if ((row.match & 0x7f) === LOAD || (jalr && address)) {
      want(row.name, o, 2);
      if (!address) throw new AsmError(`${row.name} takes rd, offset(rs1)`);
      imm12(out, row.match | place.rd(register(o[0])) | place.rs1(address.base), immediate(address.offset, out), 'i', address.offset);
      return;
    }
    const all = jalr && o.length === 2 ? [...o, '0'] : o;
    want(row.name, all, 3);
    imm12(out, row.match | place.rd(register(all[0])) | place.rs1(register(all[1])), immediate(all[2], out), 'i', all[2]!);
  },
  S(out, row, o) {
    want(row.name, o, 2);
    const address = memory(o[1]);
    if (!address) throw new AsmError(`${row.name} takes rs2, offset(rs1)`);
    imm12(out, row.match | place.rs2(register(o[0])) | place.rs1(address.base), immediate(address.offset, out), 's', address.offset);
  },
  B(out, row, o) {
    want(row.name, o, 3);
    out.branch((row.match | place.rs1(register(o[0])) | place.rs2(register(o[1]))) >>> 0, immediate(o[2], out).expression);
  },
  U(out, row, o) {
    want(row.name, o, 2);
    const rd = register(o[0]);
    const imm = immediate(o[1], out);
    if (imm.relocation === 'lo' || imm.relocation === 'pcrel_lo') throw new AsmError(`${row.name} takes %hi or %pcrel_hi`);
    if (imm.relocation === 'none' || imm.value !== undefined) {
      const v = imm.value === undefined ? range(o[1], out, 0, 0xfffff, 'upper immediate') : Number(imm.value);
      if (v < 0 || v > 0xfffff) throw new AsmError(`upper immediate ${o[1]} is ${v}; 0 to 0xfffff is allowed`);
      out.emit(row.match | place.rd(rd) | place.immU(v));
      return;
    }
    out.fixup(imm.relocation as FixupKind, imm.expression);
    out.emit(row.match | place.rd(rd));
  },
  J(out, row, o) {
    want(row.name, o, 2);
    out.fixup('jal', immediate(o[1], out).expression);
    out.emit(row.match | place.rd(register(o[0])));
  },
  SHIFT(out, row, o) {
    want(row.name, o, 3);
    out.emit(row.match | place.rd(register(o[0])) | place.rs1(register(o[1])) | place.rs2(range(o[2], out, 0, 31, 'shift amount')));
  },
  CSR(out, row, o) {
    want(row.name, o, 3);
    out.emit((row.match | place.rd(register(o[0])) | (csr(o[1], out) << 20) | place.rs1(register(o[2]))) >>> 0);
  },
  CSRI(out, row, o) {
    want(row.name, o, 3);
    const uimm = range(o[2], out, 0, 31, 'immediate');
    out.emit((row.match | place.rd(register(o[0])) | (csr(o[1], out) << 20) | place.rs1(uimm)) >>> 0);
  },
  AMO(out, row, o, order) {
    want(row.name, o, 3);
    out.emit((row.match | order | place.rd(register(o[0])) | place.rs2(register(o[1])) | place.rs1(pointer(out, row.name, o[2]))) >>> 0);
  },
  LR(out, row, o, order) {
    want(row.name, o, 2);
    out.emit((row.match | order | place.rd(register(o[0])) | place.rs1(pointer(out, row.name, o[1]))) >>> 0);
  },
  FENCE(out, row, o) {
    const all = o.length === 0 ? ['iorw', 'iorw'] : o;
    want(row.name, all, 2);
    out.emit((row.match | (fenceSet(out, all[0]!) << 24) | (fenceSet(out, all[1]!) << 20)) >>> 0);
  },
  SFENCE(out, row, o) {
    if (o.length > 2) want(row.name, o, 2);
    out.emit((row.match | place.rs1(register(o[0] ?? 'x0')) | place.rs2(register(o[1] ?? 'x0'))) >>> 0);
  },
  NONE(out, row, o) {
    want(row.name, o, 0);
    out.emit(row.match);
  },
};

function pointer(out: Emitter, name: string, text: string | undefined): number {
  const address = memory(text) ?? (isRegister(text ?? '') ? { offset: '0', base: register(text) } : undefined);
  if (!address || constant(address.offset, out) !== 0n) throw new AsmError(`${name} takes an address of the form (rs1)`);
  return address.base;
}

function fenceSet(out: Emitter, text: string): number {
  if (/^\d/.test(text)) return range(text, out, 0, 15, 'fence set');
  let bits = 0;
  for (const c of text) {
    const bit = FENCE_BITS.indexOf(c);
    if (bit < 0) throw new AsmError(`"${text}" is not a fence set (letters of iorw)`);
    bits |= 1 << bit;
  }
  return bits;
}
