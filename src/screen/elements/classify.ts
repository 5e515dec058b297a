// What the boxes, words and blobs of a picture are: windows, buttons, inputs, icons and text.

import { colourAt, distance, lightness } from '../colour.js';
import type { Picture, Region } from '../picture.js';
import { type Word, type Words, covers } from '../pieces.js';
import { type TextPart, around, meanConfidence } from '../text.js';
import { type Box, commonColour } from './boxes.js';
import { iconsOf } from './icons.js';
import { type Blob, inkLines } from './ink.js';

export type ElementType = 'button' | 'text' | 'input' | 'window' | 'icon';

/** Something on the screen. */
export interface Found {
  readonly type: ElementType;
  /** A button's label, an input's content, a window's title, the text under an icon; '' when there is none or nobody could read it. */
  readonly text: string;
  readonly bounds: Region;
  /** 0 to 1: how much of what makes up such an element was seen. */
  readonly confidence: number;
  /** The colour that fills it; of text, the ink. 0xRRGGBB. */
  readonly color: number;
  /** How its text was read; undefined when it has none. */
  readonly source: Word['source'] | undefined;
  /** The text left of or above an input. */
  readonly label?: string;
  /** True for text that another element has for its own. */
  readonly owned?: boolean;
}

/** Words side by side. */
interface Phrase extends TextPart {
  readonly source: Word['source'];
  /** The smallest box around it, as an index, or -1. */
  readonly box: number;
}

/** Everything that was recognised, in no order. */
export function classify(p: Picture, boxes: readonly Box[], { words, blobs }: Words): Found[] {
  const phrases = phrasesOf(words, boxes);
  const scene = new Scene(p, boxes, phrases, blobs);
  return scene.read();
}

/** Words of a line that are near each other and in the same box, put together. */
function phrasesOf(words: readonly Word[], boxes: readonly Box[]): Phrase[] {
  const placed = words
    .map((word) => ({ word, box: innermost(boxes, word.bounds) }))
    .sort((a, b) => a.word.bounds.y - b.word.bounds.y || a.word.bounds.x - b.word.bounds.x);
  const rows: { words: Word[]; box: number }[] = [];
  for (const { word, box } of placed.sort((a, b) => a.word.bounds.x - b.word.bounds.x)) {
    const row = rows.find(({ words: others, box: other }) => {
      const last = others[others.length - 1]!;
      const gap = word.bounds.x - last.bounds.x - last.bounds.width;
      const tall = Math.min(word.bounds.height, last.bounds.height);
      const shared =
        Math.min(word.bounds.y + word.bounds.height, last.bounds.y + last.bounds.height) - Math.max(word.bounds.y, last.bounds.y);
      return other === box && gap > -tall && gap <= 1.6 * tall && shared * 2 > tall && word.source === last.source;
    });
    if (row) row.words.push(word);
    else rows.push({ words: [word], box });
  }
  return rows.map(({ words: inRow, box }) => ({
    text: inRow.map((word) => word.text).join(' '),
    bounds: around(inRow.map((word) => word.bounds)),
    confidence: meanConfidence(inRow),
    source: inRow[0]!.source,
    box,
  }));
}

/** The last (smallest) box that holds the middle of a region. */
function innermost(boxes: readonly Box[], r: Region): number {
  for (let i = boxes.length - 1; i >= 0; i--) if (covers(boxes[i]!, r) && boxes[i]!.width >= r.width * 0.8) return i;
  return -1;
}

class Scene {
  readonly #found: Found[] = [];
  /** Boxes that are something, or a part of something. */
  readonly #used = new Set<number>();
  readonly #owned = new Set<Phrase>();
  /** The smallest box around each box, or -1. */
  readonly #parents: number[];
  readonly #children: number[][];

