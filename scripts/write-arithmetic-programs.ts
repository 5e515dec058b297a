// Writes the programs of riscv-tests/ that check instructions by tables of operands: `npx tsx scripts/write-arithmetic-programs.ts`.
// The expected values are computed here with BigInt from the manual's sentences, by none of our harts.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../riscv-tests/', import.meta.url);
const u = (v: bigint): bigint => BigInt.asUintN(32, v);
const s = (v: bigint): bigint => BigInt.asIntN(32, v);
const hex = (v: bigint): string => `0x${u(v).toString(16).padStart(8, '0')}`;

type Op = (a: bigint, b: bigint) => bigint;
const MIN = -0x80000000n;

const rr: readonly (readonly [string, string, string, Op])[] = [
  ['add', '2.4.2', 'rd = rs1 + rs2, overflow ignored', (a, b) => a + b],
  ['sub', '2.4.2', 'rd = rs1 - rs2, overflow ignored', (a, b) => a - b],
  ['sll', '2.4.2', 'rd = rs1 << rs2[4:0]', (a, b) => a << (b & 31n)],
  ['srl', '2.4.2', 'rd = rs1 >> rs2[4:0], zeros in', (a, b) => u(a) >> (b & 31n)],
  ['sra', '2.4.2', 'rd = rs1 >> rs2[4:0], sign in', (a, b) => s(a) >> (b & 31n)],
  ['slt', '2.4.2', 'rd = rs1 < rs2, signed', (a, b) => (s(a) < s(b) ? 1n : 0n)],
  ['sltu', '2.4.2', 'rd = rs1 < rs2, unsigned', (a, b) => (u(a) < u(b) ? 1n : 0n)],
  ['xor', '2.4.2', 'rd = rs1 ^ rs2', (a, b) => a ^ b],
  ['or', '2.4.2', 'rd = rs1 | rs2', (a, b) => a | b],
  ['and', '2.4.2', 'rd = rs1 & rs2', (a, b) => a & b],
  ['mul', '13.1', 'low 32 bits of the product', (a, b) => a * b],
  ['mulh', '13.1', 'high 32 bits, signed by signed', (a, b) => (s(a) * s(b)) >> 32n],
  ['mulhsu', '13.1', 'high 32 bits, signed rs1 by unsigned rs2', (a, b) => (s(a) * u(b)) >> 32n],
  ['mulhu', '13.1', 'high 32 bits, unsigned by unsigned', (a, b) => (u(a) * u(b)) >> 32n],
  ['div', '13.2', 'signed quotient towards zero; by zero -1; overflow gives the dividend', (a, b) => (s(b) === 0n ? -1n : s(a) / s(b))],
  ['divu', '13.2', 'unsigned quotient; by zero all ones', (a, b) => (u(b) === 0n ? -1n : u(a) / u(b))],
  [
    'rem',
    '13.2',
    'signed remainder with the sign of the dividend; by zero the dividend; overflow gives 0',
    (a, b) => (s(b) === 0n ? a : s(a) % s(b)),
  ],
  ['remu', '13.2', 'unsigned remainder; by zero the dividend', (a, b) => (u(b) === 0n ? a : u(a) % u(b))],
];

const ri: readonly (readonly [string, string, Op])[] = [
  ['addi', 'rd = rs1 + sign-extended immediate', (a, b) => a + b],
  ['slti', 'rd = rs1 < immediate, signed', (a, b) => (s(a) < b ? 1n : 0n)],
  ['sltiu', 'rd = rs1 < sign-extended immediate, unsigned', (a, b) => (u(a) < u(b) ? 1n : 0n)],
  ['xori', 'rd = rs1 ^ sign-extended immediate', (a, b) => a ^ b],
  ['ori', 'rd = rs1 | sign-extended immediate', (a, b) => a | b],
  ['andi', 'rd = rs1 & sign-extended immediate', (a, b) => a & b],
];
const shifts: readonly (readonly [string, string, Op])[] = [
  ['slli', 'rd = rs1 << shamt', (a, b) => a << b],
  ['srli', 'rd = rs1 >> shamt, zeros in', (a, b) => u(a) >> b],
  ['srai', 'rd = rs1 >> shamt, sign in', (a, b) => s(a) >> b],
];

const values = [
  0n,
  1n,
  2n,
  -1n,
  0x7fffffffn,
  MIN,
  0x80000001n,
  0x55555555n,
  0xaaaaaaaan,
  0x12345678n,
  0xffff8000n,
  0x00007fffn,
  0x0000ffffn,
  0x10000n,
  3n,
  0xfffffffdn,
];
const amounts = [0n, 1n, 4n, 15n, 16n, 30n, 31n, 32n, 33n, 63n, -1n, 0xffffffe0n];
const immediates = [0n, 1n, -1n, 2047n, -2048n, 0x555n, -0x556n, 7n];

/** A spread of pairs: every value meets every fourth other, and itself. */
function pairs(seconds: readonly bigint[]): [bigint, bigint][] {
  const out: [bigint, bigint][] = [];
  values.forEach((a, i) =>
    seconds.forEach((b, j) => {
      if ((i * 7 + j) % 4 === 0 || a === b || (a === MIN && (b === -1n || b === 0n))) out.push([a, b]);
    }),
  );
  return out;
}

