// The Hilbert curve: the format's vectors, the formula of its definition, and that the walk by blocks is the same curve.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gather, hilbertPoint, scatter } from '../../src/cartridge/hilbert.js';
import { sideFor } from '../../src/cartridge/limits.js';
import { Pace } from '../../src/machine/pace.js';
import { lay, model, noise } from './forge.js';

const walk = (side: number, from = 0, to = side * side): string =>
  Array.from({ length: to - from }, (_, i) => hilbertPoint(side, from + i))
    .map(({ x, y }) => `(${x},${y})`)
    .join('');
const pace = (): Pace => new Pace(1, 'a test', {});

test('vectors', () => {
  expect(walk(1)).toBe('(0,0)');
  expect(walk(2)).toBe('(0,0)(0,1)(1,1)(1,0)');
  expect(walk(4)).toBe('(0,0)(1,0)(1,1)(0,1)(0,2)(0,3)(1,3)(1,2)(2,2)(2,3)(3,3)(3,2)(3,1)(2,1)(2,0)(3,0)');
  expect(walk(8, 0, 8)).toBe('(0,0)(0,1)(1,1)(1,0)(2,0)(3,0)(3,1)(2,1)');
  expect(walk(8, 63)).toBe('(7,0)');
  const far = [
    [255, '(15,0)'],
    [256, '(16,0)'],
    [262143, '(0,511)'],
    [524287, '(511,512)'],
    [1048575, '(1023,0)'],
  ] as const;
  for (const [index, point] of far) expect(walk(1024, index, index + 1)).toBe(point);
});

test('sides', () => {
  const mib = 1 << 20;
  const sizes = [0, 1, 64, 65, 256, 257, 1024, 1025, mib, mib + 1, 4 * mib, 16 * mib, 64 * mib, 256 * mib];
  expect(sizes.map(sideFor)).toEqual([1, 4, 4, 8, 8, 16, 16, 32, 512, 1024, 1024, 2048, 4096, 8192]);
});

describe('on every side', () => {
  const sides = [1, 2, 4, 8, 16, 32, 64, 128];

  test('each point once, each step to a neighbour, as the definition says', () => {
    for (const side of sides) {
      const seen = new Set<number>();
      let before: { x: number; y: number } | undefined;
      for (let i = 0; i < side * side; i++) {
        const p = hilbertPoint(side, i);
        expect([p.x, p.y]).toEqual(model(side, i));
        seen.add(p.y * side + p.x);
        if (before) expect(Math.abs(p.x - before.x) + Math.abs(p.y - before.y)).toBe(1);
        before = p;
      }
      expect(seen.size).toBe(side * side);
    }
  });

  test('scatter lays bytes as the definition does, gather takes them back', async () => {
    for (const side of sides) {
      for (const pixels of new Set([0, 1, 3, side * side - 1, side * side, (side * side) >> 1])) {
        if (pixels < 0 || pixels > side * side) continue;
        const bytes = noise(4 * pixels, side + pixels);
        const raster = await scatter(new Uint32Array(bytes.buffer), side, pace());
        expect(new Uint8Array(raster.buffer)).toEqual(lay(bytes, side));
        const line = await gather(raster, side, pixels, pace());
        expect(new Uint8Array(line.buffer)).toEqual(bytes);
      }
    }
  });
});

test('large sides, anywhere', () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 15 }), fc.nat(), (log, n) => {
      const side = 2 ** log;
      const { x, y } = hilbertPoint(side, n % (side * side));
      expect([x, y]).toEqual(model(side, n % (side * side)));
    }),
    { numRuns: 500 },
  );
});
