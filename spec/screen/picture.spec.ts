// pictureOf, crop and shrink: exact bytes, means of areas, and every region that is not inside refused with the size named.
import { describe, expect, test } from 'vitest';
import { GpuvisorError } from '../../src/isa/errors.js';
import { checkRegion, crop, pictureOf, shrink } from '../../src/screen/index.js';
import { Canvas, noise } from './pictures.js';

describe('pictureOf', () => {
  test('B, G, R, X become R, G, B, 255, also when the bytes start at an odd address', () => {
    const bytes = Uint8Array.of(9, 1, 2, 3, 0, 4, 5, 6, 77);
    const p = pictureOf(bytes.subarray(1), 2, 1);
    expect(p).toMatchObject({ width: 2, height: 1 });
    expect([...p.rgba]).toEqual([3, 2, 1, 255, 6, 5, 4, 255]);
    expect(bytes[1]).toBe(1);
  });

  test('a framebuffer is 640x480', () => {
    expect(pictureOf(new Uint8Array(640 * 480 * 4))).toMatchObject({ width: 640, height: 480 });
    expect(() => pictureOf(new Uint8Array(640 * 480 * 4 - 4))).toThrow(/640x480/);
    expect(() => pictureOf(new Uint8Array(0), 0, 0)).toThrow(GpuvisorError);
  });
});

describe('crop', () => {
  const p = noise(20, 10, 200);

  test('gives the pixels inside', () => {
    const c = crop(p, { x: 3, y: 4, width: 5, height: 6 });
    expect(c).toMatchObject({ width: 5, height: 6 });
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 5; x++) {
        const at = ((y + 4) * 20 + x + 3) * 4;
        expect([...c.rgba.slice((y * 5 + x) * 4, (y * 5 + x + 1) * 4)]).toEqual([...p.rgba.slice(at, at + 4)]);
      }
    }
  });

  test('the whole picture and a single pixel are regions', () => {
    expect(crop(p, { x: 0, y: 0, width: 20, height: 10 }).rgba).toEqual(p.rgba);
    expect(crop(p, { x: 19, y: 9, width: 1, height: 1 }).rgba.length).toBe(4);
  });

  test.each([
    ['to the right', { x: 16, y: 0, width: 5, height: 5 }],
    ['below', { x: 0, y: 10, width: 1, height: 1 }],
    ['negative', { x: -1, y: 0, width: 5, height: 5 }],
    ['a fraction', { x: 0.5, y: 0, width: 5, height: 5 }],
    ['empty', { x: 0, y: 0, width: 0, height: 5 }],
    ['not a number', { x: Number.NaN, y: 0, width: 5, height: 5 }],
    ['endless', { x: 0, y: 0, width: Infinity, height: 5 }],
    ['text', { x: '0', y: 0, width: 5, height: 5 }],
    ['incomplete', { x: 0, y: 0 }],
    ['nothing', null],
    ['huge', { x: Number.MAX_SAFE_INTEGER, y: 0, width: Number.MAX_SAFE_INTEGER, height: 1 }],
  ])('%s is refused and the size named', (_, region) => {
    const error = (() => {
      try {
        checkRegion(region, p);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect((error as Error).message).toContain('20x10');
  });
});

describe('shrink', () => {
  test('halves by means of four', () => {
    const p = new Canvas(4, 2);
    p.set(0, 0, 0x040000);
    p.set(1, 0, 0x080000);
    p.set(2, 1, 0xffffff);
    const half = shrink(p, 2);
    expect(half).toMatchObject({ width: 2, height: 1, scale: 0.5 });
    expect([...half.rgba]).toEqual([3, 0, 0, 255, 64, 64, 64, 255]);
  });

  test('any ratio keeps a flat colour flat and the mean of the picture', () => {
    const flat = shrink(new Canvas(97, 53, 0x123456), 31);
    expect(flat).toMatchObject({ width: 31, height: 17, scale: 31 / 97 });
    for (let i = 0; i < flat.rgba.length; i += 4) expect([...flat.rgba.slice(i, i + 4)]).toEqual([0x12, 0x34, 0x56, 255]);
    const mean = (rgba: Uint8Array): number => rgba.reduce((sum, v, i) => sum + (i % 4 === 0 ? v : 0), 0) / (rgba.length / 4);
    const p = noise(120, 90, 2000);
    expect(Math.abs(mean(shrink(p, 70).rgba) - mean(p.rgba))).toBeLessThan(1.5);
  });

  test('enlarges nothing; a wide, low picture keeps a row', () => {
    const p = noise(8, 8, 4);
    expect(shrink(p, 8)).toEqual({ width: 8, height: 8, rgba: p.rgba, scale: 1 });
    expect(shrink(p, 4000).width).toBe(8);
    expect(shrink(new Canvas(640, 1), 10)).toMatchObject({ width: 10, height: 1 });
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity])('max width %s is refused', (maxWidth) => {
    expect(() => shrink(new Canvas(8, 6), maxWidth)).toThrow(/8x6/);
  });
});
