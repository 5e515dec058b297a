// Reads the text on a framebuffer: each cell of 8x16 pixels is compared with the glyphs of the kernel's own font.

import { readFileSync } from 'node:fs';

const WIDTH = 8;
const HEIGHT = 16;

/** The 256 glyphs of FONT_8x16, found in `Image` through `System.map` (an array of 16 bytes each, after a header of 16). */
export function kernelFont(image, systemMap) {
  const address = (name) => {
    const line = new RegExp(`^([0-9a-f]+) \\w ${name}$`, 'm').exec(readFileSync(systemMap, 'utf8'));
    if (!line) throw new Error(`System.map has no symbol ${name}`);
    return Number.parseInt(line[1], 16);
  };
  const start = address('fontdata_8x16') - address('_start') + 16;
  const bytes = readFileSync(image).subarray(start, start + 256 * HEIGHT);
  const glyphs = new Map();
  // The first of equal glyphs wins, and printable characters come first: a blank cell is a space.
  const order = [...Array(95).keys()].map((i) => i + 32).concat([...Array(256).keys()]);
  for (const code of order) {
    const key = bytes.subarray(code * HEIGHT, (code + 1) * HEIGHT).toString('hex');
    if (!glyphs.has(key)) glyphs.set(key, code >= 32 && code < 127 ? String.fromCharCode(code) : '\u00b7');
  }
  return glyphs;
}

/** The lines of text on an x8r8g8b8 framebuffer; a cell that is no glyph (the cursor on a blank) reads as a space. */
export function screenText(pixels, columns, rows, strideBytes, glyphs) {
  const lit = (x, y) => {
    const at = y * strideBytes + x * 4;
    return pixels[at] + pixels[at + 1] + pixels[at + 2] >= 3 * 64;
  };
  const lines = [];
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < columns; column++) {
      const bytes = Buffer.alloc(HEIGHT);
      for (let y = 0; y < HEIGHT; y++) {
        for (let x = 0; x < WIDTH; x++) if (lit(column * WIDTH + x, row * HEIGHT + y)) bytes[y] |= 0x80 >> x;
      }
      line += glyphs.get(bytes.toString('hex')) ?? ' ';
    }
    lines.push(line.trimEnd());
  }
  return lines;
}
