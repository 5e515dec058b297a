// Finding elements on a picture by how they look: no toolkit is asked, and none is assumed.

import { RE2JS } from 're2js';
import { GpuvisorError } from '../../isa/errors.js';
import { distance, hex, parseColour } from '../colour.js';
import type { GlyphAtlas } from '../glyphs.js';
import type { Ocr } from '../ocr.js';
import type { Picture, Region } from '../picture.js';
import { wordsOfPicture } from '../pieces.js';
import { type ElementType, type Found, classify } from './classify.js';

export type { ElementType } from './classify.js';

/** An element on the screen. */
export interface Element {
  readonly type: ElementType;
  /** A button's label, an input's content, a window's title, the text under an icon; '' when there is none, or none that could be read. */
  readonly text: string;
  /** Pixels of the picture. */
  readonly bounds: Region;
  /** 0 to 1: how much of what makes up such an element was seen. */
  readonly confidence: number;
  /** The colour that fills most of it, '#rrggbb'; of text, the ink. */
  readonly color: string;
  /** How its text was read; absent when it has none. */
  readonly source?: 'glyph' | 'ocr' | 'uart';
  /** Of an input: the text on its left or above it. */
  readonly label?: string;
}

export interface FindElementsOptions {
  readonly type?: ElementType;
  /** What the text (or an input's label) must hold: an RE2 regular expression, or the text itself when it is none. Upper and lower case are the same. */
  readonly textPattern?: string;
  /** '#rrggbb': the element's colour may be this far away: `COLOUR_TOLERANCE`. The nearest come first. */
  readonly color?: string;
  readonly atlas?: GlyphAtlas;
  readonly ocr?: () => Promise<Ocr>;
  readonly signal?: AbortSignal;
}

/** Distance in R, G and B together (of 442) up to which a colour is still the one asked for. */
export const COLOUR_TOLERANCE = 60;
/** Elements given back at most. */
const MOST_ELEMENTS = 500;
const MOST_PATTERN = 200;

/**
 * Finds windows, buttons, inputs, icons and text. Without `type`, text that is part of another element is not given again by itself; with type 'text' it is.
 * From top to bottom and left to right, or by colour. At most 500. The time depends on the number of pixels alone, and on the OCR when it is needed.
 * @throws GpuvisorError BAD_ARGUMENT for an unknown type, a pattern over 200 characters or a colour that is none; ABORTED; what the OCR throws
 */
export async function findElements(p: Picture, o: FindElementsOptions = {}): Promise<Element[]> {
  const wanted = filterOf(o);
  if (o.signal?.aborted) throw new GpuvisorError('ABORTED', 'the search was given up', 'search again');
  const words = await wordsOfPicture(p, o);
  const found = classify(p, words).filter(wanted);
  const near = o.color === undefined ? undefined : parseColour(o.color);
  found.sort(
    (a, b) =>
      (near === undefined ? 0 : distance(a.color, near) - distance(b.color, near)) || a.bounds.y - b.bounds.y || a.bounds.x - b.bounds.x,
  );
  return found.slice(0, MOST_ELEMENTS).map(({ type, text, bounds, confidence, color, source, label }) => ({
    type,
    text,
    bounds,
    confidence,
    color: hex(color),
    ...(source && { source }),
    ...(label !== undefined && { label }),
  }));
}

const TYPES: readonly ElementType[] = ['button', 'text', 'input', 'window', 'icon'];

function filterOf({ type, textPattern, color }: FindElementsOptions): (found: Found) => boolean {
  if (type !== undefined && !TYPES.includes(type)) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `the element type is ${JSON.stringify(type)}; there are ${TYPES.join(', ')}`,
      'leave it out for all of them',
    );
  }
  const matches = textPattern === undefined ? undefined : matcherOf(textPattern);
  const near = color === undefined ? undefined : parseColour(color);
  return (found) =>
    (type === undefined ? !found.owned : found.type === type) &&
    (!matches || matches(found.text) || (found.label !== undefined && matches(found.label))) &&
    (near === undefined || distance(found.color, near) <= COLOUR_TOLERANCE);
}

/** RE2 matches in time that grows with the text alone, whatever the pattern. */
function matcherOf(pattern: string): (text: string) => boolean {
  if (typeof pattern !== 'string' || pattern.length > MOST_PATTERN) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `the text pattern has ${String(pattern).length} characters; at most ${MOST_PATTERN} are allowed`,
      'look for less',
    );
  }
  try {
    const compiled = RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE);
    return (text) => compiled.matcher(text).find();
  } catch {
    const plain = pattern.toLowerCase();
    return (text) => text.toLowerCase().includes(plain);
  }
}
