// Flat areas of a picture: neighbouring pixels of nearly the same colour, labelled by union-find.

import { type Picture, words } from '../picture.js';

/** Values of a channel between neighbours that are still one area: gradients are, edges are not. */
const STEP = 3;
/** Areas that are kept, the largest first: what a noisy picture has beyond them has no shape to look at. */
const MOST_FLATS = 4000;
/** Pixels of an area at least. */
const LEAST_AREA = 20;

/** A connected area. Edges are inclusive of `left` and `top`, exclusive of `right` and `bottom`. */
export interface Flat {
  readonly id: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Pixels. */
  readonly area: number;
  /** Mean colour, 0xRRGGBB. */
  readonly color: number;
}

/** The areas of a picture, and for each pixel the `id` of its area, or -1 for one that was left out. */
export interface Flats {
  readonly flats: readonly Flat[];
  readonly labels: Int32Array;
}

/** Labels a picture. Time grows with the number of pixels alone. */
export function flatsOf(p: Picture): Flats {
  const { width, height } = p;
  const pixels = words(p);
  const labels = new Int32Array(width * height);
  const parent = new Int32Array(width * height);
  let count = 0;
  const find = (label: number): number => {
    let root = label;
    while (parent[root] !== root) root = parent[root]!;
    while (parent[label] !== root) {
      const next = parent[label]!;
      parent[label] = root;
      label = next;
    }
    return root;
  };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const left = x > 0 && near(pixels[at]!, pixels[at - 1]!) ? labels[at - 1]! : -1;
      const up = y > 0 && near(pixels[at]!, pixels[at - width]!) ? labels[at - width]! : -1;
      if (left < 0 && up < 0) {
        parent[count] = count;
        labels[at] = count++;
      } else if (left < 0 || up < 0 || left === up) labels[at] = Math.max(left, up);
      else {
        const [a, b] = [find(left), find(up)];
        parent[Math.max(a, b)] = Math.min(a, b);
        labels[at] = Math.min(a, b);
      }
    }
  }
  return gathered(p, labels, parent, count, find);
}

function near(a: number, b: number): boolean {
  return (
    a === b ||
    (Math.abs((a & 0xff) - (b & 0xff)) <= STEP &&
      Math.abs(((a >> 8) & 0xff) - ((b >> 8) & 0xff)) <= STEP &&
      Math.abs(((a >> 16) & 0xff) - ((b >> 16) & 0xff)) <= STEP)
  );
}

function gathered(p: Picture, labels: Int32Array, parent: Int32Array, count: number, find: (label: number) => number): Flats {
  const areas = new Int32Array(count);
  for (let i = 0; i < count; i++) parent[i] = find(i);
  for (let at = 0; at < labels.length; at++) areas[(labels[at] = parent[labels[at]!]!)]!++;
  const kept: number[] = [];
  for (let label = 0; label < count; label++) if (areas[label]! >= LEAST_AREA) kept.push(label);
  if (kept.length > MOST_FLATS) {
    kept.sort((a, b) => areas[b]! - areas[a]!);
    kept.length = MOST_FLATS;
  }
  const ids = new Int32Array(count).fill(-1);
  kept.forEach((label, id) => (ids[label] = id));
  const n = kept.length;
  const [left, top, right, bottom] = [
    new Int32Array(n).fill(p.width),
    new Int32Array(n).fill(p.height),
    new Int32Array(n),
    new Int32Array(n),
  ];
  const sums = new Float64Array(n * 3);
  for (let y = 0, at = 0; y < p.height; y++) {
    for (let x = 0; x < p.width; x++, at++) {
      const id = (labels[at] = ids[labels[at]!]!);
      if (id < 0) continue;
      if (x < left[id]!) left[id] = x;
      if (x >= right[id]!) right[id] = x + 1;
      if (y < top[id]!) top[id] = y;
      if (y >= bottom[id]!) bottom[id] = y + 1;
      for (let c = 0; c < 3; c++) sums[id * 3 + c]! += p.rgba[at * 4 + c]!;
    }
  }
  const flats = kept.map((label, id): Flat => {
    const area = areas[label]!;
    const [r, g, b] = [0, 1, 2].map((c) => Math.round(sums[id * 3 + c]! / area));
    return { id, left: left[id]!, top: top[id]!, right: right[id]!, bottom: bottom[id]!, area, color: (r! << 16) | (g! << 8) | b! };
  });
  return { flats, labels };
}
