// A text console read cell by cell: the picture is a grid of glyphs of a known font, each in two colours of its own.

import { type Glyph, type GlyphAtlas, hashRows } from './glyphs.js';
import { type Picture, type Region, words } from './picture.js';
import { type PlacedChar, type ReadText, type TextPart, UNKNOWN, partOf, wordsOf } from './text.js';

/** The text of a console. */
export interface ConsoleText extends ReadText {
  readonly source: 'glyph';
  readonly columns: number;
  readonly rows: number;
  /** Cells that hold no known glyph. */
  readonly unknown: number;
  /** The cell a cursor was seen on, counted from 0. A cursor that blinks may not be there. */
  readonly cursor?: { readonly column: number; readonly row: number };
}

/** Below this part of recognised cells (of those that are not empty) the picture is no console. */
const LEAST_KNOWN = 0.7;
/** More cells than this that need a cursor to be a glyph, and none of them is one. */
const MOST_CURSORS = 2;

/**
 * Reads a picture as a text console: cells of the atlas's size from the top left corner on; what does not fill a cell at the right and below is left out.
 * A cell of one colour is a space (also one that is full of ink: the two cannot be told apart). A cell of two colours is the glyph that either of them draws.
 * A cursor that inverts the lower rows of a cell is seen through. With `region`, the cells whose middle is in it.
 * Undefined when fewer than 70 % of the cells with something in them hold a known glyph.
 */
export function readConsole(p: Picture, atlas: GlyphAtlas, region?: Region): ConsoleText | undefined {
  const columns = Math.floor(p.width / atlas.width);
  const rows = Math.floor(p.height / atlas.height);
  if (columns === 0 || rows === 0) return undefined;
  const grid = new Grid(p, atlas, columns);
  const chars: string[] = [];
  const cursors: number[] = [];
  let visible = 0;
  let unknown = 0;
  for (let cell = 0; cell < columns * rows; cell++) {
    let char = grid.read(cell);
    if (char === undefined) {
      char = grid.underCursor(cell);
      if (char !== undefined) cursors.push(cell);
    }
    if (char !== ' ') visible++;
    if (char === undefined) unknown++;
    chars.push(char ?? UNKNOWN);
  }
  if (cursors.length > MOST_CURSORS) {
    for (const cell of cursors.splice(0)) {
      if (chars[cell] === ' ') visible++;
      chars[cell] = UNKNOWN;
      unknown++;
    }
  }
  if (visible > 0 && (visible - unknown) / visible < LEAST_KNOWN) return undefined;
  const cursor = cursors.length === 1 ? { column: cursors[0]! % columns, row: Math.floor(cursors[0]! / columns) } : undefined;
  return { ...assemble(chars, columns, rows, atlas, region), columns, rows, ...(cursor && { cursor }) };
}

/** Lines and words from the characters of all cells. */
function assemble(
  chars: readonly string[],
  columns: number,
  rows: number,
  { width, height }: GlyphAtlas,
  region: Region | undefined,
): ReadText & { source: 'glyph'; unknown: number } {
  const within = (x: number, y: number): boolean =>
    !region ||
    (x + width / 2 >= region.x &&
      x + width / 2 < region.x + region.width &&
      y + height / 2 >= region.y &&
      y + height / 2 < region.y + region.height);
  const texts: string[] = [];
  const lines: TextPart[] = [];
  const words: TextPart[] = [];
  let visible = 0;
  let unknown = 0;
  for (let row = 0; row < rows; row++) {
    const line: PlacedChar[] = [];
    let left: number | undefined;
    for (let column = 0; column < columns; column++) {
      const [x, y, char] = [column * width, row * height, chars[row * columns + column]!];
      if (!within(x, y)) continue;
      left ??= x;
      if (char === ' ') continue;
      visible++;
      if (char === UNKNOWN) unknown++;
      line.push({ char, x, y });
    }
    if (left === undefined) continue;
    if (line.length === 0) {
      texts.push('');
      continue;
    }
    const part = partOf(line, width, height);
    // Where the line begins in the text is where it begins on the screen.
    texts.push(' '.repeat((line[0]!.x - left) / width) + part.text);
    lines.push(part);
    words.push(...wordsOf(line, width, height));
  }
  while (texts[texts.length - 1] === '') texts.pop();
  return {
    text: texts.join('\n'),
    confidence: visible === 0 ? 1 : (visible - unknown) / visible,
    source: 'glyph',
    words,
    lines,
    unknown,
  };
}

