// The disassembler's text assembles back to the same word, for random legal words of every row of the table and for words that
// are no instruction; a few lines are compared with what objdump prints.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTRUCTIONS, assemble, disassemble } from '../../src/isa/index.js';

const PC = 0x80000000;
const word32 = fc.integer({ min: 0, max: 0xffffffff });

function back(text: string): number {
  const { sections } = assemble(text, { base: PC });
  const bytes = sections[0]!.bytes;
  expect(bytes.length, text).toBe(4);
  return new DataView(bytes.buffer).getUint32(0, true);
}

describe('disassemble', () => {
  for (const row of INSTRUCTIONS) {
    it(`${row.name}: text assembles to the word`, () => {
      fc.assert(
        fc.property(word32, (bits) => {
          const word = ((bits & ~row.mask) | row.match) >>> 0;
          const text = disassemble(word, PC);
          expect(back(text), text).toBe(word);
        }),
        { numRuns: 100 },
      );
    });
  }

  it('any word assembles back', () => {
    fc.assert(
      fc.property(word32, (word) => void expect(back(disassemble(word, PC))).toBe(word)),
      { numRuns: 500 },
    );
  });

  it.each([
    [0x00000013, 'nop'],
    [0x00008067, 'ret'],
    [0x00500513, 'li\ta0,5'],
    [0x00058513, 'mv\ta0,a1'],
    [0x30200073, 'mret'],
    [0x34202573, 'csrr\ta0,mcause'],
    [0x30529073, 'csrw\tmtvec,t0'],
    [0xfe0518e3, 'bnez\ta0,0x7ffffff0'],
    [0x0040006f, 'j\t0x80000004'],
    [0x00c5a523, 'sw\ta2,10(a1)'],
    [0x06c5a52f, 'amoadd.w.aqrl\ta0,a2,(a1)'],
    [0x00000000, '.word\t0x0'],
  ])('0x%s', (word, text) => {
    expect(disassemble(word, PC)).toBe(text);
  });
});
