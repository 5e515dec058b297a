// The ELF reader against malformed files: truncations, wrong fields, random damage. Only GpuvisorErrors come out, and nothing outside RAM goes in.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/isa/assembler/index.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import { W } from '../../src/isa/state.js';
import { parseElf } from '../../src/machine/elf.js';
import { prepareProgram } from '../../src/machine/load.js';
import { MEMORY_MAPS, isRam } from '../../src/machine/map.js';
import { SMALL } from './program.js';

const source = `
        .globl _start
_start: la t0, tohost
        li t1, 1
        sw t1, 0(t0)
1:      j 1b
        .data
        .balign 8
tohost: .word 0, 0
value:  .word 0x12345678
`;
const { elf: good, symbols } = assemble(source, { base: 0x80000000 });

/** A copy with a little-endian value of `size` bytes at `at`. */
function patched(at: number, size: 1 | 2 | 4, value: number): Uint8Array {
  const bytes = good.slice();
  const view = new DataView(bytes.buffer);
  if (size === 1) view.setUint8(at, value);
  else if (size === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
  return bytes;
}

const phoff = new DataView(good.buffer, good.byteOffset).getUint32(28, true);
const code = (act: () => unknown): string => {
  try {
    act();
    return 'accepted';
  } catch (e) {
    if (e instanceof GpuvisorError && e.hint !== '') return e.code;
    throw e;
  }
};

test('a good file: entry, segments, symbols, tohost', () => {
  const elf = parseElf(good);
  expect(elf.entry).toBe(0x80000000);
  expect(elf.symbols.get('value')).toBe(symbols.get('value'));
  const { state, writes } = prepareProgram(SMALL, good);
  expect(state[W.pc]).toBe(0x80000000);
  expect(state[W.tohost]).toBe(symbols.get('tohost'));
  expect(writes.length).toBeGreaterThan(0);
});

describe('refusals', () => {
  test.each([
    ['magic', 0, 1, 0],
    ['class 64', 4, 1, 2],
    ['big-endian', 5, 1, 2],
    ['machine x86', 18, 2, 62],
    ['relocatable', 16, 2, 1],
    ['program headers beyond the file', 28, 4, 0xfffffff0],
    ['too many program headers', 44, 2, 0xffff],
    ['program header size', 42, 2, 31],
    ['section headers beyond the file', 32, 4, 0xfffffff0],
    ['no segments', 44, 2, 0],
    ['segment offset beyond the file', phoff + 4, 4, 0xffffff00],
    ['file size beyond the file', phoff + 16, 4, 0x7fffffff],
  ] as const)('%s', (_name, at, size, value) => {
    expect(code(() => parseElf(patched(at, size, value)))).toBe('ELF_INVALID');
  });

  test('every truncation is refused', () => {
    for (let length = 0; length < good.length; length++) {
      const result = code(() => prepareProgram(SMALL, good.slice(0, length)));
      // Fewer than four bytes are no ELF file, but raw code.
      if (length >= 4) expect(result).toBe('ELF_INVALID');
    }
  });

  test.each([0x7ffff000, 0x800fffff, 0xfffff000, 0])('a segment at 0x%x is outside RAM', (address) => {
    expect(code(() => prepareProgram(SMALL, patched(phoff + 12, 4, address)))).toBe('LOAD_OUTSIDE_RAM');
  });

  test('a segment larger than memory', () => {
    expect(code(() => prepareProgram(SMALL, patched(phoff + 20, 4, 0xffffffff)))).toBe('LOAD_OUTSIDE_RAM');
  });

  test('overlapping segments', () => {
    const count = new DataView(good.buffer, good.byteOffset).getUint16(44, true);
    expect(count).toBeGreaterThan(1);
    expect(code(() => prepareProgram(SMALL, patched(phoff + 32 + 12, 4, 0x80000000)))).toBe('LOAD_OVERLAP');
  });

  test('an empty program, and raw code larger than RAM', () => {
    expect(code(() => prepareProgram(SMALL, new Uint8Array(0)))).toBe('ELF_INVALID');
    expect(code(() => prepareProgram(SMALL, new Uint8Array(SMALL.ramSize + 1)))).toBe('LOAD_OUTSIDE_RAM');
  });

  test('a segment in the device hole of the visual map', () => {
    const config = { map: MEMORY_MAPS.visual, ramSize: 64 << 20 };
    expect(code(() => prepareProgram(config, patched(phoff + 12, 4, 0x02000000)))).toBe('LOAD_OUTSIDE_RAM');
  });
});

test('random damage: either refused with a code, or every write is inside RAM', () => {
  const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
  const headers = fc.array(fc.tuple(fc.nat(phoff + 95), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.oneof(damage, headers), (edits) => {
      const bytes = good.slice();
      for (const [at, value] of edits) bytes[at] = value;
      let program;
      try {
        program = prepareProgram(SMALL, bytes);
      } catch (e) {
        expect(e).toBeInstanceOf(GpuvisorError);
        return;
      }
      for (const w of program.writes) expect(isRam(SMALL.map, SMALL.ramSize, w.address, w.bytes.length)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
