// LR, SC, AMOs (unprivileged manual, ch. 13; docs/machine.md, Memory).

import { describe, expect, it } from 'vitest';
import { BASE, expectTrap, get, MAP, play, setWord, start, word } from './hart.js';

const AT = BASE + 0x1000;
const NONE = 0xffffffff;

describe('AMOs', () => {
  it.each([
    ['amoswap', 5, 7, 7],
    ['amoadd', 0xffffffff, 2, 1],
    ['amoxor', 0xff00, 0x0ff0, 0xf0f0],
    ['amoand', 0xff00, 0x0ff0, 0x0f00],
    ['amoor', 0xff00, 0x0ff0, 0xfff0],
    ['amomin', 0x80000000, 1, 0x80000000],
    ['amomin', 1, 0x80000000, 0x80000000],
    ['amomax', 0x80000000, 1, 1],
    ['amominu', 0x80000000, 1, 1],
    ['amomaxu', 1, 0x80000000, 0x80000000],
  ])('%s of %d and %d stores %d', (op, memory, register, stored) => {
    const hart = start(`${op}.w x10, x11, (x5)`, { x5: AT, x11: register });
    setWord(hart, AT, memory);
    hart.runSync(1);
    expect([get(hart, 'x10'), word(hart, AT)]).toEqual([memory, stored]);
  });

  it('rd may be rs1 or rs2', () => {
    const hart = start('amoadd.w x5, x5, (x5)', { x5: AT });
    setWord(hart, AT, 1);
    hart.runSync(1);
    expect([get(hart, 'x5'), word(hart, AT)]).toEqual([1, AT + 1]);
  });
});

describe('causes', () => {
  it.each([
    ['lr.w x10, (x5)', AT + 2, 4],
    ['sc.w x10, x11, (x5)', AT + 1, 6],
    ['amoadd.w x10, x11, (x5)', AT + 2, 6],
    // Misaligned comes before what is there.
    ['amoadd.w x10, x11, (x5)', 2, 6],
    ['lr.w x10, (x5)', MAP.plic.base, 5],
    ['sc.w x10, x11, (x5)', MAP.uart.base, 7],
    ['amoswap.w x10, x11, (x5)', MAP.virtio.base, 7],
    ['amoswap.w x10, x11, (x5)', 0, 7],
  ])('%s at %d: %d', (source, x5, cause) => {
    const hart = play(source, { x5, x10: 9 });
    expectTrap(hart, cause, x5, BASE);
    expect(get(hart, 'x10')).toBe(9);
  });
});

describe('reservations', () => {
  const pair = (between: string): [number, number] => {
    const source = `lr.w x10, (x5)\n${between}sc.w x12, x11, (x5)`;
    const hart = play(source, { x5: AT, x6: AT + 4, x11: 42, x12: 9 });
    return [get(hart, 'x12'), word(hart, AT)];
  };

  it('SC succeeds after LR', () => expect(pair('')).toEqual([0, 42]));
  it('an unrelated store leaves it', () => expect(pair('sw x5, 4(x5)\n')).toEqual([0, 42]));
  it('a store to the word breaks it', () => expect(pair('sw x0, 0(x5)\n')).toEqual([1, 0]));
  it('a byte of the word breaks it', () => expect(pair('sb x0, 3(x5)\n')).toEqual([1, 0]));
  it('a misaligned store that ends in the word breaks it', () => expect(pair('sw x0, -1(x5)\n')).toEqual([1, 0]));
  it('an AMO breaks it', () => expect(pair('amoadd.w x0, x0, (x5)\n')).toEqual([1, 0]));
  it('another LR moves it', () => expect(pair('lr.w x13, (x6)\n')).toEqual([1, 0]));
  it('an SC elsewhere takes it', () => expect(pair('sc.w x13, x0, (x6)\n')).toEqual([1, 0]));

  it('is taken by any SC, and only once', () => {
    const hart = play('lr.w x10, (x5)\nsc.w x12, x11, (x5)\nsc.w x13, x11, (x5)', { x5: AT });
    expect([get(hart, 'x12'), get(hart, 'x13'), get(hart, 'reservation')]).toEqual([0, 1, NONE]);
  });

  it('traps and returns break it', () => {
    const trapped = play('lr.w x10, (x5)\necall', { x5: AT });
    expect(get(trapped, 'reservation')).toBe(NONE);
    const returned = play('lr.w x10, (x5)\nmret', { x5: AT, mepc: BASE });
    expect(get(returned, 'reservation')).toBe(NONE);
  });

  it('writes from outside break it', async () => {
    const hart = play('lr.w x10, (x5)', { x5: AT });
    await hart.writeMemory(AT + 4, Uint8Array.of(1));
    expect(get(hart, 'reservation')).toBe(AT);
    await hart.writeMemory(AT + 3, Uint8Array.of(1));
    expect(get(hart, 'reservation')).toBe(NONE);
  });
});
