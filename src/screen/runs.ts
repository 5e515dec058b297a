// Text in a known font anywhere on a picture: every place where the pixels of one colour are exactly a glyph, put together to runs.

import { type Glyph, type GlyphAtlas, HASH_BASE, hashRows } from './glyphs.js';
import { type Picture, type Region, words } from './picture.js';
import { type TextPart, UNKNOWN, wordsOf } from './text.js';

/** Characters side by side in one colour. */
export interface GlyphRun {
  readonly text: string;
  readonly bounds: Region;
  /** The colour of the ink, 0xRRGGBB. */
  readonly color: number;
  /** Cells that hold something, and those of them that hold no known glyph. */
  readonly visible: number;
  readonly unknown: number;
}

/** Colours that are looked at: no screen has text in more, and each costs a pass over the picture. */
const MOST_COLOURS = 24;
/** Fewer strokes are no text. */
const LEAST_STROKES = 6;
/** Difference of all channels together by which ink stands out. */
const LEAST_CONTRAST = 24;
/** Pixels of a mark that stands for itself. */
const LEAST_MARK = 10;
/** Distinct colours that are counted at a time; when there are more, those with hardly a pixel so far are dropped. */
const MOST_COUNTED = 1 << 15;
/** Places of one colour that are followed up. */
const MOST_SEEDS = 20_000;
/** Empty cells that may stand between two characters of a run. */
const MOST_SPACES = 2;

/**
 * Finds text drawn with the atlas's font at any offset, in any colour, on anything that has not that colour inside the cell. Glyphs that lines and boxes also look like
 * (those that touch two opposite edges of the cell) count only beside others, and a run needs a letter, a digit or a mark of some size. One cell that is spoilt
 * (a pointer over it) reads as U+FFFD. Bounded: at most 24 colours are looked at.
 */
export function findRuns(p: Picture, atlas: GlyphAtlas): GlyphRun[] {
  if (p.width < atlas.width || p.height < atlas.height) return [];
  const layer = new Layer(p, atlas);
  const runs: Found[] = [];
  for (const colour of inkColours(p, atlas)) runs.push(...layer.runs(colour));
  return withoutOverlaps(runs, p);
}

interface Found extends GlyphRun {
  readonly ink: number;
  /** How many of its glyphs are taken for text by themselves; with none it is only text beside other text. */
  readonly weight: number;
}

/**
 * The colours that may be ink, as pixel words, those with the most strokes first. A stroke is a short piece of a row that stands out from what is on its left:
 * the many colours of a shaded backdrop have none, however many pixels they have.
 */
function inkColours(p: Picture, atlas: GlyphAtlas): number[] {
  const pixels = words(p);
  const strokes = new Map<number, number>();
  for (let y = 0; y < p.height; y++) {
    const end = (y + 1) * p.width;
    for (let at = y * p.width; at < end;) {
      const colour = pixels[at]!;
      const begin = at;
      while (at < end && pixels[at] === colour) at++;
      if (at - begin > atlas.width || (begin > end - p.width && !standsOut(colour, pixels[begin - 1]!))) continue;
      strokes.set(colour, (strokes.get(colour) ?? 0) + 1);
    }
    if (strokes.size > MOST_COUNTED) for (const [colour, many] of strokes) if (many < LEAST_STROKES) strokes.delete(colour);
    if (strokes.size > MOST_COUNTED) strokes.clear();
  }
  return [...strokes]
    .filter(([, many]) => many >= LEAST_STROKES)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_COLOURS)
    .map(([colour]) => colour);
}

function standsOut(a: number, b: number): boolean {
  const [red, green, blue] = [(a & 255) - (b & 255), ((a >> 8) & 255) - ((b >> 8) & 255), ((a >> 16) & 255) - ((b >> 16) & 255)];
  return Math.abs(red) + Math.abs(green) + Math.abs(blue) >= LEAST_CONTRAST;
}

/** The pixels of one colour, eight at a time. */
class Layer {
  readonly #pixels: Uint32Array;
  /** For each pixel the bits of it and what follows to its right, a cell's width, the first in the highest bit. */
  readonly #bits: Uint8Array;
  readonly #hashes: Uint32Array;
  /** Cells already in a run of this colour, by their top left pixel. */
  #taken = new Set<number>();

