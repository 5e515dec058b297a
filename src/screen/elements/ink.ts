// Ink: what stands out from the paper around it. Paper is any larger flat area; ink is compared with the paper on its left, so that every button and field
// has paper of its own. Connected ink is a blob, and rows of blobs look like text.

import { type Picture, type Region, words } from '../picture.js';
import { type Box, hasCorners } from './boxes.js';
import type { Flat, Flats } from './flats.js';

/** Difference from the paper from which a pixel is ink, of 255. */
const LEAST_CONTRAST = 45;
/** Blobs at most: a screen full of text has some 2,000. */
const MOST_BLOBS = 8000;
/** Heights of letters, pixels. */
const LETTER = { least: 4, most: 40 };
/** What paper is at least: pixels, and pixels across and down. */
const PAPER = { area: 120, side: 10 };
/** Length from which a thin area is a rule or a border and no stroke. */
const RULE = 40;
/** Pixels of a round corner. */
const CORNER = 4;
/** Sides of a frame at least. */
const FRAME = 10;

/** How dark each pixel's ink is: 0 for paper, rules and the borders of boxes, up to 255. */
export function inkOf(p: Picture, flats: Flats, boxes: readonly Box[]): Uint8Array {
  const pixels = words(p);
  const { labels } = flats;
  // 1 is paper, 2 is left out.
  const kinds = new Uint8Array(flats.flats.length);
  for (const flat of flats.flats) kinds[flat.id] = isRule(flat) || isFrame(flat, flats, p.width) ? 2 : isPaper(flat) ? 1 : 0;
  const ink = new Uint8Array(p.width * p.height);
  for (let y = 0; y < p.height; y++) {
    const line = y * p.width;
    let paper = -1;
    for (let x = 0; x < p.width && paper < 0; x++) if (kinds[labels[line + x]!] === 1) paper = pixels[line + x]!;
    if (paper < 0) continue;
    for (let at = line; at < line + p.width; at++) {
      const kind = labels[at]! < 0 ? 0 : kinds[labels[at]!]!;
      if (kind === 1) paper = pixels[at]!;
      else if (kind === 0) ink[at] = contrast(pixels[at]!, paper);
    }
  }
  for (const box of boxes) wipeBorder(ink, p, box);
  return ink;
}

/** Takes away what a box is drawn with: everything between its outline and its face, and the corners of the face, which may be round. */
function wipeBorder(ink: Uint8Array, p: Picture, { x, y, width, height, face }: Box): void {
  const [right, bottom] = [face.x + face.width, face.y + face.height];
  const corner = Math.min(face.width, face.height) >= 4 * CORNER ? CORNER : 0;
  for (let v = Math.max(0, y - 1); v < Math.min(p.height, y + height + 1); v++) {
    const inside = v >= face.y && v < bottom;
    const edge = v < face.y + corner || v >= bottom - corner ? corner : 0;
    const line = v * p.width;
    const [from, to] = [Math.max(0, x - 1), Math.min(p.width, x + width + 1)];
    if (!inside) ink.fill(0, line + from, line + to);
    else {
      ink.fill(0, line + from, line + face.x + edge);
      ink.fill(0, line + right - edge, line + to);
    }
  }
}

function isPaper({ left, top, right, bottom, area }: Flat): boolean {
  return area >= PAPER.area && right - left >= PAPER.side && bottom - top >= PAPER.side && area * 5 >= (right - left) * (bottom - top);
}

function isRule({ left, top, right, bottom, area }: Flat): boolean {
  const [width, height] = [right - left, bottom - top];
  return Math.max(width, height) >= RULE && area <= 6 * (width + height);
}

/** True for the outline of a small box: thin, with all four corners. */
function isFrame(flat: Flat, flats: Flats, stride: number): boolean {
  const [width, height] = [flat.right - flat.left, flat.bottom - flat.top];
  return Math.min(width, height) >= FRAME && flat.area <= 4 * (width + height) && hasCorners(flats, flat, stride);
}

