// Sv32 (privileged manual, 10.3), Svadu, MPRV, SUM, MXR: a small table for each rule.

import { describe, expect, it } from 'vitest';
import { PTE } from '../../src/isa/privilege.js';
import type { ReferenceHart } from '../../src/reference/index.js';
import { BASE, get, mpp, play, set, setWord, start, word, type Words } from './hart.js';

const ROOT = BASE + 0x2000;
const LEAVES = BASE + 0x3000;
const DATA = BASE + 0x4000;
/** The virtual page under test, and the PTEs that lead to it. */
const VA = 0x00401000;
const ROOT_PTE = ROOT + 4;
const LEAF_PTE = LEAVES + 4;
const MPRV = 0x20000;
const SUM = 0x40000;
const MXR = 0x80000;
const ADUE = 0x20000000;
const ALL = PTE.V | PTE.R | PTE.W | PTE.X | PTE.A | PTE.D;

const pte = (address: number, flags: number): number => ((address >>> 2) & 0xfffffc00) | flags;

interface Setup {
  readonly leaf?: number;
  readonly root?: number;
  readonly words?: Words;
}

/** A hart in S-mode (M-mode with MPRV unless `priv` is given) whose x5 is VA; its code is mapped for both. */
function mapped(source: string, { leaf = pte(DATA, ALL), root = pte(LEAVES, PTE.V), words = {} }: Setup = {}): ReferenceHart {
  const hart = start(source, { satp: 0x80000000 + (ROOT >>> 12), x5: VA, x10: 0x55, mstatus: MPRV | mpp(1), ...words });
  const user = words['priv'] === 0 ? PTE.U : 0;
  setWord(hart, ROOT + (BASE >>> 22) * 4, pte(BASE, PTE.V | PTE.X | PTE.A | user));
  setWord(hart, ROOT_PTE, root);
  setWord(hart, LEAF_PTE, leaf);
  setWord(hart, DATA, 0x00000013);
  return hart;
}

/** mcause after `source`, 0 when it went well. */
function cause(source: string, setup: Setup = {}): number {
  const hart = mapped(source, setup);
  hart.runSync(1);
  return get(hart, 'mcause');
}

const LOAD = 'lw x11, 0(x5)';
const STORE = 'sw x10, 0(x5)';
const AMO = 'amoadd.w x11, x10, (x5)';

describe('the walk', () => {
  it('finds the page, and the offset in it', () => {
    const hart = mapped('lw x11, 0x10(x5)');
    setWord(hart, DATA + 0x10, 0x12345678);
    hart.runSync(1);
    expect(get(hart, 'x11')).toBe(0x12345678);
  });

  it.each([
    ['V=0', { leaf: pte(DATA, ALL & ~PTE.V) }],
    ['W without R', { leaf: pte(DATA, PTE.V | PTE.W | PTE.A | PTE.D) }],
    ['W and X without R', { leaf: pte(DATA, PTE.V | PTE.W | PTE.X | PTE.A | PTE.D) }],
    ['a pointer in the last level', { leaf: pte(DATA, PTE.V) }],
    ['a pointer with A', { root: pte(LEAVES, PTE.V | PTE.A) }],
    ['a pointer with D', { root: pte(LEAVES, PTE.V | PTE.D) }],
    ['a pointer with U', { root: pte(LEAVES, PTE.V | PTE.U) }],
    ['a misaligned superpage', { root: pte(DATA, ALL) }],
    ['A=0', { leaf: pte(DATA, ALL & ~PTE.A) }],
  ] as const)('%s: page faults of the access', (_, setup) => {
    expect([cause(LOAD, setup), cause(STORE, setup), cause(AMO, setup), cause('lr.w x11, (x5)', setup)]).toEqual([13, 15, 15, 13]);
  });

  it('G, RSW and the other bits of a pointer mean nothing', () => {
    expect(cause(LOAD, { root: pte(LEAVES, PTE.V | PTE.G | 0x300) })).toBe(0);
    expect(cause(STORE, { leaf: pte(DATA, ALL | PTE.G | 0x300) })).toBe(0);
  });

  it('a superpage takes vpn[0] from the address', () => {
    const hart = mapped(LOAD, { root: pte(BASE, ALL) });
    setWord(hart, BASE + (VA & 0x3fffff), 0xabcd);
    hart.runSync(1);
    expect(get(hart, 'x11')).toBe(0xabcd);
  });

  it.each([
    ['a table outside RAM', { root: pte(0x40000000, PTE.V) }],
    ['a table above 4 GiB', { root: (0x300000 << 10) | PTE.V }],
    ['a page outside RAM', { leaf: pte(0x40000000, ALL) }],
    ['a page above 4 GiB', { leaf: ((0x100000 + (DATA >>> 12)) << 10) | ALL }],
    ['a root outside RAM', { words: { satp: 0x803fffff } }],
  ] as const)('%s: access faults of the access', (_, setup) => {
    expect([cause(LOAD, setup), cause(STORE, setup), cause(AMO, setup)]).toEqual([5, 7, 7]);
  });

  it('fetches fault by their own causes, with pc in mtval', () => {
    for (const [leaf, expected] of [
      [pte(DATA, ALL & ~PTE.X), 12],
      [pte(0x40000000, ALL), 1],
      [pte(0x10000000, ALL), 1],
      [pte(DATA, ALL | PTE.U), 12],
    ] as const) {
      const hart = mapped('jr x5', { leaf, words: { priv: 1 } });
      hart.runSync(2);
      expect([get(hart, 'mcause'), get(hart, 'mtval'), get(hart, 'mepc')]).toEqual([expected, VA, VA]);
    }
    const good = mapped('jr x5', { words: { priv: 1 } });
    good.runSync(2);
    expect(get(good, 'pc')).toBe(VA + 4);
  });
});