  constructor(
    private readonly p: Picture,
    private readonly boxes: readonly Box[],
    private readonly phrases: readonly Phrase[],
    private readonly blobs: readonly Blob[],
  ) {
    this.#parents = boxes.map((box, i) => {
      for (let j = i - 1; j >= 0; j--) if (holds(boxes[j]!, box)) return j;
      return -1;
    });
    this.#children = boxes.map(() => []);
    this.#parents.forEach((parent, i) => parent >= 0 && this.#children[parent]!.push(i));
  }

  read(): Found[] {
    this.#windows();
    this.#controls();
    this.#icons();
    this.#texts();
    return this.#found;
  }

  #isBackdrop(box: Box): boolean {
    return box.width * box.height >= 0.93 * this.p.width * this.p.height;
  }

  // Windows: a title bar over a body, inside one frame or side by side; or a frame with something in it on the backdrop.

  #windows(): void {
    this.boxes.forEach((bar, i) => {
      if (bar.height < 10 || bar.height > 48 || bar.width < 80 || bar.width < 2.5 * bar.height) return;
      const parent = this.boxes[this.#parents[i]!];
      if (parent && this.#isTitleOf(bar, parent)) this.#window(this.#parents[i]!, parent, i);
      else {
        const body = this.boxes.findIndex((other, j) => j !== i && this.#standsOn(bar, other));
        if (body < 0) return;
        const bounds = around([bar, this.boxes[body]!]);
        this.#used.add(body);
        this.#window(body, { ...this.boxes[body]!, ...bounds }, i);
      }
    });
    this.boxes.forEach((box, i) => {
      if (this.#used.has(i) || this.#isBackdrop(box) || box.width < 120 || box.height < 80 || box.outline < 0.6) return;
      const parent = this.boxes[this.#parents[i]!];
      if (parent && !this.#isBackdrop(parent)) return;
      if (box.width * box.height < 0.05 * this.p.width * this.p.height) return;
      const holdsText = this.phrases.some((phrase) => covers(box, phrase.bounds));
      if (!holdsText && this.#children[i]!.length < 2) return;
      this.#used.add(i);
      this.#add('window', box, box.fill, undefined, box.border === 'none' ? 0.5 : 0.6);
    });
  }

  #isTitleOf(bar: Box, window: Box): boolean {
    if (window.width < 90 || window.height < 50 || this.#isBackdrop(window)) return false;
    const inner = bar.y - window.y <= 8 && bar.x - window.x <= 8 && window.x + window.width - bar.x - bar.width <= 8;
    return inner && bar.height < 0.5 * window.height && distance(bar.fill, window.fill) > 20;
  }

  #standsOn(bar: Box, body: Box): boolean {
    const gap = body.y - bar.y - bar.height;
    const wide = Math.abs(body.x - bar.x) <= 5 && Math.abs(body.x + body.width - bar.x - bar.width) <= 5;
    return wide && gap >= -4 && gap <= 4 && body.height > 1.3 * bar.height && body.height >= 36 && distance(bar.fill, body.fill) > 20;
  }

  #window(index: number, bounds: Box, bar: number): void {
    if (this.#used.has(bar)) return;
    this.#used.add(index);
    this.#used.add(bar);
    const title = this.phrases.find((phrase) => covers(this.boxes[bar]!, phrase.bounds));
    const confidence = 0.7 + (title ? 0.15 : 0) + (bounds.border !== 'none' ? 0.1 : 0);
    this.#add('window', bounds, bounds.fill, title, confidence * Math.max(0.6, bounds.outline));
  }

  // Buttons and inputs: the boxes that are left, by their size, border, fill and where their text stands.

  #controls(): void {
    this.boxes.forEach((box, i) => {
      if (this.#used.has(i) || this.#isBackdrop(box) || box.outline < 0.8) return;
      if (box.height < 12 || box.height > 72 || box.width < 12 || box.width > 0.9 * this.p.width) return;
      const inside = this.phrases.filter((phrase) => covers(box, phrase.bounds));
      const surroundings = this.#outside(box);
      const button = this.#buttonLike(box, inside, surroundings);
      const input = this.#inputLike(box, inside, surroundings);
      if (Math.max(button, input) < 0.5) return;
      if (
        this.#children[i]!.some(
          (child) =>
            this.boxes[child]!.width > 14 && this.boxes[child]!.height > 12 && this.boxes[child]!.width < 0.8 * box.width && box.width > 60,
        )
      )
        return;
      this.#used.add(i);
      const text = inside.length > 0 ? joined(inside) : undefined;
      inside.forEach((phrase) => this.#owned.add(phrase));
      if (button >= input) this.#add('button', box, box.fill, text, button);
      else this.#add('input', box, box.fill, text, input, this.#labelOf(box));
    });
  }

  /** The colour around a box. */
  #outside({ x, y, width, height }: Box): number {
    const line = (top: number): Region => ({
      x: Math.max(0, x - 2),
      y: top,
      width: Math.min(this.p.width - Math.max(0, x - 2), width + 4),
      height: 1,
    });
    const above = y >= 3 ? commonColour(this.p, line(y - 3)) : undefined;
    const below = y + height + 2 < this.p.height ? commonColour(this.p, line(y + height + 2)) : undefined;
    return above ?? below ?? 0;
  }

  #buttonLike(box: Box, inside: readonly Phrase[], outside: number): number {
    if (box.width > 360 || box.height > 64 || box.width < 0.7 * box.height) return 0;
    if (box.border === 'sunken') return 0.2;
    let score = box.border === 'raised' ? 0.55 : box.border === 'line' ? 0.35 : distance(box.fill, outside) > 20 ? 0.3 : 0;
    if (inside.length > 0) {
      const text = around(inside.map((phrase) => phrase.bounds));
      const off = Math.abs(text.x + text.width / 2 - box.x - box.width / 2);
      const leaning = Math.abs(text.y + text.height / 2 - box.y - box.height / 2) / box.height;
      if (off <= Math.max(5, 0.08 * box.width) && leaning <= 0.25) score += 0.4;
      else if (box.border !== 'raised') score -= 0.2;
    } else {
      const ink = this.blobs.filter((blob) => covers(box.face, blob) && blob.width < box.face.width && blob.height < box.face.height);
      const mark = ink.length > 0 && ink.length <= 12 ? around(ink) : undefined;
      if (mark && Math.abs(mark.x + mark.width / 2 - box.x - box.width / 2) <= Math.max(3, 0.1 * box.width))
        score += box.width < 48 ? 0.3 : 0.25;
    }
    return Math.min(0.98, score);
  }

  #inputLike(box: Box, inside: readonly Phrase[], outside: number): number {
    if (box.width < 40 || box.height < 14 || box.width < 2.2 * box.height || box.border === 'raised') return 0;
    const light = lightness(box.fill);
    const around_ = lightness(outside);
    let score = box.border === 'sunken' ? 0.55 : box.border === 'line' ? 0.4 : 0.1;
    // A field is paper: lighter than what it lies on, or, in a dark theme, darker.
    if (light >= 215) score += 0.2;
    else if (light > around_ + 15 || (around_ < 110 && light < around_ - 6)) score += 0.15;
    else score -= 0.15;
    if (inside.length > 0) {
      const text = around(inside.map((phrase) => phrase.bounds));
      const left = text.x - box.x;
      const right = box.x + box.width - text.x - text.width;
      if (left <= 14 && right > left + 6) score += 0.3;
      else if (left > 14) score -= 0.3;
    } else if (this.blobs.some((blob) => covers(box.face, blob) && blob.area > 12 && blob.width > 3 && blob.width < box.face.width))
      score -= 0.1;
    else score += 0.15;
    return Math.min(0.98, score);
  }

  /** The text that names an input: on its left in the same row, or close above. */
  #labelOf(box: Box): string | undefined {
    const near = this.phrases
      .filter((phrase) => !this.#owned.has(phrase))
      .map((phrase) => {
        const { x, y, width, height } = phrase.bounds;
        const beside = box.x - x - width;
        const above = box.y - y - height;
        if (Math.abs(y + height / 2 - box.y - box.height / 2) < box.height / 2 && beside >= 0 && beside < 160)
          return { phrase, far: beside };
        if (above >= -2 && above < 20 && x < box.x + box.width && x + width > box.x - 4) return { phrase, far: 20 + above };
        return undefined;
      })
      .filter((entry) => entry !== undefined);
    return near.sort((a, b) => a.far - b.far)[0]?.phrase.text;
  }

  #icons(): void {
    const elements = this.#found.filter((found) => found.type === 'button' || found.type === 'input');
    const lines = inkLines(this.blobs, 3);
    const free = this.blobs.filter(
      (blob) =>
        !elements.some((element) => covers(element.bounds, blob)) &&
        !this.phrases.some((phrase) => covers(phrase.bounds, blob)) &&
        !lines.some((line) => line.height <= 20 && line.blobs.includes(blob)),
    );
    for (const { bounds, confidence } of iconsOf(this.p, free)) {
      if (elements.some((element) => covers(element.bounds, bounds))) continue;
      const caption = this.phrases.find((phrase) => isUnder(phrase.bounds, bounds));
      this.#add('icon', bounds, commonColour(this.p, bounds), caption, confidence);
    }
  }

  #texts(): void {
    for (const phrase of this.phrases) {
      this.#found.push({
        type: 'text',
        text: phrase.text,
        bounds: phrase.bounds,
        confidence: phrase.confidence,
        color: inkColour(this.p, phrase.bounds),
        source: phrase.source,
        ...(this.#owned.has(phrase) && { owned: true }),
      });
    }
  }

  #add(type: ElementType, bounds: Region, color: number, text: Phrase | undefined, confidence: number, label?: string): void {
    if (text) this.#owned.add(text);
    const { x, y, width, height } = bounds;
    this.#found.push({
      type,
      text: text?.text ?? '',
      bounds: { x, y, width, height },
      confidence: Math.min(0.99, confidence),
      color,
      source: text?.source,
      ...(label !== undefined && { label }),
    });
  }
}

