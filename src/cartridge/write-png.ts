// A PNG file (PNG, sections 5 and 11) of RGBA pixels with one text chunk, no filter, no interlace.

import { crc32 } from './checksums.js';
import { deflate, join } from './deflate.js';
import type { Pace } from '../machine/pace.js';
import { KEYWORD, SIGNATURE } from './png-chunks.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A chunk: length, type, contents, CRC. */
function chunk(type: string, contents: readonly Uint8Array[]): Uint8Array[] {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(
    0,
    contents.reduce((sum, c) => sum + c.length, 0),
  );
  head.set(ascii(type), 4);
  const tail = new Uint8Array(4);
  new DataView(tail.buffer).setUint32(
    0,
    contents.reduce((crc, c) => crc32(c, crc), crc32(head.subarray(4))),
  );
  return [head, ...contents, tail];
}

/** Rows of about this many bytes go to the deflater at once. */
const BAND = 256 << 10;

/** The scanlines of a picture, each behind the number of its filter (0, none), several at a time. */
function* scanlines(pixels: Uint8Array, side: number): Generator<Uint8Array> {
  const stride = 4 * side;
  const rows = Math.max(1, Math.floor(BAND / (stride + 1)));
  for (let y = 0; y < side; y += rows) {
    const count = Math.min(rows, side - y);
    const band = new Uint8Array(count * (stride + 1));
    for (let i = 0; i < count; i++) band.set(pixels.subarray((y + i) * stride, (y + i + 1) * stride), i * (stride + 1) + 1);
    yield band;
  }
}

/** The file. `metadata` is what stands behind the magic. The pace advances by the bytes of the pixels. */
export async function writePng(pixels: Uint8Array, side: number, metadata: Uint8Array, level: 1 | 6, pace: Pace): Promise<Uint8Array> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, side);
  view.setUint32(4, side);
  header.set([8, 6, 0, 0, 0], 8);
  return join([
    SIGNATURE,
    ...chunk('IHDR', [header]),
    ...chunk('tEXt', [ascii(`${KEYWORD}\0${KEYWORD}`), metadata]),
    ...chunk('IDAT', await deflate(scanlines(pixels, side), level, pace)),
    ...chunk('IEND', []),
  ]);
}
