// Pictures drawn by the specs: plain fills, rectangles and noise, all from a seed.

import type { Picture } from '../../src/screen/picture.js';

/** A colour as 0xRRGGBB. */
export type Colour = number;

/** A picture that can be drawn on. */
export class Canvas implements Picture {
  readonly rgba: Uint8Array;
  constructor(
    readonly width: number,
    readonly height: number,
    fill: Colour = 0,
  ) {
    this.rgba = new Uint8Array(width * height * 4);
    this.rect(0, 0, width, height, fill);
  }

  /** One pixel; outside is ignored. */
  set(x: number, y: number, colour: Colour): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (y * this.width + x) * 4;
    this.rgba[at] = colour >> 16;
    this.rgba[at + 1] = (colour >> 8) & 0xff;
    this.rgba[at + 2] = colour & 0xff;
    this.rgba[at + 3] = 255;
  }

  get(x: number, y: number): Colour {
    const at = (y * this.width + x) * 4;
    return (this.rgba[at]! << 16) | (this.rgba[at + 1]! << 8) | this.rgba[at + 2]!;
  }

  rect(x: number, y: number, width: number, height: number, colour: Colour): void {
    for (let j = y; j < y + height; j++) for (let i = x; i < x + width; i++) this.set(i, j, colour);
  }

  /** A border of `thickness` pixels inside the rectangle. */
  frame(x: number, y: number, width: number, height: number, colour: Colour, thickness = 1): void {
    this.rect(x, y, width, thickness, colour);
    this.rect(x, y + height - thickness, width, thickness, colour);
    this.rect(x, y, thickness, height, colour);
    this.rect(x + width - thickness, y, thickness, height, colour);
  }
}

/** mulberry32: the same numbers from the same seed, everywhere. */
export function random(seed: number): (limit: number) => number {
  let a = seed >>> 0;
  return (limit) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * limit);
  };
}

/** A picture of `colours` random colours, every pixel at random. */
export function noise(width: number, height: number, colours: number, seed = 1): Canvas {
  const next = random(seed);
  const palette = Array.from({ length: colours }, (_, i) =>
    colours > 256 ? next(1 << 24) : ((i * 0x10305) & 0xffffff) ^ (next(200) << 16),
  );
  const canvas = new Canvas(width, height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) canvas.set(x, y, palette[next(colours)]!);
  return canvas;
}

/** How many pixels differ; -1 when the sizes do. (Comparing megabytes with `toEqual` takes seconds.) */
export function differingPixels(a: Picture, b: Picture): number {
  if (a.width !== b.width || a.height !== b.height || a.rgba.length !== b.rgba.length) return -1;
  let count = 0;
  for (let i = 0; i < a.rgba.length; i += 4) {
    if (a.rgba[i] !== b.rgba[i] || a.rgba[i + 1] !== b.rgba[i + 1] || a.rgba[i + 2] !== b.rgba[i + 2] || a.rgba[i + 3] !== b.rgba[i + 3])
      count++;
  }
  return count;
}
