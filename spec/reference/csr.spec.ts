// CSRs (unprivileged manual, ch. 6 and 7; privileged manual, ch. 2, 3.1, 10.1; docs/machine.md, CSRs).

import { describe, expect, it } from 'vitest';
import { CSRS } from '../../src/isa/csrs.js';
import { W } from '../../src/isa/state.js';
import { encode } from '../../src/conformance/encode.js';
import { BASE, expectTrap, get, MAP, play, setWord, start, type Words } from './hart.js';

const U = { priv: 0 };
const S = { priv: 1 };

/** True when `source` is an illegal instruction under `words`. */
function illegal(source: string, words: Words = {}): boolean {
  const hart = play(source, words, 1);
  return get(hart, 'mcause') === 2 && get(hart, 'pc') !== BASE + 4;
}

/** What `csr` reads after `value` was written to it in M-mode. */
function written(csr: string, value: number, words: Words = {}): number {
  return get(play(`csrw ${csr}, x10\ncsrr x11, ${csr}`, { x10: value, ...words }), 'x11');
}

describe('access', () => {
  it.each(CSRS.map((c) => [c.name, c.number] as const))('%s: privilege and read-only numbers', (_, csr) => {
    const lowest = (csr >> 8) & 3;
    for (const priv of [0, 1, 3]) {
      const read = start('nop', { priv, mcounteren: 7, scounteren: 7, menvcfgh: 0x80000000 });
      setWord(read, BASE, encode('csrrs', { rd: 10, csr }));
      read.runSync(1);
      const hpm = (csr & 0xf60) === 0xc00 && (csr & 31) > 2;
      const allowed = priv >= lowest && (priv === 3 || !hpm);
      expect([priv, get(read, 'pc') === BASE + 4]).toEqual([priv, allowed]);
    }
    const write = start('nop');
    setWord(write, BASE, encode('csrrw', { csr }));
    write.runSync(1);
    expect(get(write, 'pc') === BASE + 4).toBe(csr >> 10 !== 3);
  });

  it('numbers that do not exist are illegal, with the word in mtval', () => {
    for (const csr of [0x000, 0x003, 0x200, 0x3ff, 0x7a0, 0x7b0, 0x5a8, 0xfff]) {
      const hart = start('nop');
      const word = encode('csrrs', { rd: 1, csr });
      setWord(hart, BASE, word);
      hart.runSync(1);
      expectTrap(hart, 2, word, BASE);
    }
  });

  it('a read-only CSR may be read by every form that does not write', () => {
    expect(illegal('csrr x10, mhartid')).toBe(false);
    expect(illegal('csrrc x10, mhartid, x0')).toBe(false);
    expect(illegal('csrrsi x10, mhartid, 0')).toBe(false);
    // The register number decides, not its value.
    expect(illegal('csrrs x10, mhartid, x5')).toBe(true);
    expect(illegal('csrrw x10, mhartid, x0')).toBe(true);
    expect(illegal('csrrwi x10, cycle, 0')).toBe(true);
  });

  it('satp is closed to S-mode by TVM, for reads too', () => {
    expect(illegal('csrr x10, satp', { ...S, mstatus: 1 << 20 })).toBe(true);
    expect(illegal('csrr x10, satp', S)).toBe(false);
    expect(illegal('csrr x10, satp', { mstatus: 1 << 20 })).toBe(false);
  });

  it('stimecmp in S-mode wants mcounteren.TM and STCE', () => {
    const stce = 0x80000000;
    expect(illegal('csrr x10, stimecmp', { ...S, mcounteren: 2, menvcfgh: stce })).toBe(false);
    expect(illegal('csrr x10, stimecmp', { ...S, mcounteren: 5, menvcfgh: stce })).toBe(true);
    expect(illegal('csrr x10, stimecmph', { ...S, mcounteren: 2 })).toBe(true);
    expect(illegal('csrr x10, stimecmp')).toBe(false);
  });

  it.each([
    ['cycle', 1],
    ['time', 2],
    ['instret', 4],
  ])('%s wants its bits', (csr, bit) => {
    expect(illegal(`csrr x10, ${csr}`, { ...S, mcounteren: bit })).toBe(false);
    expect(illegal(`csrr x10, ${csr}`, { ...S, mcounteren: 7 & ~bit })).toBe(true);
    expect(illegal(`csrr x10, ${csr}h`, { ...U, mcounteren: bit, scounteren: bit })).toBe(false);
    expect(illegal(`csrr x10, ${csr}`, { ...U, mcounteren: 7, scounteren: 7 & ~bit })).toBe(true);
    expect(illegal(`csrr x10, ${csr}`, { ...U, mcounteren: 7 & ~bit, scounteren: 7 })).toBe(true);
  });
});

