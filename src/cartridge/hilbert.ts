// The Hilbert curve that PixelRTS lays its pixels along. A curve of side 2s is four curves of side s: in its quadrants (0,0), (0,1), (1,1), (1,0), in this order,
// the first one mirrored at the diagonal, the last one at the other diagonal. The two mirrorings commute, so a part of the curve is turned by two bits: bit 0 swaps x
// and y, bit 1 swaps them and counts both from the far end. Large curves are walked in blocks of 16 x 16 pixels, whose inner order is one of four tables.

import type { Pace } from '../machine/pace.js';

/** The quadrants in the order of the curve. */
const QUADRANT_X = [0, 0, 1, 1] as const;
const QUADRANT_Y = [0, 1, 1, 0] as const;
/** What a quadrant adds to the turning. */
const TURN = [1, 0, 0, 2] as const;

/** Side of a block, and pixels in it. */
const BLOCK = 16;
const BLOCK_PIXELS = BLOCK * BLOCK;
/** Blocks between looks at the clock. */
const BLOCKS_A_STEP = 512;

/** Walks from the whole curve down to one of `index`'s points: x, y and the turning there. */
function descend(side: number, index: number): { x: number; y: number; turning: number } {
  let x = 0;
  let y = 0;
  let turning = 0;
  let rest = index;
  for (let s = side / 2; s >= 1; s /= 2) {
    const q = Math.floor(rest / (s * s));
    rest -= q * s * s;
    const swapped = turning === 1 || turning === 2;
    const far = turning >= 2 ? 1 : 0;
    x += s * ((swapped ? QUADRANT_Y[q]! : QUADRANT_X[q]!) ^ far);
    y += s * ((swapped ? QUADRANT_X[q]! : QUADRANT_Y[q]!) ^ far);
    turning ^= TURN[q]!;
  }
  return { x, y, turning };
}

/** The point at `index` (0 to side * side - 1) of the curve of `side` (a power of two). */
export function hilbertPoint(side: number, index: number): { x: number; y: number } {
  const { x, y } = descend(side, index);
  return { x, y };
}

/** The curve inside a block, as distances in a picture of `side`, for each turning. */
function blockTables(side: number, block: number): readonly Uint32Array[] {
  return [0, 1, 2, 3].map((turning) =>
    Uint32Array.from({ length: block * block }, (_, i) => {
      const { x, y } = descend(block, i);
      const swapped = turning === 1 || turning === 2;
      const [u, v] = swapped ? [y, x] : [x, y];
      return turning >= 2 ? (block - 1 - v) * side + (block - 1 - u) : v * side + u;
    }),
  );
}

/** Calls `act` for each block that the first `pixels` pixels touch: its first index, its place in the picture, the table of its inner order. */
async function eachBlock(
  side: number,
  pixels: number,
  pace: Pace,
  act: (index: number, count: number, place: number, table: Uint32Array) => void,
): Promise<void> {
  const block = Math.min(side, BLOCK);
  const size = block * block;
  const tables = blockTables(side, block);
  const across = side / block;
  for (let index = 0, n = 0; index < pixels; index += size, n++) {
    const { x, y, turning } = descend(across, n);
    act(index, Math.min(size, pixels - index), (y * side + x) * block, tables[turning]!);
    if (n % BLOCKS_A_STEP === BLOCKS_A_STEP - 1) await pace.add(4 * BLOCKS_A_STEP * BLOCK_PIXELS);
  }
}

/** The first `pixels` pixels of a picture, in the order of the curve. The pace advances by about 4 a pixel. */
export async function gather(raster: Uint32Array, side: number, pixels: number, pace: Pace): Promise<Uint32Array> {
  const line = new Uint32Array(pixels);
  await eachBlock(side, pixels, pace, (index, count, place, table) => {
    for (let i = 0; i < count; i++) line[index + i] = raster[place + table[i]!]!;
  });
  return line;
}

/** A picture with `line` along the curve, the rest zero. The pace advances by about 4 a pixel. */
export async function scatter(line: Uint32Array, side: number, pace: Pace): Promise<Uint32Array> {
  const raster = new Uint32Array(side * side);
  await eachBlock(side, line.length, pace, (index, count, place, table) => {
    for (let i = 0; i < count; i++) raster[place + table[i]!] = line[index + i]!;
  });
  return raster;
}
