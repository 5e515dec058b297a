// A commit log in Spike's format (`--log-commits`): one line for each retired instruction, with the registers, CSRs and memory it touched.

import { type Csr, CSR_BY_NUMBER, SSTATUS_MASK } from '../isa/csrs.js';
import { decode, field, type Instruction } from '../isa/instructions.js';
import { STATE_FIELDS, W } from '../isa/state.js';
import { pendingInterrupts } from '../machine/interrupts.js';
import { peekInstruction } from '../machine/peek.js';
import type { ReferenceHart } from '../reference/index.js';

const hex = (value: number, digits = 8): string => `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;

/** Formats without a destination register. */
const NO_RD = new Set(['S', 'B', 'FENCE', 'SFENCE', 'NONE']);
const BYTES: Readonly<Record<string, number>> = { lb: 1, lbu: 1, sb: 1, lh: 2, lhu: 2, sh: 2 };

/** What an instruction is about to do, taken before it runs. */
interface Before {
  readonly pc: number;
  readonly priv: number;
  readonly word: number;
  readonly instruction: Instruction;
  /** Virtual address of a load, store or AMO. */
  readonly address: number;
  /** rs2. */
  readonly stored: number;
  readonly retired: number;
}

/** Looks at the next instruction; undefined when it will trap on the way in. */
export async function before(hart: ReferenceHart): Promise<Before | undefined> {
  const s = hart.state;
  const word = await peekInstruction(hart, s);
  const instruction = word === undefined ? undefined : decode(word);
  if (word === undefined || !instruction) return undefined;
  const base = s[W.x + field.rs1(word)]!;
  const offset = instruction.format === 'S' ? field.immS(word) : instruction.format === 'I' ? field.immI(word) : 0;
  return {
    pc: s[W.pc]!,
    priv: s[W.priv]!,
    word,
    instruction,
    address: (base + offset) >>> 0,
    stored: s[W.x + field.rs2(word)]!,
    retired: s[W.retired]!,
  };
}

/** The line for an instruction that retired, or undefined when a trap was taken instead. */
export function commitLine(b: Before, hart: ReferenceHart): string | undefined {
  const s = hart.state;
  if (s[W.retired] === b.retired) return undefined;
  const { word, instruction } = b;
  let line = `core   0: ${b.priv} ${hex(b.pc)} (${hex(word)})`;
  const rd = field.rd(word);
  if (!NO_RD.has(instruction.format) && rd !== 0) line += ` ${`x${rd}`.padEnd(3)} ${hex(s[W.x + rd]!)}`;
  if (instruction.format === 'CSR' || instruction.format === 'CSRI') {
    const csr = CSR_BY_NUMBER.get(field.csr(word));
    const writes = instruction.name.startsWith('csrrw') || field.rs1(word) !== 0;
    const value = csr && writes ? readCsr(s, csr) : undefined;
    if (csr && value !== undefined) line += ` c${csr.number}_${csr.name} ${hex(value)}`;
  }
  if (instruction.name === 'mret' || instruction.name === 'sret') line += ` c768_mstatus ${hex(s[W.mstatus]!)}`;
  return line + memoryPart(b, s);
}

/** A CSR as software reads it; undefined for counters. */
function readCsr(s: Uint32Array, csr: Csr): number | undefined {
  switch (csr.name) {
    case 'sstatus':
      return s[W.mstatus]! & SSTATUS_MASK;
    case 'sie':
      return s[W.mie]! & s[W.mideleg]!;
    case 'mip':
      return pendingInterrupts(s);
    case 'sip':
      return pendingInterrupts(s) & s[W.mideleg]!;
    case 'stimecmph':
      return s[W.stimecmp + 1]!;
  }
  const found = STATE_FIELDS.find((f) => f.name === csr.name);
  if (found) return s[found.offset]!;
  return csr.kind === 'counter' ? undefined : csr.value;
}

function memoryPart({ word, instruction, address, stored }: Before, s: Uint32Array): string {
  const bytes = BYTES[instruction.name] ?? 4;
  const value = (v: number): string => hex(bytes === 4 ? v : v & ((1 << (8 * bytes)) - 1), 2 * bytes);
  if ((word & 0x7f) === 0x03 || instruction.format === 'LR') return ` mem ${hex(address)}`;
  if (instruction.format === 'S') return ` mem ${hex(address)} ${value(stored)}`;
  if (instruction.name === 'sc.w')
    return s[W.x + field.rd(word)] === 0 && field.rd(word) !== 0 ? ` mem ${hex(address)} ${hex(stored)}` : '';
  if (instruction.format === 'AMO') return ` mem ${hex(address)} mem ${hex(address)} ${hex(amoResult(instruction.name, word, s, stored))}`;
  return '';
}

/** What an AMO stored, from the value it loaded (in rd; unknown and taken as 0 when rd is x0). */
function amoResult(name: string, word: number, s: Uint32Array, b: number): number {
  const a = s[W.x + field.rd(word)]!;
  switch (name) {
    case 'amoadd.w':
      return a + b;
    case 'amoxor.w':
      return a ^ b;
    case 'amoor.w':
      return a | b;
    case 'amoand.w':
      return a & b;
    case 'amomin.w':
      return (a | 0) < (b | 0) ? a : b;
    case 'amomax.w':
      return (a | 0) > (b | 0) ? a : b;
    case 'amominu.w':
      return a < b ? a : b;
    case 'amomaxu.w':
      return a > b ? a : b;
    default:
      return b;
  }
}
