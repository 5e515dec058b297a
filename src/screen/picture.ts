// Pictures: rows of opaque R, G, B, A bytes, top row first. Coordinates are pixels from the top left corner.

import { GpuvisorError } from '../isa/errors.js';
import { FRAMEBUFFER } from '../machine/map.js';

/** A picture. `rgba` holds 4 bytes a pixel, `width * height * 4` in all; the fourth byte is 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** A rectangle of whole pixels, at least 1x1. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What `shrink` made, and how many of its pixels stand for one of the original (1 when nothing was to be done). */
export interface ShrunkPicture extends Picture {
  readonly scale: number;
}

/**
 * A picture of framebuffer bytes (B, G, R, X a pixel, as `Machine.readFramebuffer` gives them).
 * @throws GpuvisorError BAD_ARGUMENT when the bytes are not exactly that many pixels
 */
export function pictureOf(framebuffer: Uint8Array, width: number = FRAMEBUFFER.width, height: number = FRAMEBUFFER.height): Picture {
  if (!isCount(width) || !isCount(height) || framebuffer.length !== width * height * 4) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `${framebuffer.length} bytes are not ${width}x${height} pixels of 4 bytes`,
      'give the size it has',
    );
  }
  const aligned = framebuffer.byteOffset % 4 === 0 ? framebuffer : framebuffer.slice();
  const from = new Uint32Array(aligned.buffer, aligned.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  for (let i = 0; i < to.length; i++) {
    const p = from[i]!;
    to[i] = 0xff000000 | ((p & 0xff) << 16) | (p & 0xff00) | ((p >>> 16) & 0xff);
  }
  return { width, height, rgba: new Uint8Array(to.buffer) };
}

/** One word a pixel, 0xAABBGGRR (the byte order of every platform that runs this). A view when it can be one. */
export function words(p: Picture): Uint32Array {
  const bytes = p.rgba.byteOffset % 4 === 0 ? p.rgba : p.rgba.slice();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, p.width * p.height);
}

/**
 * Checks what somebody else says is a region of a picture.
 * @throws GpuvisorError BAD_ARGUMENT unless it is whole pixels, at least one, inside the picture; the message names the picture's size
 */
export function checkRegion(region: unknown, size: { readonly width: number; readonly height: number }): Region {
  const named = (typeof region === 'object' && region !== null ? region : {}) as Record<string, unknown>;
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => named[name]);
  if (
    isWhole(x) &&
    isWhole(y) &&
    isCount(width) &&
    isCount(height) &&
    x >= 0 &&
    y >= 0 &&
    x + width <= size.width &&
    y + height <= size.height
  ) {
    return { x, y, width, height };
  }
  const got = `x ${shown(x)}, y ${shown(y)}, width ${shown(width)}, height ${shown(height)}`;
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    `the region (${got}) is not inside the picture, which is ${size.width}x${size.height}`,
    `whole pixels with x + width <= ${size.width} and y + height <= ${size.height}, width and height from 1`,
  );
}

/** The part of a picture inside `region`. @throws GpuvisorError BAD_ARGUMENT as `checkRegion` */
export function crop(p: Picture, region: Region): Picture {
  const { x, y, width, height } = checkRegion(region, p);
  const rgba = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * p.width + x) * 4;
    rgba.set(p.rgba.subarray(start, start + width * 4), row * width * 4);
  }
  return { width, height, rgba };
}

/**
 * A smaller picture of the same shape, at most `maxWidth` pixels wide; each pixel is the mean of the area it covers (of the stored values, as browsers do).
 * A picture that is narrow enough is given back as it is: nothing is enlarged.
 * @throws GpuvisorError BAD_ARGUMENT unless `maxWidth` is a whole number from 1
 */
export function shrink(p: Picture, maxWidth: number): ShrunkPicture {
  if (!isCount(maxWidth)) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `max width is ${shown(maxWidth)}; the picture is ${p.width}x${p.height}`,
      'a whole number from 1',
    );
  }
  if (maxWidth >= p.width) return { width: p.width, height: p.height, rgba: p.rgba, scale: 1 };
  const width = maxWidth;
  const height = Math.max(1, Math.round((p.height * width) / p.width));
  const columns = averaged(p.rgba, p.width, width, p.height, 4, p.width * 4, width * 4);
  const rows = averaged(columns, p.height, height, width, width * 4, 4, 4);
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < rgba.length; i++) rgba[i] = Math.round(rows[i]!);
  return { width, height, rgba, scale: width / p.width };
}

/** Means along one axis: `lines` lines of `from` pixels become lines of `to` pixels. `step` and `line` are the strides of the source and target lines. */
function averaged(
  source: ArrayLike<number>,
  from: number,
  to: number,
  lines: number,
  step: number,
  sourceLine: number,
  targetLine: number,
): Float32Array {
  const target = new Float32Array(to * lines * 4);
  const ratio = from / to;
  for (let i = 0; i < to; i++) {
    const begin = i * ratio;
    const end = Math.min(from, begin + ratio);
    for (let j = Math.floor(begin); j < end; j++) {
      const weight = (Math.min(end, j + 1) - Math.max(begin, j)) / ratio;
      for (let line = 0; line < lines; line++) {
        const a = line * sourceLine + j * step;
        const b = line * targetLine + i * step;
        for (let c = 0; c < 4; c++) target[b + c]! += source[a + c]! * weight;
      }
    }
  }
  return target;
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isCount = (value: unknown): value is number => isWhole(value) && value >= 1;
const shown = (value: unknown): string => (typeof value === 'number' ? String(value) : value === undefined ? 'missing' : typeof value);
