// Completion of an MMIO exit.
import { expect, test } from 'vitest';
import { W, read64, resetState, write64 } from '../../src/isa/state.js';
import { completeMmio, pendingMmio } from '../../src/machine/mmio.js';

function waiting(
  fields: Partial<Record<'mmio_store' | 'mmio_size' | 'mmio_value' | 'mmio_rd' | 'mmio_signed' | 'mmio_address', number>>,
): Uint32Array {
  const s = resetState(0x80000000);
  for (const [name, value] of Object.entries(fields)) s[W[name as keyof typeof fields]] = value;
  return s;
}

test.each([
  [1, 0, 0x1ff, 0xff],
  [1, 1, 0x1ff, 0xffffffff],
  [1, 1, 0x7f, 0x7f],
  [2, 0, 0x18000, 0x8000],
  [2, 1, 0x18000, 0xffff8000],
  [4, 0, 0x80000001, 0x80000001],
  [4, 1, 0xfffffffe, 0xfffffffe],
])('a load of %i bytes, signed %i, of %i gives %i', (size, signed, loaded, expected) => {
  const s = waiting({ mmio_size: size, mmio_signed: signed, mmio_rd: 5 });
  completeMmio(s, loaded);
  expect(s[W.x + 5]).toBe(expected >>> 0);
  expect(s[W.pc]).toBe(0x80000004);
  expect(read64(s, W.retired)).toBe(1n);
});

test('a load into x0 leaves x0 zero', () => {
  const s = waiting({ mmio_size: 4, mmio_rd: 0 });
  completeMmio(s, 7);
  expect(s[W.x]).toBe(0);
});

test('a store writes no register, and retired carries into its high word', () => {
  const s = waiting({ mmio_store: 1, mmio_size: 4, mmio_rd: 5, mmio_value: 9, mmio_address: 0x10001050 });
  write64(s, W.retired, 0xffffffffn);
  expect(pendingMmio(s)).toEqual({ address: 0x10001050, store: true, size: 4, value: 9 });
  completeMmio(s, 7);
  expect(s[W.x + 5]).toBe(0);
  expect(read64(s, W.retired)).toBe(0x1_0000_0000n);
});

test('a 16-bit instruction moves pc by two', () => {
  const s = waiting({ mmio_size: 4, mmio_rd: 5 });
  completeMmio(s, 7, 2);
  expect(s[W.pc]).toBe(0x80000002);
});
