// The oracle itself, by hand (privileged manual, 10.3.2): it judges the harts, so it is judged here first. The walks of the harts
// against it are in spec/conformance/sv32.spec.ts.

import { describe, expect, it } from 'vitest';
import { walk, type Context, type Memory } from '../../src/conformance/sv32/oracle.js';

/** Memory of words that were put there; everything below 64 KiB exists. */
class Words implements Memory {
  readonly words = new Map<number, number>();
  read(physical: number): number | undefined {
    return physical < 0x10000 ? (this.words.get(physical) ?? 0) : undefined;
  }
  write(physical: number, word: number): void {
    this.words.set(physical, word);
  }
}

const ROOT = 0x1000;
const LEAVES = 0x2000;
const PAGE = 0x5000;
const VA = 0x00c03123;
const [V, R, W, X, U, A, D] = [1, 2, 4, 8, 16, 64, 128];
const S: Context = { privilege: 1, satp: 2 ** 31 + ROOT / 4096, sum: false, mxr: false, adue: false };

function tables(leaf: number, root = (LEAVES / 4096) * 1024 + V): Words {
  const memory = new Words();
  memory.write(ROOT + 3 * 4, root);
  memory.write(LEAVES + 3 * 4, leaf);
  return memory;
}
const pte = (flags: number, page = PAGE): number => (page / 4096) * 1024 + flags;

describe('the oracle', () => {
  it('adds the offset to the page', () => expect(walk(tables(pte(V + R + A)), VA, 'load', S)).toEqual({ physical: PAGE + 0x123 }));

  it('takes addresses as they are in M-mode and with satp off', () => {
    expect(walk(new Words(), VA, 'load', { ...S, privilege: 3 })).toEqual({ physical: VA });
    expect(walk(new Words(), VA, 'store', { ...S, privilege: 0, satp: 0x7fffffff })).toEqual({ physical: VA });
  });

  it('reaches 34 bits', () => {
    expect(walk(tables(0xffffffff - U), VA, 'load', S)).toEqual({ physical: 0x3fffff * 4096 + 0x123 });
    expect(walk(tables(0, 0xfff00000 + V + R + A), VA, 'load', S)).toEqual({ physical: (0x3ffc00 + 3) * 4096 + 0x123 });
  });

  it.each([
    ['V=0', pte(R + A)],
    ['W without R', pte(V + W + A + D)],
    ['a pointer at the last level', pte(V)],
    ['no R', pte(V + X + A)],
    ['U', pte(V + R + U + A)],
    ['A=0', pte(V + R)],
  ])('page fault: %s', (_, leaf) => expect(walk(tables(leaf), VA, 'load', S)).toEqual({ fault: 'page' }));

  it('pointers may not have A, D or U; G they may', () => {
    for (const bits of [A, D, U]) expect(walk(tables(pte(V + R + A), pte(V + bits, LEAVES)), VA, 'load', S)).toEqual({ fault: 'page' });
    expect(walk(tables(pte(V + R + A), pte(V + 32, LEAVES)), VA, 'load', S)).toEqual({ physical: PAGE + 0x123 });
  });

  it('superpages must be aligned', () => expect(walk(tables(0, pte(V + R + A)), VA, 'load', S)).toEqual({ fault: 'page' }));

  it('tables outside memory are access faults', () => {
    expect(walk(tables(0, pte(V, 0x10000)), VA, 'load', S)).toEqual({ fault: 'access' });
    expect(walk(new Words(), VA, 'load', { ...S, satp: 0x803fffff })).toEqual({ fault: 'access' });
  });

  it('U, SUM, MXR', () => {
    const user = tables(pte(V + R + W + X + U + A + D));
    expect(walk(user, VA, 'store', { ...S, sum: true })).toEqual({ physical: PAGE + 0x123 });
    expect(walk(user, VA, 'fetch', { ...S, sum: true })).toEqual({ fault: 'page' });
    expect(walk(user, VA, 'fetch', { ...S, privilege: 0 })).toEqual({ physical: PAGE + 0x123 });
    expect(walk(tables(pte(V + R + A)), VA, 'load', { ...S, privilege: 0 })).toEqual({ fault: 'page' });
    expect(walk(tables(pte(V + X + A)), VA, 'load', { ...S, mxr: true })).toEqual({ physical: PAGE + 0x123 });
    expect(walk(tables(pte(V + X + A)), VA, 'store', { ...S, mxr: true })).toEqual({ fault: 'page' });
  });

  it('A and D are set with ADUE, and only where the access goes through', () => {
    const memory = tables(pte(V + R + W));
    expect(walk(memory, VA, 'load', { ...S, adue: true })).toEqual({ physical: PAGE + 0x123 });
    expect(memory.read(LEAVES + 12)).toBe(pte(V + R + W + A));
    walk(memory, VA, 'store', { ...S, adue: true });
    expect(memory.read(LEAVES + 12)).toBe(pte(V + R + W + A + D));
    const closed = tables(pte(V + R));
    expect(walk(closed, VA, 'store', { ...S, adue: true })).toEqual({ fault: 'page' });
    expect(closed.read(LEAVES + 12)).toBe(pte(V + R));
    expect(walk(tables(pte(V + R + W + A)), VA, 'store', S)).toEqual({ fault: 'page' });
  });
});