describe('operations', () => {
  it('swap, set, clear, and the old value', () => {
    const hart = play('csrrw x1, mscratch, x10\ncsrrs x2, mscratch, x11\ncsrrc x3, mscratch, x12\ncsrr x4, mscratch', {
      mscratch: 1,
      x10: 0xff,
      x11: 0xf00,
      x12: 0x0f,
    });
    expect([1, 2, 3, 4].map((i) => get(hart, `x${i}`))).toEqual([1, 0xff, 0xfff, 0xff0]);
  });

  it('immediates are five bits, zero-extended', () => {
    const hart = play('csrrwi x1, mscratch, 31\ncsrrsi x2, mscratch, 0\ncsrrci x3, mscratch, 3\ncsrr x4, mscratch', { mscratch: 0x100 });
    expect([1, 2, 3, 4].map((i) => get(hart, `x${i}`))).toEqual([0x100, 31, 31, 28]);
  });

  it('rd may be rs1', () => {
    const hart = play('csrrw x10, mscratch, x10', { x10: 5, mscratch: 6 });
    expect([get(hart, 'x10'), get(hart, 'mscratch')]).toEqual([6, 5]);
  });
});

describe('WARL', () => {
  it.each([
    ['mstatus', 0xffffffff, 0x007e19aa],
    ['sstatus', 0xffffffff, 0x000c0122],
    ['misa', 0, 0x40141101],
    ['medeleg', 0xffffffff, 0xb3ff],
    ['mideleg', 0xffffffff, 0x222],
    ['mie', 0xffffffff, 0xaaa],
    ['mip', 0xffffffff, 0x222],
    ['mtvec', 0xffffffff, 0xfffffffd],
    ['stvec', 0xfffffffe, 0xfffffffc],
    ['mepc', 0xffffffff, 0xfffffffc],
    ['sepc', 0xffffffff, 0xfffffffc],
    ['mcounteren', 0xffffffff, 7],
    ['scounteren', 0xffffffff, 7],
    ['menvcfg', 0xffffffff, 1],
    ['menvcfgh', 0xffffffff, 0xa0000000],
    ['satp', 0xffffffff, 0x803fffff],
    ['mcause', 0x12345678, 0x12345678],
    ['stval', 0xffffffff, 0xffffffff],
    ['mstatush', 0xffffffff, 0],
    ['mcountinhibit', 0xffffffff, 0],
    ['pmpcfg0', 0xffffffff, 0],
    ['pmpaddr63', 0xffffffff, 0],
    ['mhpmcounter3', 0xffffffff, 0],
  ])('%s written with %d reads %d', (csr, value, expected) => expect(written(csr, value)).toBe(expected));

  it('MPP refuses 2 and keeps what it had; the rest is written', () => {
    expect(written('mstatus', 0x1008, { mstatus: 0x1800 })).toBe(0x1808);
    expect(written('mstatus', 0x1008, { mstatus: 0x0800 })).toBe(0x0808);
    expect(written('mstatus', 0x0800, { mstatus: 0x1800 })).toBe(0x0800);
  });

  it('reset', () => {
    const hart = start('nop');
    expect(['mstatus', 'mie', 'satp', 'menvcfgh', 'medeleg'].map((f) => get(hart, f))).toEqual([0, 0, 0, 0, 0]);
    expect(get(hart, 'priv')).toBe(3);
  });
});

