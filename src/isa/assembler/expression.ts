// Assembler expressions: tokens, syntax trees and their values. Operators, their ranks and their 64-bit arithmetic are those of GNU as
// ("Infix Operators" of its manual): multiplication and shifts bind tighter than | & ^, and those tighter than + and -.

import type { Fragment, Section } from './section.js';

/** A place in a section: a fragment and an offset into it. */
export interface Place {
  readonly section: Section;
  readonly fragment: Fragment;
  readonly offset: number;
}

/** A name of the program. `value` is undefined until the name is defined; a later `.set` replaces it. */
export interface AsmSymbol {
  readonly name: string;
  value: Place | Expression | undefined;
  binding: 'local' | 'global' | 'weak';
  type: 'none' | 'object' | 'function';
  size: Expression | undefined;
}

export type Expression =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'symbol'; readonly symbol: AsmSymbol }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'unary'; readonly op: string; readonly arg: Expression }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression };

/** A value: a number, or a distance from the start of a section. */
export interface Value {
  readonly section: Section | undefined;
  readonly value: bigint;
}

/** What went wrong in one statement; the statement's file and line are added where it is caught. */
export class AsmError extends Error {}

const RANK: Readonly<Record<string, number>> = {
  '*': 8,
  '/': 8,
  '%': 8,
  '<<': 8,
  '>>': 8,
  '|': 7,
  '&': 7,
  '^': 7,
  '+': 5,
  '-': 5,
  '==': 4,
  '!=': 4,
  '<>': 4,
  '<': 4,
  '<=': 4,
  '>=': 4,
  '>': 4,
  '&&': 3,
  '||': 2,
};

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, b: 8, f: 12, '\\': 92, '"': 34, "'": 39 };

/** The bytes of an escape at `text[at]`, the character after the backslash, and how many characters it takes. */
export function escape(text: string, at: number): { readonly byte: number; readonly length: number } {
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3));
  if (octal) return { byte: parseInt(octal[0], 8) & 255, length: octal[0].length };
  const hex = /^[xX]([0-9a-fA-F]+)/.exec(text.slice(at));
  if (hex) return { byte: parseInt(hex[1]!.slice(-2), 16), length: hex[0].length };
  const c = text[at] ?? '';
  const known = ESCAPES[c];
  if (known === undefined) throw new AsmError(`unknown escape \\${c}`);
  return { byte: known, length: 1 };
}

/** Resolves names while an expression is read. */
export interface Scope {
  symbol(name: string): AsmSymbol;
  /** `digits` of a local label such as 1b or 12f. */
  local(digits: number, direction: 'b' | 'f'): AsmSymbol;
  here(): Place;
}

const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+[bf](?![\w.$])|\d+)|([A-Za-z_.$][\w.$]*)|'((?:\\.[0-9a-fA-F]{0,2})|[^\\])'?|(<<|>>|<=|>=|==|!=|<>|&&|\|\||[-+*/%&|^~!()<>]))/y;

interface Token {
  readonly kind: 'number' | 'name' | 'op';
  readonly text: string;
  readonly value: bigint;
}

function tokens(text: string): Token[] {
  const out: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    TOKEN.lastIndex = at;
    const m = TOKEN.exec(text);
    if (!m) throw new AsmError(`cannot read "${text.slice(at).trim()}" in the expression "${text.trim()}"`);
    at = TOKEN.lastIndex;
    if (m[1] !== undefined) out.push({ kind: 'number', text: m[1], value: numeral(m[1]) });
    else if (m[2] !== undefined) out.push({ kind: 'name', text: m[2], value: 0n });
    else if (m[3] !== undefined) {
      const c = m[3];
      out.push({ kind: 'number', text: c, value: BigInt(c[0] === '\\' ? escape(c, 1).byte : c.charCodeAt(0)) });
    } else out.push({ kind: 'op', text: m[4]!, value: 0n });
  }
  return out;
}

function numeral(text: string): bigint {
  if (/[bf]$/.test(text) && !/^0[xX]/.test(text)) return 0n;
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  if (/^0\d/.test(text)) throw new AsmError(`${text} is not an octal number`);
  return BigInt.asIntN(64, BigInt(text));
}