function write(name: string, about: string, body: readonly string[]): void {
  const text = `# ${name}: ${about}\n# Written by scripts/write-arithmetic-programs.ts.\n    .include "arithmetic.inc"\n    BEGIN\n${body.map((l) => `    ${l}`).join('\n')}\n    END\n`;
  writeFileSync(fileURLToPath(new URL(`${name}.s`, folder)), text);
}

for (const [name, section, about, f] of rr) {
  const shift = /^s[lr][la]$/.test(name);
  const body = pairs(shift ? amounts : values).map(([a, b]) => `RR ${name}, ${hex(a)}, ${hex(b)}, ${hex(f(u(a), u(b)))}`);
  const [a, b] = [0x87654321n, 0x0000000dn];
  body.push(`RR_OVERLAPS ${name}, ${hex(a)}, ${hex(b)}, ${[f(a, b), f(a, a), f(0n, b), f(a, 0n)].map(hex).join(', ')}`);
  write(name, `${about} (unprivileged manual ${section}).`, body);
}
for (const [name, about, f] of ri) {
  const body = values.flatMap((a, i) =>
    immediates.filter((_, j) => (i + j) % 2 === 0).map((b) => `RI ${name}, ${hex(a)}, ${b}, ${hex(f(u(a), b))}`),
  );
  body.push(`RI_OVERLAPS ${name}, 0x87654321, -1365, ${hex(f(0x87654321n, -1365n))}, ${hex(f(0n, -1365n))}`);
  write(name, `${about} (unprivileged manual 2.4.1).`, body);
}
for (const [name, about, f] of shifts) {
  const body = values.flatMap((a, i) =>
    [0n, 1n, 7n, 14n, 16n, 31n].filter((_, j) => (i + j) % 2 === 0).map((b) => `RI ${name}, ${hex(a)}, ${b}, ${hex(f(u(a), b))}`),
  );
  for (let b = 0n; b < 32n; b++) body.push(`RI ${name}, 0x87654321, ${b}, ${hex(f(0x87654321n, b))}`);
  body.push(`RI_OVERLAPS ${name}, 0x87654321, 5, ${hex(f(0x87654321n, 5n))}, ${hex(f(0n, 5n))}`);
  write(name, `${about} (unprivileged manual 2.4.1).`, body);
}

// Branches: 1 when taken.
const branches: readonly (readonly [string, string, Op])[] = [
  ['beq', 'taken when equal', (a, b) => (u(a) === u(b) ? 1n : 0n)],
  ['bne', 'taken when not equal', (a, b) => (u(a) !== u(b) ? 1n : 0n)],
  ['blt', 'taken when rs1 < rs2, signed', (a, b) => (s(a) < s(b) ? 1n : 0n)],
  ['bge', 'taken when rs1 >= rs2, signed', (a, b) => (s(a) >= s(b) ? 1n : 0n)],
  ['bltu', 'taken when rs1 < rs2, unsigned', (a, b) => (u(a) < u(b) ? 1n : 0n)],
  ['bgeu', 'taken when rs1 >= rs2, unsigned', (a, b) => (u(a) >= u(b) ? 1n : 0n)],
];
for (const [name, about, f] of branches) {
  const body = pairs(values).map(([a, b], i) => `${i % 2 ? 'BR_BACK' : 'BR'} ${name}, ${hex(a)}, ${hex(b)}, ${f(a, b)}`);
  body.push(`BR_ZERO ${name}, ${f(0n, 0n)}, ${f(5n, 0n)}, ${f(0n, 5n)}`);
  write(name, `${about} (unprivileged manual 2.5.2).`, body);
}

// AMOs: memory becomes f(memory, rs2), rd gets what memory held.
const amos: readonly (readonly [string, string, Op])[] = [
  ['amoswap', 'memory = rs2', (_, b) => b],
  ['amoadd', 'memory += rs2', (a, b) => a + b],
  ['amoxor', 'memory ^= rs2', (a, b) => a ^ b],
  ['amoand', 'memory &= rs2', (a, b) => a & b],
  ['amoor', 'memory |= rs2', (a, b) => a | b],
  ['amomin', 'memory = signed minimum', (a, b) => (s(a) < s(b) ? a : b)],
  ['amomax', 'memory = signed maximum', (a, b) => (s(a) > s(b) ? a : b)],
  ['amominu', 'memory = unsigned minimum', (a, b) => (u(a) < u(b) ? a : b)],
  ['amomaxu', 'memory = unsigned maximum', (a, b) => (u(a) > u(b) ? a : b)],
];
for (const [name, about, f] of amos) {
  const body = [];
  const orders = ['', '.aq', '.rl', '.aqrl'];
  pairs(values)
    .filter((_, i) => i % 2 === 0)
    .forEach(([a, b], i) => {
      body.push(`AMO ${name}.w${orders[i % 4]}, ${hex(a)}, ${hex(b)}, ${hex(f(u(a), u(b)))}`);
    });
  const [a, b] = [0x87654321n, 0x7000000dn];
  body.push(`AMO_OVERLAPS ${name}.w, ${hex(a)}, ${hex(b)}, ${hex(f(a, b))}`);
  write(name, `${about}, rd = old memory (unprivileged manual 14.4).`, body);
}
