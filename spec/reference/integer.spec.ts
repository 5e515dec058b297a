// RV32I computation and the M extension (unprivileged manual, 2.4 and ch. 12).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { get, play, start } from './hart.js';

const MIN = 0x80000000;

/** The result of `op a0, a1, a2`. */
function binary(op: string, a: number, b: number): number {
  return get(play(`${op} x10, x11, x12`, { x11: a, x12: b }), 'x10');
}

function immediate(op: string, a: number, imm: number): number {
  return get(play(`${op} x10, x11, ${imm}`, { x11: a }), 'x10');
}

describe('RV32I', () => {
  it.each([
    ['add', 0xffffffff, 1, 0],
    ['sub', 0, 1, 0xffffffff],
    ['slt', MIN, 0, 1],
    ['slt', 0, MIN, 0],
    ['sltu', MIN, 0, 0],
    ['sltu', 0, MIN, 1],
    ['xor', 0xff00ff00, 0x0ff00ff0, 0xf0f0f0f0],
    ['or', 0xff00ff00, 0x0ff00ff0, 0xfff0fff0],
    ['and', 0xff00ff00, 0x0ff00ff0, 0x0f000f00],
    ['sll', 1, 31, MIN],
    ['sll', 1, 32, 1],
    ['srl', MIN, 31, 1],
    ['srl', MIN, 0xffffffe1, 0x40000000],
    ['sra', MIN, 31, 0xffffffff],
    ['sra', MIN, 36, 0xf8000000],
  ])('%s %d, %d = %d', (op, a, b, result) => expect(binary(op, a, b)).toBe(result));

  it.each([
    ['addi', 1, -2048, 0xfffff801],
    ['slti', 0xfffff7ff, -2048, 1],
    ['sltiu', 0xfffff7ff, -2048, 1],
    ['sltiu', 1, -1, 1],
    ['xori', 0x55555555, -1, 0xaaaaaaaa],
    ['ori', 1, -2048, 0xfffff801],
    ['andi', 0x12345678, -16, 0x12345670],
    ['slli', 0x40000001, 1, 0x80000002],
    ['srli', MIN, 4, 0x08000000],
    ['srai', MIN, 4, 0xf8000000],
  ])('%s %d, %d = %d', (op, a, imm, result) => expect(immediate(op, a, imm)).toBe(result));

  it('LUI and AUIPC fill the upper 20 bits', () => {
    expect(get(play('lui x10, 0xfffff'), 'x10')).toBe(0xfffff000);
    expect(get(play('nop\nauipc x10, 0x80000'), 'x10')).toBe(4);
  });

  it('x0 stays zero', () => {
    const hart = play('addi x0, x0, 5\nadd x10, x0, x0\nlui x0, 1\nadd x11, x0, x0');
    expect([get(hart, 'x0'), get(hart, 'x10'), get(hart, 'x11')]).toEqual([0, 0, 0]);
  });

  it('shift immediates with other upper bits are illegal', () => {
    for (const bits of [0x02000000, 0x04000000, 0x80000000, 0x42000000]) {
      const hart = start('slli x10, x11, 1\nsrai x10, x11, 1');
      const words = new Uint32Array(hart.ram.buffer);
      words[0] = (words[0]! | bits) >>> 0;
      hart.runSync(1);
      expect(get(hart, 'mcause')).toBe(2);
      expect(get(hart, 'mtval')).toBe(words[0]);
    }
  });
});

describe('M', () => {
  it.each([
    ['div', 7, 0, 0xffffffff],
    ['divu', 7, 0, 0xffffffff],
    ['rem', 0xfffffff9, 0, 0xfffffff9],
    ['remu', 7, 0, 7],
    ['div', MIN, 0xffffffff, MIN],
    ['rem', MIN, 0xffffffff, 0],
    ['div', 0xfffffff9, 2, 0xfffffffd],
    ['rem', 0xfffffff9, 2, 0xffffffff],
    ['rem', 7, 0xfffffffe, 1],
    ['divu', 0xfffffff9, 2, 0x7ffffffc],
    ['remu', 0xfffffff9, 2, 1],
    ['mulh', MIN, MIN, 0x40000000],
    ['mulhsu', 0xffffffff, 0xffffffff, 0xffffffff],
    ['mulhu', 0xffffffff, 0xffffffff, 0xfffffffe],
  ])('%s %d, %d = %d', (op, a, b, result) => expect(binary(op, a, b)).toBe(result));

  it('agrees with arithmetic on whole numbers', () => {
    const signed = (v: number): bigint => BigInt.asIntN(32, BigInt(v));
    const models: Record<string, (a: number, b: number) => bigint> = {
      mul: (a, b) => BigInt(a) * BigInt(b),
      mulh: (a, b) => (signed(a) * signed(b)) >> 32n,
      mulhsu: (a, b) => (signed(a) * BigInt(b)) >> 32n,
      mulhu: (a, b) => (BigInt(a) * BigInt(b)) >> 32n,
      div: (a, b) => (b === 0 ? -1n : signed(a) / signed(b)),
      divu: (a, b) => (b === 0 ? -1n : BigInt(a) / BigInt(b)),
      rem: (a, b) => (b === 0 ? signed(a) : signed(a) % signed(b)),
      remu: (a, b) => (b === 0 ? BigInt(a) : BigInt(a) % BigInt(b)),
    };
    const names = Object.keys(models);
    const hart = start(names.map((op, i) => `${op} x${i + 1}, x11, x12`).join('\n'));
    const value = fc.oneof(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constantFrom(0, 1, MIN, MIN + 1, MIN - 1, 0xffffffff, 0xffff, 0x10000),
    );
    fc.assert(
      fc.property(value, value, (a, b) => {
        hart.state.set([a, b], 11);
        hart.state[32] = 0x80000000;
        hart.runSync(names.length);
        names.forEach((op, i) => expect([op, hart.state[i + 1]]).toEqual([op, Number(BigInt.asUintN(32, models[op]!(a, b)))]));
      }),
      { numRuns: 2000 },
    );
  });
});