describe('permissions', () => {
  it.each([
    ['R', PTE.R, 0, 15],
    ['RW', PTE.R | PTE.W, 0, 0],
    ['X', PTE.X, 13, 15],
    ['RX', PTE.R | PTE.X, 0, 15],
  ])('%s', (_, bits, load, store) => {
    const leaf = pte(DATA, PTE.V | PTE.A | PTE.D | bits);
    expect([cause(LOAD, { leaf }), cause(STORE, { leaf })]).toEqual([load, store]);
  });

  it('MXR makes X readable, not writable', () => {
    const setup = { leaf: pte(DATA, PTE.V | PTE.A | PTE.D | PTE.X), words: { mstatus: MPRV | MXR | mpp(1) } };
    expect([cause(LOAD, setup), cause(STORE, setup)]).toEqual([0, 15]);
  });

  it('S-mode reaches U pages with SUM only, and never runs them', () => {
    const leaf = pte(DATA, ALL | PTE.U);
    expect([cause(LOAD, { leaf }), cause(STORE, { leaf })]).toEqual([13, 15]);
    expect(cause(STORE, { leaf, words: { mstatus: MPRV | SUM | mpp(1) } })).toBe(0);
    const jump = mapped('jr x5', { leaf, words: { priv: 1, mstatus: SUM } });
    jump.runSync(2);
    expect(get(jump, 'mcause')).toBe(12);
  });

  it('U-mode reaches U pages only', () => {
    expect(cause(LOAD, { words: { priv: 0 } })).toBe(13);
    expect(cause(STORE, { leaf: pte(DATA, ALL | PTE.U), words: { priv: 0 } })).toBe(0);
  });
});

describe('MPRV', () => {
  it('off: M-mode uses physical addresses', () => expect(cause(LOAD, { words: { mstatus: mpp(1) } })).toBe(5));
  it('with MPP = M: physical addresses', () => expect(cause(LOAD, { words: { mstatus: MPRV | mpp(3) } })).toBe(5));
  it('with MPP = U: as U-mode', () => expect(cause(LOAD, { words: { mstatus: MPRV } })).toBe(13));
  it('does not touch fetches: they ran in all of these', () => expect(cause(LOAD)).toBe(0));
  it('means nothing below M-mode', () => expect(cause(LOAD, { words: { priv: 1, mstatus: MPRV } })).toBe(0));
});