/** Reads a whole expression. @throws AsmError */
export function parseExpression(text: string, scope: Scope): Expression {
  const list = tokens(text);
  let at = 0;
  const fail = (): never => {
    throw new AsmError(text.trim() === '' ? 'an expression is missing' : `bad expression "${text.trim()}"`);
  };
  const operand = (): Expression => {
    const t = list[at++];
    if (!t) return fail();
    if (t.kind === 'number') {
      const label = /^(\d+)([bf])$/.exec(t.text);
      if (label) return { kind: 'symbol', symbol: scope.local(Number(label[1]), label[2] as 'b' | 'f') };
      return { kind: 'number', value: t.value };
    }
    if (t.kind === 'name') {
      return t.text === '.' ? { kind: 'place', place: scope.here() } : { kind: 'symbol', symbol: scope.symbol(t.text) };
    }
    if (t.text === '(') {
      const inner = ranked(0);
      if (list[at++]?.text !== ')') return fail();
      return inner;
    }
    if (t.text === '-' || t.text === '~' || t.text === '!') return { kind: 'unary', op: t.text, arg: operand() };
    if (t.text === '+') return operand();
    return fail();
  };
  const ranked = (least: number): Expression => {
    let left = operand();
    for (;;) {
      const t = list[at];
      const rank = t?.kind === 'op' ? RANK[t.text] : undefined;
      if (!t || rank === undefined || rank <= least) return left;
      at++;
      left = { kind: 'binary', op: t.text, left, right: ranked(rank) };
    }
  };
  const whole = ranked(0);
  if (at !== list.length) return fail();
  return whole;
}

const truth = (b: boolean): bigint => (b ? -1n : 0n);

function compute(op: string, a: bigint, b: bigint): bigint {
  switch (op) {
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0n) throw new AsmError('division by zero');
      return op === '/' ? a / b : a % b;
    case '<<':
      return b >= 64n || b < 0n ? 0n : a << b;
    case '>>':
      return b >= 64n || b < 0n ? 0n : BigInt.asUintN(64, a) >> b;
    case '|':
      return a | b;
    case '&':
      return a & b;
    case '^':
      return a ^ b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '==':
      return truth(a === b);
    case '!=':
    case '<>':
      return truth(a !== b);
    case '<':
      return truth(a < b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '>':
      return truth(a > b);
    case '&&':
      return a !== 0n && b !== 0n ? 1n : 0n;
    default:
      return a !== 0n || b !== 0n ? 1n : 0n;
  }
}

/**
 * The value of an expression. `offsetOf` gives a place's offset in its section, or undefined while that is not known yet
 * (before layout, only distances inside one fragment are). Returns undefined for a value that is not known yet.
 * @throws AsmError for sums of addresses and the like, and for names that define themselves
 */
export function evaluate(e: Expression, offsetOf: ((p: Place) => number) | undefined, depth = 0): Value | undefined {
  if (depth > 200) throw new AsmError('a symbol is defined by itself');
  switch (e.kind) {
    case 'number':
      return { section: undefined, value: e.value };
    case 'place':
      return offsetOf && { section: e.place.section, value: BigInt(offsetOf(e.place)) };
    case 'symbol': {
      const v = e.symbol.value;
      if (v === undefined) return undefined;
      return 'fragment' in v ? evaluate({ kind: 'place', place: v }, offsetOf, depth) : evaluate(v, offsetOf, depth + 1);
    }
    case 'unary': {
      const v = evaluate(e.arg, offsetOf, depth + 1);
      if (!v) return undefined;
      if (v.section) throw new AsmError(`${e.op} of an address`);
      const r = e.op === '-' ? -v.value : e.op === '~' ? ~v.value : v.value === 0n ? 1n : 0n;
      return { section: undefined, value: BigInt.asIntN(64, r) };
    }
    case 'binary': {
      const near = offsetOf ? undefined : sameFragment(e);
      if (near !== undefined) return { section: undefined, value: near };
      const a = evaluate(e.left, offsetOf, depth + 1);
      const b = evaluate(e.right, offsetOf, depth + 1);
      if (!a || !b) return undefined;
      let section: Section | undefined;
      if (a.section && b.section && a.section !== b.section && e.op === '-' && offsetOf) {
        // Known once sections have addresses; nothing that decides a size may ask for it.
        return { section: undefined, value: a.value - b.value + BigInt(a.section.address - b.section.address) };
      }
      if (a.section && b.section) {
        if (a.section !== b.section || (e.op !== '-' && RANK[e.op] !== 4)) throw new AsmError(`${e.op} of two addresses`);
      } else if (a.section ?? b.section) {
        if (e.op !== '+' && (e.op !== '-' || b.section)) throw new AsmError(`${e.op} of an address and a number`);
        section = a.section ?? b.section;
      }
      return { section, value: BigInt.asIntN(64, compute(e.op, a.value, b.value)) };
    }
  }
}

function placeOf(e: Expression): Place | undefined {
  if (e.kind === 'place') return e.place;
  if (e.kind !== 'symbol' || e.symbol.value === undefined) return undefined;
  return 'fragment' in e.symbol.value ? e.symbol.value : placeOf(e.symbol.value);
}

function sameFragment(e: Expression & { kind: 'binary' }): bigint | undefined {
  if (e.op !== '-') return undefined;
  const a = placeOf(e.left);
  const b = placeOf(e.right);
  return a && b && a.fragment === b.fragment ? BigInt(a.offset - b.offset) : undefined;
}
