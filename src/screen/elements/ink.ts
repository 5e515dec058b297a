// Ink: what stands out from the paper around it, as connected blobs, and the rows of blobs that look like text.

import { inkOnPaper } from '../ocr-prepare.js';
import type { Picture, Region } from '../picture.js';

/** Difference from the paper from which a pixel is ink, of 255. */
const LEAST_CONTRAST = 45;
/** Blobs at most. */
const MOST_BLOBS = 20_000;
/** Heights of letters, pixels. */
const LETTER = { least: 4, most: 40 };

/** A connected piece of ink. */
export interface Blob extends Region {
  /** Pixels. */
  readonly area: number;
}

/** The blobs of a picture, by place; a picture with more than 20,000 has none that mean anything, and gives none. */
export function blobsOf(p: Picture): Blob[] {
  const grey = inkOnPaper(p);
  const { width, height } = p;
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  const blobs: Blob[] = [];
  for (let start = 0; start < grey.length; start++) {
    if (seen[start] || grey[start]! > 255 - LEAST_CONTRAST) continue;
    let [left, top, right, bottom, area] = [width, height, 0, 0, 0];
    let depth = 0;
    stack[depth++] = start;
    seen[start] = 1;
    while (depth > 0) {
      const at = stack[--depth]!;
      const x = at % width;
      const y = (at - x) / width;
      area++;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (seen[next] || grey[next]! > 255 - LEAST_CONTRAST) continue;
          seen[next] = 1;
          stack[depth++] = next;
        }
      }
    }
    blobs.push({ x: left, y: top, width: right - left + 1, height: bottom - top + 1, area });
    if (blobs.length > MOST_BLOBS) return [];
  }
  return blobs;
}

/** True for a blob that could be a letter, or a few that touch. */
export function isLetter(blob: Blob): boolean {
  return blob.height >= LETTER.least && blob.height <= LETTER.most && blob.width <= blob.height * 6 && blob.area >= 4;
}

/** A row of blobs that looks like text. */
export interface InkLine extends Region {
  readonly blobs: readonly Blob[];
}

/** Rows of at least `least` letters of about one height, side by side. Dots and dashes beside them belong to them. */
export function inkLines(blobs: readonly Blob[], least = 2): InkLine[] {
  const letters = blobs.filter(isLetter).sort((a, b) => a.x - b.x);
  const rows: { blobs: Blob[]; right: number; top: number; bottom: number }[] = [];
  for (const letter of letters) {
    let best: (typeof rows)[number] | undefined;
    for (const row of rows) {
      const tall = Math.max(row.bottom - row.top, letter.height);
      const gap = letter.x - row.right;
      const shared = Math.min(row.bottom, letter.y + letter.height) - Math.max(row.top, letter.y);
      if (gap > 1.3 * tall || gap < -tall || shared * 2 < Math.min(row.bottom - row.top, letter.height)) continue;
      if (tall > 2.6 * Math.min(row.bottom - row.top, letter.height)) continue;
      if (!best || row.right > best.right) best = row;
    }
    if (best) {
      best.blobs.push(letter);
      best.right = Math.max(best.right, letter.x + letter.width);
      best.top = Math.min(best.top, letter.y);
      best.bottom = Math.max(best.bottom, letter.y + letter.height);
    } else rows.push({ blobs: [letter], right: letter.x + letter.width, top: letter.y, bottom: letter.y + letter.height });
  }
  return rows
    .filter((row) => row.blobs.length >= least)
    .map(({ blobs: inRow, right, top, bottom }) => {
      const x = inRow[0]!.x;
      return { x, y: top, width: right - x, height: bottom - top, blobs: inRow };
    });
}
