// The words of any picture: exact ones where a known font drew them, recognised ones for the ink that is left over.

import type { GlyphAtlas } from './glyphs.js';
import type { Ocr } from './ocr.js';
import { type Box, boxesOf } from './elements/boxes.js';
import { flatsOf } from './elements/flats.js';
import { coloursIn, paperAround } from './elements/icons.js';
import { type Blob, blobsOf, inkLines, inkOf } from './elements/ink.js';
import type { Picture, Region } from './picture.js';
import { findRuns, wordsOfRuns } from './runs.js';
import type { ReadText, TextPart } from './text.js';

/** A word and how it was read. */
export interface Word extends TextPart {
  readonly source: ReadText['source'];
}

export interface Words {
  readonly words: readonly Word[];
  /** Letters that were seen and not read, about. */
  readonly unread: number;
  /** All ink. */
  readonly blobs: readonly Blob[];
  readonly boxes: readonly Box[];
}

/** Recognised words below this confidence are left out: icons and borders give such. */
const LEAST_CONFIDENCE = 0.3;
/** From this confidence on a recognised word is believed wherever it stands. */
const CERTAIN = 0.8;
/** Letters in a row that are taken for text nobody has read. */
const LEAST_LETTERS = 3;

/** Reads the words of a picture. The recogniser is made and asked only when there is ink in rows that no glyph explains. */
export async function wordsOfPicture(
  p: Picture,
  { atlas, ocr, signal }: { atlas?: GlyphAtlas; ocr?: () => Promise<Ocr>; signal?: AbortSignal },
): Promise<Words> {
  const glyphs = atlas ? wordsOfRuns(findRuns(p, atlas), atlas) : [];
  const words: Word[] = glyphs.map((word) => ({ ...word, source: 'glyph' }));
  const flats = flatsOf(p);
  const boxes = boxesOf(p, flats);
  const blobs = blobsOf(inkOf(p, flats, boxes), p);
  const rest = inkLines(
    blobs.filter((blob) => !glyphs.some((word) => covers(word.bounds, blob))),
    LEAST_LETTERS,
  );
  const unread = rest.reduce((sum, line) => sum + line.letters, 0);
  if (unread === 0 || !ocr) return { words, unread, blobs, boxes };
  const read = await (await ocr()).read(without(p, glyphs), signal && { signal });
  for (const word of read.words) {
    if (word.confidence >= LEAST_CONFIDENCE && /[\p{L}\p{N}]/u.test(word.text) && !isPatch(p, word)) words.push({ ...word, source: 'ocr' });
  }
  return { words, unread: 0, blobs, boxes };
}

/** True for a patch of several colours that fills its place: a picture, whatever was read there, unless it was read for certain (on a shaded ground). */
function isPatch(p: Picture, { bounds, confidence }: TextPart): boolean {
  if (confidence > CERTAIN) return false;
  const { colours, filled } = coloursIn(p, bounds, paperAround(p, bounds));
  return colours >= 2 && filled > 0.4;
}

/** True when the middle of `b` is in `a`. */
export function covers(a: Region, b: Region): boolean {
  const [x, y] = [b.x + b.width / 2, b.y + b.height / 2];
  return x >= a.x && x < a.x + a.width && y >= a.y && y < a.y + a.height;
}

/** The picture with words painted over, each in the colour of its top left pixel, which is paper. */
function without(p: Picture, words: readonly TextPart[]): Picture {
  const rgba = p.rgba.slice();
  for (const { bounds } of words) {
    const from = (bounds.y * p.width + bounds.x) * 4;
    const paper = p.rgba.slice(from, from + 4);
    for (let y = bounds.y; y < bounds.y + bounds.height; y++) {
      for (let x = bounds.x; x < bounds.x + bounds.width; x++) rgba.set(paper, (y * p.width + x) * 4);
    }
  }
  return { width: p.width, height: p.height, rgba };
}
