// The text on a screen: exactly where it is drawn with a known font, recognised by its looks where it is not.

import { type ConsoleText, readConsole } from './console.js';
import type { GlyphAtlas } from './glyphs.js';
import type { Ocr } from './ocr.js';
import { type Picture, type Region, checkRegion, crop, words as pixelWords } from './picture.js';
import { findRuns, wordsOfRuns } from './runs.js';
import { NO_TEXT, type ReadText, type TextPart, linesOf, meanConfidence } from './text.js';

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
 * Reads text: as a console of the atlas's font; else as runs of that font anywhere; else by OCR. The result says which (`source`).
 * A picture (or region) of one colour has no text, with confidence 1. Without atlas and OCR, or when neither finds any, the text is empty with confidence 0.
 * @throws GpuvisorError BAD_ARGUMENT for a region outside; what the OCR throws
 */
export async function readText(p: Picture, o: ReadTextOptions = {}): Promise<ReadText> {
  const region = o.region && checkRegion(o.region, p);
  const part = region ? crop(p, region) : p;
  if (isFlat(part)) return NO_TEXT;
  const console = o.atlas && readConsole(p, o.atlas, region);
  if (console) return plain(console);
  const glyphs = o.atlas ? wordsOfRuns(findRuns(p, o.atlas), o.atlas).filter((word) => !region || middleIn(word.bounds, region)) : [];
  if (glyphs.length > 0) return composed(glyphs, 'glyph');
  if (!o.ocr) return { ...NO_TEXT, confidence: 0 };
  const ocr = await o.ocr();
  return moved(await ocr.read(part, o.signal && { signal: o.signal }), region);
}

function composed(words: readonly TextPart[], source: ReadText['source']): ReadText {
  const lines = linesOf(words);
  return { text: lines.map((line) => line.text).join('\n'), confidence: meanConfidence(words), source, words, lines };
}

/** Only what belongs to a `ReadText`. */
const plain = ({ text, confidence, source, words, lines }: ConsoleText): ReadText => ({ text, confidence, source, words, lines });

function moved(read: ReadText, region: Region | undefined): ReadText {
  if (!region) return read;
  const move = (part: TextPart): TextPart => ({
    ...part,
    bounds: { ...part.bounds, x: part.bounds.x + region.x, y: part.bounds.y + region.y },
  });
  return { ...read, words: read.words.map(move), lines: read.lines.map(move) };
}

const middleIn = (r: Region, region: Region): boolean => {
  const [x, y] = [r.x + r.width / 2, r.y + r.height / 2];
  return x >= region.x && x < region.x + region.width && y >= region.y && y < region.y + region.height;
};

/** True when all pixels have one colour. */
export function isFlat(p: Picture): boolean {
  const pixels = pixelWords(p);
  return pixels.every((pixel) => pixel === pixels[0]);
}
