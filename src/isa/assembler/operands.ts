// Operand text to registers, numbers and relocated expressions.

import { CSR_BY_NAME } from '../csrs.js';
import { REGISTER_NAMES } from '../instructions.js';
import { AsmError, evaluate, parseExpression, type Expression, type Scope } from './expression.js';

const REGISTERS = new Map<string, number>([
  ...REGISTER_NAMES.map((name, i): [string, number] => [name, i]),
  ...REGISTER_NAMES.map((_, i): [string, number] => [`x${i}`, i]),
  ['fp', 8],
]);

export function isRegister(text: string): boolean {
  return REGISTERS.has(text);
}

/** The number of a register given by its ABI or x name. @throws AsmError */
export function register(text: string | undefined): number {
  const n = REGISTERS.get(text ?? '');
  if (n === undefined) throw new AsmError(`"${text ?? ''}" is not a register (x0 to x31 or an ABI name)`);
  return n;
}

/** A CSR by name or number. @throws AsmError */
export function csr(text: string | undefined, scope: Scope): number {
  const known = CSR_BY_NAME.get(text ?? '');
  if (known) return known.number;
  return range(text, scope, 0, 4095, 'CSR name or number');
}

/** A constant known now, within a range. Values from 2^31 to 2^32-1 count as negative when `least` is. @throws AsmError */
export function range(text: string | undefined, scope: Scope, least: number, most: number, what: string): number {
  const value = Number(word(constant(text ?? '', scope), least < 0));
  if (value < least || value > most) throw new AsmError(`${what} ${text} is ${value}; ${least} to ${most} is allowed`);
  return value;
}

/** A number known at this point of the program. @throws AsmError */
export function constant(text: string, scope: Scope): bigint {
  const value = evaluate(parseExpression(text, scope), undefined);
  if (!value || value.section) throw new AsmError(`"${text.trim()}" must be a number that is known here`);
  return value.value;
}

/** Normalises a 64-bit value to 32 bits, signed or not. @throws AsmError when it needs more than 32 */
export function word(value: bigint, signed = true): bigint {
  if (value < -0x80000000n || value > 0xffffffffn) throw new AsmError(`0x${value.toString(16)} does not fit in 32 bits`);
  return signed ? BigInt.asIntN(32, value) : value;
}

/** An immediate: a number, an expression that layout resolves, or one inside %hi, %lo, %pcrel_hi, %pcrel_lo. */
export interface Immediate {
  readonly relocation: 'none' | 'hi' | 'lo' | 'pcrel_hi' | 'pcrel_lo';
  readonly expression: Expression;
  /** Set when the value is known here. */
  readonly value: bigint | undefined;
}

/** @throws AsmError */
export function immediate(text: string | undefined, scope: Scope): Immediate {
  const m = /^%(hi|lo|pcrel_hi|pcrel_lo)\s*\((.*)\)$/s.exec((text ?? '').trim());
  if (!m && (text ?? '').trim().startsWith('%'))
    throw new AsmError(`unknown relocation in "${text}" (%hi, %lo, %pcrel_hi, %pcrel_lo are known)`);
  if (isRegister((text ?? '').trim())) throw new AsmError(`a number is wanted where "${text}" stands`);
  const expression = parseExpression(m ? m[2]! : (text ?? ''), scope);
  const relocation = (m?.[1] ?? 'none') as Immediate['relocation'];
  const known = relocation.startsWith('pcrel') ? undefined : evaluate(expression, undefined);
  let value = known && !known.section ? known.value : undefined;
  if (value !== undefined && relocation === 'hi') value = ((value + 0x800n) >> 12n) & 0xfffffn;
  if (value !== undefined && relocation === 'lo') value = BigInt.asIntN(12, value);
  return { relocation, expression, value };
}

/** `offset(register)`, `(register)`; undefined when the text has no such form. */
export function memory(text: string | undefined): { readonly offset: string; readonly base: number } | undefined {
  const m = /^(.*)\(\s*(\w+)\s*\)$/s.exec((text ?? '').trim());
  if (!m || !isRegister(m[2]!)) return undefined;
  return { offset: m[1]!.trim() === '' ? '0' : m[1]!.trim(), base: register(m[2]) };
}
