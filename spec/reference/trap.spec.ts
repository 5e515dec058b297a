// Traps, returns, interrupts, WFI (privileged manual, 3.1.6 to 3.1.9, 3.3; docs/machine.md).

import { describe, expect, it } from 'vitest';
import { EXIT, W } from '../../src/isa/state.js';
import { BASE, get, MTVEC, play, start, STVEC, type Words } from './hart.js';

const SIE = 2;
const MIE = 8;
const SPIE = 0x20;
const MPIE = 0x80;
const SPP = 0x100;
const MPP = 0x1800;
const MPRV = 0x20000;
const TW = 0x200000;
const TSR = 0x400000;

describe('trap entry', () => {
  it('stacks xIE and privilege of M', () => {
    const hart = play('ecall', { priv: 0, mstatus: MIE | MPP | SIE });
    expect(get(hart, 'mstatus')).toBe(MPIE | SIE);
    const from = play('ecall', { priv: 1, mstatus: MPIE });
    expect(get(from, 'mstatus')).toBe(0x800);
  });

  it('stacks xIE and privilege of S', () => {
    const hart = play('ecall', { priv: 1, mstatus: SIE | MIE, medeleg: 1 << 9 });
    expect([get(hart, 'mstatus'), get(hart, 'priv'), get(hart, 'pc'), get(hart, 'scause'), get(hart, 'sepc')]).toEqual([
      SPIE | SPP | MIE,
      1,
      STVEC,
      9,
      BASE,
    ]);
    const user = play('ecall', { priv: 0, mstatus: SPP, medeleg: 1 << 8 });
    expect([get(user, 'mstatus'), get(user, 'mcause')]).toEqual([0, 0]);
  });

  it('M-mode never delegates', () => {
    const hart = play('ebreak', { medeleg: 0xb3ff });
    expect([get(hart, 'mcause'), get(hart, 'pc'), get(hart, 'priv')]).toEqual([3, MTVEC, 3]);
  });

  it('vectored mode is for interrupts only', () => {
    const exception = play('ecall', { mtvec: MTVEC | 1 });
    expect(get(exception, 'pc')).toBe(MTVEC);
    const interrupt = play('nop', { mtvec: MTVEC | 1, mie: 1 << 3, msip: 1, mstatus: MIE });
    expect([get(interrupt, 'pc'), get(interrupt, 'mcause'), get(interrupt, 'mtval'), get(interrupt, 'mepc')]).toEqual([
      MTVEC + 12,
      0x80000003,
      0,
      BASE,
    ]);
  });
});

describe('returns', () => {
  it.each([
    [0, 0],
    [1, 1],
    [3, 3],
  ])('MRET goes to MPP %d', (mpp, priv) => {
    const hart = play('mret', { mstatus: (mpp << 11) | MPIE | MPRV, mepc: BASE + 0x40 });
    expect([get(hart, 'priv'), get(hart, 'pc'), get(hart, 'mstatus')]).toEqual([priv, BASE + 0x40, MIE | MPIE | (mpp === 3 ? MPRV : 0)]);
  });

  it('SRET goes to SPP, and clears MPRV even from M', () => {
    const user = play('sret', { priv: 1, mstatus: SIE, sepc: BASE + 0x40 });
    expect([get(user, 'priv'), get(user, 'pc'), get(user, 'mstatus')]).toEqual([0, BASE + 0x40, SPIE]);
    const supervisor = play('sret', { mstatus: SPP | SPIE | MPRV, sepc: BASE + 0x40 });
    expect([get(supervisor, 'priv'), get(supervisor, 'mstatus')]).toEqual([1, SIE | SPIE]);
  });

  it.each([
    ['mret', { priv: 1 }, true],
    ['mret', { priv: 0 }, true],
    ['sret', { priv: 0 }, true],
    ['sret', { priv: 1, mstatus: TSR }, true],
    ['sret', { priv: 3, mstatus: TSR }, false],
    ['wfi', { priv: 0 }, true],
    ['wfi', { priv: 1, mstatus: TW }, true],
    ['wfi', { priv: 3, mstatus: TW }, false],
    ['wfi', { priv: 1 }, false],
    ['sfence.vma', { priv: 0 }, true],
    ['sfence.vma', { priv: 1, mstatus: 1 << 20 }, true],
    ['sfence.vma', { priv: 3, mstatus: 1 << 20 }, false],
    ['sfence.vma x1, x2', { priv: 1 }, false],
  ] as const)('%s under %o: illegal is %s', (source, words, illegal) => {
    expect(get(play(source, words as Words, 1), 'mcause') === 2).toBe(illegal);
  });
});

