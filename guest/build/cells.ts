// Cells of the text console on a framebuffer: 80x30 cells of 8x16 pixels, as bitmaps.

import { FRAMEBUFFER } from '../../src/machine/map.js';

export const CELL = { width: 8, height: 16 } as const;
export const COLUMNS = FRAMEBUFFER.width / CELL.width;
export const ROWS = FRAMEBUFFER.height / CELL.height;

/** Text is drawn in light grey on black: a channel above this is lit. */
const LIT = 64;

/** The bitmap of a cell: one number a row, the most significant bit is the left pixel. `pixels` is B, G, R, X. */
export function cellRows(pixels: Uint8Array, column: number, row: number): number[] {
  return Array.from({ length: CELL.height }, (_, y) => {
    let bits = 0;
    for (let x = 0; x < CELL.width; x++) {
      const at = (row * CELL.height + y) * FRAMEBUFFER.stride + (column * CELL.width + x) * 4;
      if (pixels[at]! > LIT || pixels[at + 1]! > LIT || pixels[at + 2]! > LIT) bits |= 0x80 >> x;
    }
    return bits;
  });
}

/** One glyph of glyphs.json. */
export interface Glyph {
  readonly char: string;
  readonly rows: readonly number[];
}

/** The lines of the screen, without blanks at their ends; a cell that is no glyph (the cursor) reads as U+FFFD. */
export function screenLines(pixels: Uint8Array, glyphs: readonly Glyph[]): string[] {
  const chars = new Map(glyphs.map(({ char, rows }) => [rows.join(), char]));
  return Array.from({ length: ROWS }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => chars.get(cellRows(pixels, column, row).join()) ?? '\ufffd')
      .join('')
      .trimEnd(),
  );
}
