// How well elements and text are found: matching what was found with what was drawn, and counting.

import type { Element, ElementType, Region } from '../../src/screen/index.js';
import type { Truth } from './desks.js';

/** Counts of one type. */
export interface Score {
  drawn: number;
  found: number;
  hit: number;
  /** Hits whose text is right, and hits that have one. */
  read: number;
  readable: number;
}

export const TYPES: readonly ElementType[] = ['window', 'button', 'input', 'icon', 'text'];

/** The part of two rectangles that they share. */
export function overlap(a: Region, b: Region): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** Scores by type, added up over pictures. */
export class Tally {
  readonly scores = Object.fromEntries(TYPES.map((type) => [type, { drawn: 0, found: 0, hit: 0, read: 0, readable: 0 }])) as Record<
    ElementType,
    Score
  >;

  /** Counts one picture. A hit shares at least `least` of both rectangles and has the type. */
  add(truths: readonly Truth[], found: readonly Element[], least = 0.6): void {
    for (const type of TYPES) {
      const score = this.scores[type];
      const candidates = found.filter((element) => element.type === type);
      score.found += candidates.length;
      for (const truth of truths.filter((t) => t.type === type)) {
        score.drawn++;
        const i = candidates.findIndex((element) => overlap(element.bounds, truth.bounds) >= least);
        if (i < 0) continue;
        const [element] = candidates.splice(i, 1);
        score.hit++;
        if (truth.text !== '') {
          score.readable++;
          if (element!.text === truth.text) score.read++;
        }
      }
    }
  }

  recall(type: ElementType): number {
    return this.scores[type].hit / this.scores[type].drawn;
  }

  precision(type: ElementType): number {
    return this.scores[type].hit / this.scores[type].found;
  }

  /** The part of the hits with a text whose text is right, to the letter. */
  read(type: ElementType): number {
    return this.scores[type].read / this.scores[type].readable;
  }

  toString(): string {
    return TYPES.filter((type) => this.scores[type].drawn > 0)
      .map((type) => {
        const { drawn, found, hit, read, readable } = this.scores[type];
        return `${type}: recall ${(this.recall(type) * 100).toFixed(1)} % (${hit} of ${drawn}), precision ${(this.precision(type) * 100).toFixed(1)} % (${hit} of ${found}), text ${read} of ${readable}`;
      })
      .join('\n');
  }
}

/** Edit distance of two texts: letters to put in, take out or change. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Letters that are wrong or missing in what was read of some texts: each is compared with what was read at its place. */
export function letterErrors(
  truths: readonly Truth[],
  words: readonly { readonly text: string; readonly bounds: Region }[],
): { letters: number; errors: number } {
  let [letters, errors] = [0, 0];
  for (const truth of truths) {
    if (truth.text === '') continue;
    const inside = words.filter(({ bounds: { x, y, width, height } }) => {
      const [cx, cy] = [x + width / 2, y + height / 2];
      const { bounds } = truth;
      return cx >= bounds.x && cx < bounds.x + bounds.width && cy >= bounds.y && cy < bounds.y + bounds.height;
    });
    const read = inside
      .sort((a, b) => a.bounds.x - b.bounds.x)
      .map((word) => word.text)
      .join('');
    const text = truth.text.replaceAll(' ', '');
    letters += text.length;
    errors += Math.min(text.length, editDistance(text, read));
  }
  return { letters, errors };
}