/** The phrases of a button or field as one, in reading order. */
function joined(phrases: readonly Phrase[]): Phrase {
  const sorted = [...phrases].sort((a, b) => a.bounds.y - b.bounds.y || a.bounds.x - b.bounds.x);
  return { ...sorted[0]!, text: sorted.map((phrase) => phrase.text).join(' '), bounds: around(sorted.map((phrase) => phrase.bounds)) };
}

const holds = (outer: Region, inner: Region): boolean =>
  inner.x >= outer.x - 1 &&
  inner.y >= outer.y - 1 &&
  inner.x + inner.width <= outer.x + outer.width + 1 &&
  inner.y + inner.height <= outer.y + outer.height + 1 &&
  inner.width * inner.height < outer.width * outer.height;

/** True for text right below something, about its middle. */
function isUnder(text: Region, above: Region): boolean {
  const gap = text.y - above.y - above.height;
  return gap >= -3 && gap <= 14 && Math.abs(text.x + text.width / 2 - above.x - above.width / 2) <= Math.max(12, above.width / 2);
}

/** The colour of text: of those that are not the paper, the one that is farthest from it and common. */
function inkColour(p: Picture, r: Region): number {
  const paper = commonColour(p, r);
  const counts = new Map<number, number>();
  for (let y = r.y; y < r.y + r.height; y++) {
    for (let x = r.x; x < r.x + r.width; x++) {
      const color = colourAt(p, x, y);
      if (distance(color, paper) >= 30) counts.set(color, (counts.get(color) ?? 0) + distance(color, paper));
    }
  }
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [paper, 0] as [number, number])[0];
}
