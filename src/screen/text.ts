// Text that was read from a picture, and how it is put together from characters in their places.

import type { Region } from './picture.js';

/** Text, where it stands, and how sure that is (0 to 1). */
export interface TextPart {
  readonly text: string;
  readonly bounds: Region;
  readonly confidence: number;
}

/** Text read from a screen. Bounds are pixels of the whole picture, also when a region of it was read. */
export interface ReadText {
  /** Lines from top to bottom, joined by newlines; no spaces at the end of a line, no empty lines at the end. */
  readonly text: string;
  /** 0 to 1. Glyphs: the part of the characters that were recognised, each exactly. OCR: what the recogniser says of itself. */
  readonly confidence: number;
  /** `glyph`: exact bitmaps of the screen's own font. `ocr`: at least some of it is recognised by its looks. `uart`: not read from pixels at all. */
  readonly source: 'glyph' | 'ocr' | 'uart';
  readonly words: readonly TextPart[];
  /** Lines that are not empty. */
  readonly lines: readonly TextPart[];
}

/** What stands in a text for a cell that holds no known glyph. */
export const UNKNOWN = '\ufffd';

/** One character in its cell. */
export interface PlacedChar {
  readonly char: string;
  readonly x: number;
  readonly y: number;
}

/** Nothing to read. */
export const NO_TEXT: ReadText = { text: '', confidence: 1, source: 'glyph', words: [], lines: [] };

/** The rectangle around rectangles. */
export function around(regions: readonly Region[]): Region {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const r of regions) {
    left = Math.min(left, r.x);
    top = Math.min(top, r.y);
    right = Math.max(right, r.x + r.width);
    bottom = Math.max(bottom, r.y + r.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Characters of one line, left to right, in cells `width` x `height`, as words. Spaces and gaps part them. */
export function wordsOf(chars: readonly PlacedChar[], width: number, height: number): TextPart[] {
  const words: TextPart[] = [];
  let word: PlacedChar[] = [];
  const close = (): void => {
    if (word.length > 0) words.push(partOf(word, width, height));
    word = [];
  };
  for (const c of chars) {
    if (c.char === ' ' || (word.length > 0 && c.x !== word[word.length - 1]!.x + width)) close();
    if (c.char !== ' ') word.push(c);
  }
  close();
  return words;
}

/** Characters of one line as one part; missing cells are spaces. */
export function partOf(chars: readonly PlacedChar[], width: number, height: number): TextPart {
  const first = chars[0]!;
  let text = '';
  let unknown = 0;
  let visible = 0;
  for (const c of chars) {
    text += ' '.repeat(Math.max(0, Math.round((c.x - first.x) / width) - [...text].length)) + c.char;
    if (c.char === UNKNOWN) unknown++;
    if (c.char !== ' ') visible++;
  }
  const last = chars[chars.length - 1]!;
  return {
    text,
    bounds: { x: first.x, y: first.y, width: last.x + width - first.x, height },
    confidence: visible === 0 ? 1 : (visible - unknown) / visible,
  };
}

/**
 * Words anywhere on a picture as lines of text, top to bottom and left to right. Words that overlap by half their height are on one line;
 * between them stand as many spaces as would fit, at least one.
 */
export function linesOf(words: readonly TextPart[]): TextPart[] {
  const rows: TextPart[][] = [];
  for (const word of [...words].sort((a, b) => a.bounds.y - b.bounds.y || a.bounds.x - b.bounds.x)) {
    const row = rows.find((others) => others.some((other) => sameLine(word.bounds, other.bounds)));
    if (row) row.push(word);
    else rows.push([word]);
  }
  return rows
    .map((row) => joined(row.sort((a, b) => a.bounds.x - b.bounds.x)))
    .sort((a, b) => a.bounds.y - b.bounds.y || a.bounds.x - b.bounds.x);
}

function sameLine(a: Region, b: Region): boolean {
  const shared = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return shared * 2 > Math.min(a.height, b.height);
}

function joined(words: readonly TextPart[]): TextPart {
  const letters = words.reduce((sum, word) => sum + word.text.length, 0);
  const advance = words.reduce((sum, word) => sum + word.bounds.width, 0) / letters;
  let text = '';
  words.forEach((word, i) => {
    const before = words[i - 1]?.bounds;
    if (before) text += ' '.repeat(Math.max(1, Math.round((word.bounds.x - before.x - before.width) / advance)));
    text += word.text;
  });
  return { text, bounds: around(words.map((word) => word.bounds)), confidence: meanConfidence(words) };
}

/** The mean confidence of some text, each letter counting the same; 1 for no text. */
export function meanConfidence(parts: readonly TextPart[]): number {
  const letters = parts.reduce((sum, word) => sum + word.text.length, 0);
  return letters === 0 ? 1 : parts.reduce((sum, word) => sum + word.confidence * word.text.length, 0) / letters;
}
