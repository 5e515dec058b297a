// PNG files: pixel for pixel there and back, as few bits a pixel as the colours need, small console frames, and other readers agree.
import { describe, expect, test } from 'vitest';
import { decodePicture, encodePicture, pngSize } from '../../src/screen/index.js';
import { Canvas, differingPixels, noise, random } from './pictures.js';

/** Bit depth and colour type from the header. */
const header = (png: Uint8Array): [number, number] => [png[24]!, png[25]!];
const INDEXED = 3;
const RGB = 2;

describe('encodePicture', () => {
  test.each([
    [1, 1, INDEXED],
    [2, 1, INDEXED],
    [3, 2, INDEXED],
    [4, 2, INDEXED],
    [5, 4, INDEXED],
    [16, 4, INDEXED],
    [17, 8, INDEXED],
    [256, 8, INDEXED],
    [257, 8, RGB],
  ])('%i colours: %i bits', (colours, depth, type) => {
    // Odd widths: the last byte of a row is not full.
    for (const width of [1, 7, 33]) {
      const p = new Canvas(width, 300);
      for (let i = 0; i < width * 300; i++) p.set(i % width, Math.floor(i / width), (i % colours) * 0x010203 + 5);
      const png = encodePicture(p);
      expect(header(png)).toEqual([depth, type]);
      expect(differingPixels(decodePicture(png), p)).toBe(0);
    }
  });

  test('a full 80x30 screen of letters takes one bit a pixel and a few hundredths of its bytes', () => {
    const next = random(3);
    const letters = Array.from({ length: 40 }, () => Array.from({ length: 16 }, (_, y) => (y > 2 && y < 13 ? next(256) & 0x7e : 0)));
    const p = new Canvas(640, 480);
    for (let cell = 0; cell < 2400; cell++) {
      const rows = letters[Math.min(next(40), next(40))]!;
      rows.forEach((bits, y) => {
        for (let x = 0; x < 8; x++) if (bits & (0x80 >> x)) p.set((cell % 80) * 8 + x, Math.floor(cell / 80) * 16 + y, 0xaaaaaa);
      });
    }
    const png = encodePicture(p);
    expect(header(png)).toEqual([1, INDEXED]);
    expect(png.length).toBeLessThan(20_000);
    expect(differingPixels(decodePicture(png), p)).toBe(0);
  });
});

/** The pixels of an unfiltered, non-interlaced PNG file, read with nothing but the standard and the platform's inflate. */
async function read(png: Uint8Array): Promise<Uint8Array> {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.slice(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [width, height, [depth, type]] = [view.getUint32(16), view.getUint32(20), header(png)];
  const inflated = new Response(new Blob([chunks.get('IDAT')!.slice()]).stream().pipeThrough(new DecompressionStream('deflate')));
  const data = new Uint8Array(await inflated.arrayBuffer());
  const stride = Math.ceil((width * depth * (type === RGB ? 3 : 1)) / 8) + 1;
  const palette = chunks.get('PLTE');
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    expect(data[y * stride]).toBe(0);
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const index = (data[y * stride + 1 + (bit >> 3)]! >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
      const from = type === RGB ? data.subarray(y * stride + 1 + x * 3) : palette!.subarray(index * 3);
      rgba.set(from.subarray(0, 3), (y * width + x) * 4);
    }
  }
  return rgba;
}

test.each([2, 3, 12, 200, 4000])(
  'another reader, and the browser where there is one, sees the same pixels (%i colours)',
  async (colours) => {
    const p = noise(61, 40, colours, colours);
    const png = encodePicture(p);
    expect(differingPixels({ width: 61, height: 40, rgba: await read(png) }, p)).toBe(0);
    if (typeof createImageBitmap === 'undefined') return;
    const bitmap = await createImageBitmap(new Blob([png.slice()], { type: 'image/png' }), { colorSpaceConversion: 'none' });
    const context = new OffscreenCanvas(61, 40).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    expect(differingPixels({ width: 61, height: 40, rgba: new Uint8Array(context.getImageData(0, 0, 61, 40).data) }, p)).toBe(0);
  },
);

describe('decodePicture', () => {
  const png = encodePicture(noise(30, 20, 5));
  test('names the size without reading the pixels', () => expect(pngSize(png)).toEqual({ width: 30, height: 20 }));
  test('refuses what is no PNG file, is cut off, damaged or too large', () => {
    expect(() => decodePicture(new Uint8Array(100))).toThrow(/no PNG/);
    expect(() => decodePicture(png.slice(0, 60))).toThrow(/cannot be read/);
    const damaged = png.slice();
    damaged[60]! ^= 1;
    expect(() => decodePicture(damaged)).toThrow(/cannot be read/);
    const huge = png.slice();
    new DataView(huge.buffer).setUint32(16, 1 << 20);
    expect(() => decodePicture(huge)).toThrow(/at most/);
  });
});