/** Difference of two pixel words, green counting most, 0 to 255. */
function contrast(a: number, b: number): number {
  const red = Math.abs((a & 255) - (b & 255));
  const green = Math.abs(((a >> 8) & 255) - ((b >> 8) & 255));
  const blue = Math.abs(((a >> 16) & 255) - ((b >> 16) & 255));
  return Math.max((red * 2 + green * 4 + blue) >> 3, (Math.max(red, green, blue) * 3) >> 2);
}

/** A connected piece of ink. */
export interface Blob extends Region {
  /** Pixels. */
  readonly area: number;
}

/** The blobs of some ink, by place; when there are more than 8,000 they mean nothing, and there are none. */
export function blobsOf(ink: Uint8Array, { width, height }: { readonly width: number; readonly height: number }): Blob[] {
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  const blobs: Blob[] = [];
  for (let start = 0; start < ink.length; start++) {
    if (seen[start] || ink[start]! < LEAST_CONTRAST) continue;
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
          if (seen[next] || ink[next]! < LEAST_CONTRAST) continue;
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

/** True for a blob that could be a letter, or a few that touch; a filled block is none. */
export function isLetter({ width, height, area }: Blob): boolean {
  if (height < LETTER.least || height > LETTER.most || width > height * 12 || area < 4) return false;
  return area < 0.85 * width * height || Math.min(width, height) < 10;
}

/** How many letters a blob may be: in smooth text they touch. */
const lettersIn = ({ width, height }: Blob): number => Math.max(1, Math.round(width / (0.75 * height)));

/** A row of blobs that looks like text. */
export interface InkLine extends Region {
  readonly blobs: readonly Blob[];
  /** About how many. */
  readonly letters: number;
}

/** Rows of at least `least` letters of about one height, side by side, with the dots and dashes between and beside them. */
export function inkLines(blobs: readonly Blob[], least = 2): InkLine[] {
  const letters = blobs.filter(isLetter).sort((a, b) => a.x - b.x);
  const rows: { blobs: Blob[]; right: number; top: number; bottom: number }[] = [];
  let open: typeof rows = [];
  for (const letter of letters) {
    let best: (typeof rows)[number] | undefined;
    // Letters come from left to right: a row that ended too far on the left gets no more.
    open = open.filter((row) => letter.x - row.right <= 1.3 * LETTER.most);
    for (const row of open) {
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
    } else {
      const row = { blobs: [letter], right: letter.x + letter.width, top: letter.y, bottom: letter.y + letter.height };
      rows.push(row);
      open.push(row);
    }
  }
  return rows
    .map((row) => ({
      x: row.blobs[0]!.x,
      y: row.top,
      width: row.right - row.blobs[0]!.x,
      height: row.bottom - row.top,
      blobs: row.blobs,
      letters: row.blobs.reduce((sum, blob) => sum + lettersIn(blob), 0),
    }))
    .filter((line) => line.letters >= least)
    .map((line) => withDots(line, blobs));
}

/** A row with the small blobs beside it: full stops, dots of an i, dashes. */
function withDots(line: InkLine, blobs: readonly Blob[]): InkLine {
  const near = blobs.filter(
    (blob) =>
      !isLetter(blob) &&
      blob.height < LETTER.least &&
      blob.width <= line.height &&
      blob.x + blob.width >= line.x - line.height / 2 &&
      blob.x <= line.x + line.width + line.height / 2 &&
      blob.y + blob.height >= line.y - line.height / 2 &&
      blob.y <= line.y + line.height + line.height / 4,
  );
  let [left, top, right, bottom] = [line.x, line.y, line.x + line.width, line.y + line.height];
  for (const blob of near) {
    left = Math.min(left, blob.x);
    top = Math.min(top, blob.y);
    right = Math.max(right, blob.x + blob.width);
    bottom = Math.max(bottom, blob.y + blob.height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top, blobs: line.blobs, letters: line.letters };
}
