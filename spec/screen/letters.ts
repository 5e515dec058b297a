// Letters for the specs, in no system's font: strokes between points of a grid, drawn as exact 8x16 bitmaps (a font to match) or smooth at any size (a font to recognise).

import type { GlyphAtlas } from '../../src/screen/glyphs.js';
import { parseGlyphs } from '../../src/screen/glyphs.js';
import type { Region } from '../../src/screen/picture.js';
import type { Canvas, Colour } from './pictures.js';

/** Points `xy` on a grid 0..4 across; 0 is the top of capitals, 2 of small letters, 6 the baseline, 8 the lowest. Strokes are parted by semicolons. */
const STROKES: Readonly<Record<string, string>> = {
  A: '06 20 46;14 34',
  B: '00 06;00 30 41 42 33 03;33 44 45 36 06',
  C: '41 30 10 01 05 16 36 45',
  D: '00 06;00 20 42 44 26 06',
  E: '40 00 06 46;03 33',
  F: '40 00 06;03 33',
  G: '41 30 10 01 05 16 36 45 43 23',
  H: '00 06;40 46;03 43',
  I: '10 30;20 26;16 36',
  J: '40 45 36 16 05',
  K: '00 06;40 03 46',
  L: '00 06 46',
  M: '06 00 23 40 46',
  N: '06 00 46 40',
  O: '10 30 41 45 36 16 05 01 10',
  P: '06 00 30 41 42 33 03',
  Q: '10 30 41 45 36 16 05 01 10;24 46',
  R: '06 00 30 41 42 33 03;23 46',
  S: '41 30 10 01 02 13 33 44 45 36 16 05',
  T: '00 40;20 26',
  U: '00 05 16 36 45 40',
  V: '00 26 40',
  W: '00 16 22 36 40',
  X: '00 46;40 06',
  Y: '00 23 40;23 26',
  Z: '00 40 06 46',
  a: '12 32 43 46 16 05 14 44',
  b: '00 06 36 45 43 32 02',
  c: '42 12 03 05 16 46',
  d: '40 46 16 05 03 12 42',
  e: '04 44 43 32 12 03 05 16 46',
  f: '40 30 21 26;12 42',
  g: '42 47 38 18;42 12 03 05 16 46',
  h: '00 06;02 32 43 46',
  i: '22 26;20 20',
  j: '32 37 28 18;30 30',
  k: '00 06;42 04 46',
  l: '20 25 36',
  m: '06 02 12 23 26;23 32 43 46',
  n: '02 06;02 32 43 46',
  o: '12 32 43 45 36 16 05 03 12',
  p: '08 02 32 43 45 36 06',
  q: '48 42 12 03 05 16 46',
  r: '02 06;04 22 42',
  s: '42 12 03 14 34 45 36 06',
  t: '20 25 36 46;12 42',
  u: '02 05 16 36 45;42 46',
  v: '02 26 42',
  w: '02 16 23 36 42',
  x: '02 46;42 06',
  y: '02 26;42 26 18 08',
  z: '02 42 06 46',
  0: '10 30 41 45 36 16 05 01 10;15 31',
  1: '11 20 26;16 36',
  2: '01 10 30 41 42 06 46',
  3: '01 10 30 41 42 33 13;33 44 45 36 16 05',
  4: '36 30 04 44',
  5: '40 00 02 32 43 45 36 16 05',
  6: '40 20 02 05 16 36 45 44 33 03',
  7: '00 40 16',
  8: '13 33 44 45 36 16 05 04 13;13 02 01 10 30 41 42 33',
  9: '43 13 02 01 10 30 41 44 26 06',
  '.': '26 26',
  ',': '26 17',
  ':': '23 23;26 26',
  ';': '23 23;26 17',
  '-': '13 33',
  _: '07 47',
  '/': '06 40',
  '\\': '00 46',
  '|': '20 27',
  '(': '30 12 14 36',
  ')': '10 32 34 16',
  '[': '30 10 16 36',
  ']': '10 30 36 16',
  '{': '30 21 22 13 24 25 36',
  '}': '10 21 22 33 24 25 16',
  '<': '41 13 45',
  '>': '01 33 05',
  '=': '12 32;14 34',
  '+': '21 25;03 43',
  '*': '21 25;02 44;42 04',
  '!': '20 24;26 26',
  '?': '01 10 30 41 23 24;26 26',
  '#': '10 16;30 36;02 42;04 44',
  $: '41 30 10 01 02 13 33 44 45 36 16 05;20 26',
  '%': '06 40;00 00;46 46',
  '&': '46 11 20 31 04 05 16 36 44',
  '@': '45 36 16 05 01 10 30 41 44 24 22 42',
  "'": '20 21',
  '"': '10 11;30 31',
  '`': '10 21',
  '^': '02 20 42',
  '~': '03 12 34 43',
};