/** The cells of a picture. */
class Grid {
  readonly #pixels: Uint32Array;
  /** Rows of the cell at hand: which pixels differ from its top left one. */
  readonly #rows: number[];
  readonly #inverse: number[];
  /** The colours of the cell at hand, and the one most cells begin with. */
  #first = 0;
  #second = 0;
  readonly #background: number;

  constructor(
    private readonly p: Picture,
    private readonly atlas: GlyphAtlas,
    private readonly columns: number,
  ) {
    this.#pixels = words(p);
    this.#rows = new Array<number>(atlas.height).fill(0);
    this.#inverse = new Array<number>(atlas.height).fill(0);
    const count = new Map<number, number>();
    for (let y = 0; y < p.height; y += atlas.height) {
      for (let x = 0; x < p.width; x += atlas.width) {
        const pixel = this.#pixels[y * p.width + x]!;
        count.set(pixel, (count.get(pixel) ?? 0) + 1);
      }
    }
    this.#background = [...count].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
  }

  /** The character of a cell; undefined when it holds no glyph. */
  read(cell: number): string | undefined {
    const first = this.#load(cell);
    if (first === undefined) return undefined;
    if (first) return ' ';
    return this.#either(this.#rows, this.#inverse);
  }

  /** The character of a cell whose lower rows a cursor has inverted; as few rows as will do. */
  underCursor(cell: number): string | undefined {
    if (this.#load(cell) !== false) return undefined;
    const full = (0xff << (8 - this.atlas.width)) & 0xff;
    for (let height = 1; height < this.atlas.height; height++) {
      const at = this.atlas.height - height;
      this.#rows[at]! ^= full;
      this.#inverse[at]! ^= full;
      const char = this.#either(this.#rows, this.#inverse);
      if (char !== undefined) return char;
    }
    return undefined;
  }

  /** Puts the rows of a cell in place. True when it has one colour, false when it has two, undefined when it has more. */
  #load(cell: number): boolean | undefined {
    const { width, height } = this.atlas;
    const full = (0xff << (8 - width)) & 0xff;
    const origin = Math.floor(cell / this.columns) * height * this.p.width + (cell % this.columns) * width;
    const first = this.#pixels[origin]!;
    let second = first;
    for (let y = 0; y < height; y++) {
      let bits = 0;
      const line = origin + y * this.p.width;
      for (let x = 0; x < width; x++) {
        const pixel = this.#pixels[line + x]!;
        if (pixel === first) continue;
        if (second === first) second = pixel;
        else if (pixel !== second) return undefined;
        bits |= 0x80 >> x;
      }
      this.#rows[y] = bits;
      this.#inverse[y] = bits ^ full;
    }
    this.#first = first;
    this.#second = second;
    return second === first;
  }

  /** Of a bitmap and its inverse, the one that is a glyph; when both are, the one on the console's background, else the one that `parseGlyphs` prefers. */
  #either(a: readonly number[], b: readonly number[]): string | undefined {
    const one = this.#find(a);
    const other = this.#find(b);
    if (!one || !other) return (one ?? other)?.char;
    if (this.#first !== this.#second && this.#first === this.#background) return one.char;
    if (this.#second === this.#background) return other.char;
    return one.char.codePointAt(0)! <= other.char.codePointAt(0)! ? one.char : other.char;
  }

  #find(rows: readonly number[]): Glyph | undefined {
    const hash = hashRows(rows);
    return this.atlas.mayHold(hash) ? this.atlas.find(rows, hash) : undefined;
  }
}
