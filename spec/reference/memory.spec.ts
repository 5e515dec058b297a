// Loads and stores (unprivileged manual, 2.6; docs/machine.md, Memory and Devices in the hart).

import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/isa/state.js';
import { BASE, expectTrap, get, MAP, play, RAM_SIZE, set, setWord, start, word } from './hart.js';

const AT = BASE + 0x1000;
const END = BASE + RAM_SIZE;

describe('loads', () => {
  it.each([
    ['lb', 1, 0xffffff80],
    ['lbu', 1, 0x80],
    ['lh', 0, 0xffff8081],
    ['lhu', 0, 0x8081],
    ['lh', 1, 0xfffff280],
    ['lhu', 1, 0xf280],
    ['lw', 0, 0xe3f28081],
    ['lw', 1, 0x14e3f280],
    ['lw', 2, 0x2514e3f2],
    ['lw', 3, 0x362514e3],
  ])('%s at offset %d is %d', (op, offset, value) => {
    const hart = start(`${op} x10, ${offset}(x5)`, { x5: AT });
    setWord(hart, AT, 0xe3f28081);
    setWord(hart, AT + 4, 0x47362514);
    hart.runSync(1);
    expect(get(hart, 'x10')).toBe(value);
  });

  it('cross a page', () => {
    const hart = start('lw x10, -2(x5)', { x5: AT });
    setWord(hart, AT - 4, 0x12345678);
    setWord(hart, AT, 0x9abcdef0);
    hart.runSync(1);
    expect(get(hart, 'x10')).toBe(0xdef01234);
  });
});

describe('stores', () => {
  it.each([
    ['sb', 1, 0xffff88ff, 0xffffffff],
    ['sh', 0, 0xffff7788, 0xffffffff],
    ['sh', 3, 0x88ffffff, 0xffffff77],
    ['sw', 0, 0x55667788, 0xffffffff],
    ['sw', 1, 0x667788ff, 0xffffff55],
    ['sw', 3, 0x88ffffff, 0xff556677],
  ])('%s at offset %d', (op, offset, first, second) => {
    const hart = start(`${op} x10, ${offset}(x5)`, { x5: AT, x10: 0x55667788 });
    setWord(hart, AT, 0xffffffff);
    setWord(hart, AT + 4, 0xffffffff);
    hart.runSync(1);
    expect([word(hart, AT), word(hart, AT + 4)]).toEqual([first, second]);
  });
});

describe('what is not RAM', () => {
  it.each([
    ['lw x10, 0(x5)', 0x40000000, 5, 0x40000000],
    ['sw x10, 0(x5)', 0x40000000, 7, 0x40000000],
    ['lw x10, 0(x5)', END, 5, END],
    ['lb x10, 0(x5)', 0xffffffff, 5, 0xffffffff],
    ['lw x10, 0(x5)', BASE - 4, 5, BASE - 4],
    // The second page of a misaligned access.
    ['lw x10, -2(x5)', END, 5, END],
    ['sw x10, -1(x5)', END, 7, END],
    // The first one.
    ['lw x10, -2(x5)', BASE, 5, BASE - 2],
    // Both, and the wrap of addresses.
    ['lw x10, 0(x5)', 0xfffffffe, 5, 0xfffffffe],
    // Devices take aligned accesses of their own width.
    ['lw x10, 0(x5)', MAP.uart.base, 5, MAP.uart.base],
    ['lb x10, 0(x5)', MAP.clint.base, 5, MAP.clint.base],
    ['sh x10, 0(x5)', MAP.plic.base + 4, 7, MAP.plic.base + 4],
    ['lw x10, 1(x5)', MAP.plic.base, 5, MAP.plic.base + 1],
    ['sb x10, 0(x5)', MAP.test.base, 7, MAP.test.base],
  ])('%s at %d: cause %d', (source, x5, cause, tval) => expectTrap(play(source, { x5, x10: 1 }), cause, tval, BASE));

  it('stores nothing when the second half fails', () => {
    const hart = play('sw x10, -2(x5)', { x5: END, x10: 0xffffffff });
    expect(word(hart, END - 4)).toBe(0);
  });

  it('leaves rd of a failed load', () => {
    expect(get(play('lw x10, 0(x5)', { x5: 0, x10: 9 }), 'x10')).toBe(9);
  });
});

describe('tohost', () => {
  it.each(['sw x10, 0(x5)', 'sb x10, 0(x5)', 'sh x10, 0(x5)', 'amoswap.w x0, x10, (x5)', 'sw x10, -1(x5)'])('%s ends the run', (source) => {
    const hart = start(source, { x5: AT, x10: 0x0101, tohost: AT });
    expect(hart.runSync(10)).toEqual({ exit: EXIT.TOHOST, steps: 1 });
    expect([get(hart, 'exit_value'), get(hart, 'pc')]).toEqual([word(hart, AT), BASE + 4]);
  });

  it('a zero does not, and neither does a word beside it', () => {
    const hart = start('sw x0, 0(x5)\nsw x10, 4(x5)\nsw x10, -4(x5)', { x5: AT, x10: 1, tohost: AT });
    expect(hart.runSync(3)).toEqual({ exit: EXIT.BUDGET, steps: 3 });
  });

  it('is looked at anew after it moves', () => {
    const hart = start('sw x10, 0(x5)\nsw x10, 0(x5)', { x5: AT, x10: 1 });
    hart.runSync(1);
    set(hart, { tohost: AT });
    expect(hart.runSync(1).exit).toBe(EXIT.TOHOST);
  });
});
