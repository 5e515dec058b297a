// The pixels of a cartridge's PNG: IDAT data inflated, its scanlines unfiltered (PNG, section 9), into one array.

import { crc32 } from './checksums.js';
import { MAX_GROWTH, inflateTo } from './inflate.js';
import { invalid } from './invalid.js';
import type { Pace } from '../machine/pace.js';
import type { PngLayout } from './png-chunks.js';

const CHANNELS = 4;

/** Bytes of IDAT data, which is how far `readRaster` advances its pace. */
export function dataLength(png: PngLayout): number {
  return png.data.reduce((sum, d) => sum + d.bytes.length, 0);
}

/** The pixels, row by row, four bytes each. @throws GpuvisorError CARTRIDGE_INVALID, ABORTED */
export async function readRaster(png: PngLayout, pace: Pace): Promise<Uint8Array> {
  const { side } = png;
  const stride = side * CHANNELS;
  const size = side * (1 + stride);
  const packed = dataLength(png);
  // A small file cannot ask for a large array.
  if (packed * MAX_GROWTH < size) throw invalid(`its ${packed} bytes of pixel data cannot hold ${side} x ${side} pixels: it is cut short`);
  const rows = new Rows(side);
  const crcs = new ChunkCrcs(png);
  const wrong = await inflateTo(
    png.data.map((d) => d.bytes),
    size,
    (chunk) => rows.take(chunk),
    pace,
    (piece) => crcs.take(piece),
  );
  crcs.finish();
  if (wrong !== undefined) throw invalid(`its pixel data is damaged: ${wrong}`);
  if (rows.badFilter !== undefined) throw invalid(`a row of its pixels has filter ${rows.badFilter}; PNG has 0 to 4`);
  return rows.pixels;
}

/** Checks the CRC of each IDAT chunk as its pieces pass by. */
class ChunkCrcs {
  #at = 0;
  #crc = 0;
  #seen = -1;

  constructor(readonly png: PngLayout) {}

  take(piece: Uint8Array): void {
    while (this.#seen < 0 || this.#seen === this.#now()!.bytes.length) this.#next();
    this.#crc = crc32(piece, this.#crc);
    this.#seen += piece.length;
  }

  /** The rest, whether it was inflated or not. */
  finish(): void {
    while (this.#now()) {
      if (this.#seen < 0) this.#start();
      const { bytes } = this.#now()!;
      this.#crc = crc32(bytes.subarray(this.#seen), this.#crc);
      this.#seen = bytes.length;
      this.#next();
    }
  }

  #now(): PngLayout['data'][number] | undefined {
    return this.png.data[this.#at];
  }

  #start(): void {
    this.#crc = crc32(this.#now()!.type);
    this.#seen = 0;
  }

  #next(): void {
    if (this.#seen >= 0) {
      if (this.#crc !== this.#now()!.crc) throw invalid('the CRC of its IDAT chunk is wrong: it is damaged');
      this.#at++;
      this.#seen = -1;
    }
    if (this.#now()) this.#start();
  }
}

/** Scanlines that come in pieces: a filter byte, then the row. */
class Rows {
  readonly pixels: Uint8Array;
  badFilter: number | undefined;
  readonly #stride: number;
  #filter = -1;
  #row = 0;
  #column = 0;

  constructor(side: number) {
    this.#stride = side * CHANNELS;
    this.pixels = new Uint8Array(side * this.#stride);
  }

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#filter < 0) {
        this.#filter = chunk[at++]!;
        if (this.#filter > 4) this.badFilter ??= this.#filter;
        continue;
      }
      const count = Math.min(chunk.length - at, this.#stride - this.#column);
      this.pixels.set(chunk.subarray(at, at + count), this.#row * this.#stride + this.#column);
      at += count;
      this.#column += count;
      if (this.#column < this.#stride) continue;
      unfilter(this.pixels, this.#row * this.#stride, this.#stride, this.#filter, this.#row > 0);
      this.#filter = -1;
      this.#column = 0;
      this.#row++;
    }
  }
}

/** Undoes the filter of one row in place (PNG, section 9.2): a = left, b = above, c = above left. */
function unfilter(p: Uint8Array, from: number, stride: number, filter: number, hasAbove: boolean): void {
  const end = from + stride;
  const first = from + CHANNELS;
  switch (filter) {
    case 1:
      for (let i = first; i < end; i++) p[i] = p[i]! + p[i - CHANNELS]!;
      return;
    case 2:
      if (hasAbove) for (let i = from; i < end; i++) p[i] = p[i]! + p[i - stride]!;
      return;
    case 3:
      for (let i = from; i < end; i++) {
        const a = i < first ? 0 : p[i - CHANNELS]!;
        const b = hasAbove ? p[i - stride]! : 0;
        p[i] = p[i]! + ((a + b) >>> 1);
      }
      return;
    case 4:
      for (let i = from; i < end; i++) {
        const a = i < first ? 0 : p[i - CHANNELS]!;
        const b = hasAbove ? p[i - stride]! : 0;
        const c = hasAbove && i >= first ? p[i - stride - CHANNELS]! : 0;
        p[i] = p[i]! + paeth(a, b, c);
      }
  }
}

/** The one of the three that is nearest to a + b - c, in this order. */
function paeth(a: number, b: number, c: number): number {
  const pa = Math.abs(b - c);
  const pb = Math.abs(a - c);
  const pc = Math.abs(a + b - 2 * c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}
