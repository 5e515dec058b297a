// Pseudo-instructions that are one rewriting into real ones (unprivileged manual, ch. 37: "RISC-V Assembly Programmer's Handbook").
// `li`, `la`, `call`, `tail` and symbol loads need values or addresses; they stand in instructions.ts of this folder.

import { isRegister, memory } from './operands.js';

type Rewrite = (o: readonly string[]) => readonly (readonly string[])[];
interface Pseudo {
  readonly counts: readonly number[];
  readonly rewrite: Rewrite;
}

const table = new Map<string, Pseudo>();
function pseudo(name: string, counts: number | readonly number[], rewrite: Rewrite): void {
  table.set(name, { counts: typeof counts === 'number' ? [counts] : counts, rewrite });
}
const one = (...words: string[]): string[][] => [words];

pseudo('nop', 0, () => one('addi', 'x0', 'x0', '0'));
pseudo('mv', 2, ([d, s]) => one('addi', d!, s!, '0'));
pseudo('move', 2, ([d, s]) => one('addi', d!, s!, '0'));
pseudo('not', 2, ([d, s]) => one('xori', d!, s!, '-1'));
pseudo('neg', 2, ([d, s]) => one('sub', d!, 'x0', s!));
pseudo('seqz', 2, ([d, s]) => one('sltiu', d!, s!, '1'));
pseudo('snez', 2, ([d, s]) => one('sltu', d!, 'x0', s!));
pseudo('sltz', 2, ([d, s]) => one('slt', d!, s!, 'x0'));
pseudo('sgtz', 2, ([d, s]) => one('slt', d!, 'x0', s!));
pseudo('sgt', 3, ([d, s, t]) => one('slt', d!, t!, s!));
pseudo('sgtu', 3, ([d, s, t]) => one('sltu', d!, t!, s!));
pseudo('zext.b', 2, ([d, s]) => one('andi', d!, s!, '255'));
for (const [name, right, amount] of [
  ['sext.b', 'srai', 24],
  ['sext.h', 'srai', 16],
  ['zext.h', 'srli', 16],
] as const) {
  pseudo(name, 2, ([d, s]) => [
    ['slli', d!, s!, String(amount)],
    [right, d!, d!, String(amount)],
  ]);
}
for (const [name, real] of [
  ['beqz', 'beq'],
  ['bnez', 'bne'],
  ['bltz', 'blt'],
  ['bgez', 'bge'],
] as const) {
  pseudo(name, 2, ([s, l]) => one(real, s!, 'x0', l!));
}
for (const [name, real] of [
  ['blez', 'bge'],
  ['bgtz', 'blt'],
] as const)
  pseudo(name, 2, ([s, l]) => one(real, 'x0', s!, l!));
for (const [name, real] of [
  ['bgt', 'blt'],
  ['ble', 'bge'],
  ['bgtu', 'bltu'],
  ['bleu', 'bgeu'],
] as const) {
  pseudo(name, 3, ([s, t, l]) => one(real, t!, s!, l!));
}
pseudo('j', 1, ([l]) => one('jal', 'x0', l!));
pseudo('jal', 1, ([l]) => one('jal', 'ra', l!));
pseudo('ret', 0, () => one('jalr', 'x0', 'ra', '0'));
const jump =
  (link: string): Rewrite =>
  ([a, offset]) => {
    const m = memory(a);
    return m ? one('jalr', link, `x${m.base}`, m.offset) : one('jalr', link, a!, offset ?? '0');
  };
pseudo('jr', [1, 2], jump('x0'));
pseudo('jalr', 1, jump('ra'));
for (const [name, real] of [
  ['add', 'addi'],
  ['and', 'andi'],
  ['or', 'ori'],
  ['xor', 'xori'],
  ['slt', 'slti'],
  ['sltu', 'sltiu'],
  ['sll', 'slli'],
  ['srl', 'srli'],
  ['sra', 'srai'],
] as const) {
  table.set(name, { counts: [3], rewrite: (o) => one(isRegister(o[2]!) ? name : real, ...o) });
}
pseudo('csrr', 2, ([d, c]) => one('csrrs', d!, c!, 'x0'));
for (const letter of ['w', 's', 'c']) {
  pseudo(`csr${letter}`, 2, ([c, s]) => one(isRegister(s!) ? `csrr${letter}` : `csrr${letter}i`, 'x0', c!, s!));
  pseudo(`csr${letter}i`, 2, ([c, i]) => one(`csrr${letter}i`, 'x0', c!, i!));
  table.set(`csrr${letter}`, { counts: [3], rewrite: (o) => one(isRegister(o[2]!) ? `csrr${letter}` : `csrr${letter}i`, ...o) });
}
for (const counter of ['cycle', 'time', 'instret', 'cycleh', 'timeh', 'instreth']) {
  pseudo(`rd${counter}`, 1, ([d]) => one('csrrs', d!, counter, 'x0'));
}
pseudo('scall', 0, () => one('ecall'));
pseudo('sbreak', 0, () => one('ebreak'));
pseudo('unimp', 0, () => one('csrrw', 'x0', 'cycle', 'x0'));

/** The real instructions of a pseudo-instruction, or undefined when `name` with so many operands is none. */
export function expandPseudo(name: string, operands: readonly string[]): readonly (readonly string[])[] | undefined {
  const found = table.get(name);
  return found?.counts.includes(operands.length) ? found.rewrite(operands) : undefined;
}

/** True when `name` is a pseudo-instruction with other operand counts. */
export function isPseudo(name: string): boolean {
  return table.has(name);
}