  constructor(
    private readonly p: Picture,
    private readonly atlas: GlyphAtlas,
  ) {
    this.#pixels = words(p);
    this.#bits = new Uint8Array(p.width * p.height);
    this.#hashes = new Uint32Array(p.width);
  }

  runs(colour: number): Found[] {
    const [from, to] = this.#load(colour);
    const found: Found[] = [];
    this.#taken = new Set();
    for (const at of this.#seeds(from, to)) {
      if (this.#taken.has(at)) continue;
      const run = this.#follow(at, colour);
      if (run) found.push(run);
    }
    const texts = found.filter((run) => run.weight > 0);
    // A lone mark belongs to the text that stands in the same cells further left or right.
    const marks = found.filter((run) => run.weight === 0 && texts.some((text) => inLine(run.bounds, text.bounds, this.atlas)));
    return [...texts, ...marks];
  }

  /** Fills `#bits`; gives the first row with ink and the one behind the last. */
  #load(colour: number): [number, number] {
    const { width, height } = this.p;
    const cell = this.atlas.width;
    const keep = (0xff << (8 - cell)) & 0xff;
    const inset = 8 - cell;
    let [from, to] = [height, 0];
    for (let y = 0; y < height; y++) {
      const line = y * width;
      let any = 0;
      let byte = 0;
      // From right to left, so that each pixel is shifted in at the top.
      for (let x = width - 1; x >= 0; x--) {
        byte = (byte >>> 1) | (this.#pixels[line + x] === colour ? 0x80 : 0);
        this.#bits[line + x] = inset ? byte & keep : byte;
        any |= byte;
      }
      if (any) {
        from = Math.min(from, y);
        to = y + 1;
      }
    }
    return [from, to];
  }

  /** Places where a whole cell is a glyph that lines and boxes are not taken for. */
  #seeds(from: number, to: number): number[] {
    const { width, height } = this.p;
    const cell = this.atlas.height;
    const last = width - this.atlas.width;
    let drop = 1;
    for (let i = 0; i < cell; i++) drop = Math.imul(drop, HASH_BASE);
    const bits = this.#bits;
    const hashes = this.#hashes.fill(0);
    const seeds: number[] = [];
    // The first window ends at the first row with ink; rows above the picture are no window.
    const begin = Math.max(0, from - cell + 1);
    const end = Math.min(height, to + cell - 1);
    for (let y = begin; y < end; y++) {
      const line = y * width;
      const top = y - cell + 1;
      const old = line - cell * width;
      for (let x = 0; x <= last; x++) {
        let hash = Math.imul(hashes[x]!, HASH_BASE) + bits[line + x]!;
        if (y - cell >= begin) hash -= Math.imul(bits[old + x]!, drop);
        hashes[x] = hash;
        if (hash === 0 || top < 0 || !this.atlas.mayHold(hash | 0)) continue;
        const at = top * width + x;
        const glyph = this.#glyph(at, hash | 0);
        if (glyph && glyph.ink > 0 && !isLine(glyph, this.atlas)) {
          seeds.push(at);
          if (seeds.length === MOST_SEEDS) return seeds;
        }
      }
    }
    return seeds;
  }

  /** The run that holds the glyph at a place, taken apart from the rest; undefined when it is not enough to be text. */
  #follow(seed: number, color: number): Found | undefined {
    const step = this.atlas.width;
    const [x, y] = [seed % this.p.width, Math.floor(seed / this.p.width)];
    const cells: (Glyph | undefined)[] = [this.#glyph(seed)!];
    const right = this.#extend(seed, step, Math.floor((this.p.width - x) / step) - 1);
    const left = this.#extend(seed, -step, Math.floor(x / step));
    cells.push(...right);
    cells.unshift(...left.reverse());
    const first = x - left.length * step;
    let [ink, visible, unknown, weight] = [0, 0, 0, 0];
    let text = '';
    cells.forEach((glyph, i) => {
      if (glyph) this.#taken.add(seed - left.length * step + i * step);
      text += glyph ? glyph.char : UNKNOWN;
      ink += glyph ? glyph.ink : 0;
      if (!glyph) unknown++;
      if (!glyph || glyph.ink > 0) visible++;
      if (glyph && isText(glyph, this.atlas)) weight++;
    });
    if (unknown * 2 > visible) return undefined;
    const bounds = { x: first, y, width: cells.length * step, height: this.atlas.height };
    return { text, bounds, color: ((color & 0xff) << 16) | (color & 0xff00) | ((color >>> 16) & 0xff), visible, unknown, ink, weight };
  }