describe('interrupts', () => {
  const pending = (words: Words): number => get(play('nop', { mie: 0xaaa, ...words }), 'mcause');

  it('to M need MIE in M-mode, and nothing below it', () => {
    expect(pending({ mip: 2 })).toBe(0);
    expect(pending({ mip: 2, mstatus: MIE })).toBe(0x80000001);
    expect(pending({ mip: 2, priv: 1 })).toBe(0x80000001);
    expect(pending({ mip: 2, priv: 0, mie: 0 })).toBe(0);
  });

  it('to S need SIE in S-mode, and are never taken in M-mode', () => {
    const cause = (words: Words): number => get(play('nop', { mie: 2, mip: 2, mideleg: 2, ...words }), 'scause');
    expect(cause({ priv: 1 })).toBe(0);
    expect(cause({ priv: 1, mstatus: SIE })).toBe(0x80000001);
    expect(cause({ priv: 0 })).toBe(0x80000001);
    expect(cause({ priv: 3, mstatus: SIE | MIE })).toBe(0);
  });

  it('come in the order MEI, MSI, MTI, SEI, SSI, STI', () => {
    const hart = start('nop', { mie: 0xaaa, mip: 0x222, mstatus: MIE, msip: 1, plic_lines: 2 });
    hart.state.fill(0, W.mtimecmp, W.mtimecmp + 2);
    hart.state[W.plic_priority + 1] = 1;
    hart.state[W.plic_enable] = 2;
    const order: number[] = [];
    for (let i = 0; i < 6; i++) {
      hart.state[W.mstatus] = MIE;
      hart.runSync(1);
      const code = hart.state[W.mcause]! & 31;
      order.push(code);
      hart.state[W.mie] = hart.state[W.mie]! & ~(1 << code);
    }
    expect(order).toEqual([11, 3, 7, 9, 1, 5]);
  });

  it('of M go before those delegated to S', () => {
    const hart = play('nop', { priv: 1, mie: 0x202, mip: 0x202, mideleg: 0x200, mstatus: SIE });
    expect([get(hart, 'mcause'), get(hart, 'scause')]).toEqual([0x80000001, 0]);
  });

  it('are taken right after the instruction that makes them due', () => {
    const csr = play('csrw mip, x10\nnop', { x10: 2, mie: 2, mstatus: MIE }, 2);
    expect([get(csr, 'mepc'), get(csr, 'retired')]).toEqual([BASE + 4, 1]);
    const enable = play('csrsi mstatus, 8\nnop', { mip: 2, mie: 2 }, 2);
    expect([get(enable, 'mepc'), get(enable, 'mcause')]).toEqual([BASE + 4, 0x80000001]);
  });

  it.each([1, 2, 3, 7, 100])('of the timer come at the first instruction with mtime >= mtimecmp (%d ticks)', (ticks) => {
    const hart = start(Array.from({ length: 220 }, () => 'nop').join('\n'), { mie: 1 << 7, mstatus: MIE });
    hart.state.set([ticks, 0], W.mtimecmp);
    hart.runSync(ticks * 2);
    expect([get(hart, 'mcause'), get(hart, 'pc')]).toEqual([0, BASE + ticks * 2 * 4]);
    hart.runSync(1);
    expect([get(hart, 'mcause'), get(hart, 'mepc')]).toEqual([0x80000007, BASE + ticks * 2 * 4]);
  });

  it('of stimecmp likewise, across the carry of retired', () => {
    const hart = start('nop\nnop\nnop\nnop\nnop\nnop\nnop', { mie: 1 << 5, mstatus: MIE, menvcfgh: 0x80000000 });
    hart.state.set([0xfffffffd, 0], W.retired);
    hart.state.set([0x80000001, 0], W.stimecmp);
    hart.runSync(6);
    expect([get(hart, 'mcause'), get(hart, 'mepc')]).toEqual([0x80000005, BASE + 5 * 4]);
  });

  it('a trap and an interrupt are steps of their own', () => {
    const hart = start('ecall', { mie: 2, mip: 2, mstatus: MIE });
    expect(hart.runSync(2)).toEqual({ exit: EXIT.BUDGET, steps: 2 });
    expect(get(hart, 'retired')).toBe(0);
  });
});

describe('WFI', () => {
  it('leaves when nothing enabled is pending, after it has retired', () => {
    const hart = start('wfi\nnop', { mip: 2, mie: 0x20 });
    expect(hart.runSync(5)).toEqual({ exit: EXIT.WFI, steps: 1 });
    expect([get(hart, 'pc'), get(hart, 'exit')]).toEqual([BASE + 4, EXIT.WFI]);
  });

  it('goes on when something pends, whatever the global enables say', () => {
    const hart = start('wfi\nnop', { mip: 2, mie: 2 });
    expect(hart.runSync(2)).toEqual({ exit: EXIT.BUDGET, steps: 2 });
    expect(get(hart, 'pc')).toBe(BASE + 8);
  });

  it('counts itself when it looks at the timer', () => {
    const hart = start('nop\nwfi\nnop', { mie: 1 << 7 });
    hart.state.set([1, 0], W.mtimecmp);
    expect(hart.runSync(3).exit).toBe(EXIT.BUDGET);
  });
});
