// The font of a screen as exact bitmaps, and looking one up. The JSON is what `glyphs.json` and the `glyphs` segment of a cartridge hold.

import { GpuvisorError } from '../isa/errors.js';

/** One bitmap and the character it is read as. */
export interface Glyph {
  readonly char: string;
  /** One number a row, top first; the most significant of 8 bits is the left pixel. */
  readonly rows: readonly number[];
  /** Set pixels. */
  readonly ink: number;
}

/** A font of fixed cells. Every bitmap stands once: of characters that look the same, one was preferred (see `parseGlyphs`). */
export interface GlyphAtlas {
  /** Pixels of a cell, at most 8 across and 32 down. */
  readonly width: number;
  readonly height: number;
  readonly glyphs: readonly Glyph[];
  /** The glyph with these rows; `hash` is their `hashRows`. */
  find(rows: ArrayLike<number>, hash: number): Glyph | undefined;
  /** False when no glyph has this hash; true may be wrong. Cheap, for scanning. */
  mayHold(hash: number): boolean;
}

const MAX_GLYPHS = 1024;
const MAX_HEIGHT = 32;
const FORMAT = 'gpuvisor-glyphs-1';

/** Base of the polynomial hash; odd, so that no row is lost in 32 bits. */
export const HASH_BASE = 0x01000193;

/** Hash of a bitmap's rows, 32 bits: a polynomial, so that a window that moves down by a row is hashed in two multiplications. */
export function hashRows(rows: ArrayLike<number>): number {
  let hash = 0;
  for (let i = 0; i < rows.length; i++) hash = (Math.imul(hash, HASH_BASE) + rows[i]!) | 0;
  return hash;
}

/**
 * Reads `{ format: 'gpuvisor-glyphs-1', width: 8, height: 16, glyphs: [{ char, rows }] }`.
 * Of characters with the same bitmap the one in ASCII is kept, then the one with the lower code point: a font that draws `А` as `A` is read as `A`. An empty bitmap is the space.
 * @throws GpuvisorError BAD_ARGUMENT with what is wrong
 */
export function parseGlyphs(json: unknown): GlyphAtlas {
  const o = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  if (o['format'] !== FORMAT) throw invalid(`its format is ${JSON.stringify(o['format'])}, not ${FORMAT}`);
  const { width, height, glyphs } = o;
  if (!isWithin(width, 1, 8) || !isWithin(height, 1, MAX_HEIGHT)) throw invalid(`cells of ${String(width)}x${String(height)}`);
  if (!Array.isArray(glyphs) || glyphs.length < 1 || glyphs.length > MAX_GLYPHS) throw invalid(`not 1 to ${MAX_GLYPHS} glyphs`);
  return atlasOf(
    width,
    height,
    glyphs.map((glyph, i) => parseGlyph(glyph, i, width, height)),
  );
}

function parseGlyph(glyph: unknown, i: number, width: number, height: number): Glyph {
  const { char, rows } = (typeof glyph === 'object' && glyph !== null ? glyph : {}) as Record<string, unknown>;
  if (typeof char !== 'string' || [...char].length !== 1 || char < ' ') throw invalid(`glyph ${i} is not for one character`);
  const outside = 0xff >> width;
  if (!Array.isArray(rows) || rows.length !== height || rows.some((row) => !isWithin(row, 0, 255) || (row & outside) !== 0)) {
    throw invalid(`glyph ${i} (${JSON.stringify(char)}) has no ${height} rows of ${width} pixels`);
  }
  const bits = rows as number[];
  return { char, rows: [...bits], ink: inkOf(bits) };
}

function atlasOf(width: number, height: number, all: readonly Glyph[]): GlyphAtlas {
  const chosen = new Map<string, Glyph>();
  for (const glyph of all) {
    const key = glyph.rows.join();
    const other = chosen.get(key);
    if (!other || preferred(glyph.char, other.char)) chosen.set(key, glyph);
  }
  const blank = { char: ' ', rows: new Array<number>(height).fill(0), ink: 0 };
  chosen.set(blank.rows.join(), blank);
  const glyphs = [...chosen.values()];
  const byHash = new Map<number, Glyph[]>();
  const filter = new Uint8Array(1 << 16);
  for (const glyph of glyphs) {
    const hash = hashRows(glyph.rows);
    byHash.set(hash, [...(byHash.get(hash) ?? []), glyph]);
    filter[slot(hash)] = 1;
  }
  return {
    width,
    height,
    glyphs,
    find: (rows, hash) => byHash.get(hash)?.find((glyph) => glyph.rows.every((row, i) => row === rows[i])),
    mayHold: (hash) => filter[slot(hash)] === 1,
  };
}

const slot = (hash: number): number => (hash ^ (hash >>> 16)) & 0xffff;

/** Code points below 128 come first, then lower before higher: which is the order of the code points. */
const preferred = (a: string, b: string): boolean => a.codePointAt(0)! < b.codePointAt(0)!;

/** Set bits of some bytes. */
export function inkOf(rows: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < rows.length; i++) for (let bits = rows[i]!; bits; bits &= bits - 1) count++;
  return count;
}

const isWithin = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const invalid = (why: string): GpuvisorError =>
  new GpuvisorError(
    'BAD_ARGUMENT',
    `this is no glyph atlas: ${why}`,
    `{ format: '${FORMAT}', width: 8, height: 16, glyphs: [{ char, rows }] }`,
  );