describe('views', () => {
  it('sstatus shows and writes its part of mstatus', () => {
    const hart = play('csrr x11, sstatus\ncsrw sstatus, x0', { mstatus: 0x007e19aa });
    expect([get(hart, 'x11'), get(hart, 'mstatus')]).toEqual([0x000c0122, 0x00721888]);
  });

  it('sie reaches what is delegated', () => {
    const hart = play('csrw sie, x10\ncsrr x11, sie', { x10: 0xffffffff, mideleg: 0x202, mie: 0x888 });
    expect([get(hart, 'x11'), get(hart, 'mie')]).toEqual([0x202, 0xa8a]);
  });

  it('sip shows what is delegated and writes SSIP only, if delegated', () => {
    const shown = play('csrr x11, sip', { mip: 0x222, mideleg: 0x022 });
    expect(get(shown, 'x11')).toBe(0x022);
    expect(get(play('csrw sip, x0', { mip: 0x222, mideleg: 0x222 }), 'mip')).toBe(0x220);
    expect(get(play('csrw sip, x0', { mip: 0x222, mideleg: 0x220 }), 'mip')).toBe(0x222);
  });
});

describe('mip', () => {
  it('STIP follows stimecmp while STCE is on, and comes back as it was stored', () => {
    const stce = 0x80000000;
    // Reset puts stimecmp out of reach.
    expect(written('mip', 0xffffffff, { menvcfgh: stce })).toBe(0x202);
    const kept = play('csrr x11, mip\ncsrw mip, x0\ncsrw menvcfgh, x0\ncsrr x12, mip', { menvcfgh: stce, mip: 0x20 });
    expect([get(kept, 'x11'), get(kept, 'x12')]).toEqual([0, 0x20]);
    const due = play('csrw stimecmph, x0\ncsrw stimecmp, x0\ncsrr x11, mip\ncsrw stimecmp, x10\ncsrr x12, mip', {
      menvcfgh: stce,
      x10: 1000,
    });
    expect([get(due, 'x11'), get(due, 'x12')]).toEqual([0x20, 0]);
  });

  it('CSRRS on mip works on the stored SEIP, not on the line of the PLIC', () => {
    const hart = start('csrrs x10, mip, x11', { x11: 2, plic_lines: 2 });
    hart.state[W.plic_priority + 1] = 1;
    hart.state[W.plic_enable + 1] = 2;
    hart.runSync(1);
    expect([get(hart, 'x10'), get(hart, 'mip')]).toEqual([0x200, 2]);
  });
});

describe('counters', () => {
  it('read the value before the reading instruction retires', () => {
    const hart = play('nop\nnop\ncsrr x10, minstret\ncsrr x11, cycle');
    expect([get(hart, 'x10'), get(hart, 'x11')]).toEqual([2, 3]);
  });

  it('a write shows at the next instruction', () => {
    const hart = play('csrw minstret, x10\ncsrr x11, minstret\ncsrr x12, mcycle', { x10: 1000 });
    expect([get(hart, 'x11'), get(hart, 'x12')]).toEqual([1000, 2]);
  });

  it('the halves carry', () => {
    const hart = play('csrw mcycleh, x10\ncsrw mcycle, x11\nnop\ncsrr x12, cycle\ncsrr x13, cycleh', { x10: 5, x11: 0xffffffff });
    expect([get(hart, 'x12'), get(hart, 'x13')]).toEqual([0, 6]);
  });

  it('a trapping instruction does not count', () => {
    const hart = play('ecall', {}, 1);
    expect([get(hart, 'retired'), get(hart, 'pc')]).toEqual([0, BASE + 0x8000]);
  });

  it('time is mtime', () => {
    const hart = play('nop\nnop\nnop\ncsrr x10, time\nlw x11, 0(x5)\ncsrr x12, timeh', { x5: MAP.clint.base + 0xbff8 });
    expect([get(hart, 'x10'), get(hart, 'x11'), get(hart, 'x12')]).toEqual([1, 2, 0]);
  });
});
