// The text on a screen: exactly where it is drawn with a known font, recognised by its looks where it is not.

import { type ConsoleText, readConsole } from './console.js';
import type { GlyphAtlas } from './glyphs.js';
import type { Ocr } from './ocr.js';
import { type Picture, type Region, checkRegion, crop, words as pixelWords } from './picture.js';
import { wordsOfPicture } from './pieces.js';
import { NO_TEXT, type ReadText, linesOf, meanConfidence } from './text.js';

export interface ReadTextOptions {
  /** The font of the guest's screen. */
  readonly atlas?: GlyphAtlas;
  /** Makes the recogniser; called only when glyphs do not explain the picture. */
  readonly ocr?: () => Promise<Ocr>;
  /** The part to read; the whole picture unless told otherwise. */
  readonly region?: Region;
  readonly signal?: AbortSignal;
}

/**
 * Reads text: as a console of the atlas's font; else as runs of that font anywhere; and what looks like text and is in no known font by OCR. `source` is `ocr` when any of it is.
 * A picture (or region) of one colour has no text, with confidence 1. Text that was seen and not read lowers the confidence; when nothing was read it is 0.
 * @throws GpuvisorError BAD_ARGUMENT for a region outside; what the OCR throws
 */
export async function readText(p: Picture, o: ReadTextOptions = {}): Promise<ReadText> {
  const region = o.region && checkRegion(o.region, p);
  const part = region ? crop(p, region) : p;
  if (isFlat(part)) return NO_TEXT;
  const console = o.atlas && readConsole(p, o.atlas, region);
  if (console) return plain(console);
  const found = await wordsOfPicture(part, o);
  const words = region ? found.words.map((word) => ({ ...word, bounds: moved(word.bounds, region) })) : found.words;
  if (words.length === 0) return { ...NO_TEXT, confidence: 0 };
  const lines = linesOf(words);
  const letters = words.reduce((sum, word) => sum + word.text.length, 0);
  return {
    text: lines.map((line) => line.text).join('\n'),
    confidence: (meanConfidence(words) * letters) / (letters + found.unread),
    source: words.some((word) => word.source === 'ocr') ? 'ocr' : 'glyph',
    words: words.map(({ source: _, ...word }) => word),
    lines,
  };
}

/** Only what belongs to a `ReadText`. */
const plain = ({ text, confidence, source, words, lines }: ConsoleText): ReadText => ({ text, confidence, source, words, lines });

const moved = (r: Region, by: Region): Region => ({ ...r, x: r.x + by.x, y: r.y + by.y });

/** True when all pixels have one colour. */
export function isFlat(p: Picture): boolean {
  const pixels = pixelWords(p);
  return pixels.every((pixel) => pixel === pixels[0]);
}