describe('A and D', () => {
  const clean = pte(DATA, ALL & ~(PTE.A | PTE.D));
  const flags = (hart: ReferenceHart): number => word(hart, LEAF_PTE) & (PTE.A | PTE.D);

  it('ADUE off: nothing is set', () => {
    const hart = mapped(STORE, { leaf: clean });
    hart.runSync(1);
    expect([get(hart, 'mcause'), flags(hart)]).toEqual([15, 0]);
  });

  it.each([
    [LOAD, PTE.A],
    [STORE, PTE.A | PTE.D],
    [AMO, PTE.A | PTE.D],
    ['lr.w x11, (x5)', PTE.A],
    ['sc.w x11, x10, (x5)', PTE.A | PTE.D],
  ])('ADUE on: %s sets them', (source, expected) => {
    const hart = mapped(source, { leaf: clean, words: { menvcfgh: ADUE } });
    hart.runSync(1);
    expect([get(hart, 'mcause'), flags(hart)]).toEqual([0, expected]);
  });

  it('nothing is set when the access is not permitted', () => {
    const hart = mapped(STORE, { leaf: pte(DATA, PTE.V | PTE.R), words: { menvcfgh: ADUE } });
    hart.runSync(1);
    expect([get(hart, 'mcause'), flags(hart)]).toEqual([15, 0]);
  });

  it('a later access fault does not undo them', () => {
    const hart = mapped(STORE, { leaf: pte(0x40000000, ALL & ~(PTE.A | PTE.D)), words: { menvcfgh: ADUE } });
    hart.runSync(1);
    expect([get(hart, 'mcause'), flags(hart)]).toEqual([7, PTE.A | PTE.D]);
  });

  it('a store after a cached load still sets D', () => {
    const hart = mapped(`${LOAD}\n${STORE}`, { leaf: clean, words: { menvcfgh: ADUE } });
    hart.runSync(1);
    expect(flags(hart)).toBe(PTE.A);
    hart.runSync(1);
    expect(flags(hart)).toBe(PTE.A | PTE.D);
  });

  it('an update of the reserved word breaks the reservation', () => {
    const hart = mapped(LOAD, { leaf: clean, words: { menvcfgh: ADUE, reservation: LEAF_PTE } });
    hart.runSync(1);
    expect(get(hart, 'reservation')).toBe(0xffffffff);
  });
});

describe('misaligned across a page', () => {
  it('the second half faults at its own page, and nothing is stored', () => {
    const hart = mapped('sw x10, 0(x5)', { words: { x5: VA + 0xffe, x10: 0xffffffff } });
    hart.runSync(1);
    expect([get(hart, 'mcause'), get(hart, 'mtval'), word(hart, DATA + 0xffc)]).toEqual([15, VA + 0x1000, 0]);
  });

  it('joins two pages that are not neighbours', () => {
    const hart = mapped('lw x11, 0(x5)', { words: { x5: VA + 0xffe } });
    setWord(hart, LEAF_PTE + 4, pte(BASE + 0x6000, ALL));
    setWord(hart, DATA + 0xffc, 0x11223344);
    setWord(hart, BASE + 0x6000, 0x55667788);
    hart.runSync(1);
    expect(get(hart, 'x11')).toBe(0x77881122);
  });
});

describe('cached translations', () => {
  it('are dropped by SFENCE.VMA', () => {
    const hart = mapped(`${LOAD}\nsfence.vma\n${LOAD}`);
    hart.runSync(1);
    setWord(hart, LEAF_PTE, 0);
    hart.runSync(2);
    expect([get(hart, 'mcause'), get(hart, 'mtval')]).toEqual([13, VA]);
  });

  it('are dropped by a write of satp', () => {
    const hart = mapped(`${LOAD}\ncsrw satp, x6\n${LOAD}`, { words: { x6: 0x80000000 + (ROOT >>> 12) } });
    hart.runSync(1);
    setWord(hart, LEAF_PTE, 0);
    hart.runSync(2);
    expect(get(hart, 'mcause')).toBe(13);
  });

  it('a change from invalid to valid is seen at once', () => {
    const hart = mapped(LOAD, { leaf: 0 });
    hart.runSync(1);
    expect(get(hart, 'mcause')).toBe(13);
    setWord(hart, LEAF_PTE, pte(DATA, ALL));
    set(hart, { pc: BASE, mcause: 0, mstatus: MPRV | mpp(1) });
    hart.runSync(1);
    expect(get(hart, 'mcause')).toBe(0);
  });

  it('of one privilege are no use to another', () => {
    const hart = mapped(`${LOAD}\n${LOAD}`, { leaf: pte(DATA, ALL | PTE.U), words: { mstatus: MPRV } });
    hart.runSync(1);
    expect(get(hart, 'mcause')).toBe(0);
    set(hart, { mstatus: MPRV | mpp(1) });
    hart.runSync(1);
    expect(get(hart, 'mcause')).toBe(13);
  });

  it('M-mode stays physical beside them', () => expect(get(play(LOAD, { x5: BASE }), 'x11')).toBe(0x0002a583));
});