  /** The cells beside one, away from it, up to the last known glyph. Spaces and one spoilt cell are passed when something known follows. */
  #extend(seed: number, step: number, most: number): (Glyph | undefined)[] {
    const cells: (Glyph | undefined)[] = [];
    let good = 0;
    let spaces = 0;
    let spoilt = 0;
    for (let i = 1; i <= most; i++) {
      const glyph = this.#glyph(seed + i * step);
      if (glyph && glyph.ink === 0) {
        if (++spaces > MOST_SPACES) break;
      } else if (glyph) {
        // Behind a spoilt cell only what is no line goes on.
        if (spoilt && isLine(glyph, this.atlas)) break;
        spaces = spoilt = 0;
        good = i;
      } else if (++spoilt > 1) break;
      cells.push(glyph);
    }
    return cells.slice(0, good);
  }

  /** The glyph whose cell has its top left pixel here. */
  #glyph(at: number, hash?: number): Glyph | undefined {
    const rows = new Array<number>(this.atlas.height);
    for (let i = 0; i < rows.length; i++) rows[i] = this.#bits[at + i * this.p.width]!;
    const key = hash ?? hashRows(rows);
    return this.atlas.mayHold(key) ? this.atlas.find(rows, key) : undefined;
  }
}

/** True when a glyph touches two opposite edges of its cell, as rules, boxes and shades do. */
function isLine(glyph: Glyph, { width, height }: GlyphAtlas): boolean {
  const right = 0x80 >> (width - 1);
  const across = glyph.rows.some((row) => row & 0x80) && glyph.rows.some((row) => row & right);
  return across || (glyph.rows[0] !== 0 && glyph.rows[height - 1] !== 0);
}

/** Letters and digits, and marks that are more than a dot, a dash or a rule. */
function isText(glyph: Glyph, atlas: GlyphAtlas): boolean {
  if (isLine(glyph, atlas)) return false;
  if (/[\p{L}\p{N}]/u.test(glyph.char)) return true;
  const inked = glyph.rows.filter((row) => row !== 0);
  return glyph.ink >= LEAST_MARK && inked.some((row) => row !== inked[0]);
}

const inLine = (a: Region, b: Region, { width }: GlyphAtlas): boolean => a.y === b.y && (a.x - b.x) % width === 0;

/** Runs that do not lie over one another: those with more ink are kept. */
function withoutOverlaps(runs: readonly Found[], p: Picture): GlyphRun[] {
  const taken = new Uint8Array(p.width * p.height);
  const kept: GlyphRun[] = [];
  for (const { ink, weight, ...run } of [...runs].sort((a, b) => b.ink - a.ink)) {
    const { x, y, width, height } = run.bounds;
    let covered = 0;
    for (let j = y; j < y + height; j++) for (let i = x; i < x + width; i++) covered += taken[j * p.width + i]!;
    // Two lines may be set so tight that a row or two of their cells lie over each other.
    if (covered * 4 > width * height || ink + weight === 0) continue;
    for (let j = y; j < y + height; j++) taken.fill(1, j * p.width + x, j * p.width + x + width);
    kept.push(run);
  }
  return kept.sort((a, b) => a.bounds.y - b.bounds.y || a.bounds.x - b.bounds.x);
}

/** The words of runs. */
export function wordsOfRuns(runs: readonly GlyphRun[], atlas: GlyphAtlas): TextPart[] {
  return runs.flatMap((run) => {
    const chars = [...run.text].map((char, i) => ({ char, x: run.bounds.x + i * atlas.width, y: run.bounds.y }));
    return wordsOf(chars, atlas.width, atlas.height);
  });
}
