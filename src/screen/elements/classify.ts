// What the boxes, words and blobs of a picture are: windows, buttons, inputs, icons and text.

import { colourAt, distance, lightness } from '../colour.js';
import type { Picture, Region } from '../picture.js';
import { type Word, type Words, covers } from '../pieces.js';
import { type TextPart, around, meanConfidence } from '../text.js';
import { type Box, commonColour } from './boxes.js';
import { coloursIn, iconsOf } from './icons.js';
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
export function classify(p: Picture, { words, blobs, boxes }: Words): Found[] {
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
    this.#boxedIcons();
    this.#controls();
    this.#icons();
    this.#texts();
    return this.#found;
  }

  #isBackdrop(box: Box): boolean {
    return box.width * box.height >= 0.93 * this.p.width * this.p.height;
  }

  // Windows: a title bar, perhaps strips (menus), and a body, inside one frame or on top of each other; or a frame with something in it on the backdrop.

  #windows(): void {
    this.boxes.forEach((body, i) => {
      if (body.width < 90 || body.height < 36 || this.#isBackdrop(body)) return;
      const inside = this.#topBar(i);
      if (inside !== undefined) return this.#window(body, [i, inside]);
      const stack = this.#stackOn(i);
      if (stack.length > 0) this.#window({ ...body, ...around([body, ...stack.map((j) => this.boxes[j]!)]) }, [i, ...stack]);
    });
    this.boxes.forEach((bar, i) => {
      if (this.#used.has(i) || !isBar(bar)) return;
      const parent = this.boxes[this.#parents[i]!];
      if (parent && !this.#isBackdrop(parent)) return;
      const height = this.#reach(bar);
      if (height >= 40 && height > 2 * bar.height) this.#window({ ...bar, height, border: 'none' }, [i]);
    });
    this.boxes.forEach((box, i) => {
      if (this.#used.has(i) || this.#isBackdrop(box) || box.width < 120 || box.height < 80 || box.outline < 0.6) return;
      const parent = this.boxes[this.#parents[i]!];
      if (parent && !this.#isBackdrop(parent)) return;
      if (box.width * box.height < 0.05 * this.p.width * this.p.height) return;
      const holdsText = this.phrases.some((phrase) => covers(box, phrase.bounds));
      if (!holdsText && this.#children[i]!.length < 2) return;
      this.#used.add(i);
      // A title bar that runs into its frame is no box; its text is still the first thing in the window.
      const title = this.phrases.find(({ bounds }) => covers(box, bounds) && bounds.y + bounds.height / 2 - box.y <= 26);
      this.#add('window', box, box.fill, title, box.border === 'none' ? 0.5 : 0.6);
    });
  }

  /** How far down both sides of a strip go on as edges against what lies outside: the height of a window whose body is no single area. */
  #reach({ x, y, width, height }: Box): number {
    const [left, right] = [x - 3, x + width + 2];
    if (left < 0 || right >= this.p.width) return height;
    const edge = (row: number): boolean =>
      distance(colourAt(this.p, x + 2, row), colourAt(this.p, left, row)) > 6 ||
      distance(colourAt(this.p, x + width - 3, row), colourAt(this.p, right, row)) > 6;
    // One side will do: something may lie over the other.
    let last = y + height;
    for (let row = last; row < this.p.height && row - last < 4; row++) if (edge(row)) last = row + 1;
    return last - y;
  }

  /** The strip along the top of a box, inside it. */
  #topBar(window: number): number | undefined {
    const { x, y, width, height, fill } = this.boxes[window]!;
    return this.#children[window]!.find((i) => {
      const bar = this.boxes[i]!;
      const across = bar.x - x <= 8 && x + width - bar.x - bar.width <= 8 && bar.y - y <= 8;
      return across && isBar(bar) && bar.height < 0.5 * height && distance(bar.fill, fill) > 20;
    });
  }

  /** The strips that stand on a box, as wide as it, from the lowest to the title bar. */
  #stackOn(body: number): number[] {
    const stack: number[] = [];
    let { x, y, width, fill } = this.boxes[body]!;
    const parent = this.#parents[body];
    while (stack.length < 3) {
      const next = this.boxes.findIndex((bar, i) => {
        const gap = y - bar.y - bar.height;
        const wide = Math.abs(bar.x - x) <= 5 && Math.abs(bar.x + bar.width - x - width) <= 5;
        return wide && gap >= -4 && gap <= 4 && isBar(bar) && this.#parents[i] === parent && distance(bar.fill, fill) > 6;
      });
      if (next < 0) break;
      stack.push(next);
      ({ x, y, width, fill } = this.boxes[next]!);
    }
    return stack;
  }

  /** Its last part is the title bar; strips inside it that are as wide as it are menus and the like. */
  #window(bounds: Box, parts: readonly number[]): void {
    if (parts.some((i) => this.#used.has(i))) return;
    parts.forEach((i) => this.#used.add(i));
    const bar = this.boxes[parts[parts.length - 1]!]!;
    this.boxes.forEach((box, i) => {
      const across = box.x - bounds.x <= 20 && bounds.x + bounds.width - box.x - box.width <= 20;
      if (across && holds(bounds, box) && (isBar(box) || box.height > 0.5 * bounds.height)) this.#used.add(i);
    });
    const title = this.phrases.find((phrase) => covers(bar, phrase.bounds));
    const confidence = 0.7 + (title ? 0.15 : 0) + (bounds.border !== 'none' ? 0.1 : 0);
    this.#add('window', bounds, bounds.fill, title, confidence * Math.max(0.6, bounds.outline));
  }

  // Buttons and inputs: the boxes that are left, by their size, border, fill and where their text stands.

  #controls(): void {
    this.boxes.forEach((box, i) => {
      if (this.#used.has(i) || this.#isBackdrop(box) || box.outline < 0.8) return;
      if (box.height < 12 || box.height > 72 || box.width < 12 || box.width > 0.9 * this.p.width || this.#isStrip(box, i)) return;
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

  /** True for a box that reaches from one side of what it lies in to the other. */
  #isStrip(box: Box, i: number): boolean {
    const parent = this.boxes[this.#parents[i]!];
    return (
      parent !== undefined && parent.width > 60 && box.x - parent.face.x <= 3 && parent.face.x + parent.face.width - box.x - box.width <= 3
    );
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
    if (box.border === 'sunken' || this.#isCheckBox(box)) return 0.2;
    let score = box.border === 'raised' ? 0.55 : box.border === 'line' ? 0.35 : distance(box.fill, outside) > 20 ? 0.3 : 0;
    const text = this.#textIn(box, inside);
    if (text && (inside.length > 0 || box.width >= 72)) {
      const off = Math.abs(text.x + text.width / 2 - box.x - box.width / 2);
      const leaning = Math.abs(text.y + text.height / 2 - box.y - box.height / 2) / box.height;
      if (off <= Math.max(5, 0.08 * box.width) && leaning <= 0.25) score += inside.length > 0 ? 0.4 : 0.3;
      else if (box.border !== 'raised') score -= 0.2;
    } else if (box.width < 72 && this.#hasMark(box)) score += 0.3;
    return Math.min(0.98, score);
  }

  /** Where the text of a box stands, read or not. */
  #textIn(box: Box, inside: readonly Phrase[]): Region | undefined {
    return inside.length > 0 ? around(inside.map((phrase) => phrase.bounds)) : this.#markIn(box);
  }

  /** True for a small square with text right behind it: something to tick. */
  #isCheckBox({ x, y, width, height }: Region): boolean {
    if (width > 20 || height > 20 || Math.abs(width - height) > 3) return false;
    return this.phrases.some(({ bounds }) => {
      const gap = bounds.x - x - width;
      return gap >= 1 && gap <= 16 && Math.abs(bounds.y + bounds.height / 2 - y - height / 2) <= 6;
    });
  }

  /** What stands in a box in another colour than its own, its outermost pixels left out; undefined when that is nothing, or most of it. */
  #markIn({ face, fill }: Box): Region | undefined {
    let [left, top, right, bottom, count] = [Infinity, Infinity, -1, -1, 0];
    for (let y = face.y + 2; y < face.y + face.height - 2; y++) {
      for (let x = face.x + 2; x < face.x + face.width - 2; x++) {
        if (distance(colourAt(this.p, x, y), fill) < 40) continue;
        count++;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
    if (count < 4 || count > 0.5 * face.width * face.height) return undefined;
    return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  }

  /** True for a box with something small in its middle, clear of its edges. */
  #hasMark(box: Box): boolean {
    const mark = this.#markIn(box);
    if (!mark) return false;
    const { face } = box;
    const clear = Math.min(
      mark.x - face.x,
      mark.y - face.y,
      face.x + face.width - mark.x - mark.width,
      face.y + face.height - mark.y - mark.height,
    );
    return clear > 2 && Math.abs(mark.x + mark.width / 2 - face.x - face.width / 2) <= Math.max(2, 0.1 * face.width);
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
    const text = this.#textIn(box, inside);
    if (text) {
      const left = text.x - box.x;
      const right = box.x + box.width - text.x - text.width;
      if (left <= 14 && right > left + 6) score += 0.3;
      else if (left > 14) score -= 0.3;
    } else score += 0.15;
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

  /** Small squarish boxes without text that hold two colours besides their own: icons, with everything inside them. */
  #boxedIcons(): void {
    this.boxes.forEach((box, i) => {
      const aspect = box.width / box.height;
      if (this.#used.has(i) || aspect < 0.6 || aspect > 1.67 || box.width < 10 || box.width > 80 || box.outline < 0.8) return;
      if (this.#isCheckBox(box) || this.phrases.some((phrase) => covers(box, phrase.bounds))) return;
      const { colours, filled } = coloursIn(this.p, box.face, box.fill);
      if (colours < 2 && (filled < 0.1 || box.border === 'raised' || this.#hasMark(box))) return;
      this.boxes.forEach((other, j) => holds(box, other) && this.#used.add(j));
      this.#used.add(i);
      this.#icon(box, colours < 2 ? 0.5 : 0.8);
    });
  }

  #icon(bounds: Region, confidence: number): void {
    const caption = this.phrases.find((phrase) => isUnder(phrase.bounds, bounds));
    const { x, y, width, height } = bounds;
    this.#found.push({
      type: 'icon',
      text: caption?.text ?? '',
      bounds: { x, y, width, height },
      confidence,
      color: commonColour(this.p, bounds),
      source: caption?.source,
    });
  }

  #icons(): void {
    const elements = this.#found.filter((found) => found.type !== 'window');
    // Letters are strokes; blocks that fill their outline are none, even in a row.
    const lines = inkLines(this.blobs, 3).filter(
      (line) => line.blobs.filter((blob) => blob.area < 0.75 * blob.width * blob.height).length * 2 > line.blobs.length,
    );
    const written = new Set(lines.filter((line) => line.height <= 20).flatMap((line) => line.blobs));
    const free = this.blobs.filter(
      (blob) =>
        !elements.some((element) => covers(element.bounds, blob)) &&
        !this.phrases.some((phrase) => covers(phrase.bounds, blob)) &&
        !written.has(blob),
    );
    for (const { bounds, confidence } of iconsOf(this.p, free)) {
      if (this.#isCheckBox(bounds)) continue;
      if (elements.some((element) => covers(element.bounds, bounds) || covers(bounds, element.bounds))) continue;
      this.#icon(bounds, confidence);
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

/** True for a strip that could be a title bar or a menu. */
const isBar = (box: Region): boolean => box.height >= 10 && box.height <= 48 && box.width >= 80 && box.width >= 2.5 * box.height;

const holds = (outer: Region, inner: Region): boolean =>
  inner.x >= outer.x - 1 &&
  inner.y >= outer.y - 1 &&
  inner.x + inner.width <= outer.x + outer.width + 1 &&
  inner.y + inner.height <= outer.y + outer.height + 1 &&
  inner.width * inner.height < outer.width * outer.height;

/** True for text right below something, about its middle. */
function isUnder(text: Region, above: Region): boolean {
  const gap = text.y - above.y - above.height;
  return gap >= -3 && gap <= 10 && Math.abs(text.x + text.width / 2 - above.x - above.width / 2) <= Math.max(6, above.width / 5);
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
