// Icons: small squarish blocks of several colours that are no text.

import { colourAt, distance } from '../colour.js';
import type { Picture, Region } from '../picture.js';
import { around } from '../text.js';
import type { Blob } from './ink.js';

/** Sides of an icon, pixels. */
const SIDE = { least: 10, most: 80 };
/** Blobs this near to each other are one icon. */
const GAP = 3;
/** Clusters that are looked at, at most. */
const MOST_CLUSTERS = 2000;

/** Blocks that look like icons, among blobs that belong to nothing else. */
export function iconsOf(p: Picture, blobs: readonly Blob[]): { bounds: Region; confidence: number }[] {
  const icons: { bounds: Region; confidence: number }[] = [];
  for (const bounds of clustersOf(blobs).slice(0, MOST_CLUSTERS)) {
    const { width, height } = bounds;
    const aspect = width / height;
    if (Math.min(width, height) < SIDE.least || Math.max(width, height) > SIDE.most || aspect < 0.5 || aspect > 2) continue;
    const { colours, filled } = coloursIn(p, bounds, paperAround(p, bounds));
    if (colours < 2 || filled < 0.2) continue;
    const square = aspect > 0.75 && aspect < 1.33;
    icons.push({ bounds, confidence: Math.min(0.95, 0.5 + (square ? 0.15 : 0) + Math.min(3, colours - 2) * 0.1) });
  }
  return icons;
}

/** Blobs that are near each other, as the rectangles around them. */
function clustersOf(blobs: readonly Blob[]): Region[] {
  let clusters: Region[] = blobs.filter((blob) => blob.width <= SIDE.most && blob.height <= SIDE.most).sort((a, b) => a.x - b.x);
  for (let changed = true; changed;) {
    changed = false;
    const next: Region[] = [];
    for (const cluster of clusters) {
      // Sorted by their left edges: only the last ones can reach this far.
      const near = next.findIndex((other) => touch(other, cluster));
      if (near >= 0) {
        next[near] = around([next[near]!, cluster]);
        changed = true;
      } else next.push(cluster);
      if (next.length > MOST_CLUSTERS) return [];
    }
    clusters = next;
  }
  return clusters;
}

const touch = (a: Region, b: Region): boolean =>
  a.x - GAP < b.x + b.width && b.x - GAP < a.x + a.width && a.y - GAP < b.y + b.height && b.y - GAP < a.y + a.height;

/** How many distinct colours a block has besides the paper's (each at least a thirtieth of it, blends left out), and how much of it is not paper. */
export function coloursIn(p: Picture, { x, y, width, height }: Region, paper: number): { colours: number; filled: number } {
  const kinds: { color: number; count: number }[] = [];
  let ink = 0;
  for (let v = y; v < y + height; v++) {
    for (let u = x; u < x + width; u++) {
      const color = colourAt(p, u, v);
      if (distance(color, paper) < 24) continue;
      ink++;
      const kind = kinds.find((other) => distance(other.color, color) < 40);
      if (kind) kind.count++;
      else if (kinds.length < 64) kinds.push({ color, count: 1 });
    }
  }
  const area = width * height;
  const large = kinds.filter((kind) => kind.count * 30 >= area).map((kind) => kind.color);
  return { colours: large.filter((color) => !large.some((other) => isBlend(color, paper, other))).length, filled: ink / area };
}

/** True for a colour that lies between the paper and another, as the edges of smooth letters do. */
function isBlend(color: number, paper: number, ink: number): boolean {
  const far = distance(ink, paper);
  const near = distance(color, paper);
  if (color === ink || near >= far) return false;
  const between = [16, 8, 0].reduce((sum, shift) => {
    const [p, i] = [(paper >> shift) & 255, (ink >> shift) & 255];
    return sum | (Math.round(p + ((i - p) * near) / far) << shift);
  }, 0);
  return distance(color, between) < 24;
}

/** The most common colour on the line of pixels around a block. */
export function paperAround(p: Picture, r: Region): number {
  const counts = new Map<number, number>();
  let [best, most] = [0, 0];
  const look = (x: number, y: number): void => {
    if (x < 0 || y < 0 || x >= p.width || y >= p.height) return;
    const color = colourAt(p, x, y);
    const count = (counts.get(color) ?? 0) + 1;
    counts.set(color, count);
    if (count > most) [best, most] = [color, count];
  };
  for (let x = r.x - 1; x <= r.x + r.width; x++) {
    look(x, r.y - 1);
    look(x, r.y + r.height);
  }
  for (let y = r.y; y < r.y + r.height; y++) {
    look(r.x - 1, y);
    look(r.x + r.width, y);
  }
  return best;
}
