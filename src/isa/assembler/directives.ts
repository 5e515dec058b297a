// Directives that put data, change the section, or say something about a symbol. Conditionals and macros stand in preprocess.ts.

import { AsmError, parseExpression, type AsmSymbol, type Expression, type Scope } from './expression.js';
import { constant } from './operands.js';
import { makeSection, type FixupKind, type Section } from './section.js';
import { splitOperands, stringBytes, type Location } from './source.js';

/** What directives need of the assembler. */
export interface DirectiveHost extends Scope {
  readonly location: Location;
  readonly section: Section;
  byte(value: number): void;
  data(kind: FixupKind, size: number, expression: Expression): void;
  enter(section: Section): void;
  find(name: string): Section | undefined;
  previous(): void;
  push(): void;
  pop(): void;
  set(symbol: AsmSymbol, value: Expression, once: boolean): void;
}

type Handler = (host: DirectiveHost, rest: string) => void;
const MAX_FILL = 1 << 28;

const count = (host: Scope, text: string, most: number, what: string): number => {
  const n = Number(constant(text, host));
  if (n < 0 || n > most) throw new AsmError(`${what} is ${n}; 0 to ${most} is allowed`);
  return n;
};

const values =
  (kind: FixupKind, size: number): Handler =>
  (host, rest) => {
    for (const text of splitOperands(rest)) host.data(kind, size, parseExpression(text, host));
  };

const strings =
  (zero: boolean): Handler =>
  (host, rest) => {
    for (const text of splitOperands(rest)) {
      for (const b of stringBytes(text)) host.byte(b);
      if (zero) host.byte(0);
    }
  };

const alignment =
  (power: boolean): Handler =>
  (host, rest) => {
    const [amount = '', fill = '', most = ''] = splitOperands(rest);
    const n = count(host, amount, power ? 16 : 1 << 16, 'alignment');
    const bytes = power ? 2 ** n : Math.max(n, 1);
    if (Math.log2(bytes) % 1 !== 0) throw new AsmError(`alignment ${bytes} is not a power of two`);
    host.section.alignment = Math.max(host.section.alignment, bytes);
    // GNU as takes no notice of an alignment up to an instruction's in code, unless a fill is given.
    if (host.section.flags.execute && fill === '' && bytes <= 4) return;
    host.section.end({
      kind: 'align',
      alignment: bytes,
      fill: fill === '' ? undefined : Number(constant(fill, host)) & 255,
      most: most === '' ? Infinity : Number(constant(most, host)),
    });
  };

const space: Handler = (host, rest) => {
  const [amount = '', fill = ''] = splitOperands(rest);
  const value = fill === '' ? 0 : Number(constant(fill, host));
  for (let n = count(host, amount, MAX_FILL, 'size'); n > 0; n--) host.byte(value);
};

const named =
  (name: string): Handler =>
  (host) =>
    host.enter(host.find(name) ?? makeSection(name));

const section: Handler = (host, rest) => {
  const [name = '', flags, type] = splitOperands(rest);
  const plain = name.replace(/^"(.*)"$/, '$1');
  if (plain === '') throw new AsmError('.section needs a name');
  host.enter(host.find(plain) ?? makeSection(plain, flags?.replace(/"/g, ''), type?.replace(/^[@%]/, '')));
};

const binding =
  (kind: AsmSymbol['binding']): Handler =>
  (host, rest) => {
    for (const name of splitOperands(rest)) host.symbol(name).binding = kind;
  };

const assign =
  (once: boolean): Handler =>
  (host, rest) => {
    const m = /^([A-Za-z_.$][\w.$]*)\s*,(.*)$/s.exec(rest);
    if (!m) throw new AsmError('.set takes a name and an expression');
    host.set(host.symbol(m[1]!), parseExpression(m[2]!, host), once);
  };

const ignore: Handler = () => undefined;

/** By name, lower case. */
export const DIRECTIVES: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['.byte', values('byte', 1)],
  ...['.half', '.2byte', '.short', '.hword'].map((n): [string, Handler] => [n, values('half', 2)]),
  ...['.word', '.4byte', '.long', '.int'].map((n): [string, Handler] => [n, values('word', 4)]),
  ...['.dword', '.8byte', '.quad'].map((n): [string, Handler] => [n, values('dword', 8)]),
  ['.ascii', strings(false)],
  ['.asciz', strings(true)],
  ['.string', strings(true)],
  ['.align', alignment(true)],
  ['.p2align', alignment(true)],
  ['.balign', alignment(false)],
  ...['.space', '.skip', '.zero'].map((n): [string, Handler] => [n, space]),
  [
    '.fill',
    (host, rest) => {
      const [repeat = '', size = '1', value = '0'] = splitOperands(rest);
      const bytes = count(host, size, 8, '.fill size');
      const v = BigInt.asUintN(bytes * 8, BigInt.asUintN(32, constant(value, host)));
      for (let n = count(host, repeat, MAX_FILL, '.fill count'); n > 0; n--) {
        for (let i = 0; i < bytes; i++) host.byte(Number((v >> BigInt(8 * i)) & 255n));
      }
    },
  ],
  [
    '.org',
    (host, rest) => {
      const [target = '', fill = '0'] = splitOperands(rest);
      const tail = {
        kind: 'org',
        target: parseExpression(target, host),
        fill: Number(constant(fill, host)),
        location: host.location,
      } as const;
      host.section.end(tail);
    },
  ],
  ['.text', named('.text')],
  ['.data', named('.data')],
  ['.bss', named('.bss')],
  ['.section', section],
  [
    '.pushsection',
    (host, rest) => {
      host.push();
      section(host, rest);
    },
  ],
  ['.popsection', (host) => host.pop()],
  ['.previous', (host) => host.previous()],
  ['.globl', binding('global')],
  ['.global', binding('global')],
  ['.weak', binding('weak')],
  ['.local', binding('local')],
  ['.set', assign(false)],
  ['.equ', assign(false)],
  ['.equiv', assign(true)],
  [
    '.type',
    (host, rest) => {
      const [name = '', type = ''] = splitOperands(rest);
      host.symbol(name).type = type.includes('func') ? 'function' : type.includes('obj') ? 'object' : 'none';
    },
  ],
  [
    '.size',
    (host, rest) => {
      const [name = '', size = ''] = splitOperands(rest);
      host.symbol(name).size = parseExpression(size, host);
    },
  ],
  [
    '.error',
    (_, rest) => {
      throw new AsmError(rest.replace(/^"(.*)"$/, '$1') || '.error');
    },
  ],
  [
    '.option',
    (_, rest) => {
      if (!/^(norvc|norelax|nopic|push|pop|arch\b.*)$/.test(rest.trim())) {
        throw new AsmError(`.option ${rest.trim()} (norvc, norelax, nopic, push, pop are allowed)`);
      }
    },
  ],
  ...['.file', '.ident', '.attribute', '.hidden', '.loc', '.warning', '.print'].map((n): [string, Handler] => [n, ignore]),
]);

/** Call-frame directives describe code and put nothing into it. */
export const isIgnored = (name: string): boolean => name.startsWith('.cfi_');