type Segment = readonly [number, number, number, number];

const segments = (char: string): Segment[] =>
  (STROKES[char] ?? '').split(';').flatMap((stroke) => {
    const points = stroke.split(' ').filter(Boolean);
    return points.slice(1).map((to, i): Segment => [+points[i]![0]!, +points[i]![1]!, +to[0]!, +to[1]!]);
  });

/** Distance of a point to the strokes of a letter drawn `sx` and `sy` pixels to the grid unit. */
function distance(all: readonly Segment[], px: number, py: number, sx: number, sy: number): number {
  let least = Infinity;
  for (const [x0, y0, x1, y1] of all) {
    const [ax, ay, dx, dy] = [x0 * sx, y0 * sy, (x1 - x0) * sx, (y1 - y0) * sy];
    const length = dx * dx + dy * dy;
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length));
    least = Math.min(least, Math.hypot(px - ax - t * dx, py - ay - t * dy));
  }
  return least;
}

/** All of printable ASCII as 8x16 bitmaps. */
export const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

function bitmap(char: string): number[] {
  const all = segments(char);
  return Array.from({ length: 16 }, (_, y) => {
    let bits = 0;
    for (let x = 0; x < 7; x++) if (distance(all, x - 0.5, y - 3, 1.35, 1.45) < 0.62) bits |= 0x80 >> x;
    return bits;
  });
}

/** The bitmaps as the file of an atlas. */
export const glyphFile = { format: 'gpuvisor-glyphs-1', width: 8, height: 16, glyphs: ASCII.map((char) => ({ char, rows: bitmap(char) })) };

/** The bitmaps as an atlas. */
export const testAtlas: GlyphAtlas = parseGlyphs(glyphFile);

/** Draws text with an atlas's bitmaps; a background, when given, fills the cells. */
export function drawGlyphs(canvas: Canvas, atlas: GlyphAtlas, x: number, y: number, text: string, ink: Colour, background?: Colour): void {
  const bitmaps = new Map(atlas.glyphs.map((glyph) => [glyph.char, glyph.rows]));
  [...text].forEach((char, i) => {
    const rows = bitmaps.get(char)!;
    const left = x + i * atlas.width;
    for (let v = 0; v < atlas.height; v++) {
      for (let u = 0; u < atlas.width; u++) {
        if (rows[v]! & (0x80 >> u)) canvas.set(left + u, y + v, ink);
        else if (background !== undefined) canvas.set(left + u, y + v, background);
      }
    }
  });
}

/** Grid units from one smooth letter to the next. */
const ADVANCE = 5.4;

/** Width of smooth text whose capitals are `size` pixels high. */
export const smoothWidth = (text: string, size: number): number => Math.ceil([...text].length * (size / 6) * ADVANCE);

/** Draws smooth text, capitals `size` pixels high, its top left corner at `x`, `y`. Gives where its ink is. */
export function drawSmooth(canvas: Canvas, x: number, y: number, text: string, size: number, ink: Colour): Region {
  const unit = size / 6;
  const thickness = Math.max(0.55, size / 16);
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  const mix = (a: number, b: number, part: number): number => Math.round(a + (b - a) * part);
  [...text].forEach((char, i) => {
    const all = segments(char);
    const left = x + i * unit * ADVANCE;
    for (let v = -2; v < size * 1.6; v++) {
      for (let u = -2; u < unit * 5 + 2; u++) {
        const cover = Math.max(0, Math.min(1, thickness + 0.5 - distance(all, u + 0.5, v + 0.5, unit, unit)));
        if (cover === 0) continue;
        const [px, py] = [Math.floor(left) + u, y + v];
        if (cover > 0.3) [x0, y0, x1, y1] = [Math.min(x0, px), Math.min(y0, py), Math.max(x1, px), Math.max(y1, py)];
        const below = canvas.get(px, py);
        canvas.set(
          px,
          py,
          (mix(below >> 16, ink >> 16, cover) << 16) |
            (mix((below >> 8) & 255, (ink >> 8) & 255, cover) << 8) |
            mix(below & 255, ink & 255, cover),
        );
      }
    }
  });
  return { x: x0, y: y0, width: x1 - x0 + 1, height: y1 - y0 + 1 };
}
