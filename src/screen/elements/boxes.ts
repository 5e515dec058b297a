// Boxes: rectangles that are filled with one colour or drawn as a frame, with the border or bevel around them.

import { colourAt, distance, lightness } from '../colour.js';
import type { Picture, Region } from '../picture.js';
import type { Flat, Flats } from './flats.js';

/** How a box is set off from what is around it. */
export type Border = 'none' | 'line' | 'raised' | 'sunken';

/** A rectangle on the screen. */
export interface Box extends Region {
  /** The colour that fills it, 0xRRGGBB. */
  readonly fill: number;
  readonly border: Border;
  /** The inside of its border. */
  readonly face: Region;
  /** The part of its outline that is there, 0 to 1: less than 1 when something lies over it. */
  readonly outline: number;
}

/** Pixels of a border at most. */
const WIDEST_BORDER = 5;
/** Boxes at most. */
const MOST_BOXES = 1500;
/** Smallest sides of a box. */
const LEAST_SIDE = 8;

/** The boxes of a picture, the largest first, borders and the faces inside them put together. */
export function boxesOf(p: Picture, flats: Flats): Box[] {
  const boxes: Box[] = [];
  for (const flat of flats.flats) {
    if (flat.right - flat.left < LEAST_SIDE || flat.bottom - flat.top < LEAST_SIDE) continue;
    const box = boxOf(p, flats, flat);
    if (box) boxes.push(box);
  }
  boxes.sort((a, b) => b.width * b.height - a.width * a.height);
  boxes.length = Math.min(boxes.length, MOST_BOXES);
  return nested(boxes);
}

function boxOf(p: Picture, flats: Flats, flat: Flat): Box | undefined {
  const sides = coverage(flats, flat, p.width);
  const least = Math.min(...sides);
  const large = flat.right - flat.left >= 90 && flat.bottom - flat.top >= 50;
  // A window that another lies over has lost a part of its outline, but not all of a side and not two sides.
  const hidden = large && least >= 0.25 && sides.filter((side) => side >= 0.85).length >= 2;
  if (least < 0.85 && !hidden) return undefined;
  const bounds = { x: flat.left, y: flat.top, width: flat.right - flat.left, height: flat.bottom - flat.top };
  const outline = sides.reduce((sum, side) => sum + side, 0) / 4;
  const thickness = ringThickness(flats, flat, p.width);
  if (thickness !== undefined) {
    // A small ring without corners is a letter.
    if (Math.min(bounds.width, bounds.height) < 16 && !hasCorners(flats, flat, p.width)) return undefined;
    const face = inset(bounds, thickness);
    if (face.width < 4 || face.height < 4) return undefined;
    const fill = commonColour(p, face);
    return { ...bounds, fill, ...peeled(p, face, fill), outline };
  }
  return bordered(p, bounds, flat.color, outline);
}

/** The parts of the four sides (top, right, bottom, left) that belong to the area, corners left out: they may be round. */
function coverage({ labels }: Flats, { id, left, top, right, bottom }: Flat, stride: number): number[] {
  // What is wide has room for rounder corners than a small box, and is no letter.
  const wide = right - left >= 60;
  const along = (length: number): number => (wide ? Math.min(10, Math.floor(0.38 * length)) : Math.min(7, Math.floor(length / 4)));
  const [mx, my] = [along(right - left), along(bottom - top)];
  const across = (y: number): number => {
    let hits = 0;
    for (let x = left + mx; x < right - mx; x++) if (labels[y * stride + x] === id) hits++;
    return hits / (right - left - 2 * mx);
  };
  const down = (x: number): number => {
    let hits = 0;
    for (let y = top + my; y < bottom - my; y++) if (labels[y * stride + x] === id) hits++;
    return hits / (bottom - top - 2 * my);
  };
  return [across(top), down(right - 1), across(bottom - 1), down(left)];
}

/** True when an area holds the four corners of its outline. */
export function hasCorners({ labels }: Flats, { id, left, top, right, bottom }: Flat, stride: number): boolean {
  return [top, bottom - 1].every((y) => [left, right - 1].every((x) => labels[y * stride + x] === id));
}

/** The thickness of an area that is only a frame; undefined for one that is not. */
function ringThickness({ labels }: Flats, { id, left, top, right, bottom, area }: Flat, stride: number): number | undefined {
  const [width, height] = [right - left, bottom - top];
  const most = Math.min(WIDEST_BORDER, Math.floor(Math.min(width, height) / 3));
  const [cx, cy] = [left + (width >> 1), top + (height >> 1)];
  const depth = (at: (i: number) => number): number => {
    for (let i = 0; i <= most; i++) if (labels[at(i)] !== id) return i;
    return most + 1;
  };
  const depths = [
    depth((i) => (top + i) * stride + cx),
    depth((i) => (bottom - 1 - i) * stride + cx),
    depth((i) => cy * stride + left + i),
    depth((i) => cy * stride + right - 1 - i),
  ];
  const thickness = Math.max(...depths);
  if (thickness > most) return undefined;
  return area <= 2 * (width + height) * (thickness + 1) ? thickness : undefined;
}

const inset = (r: Region, by: number): Region => ({ x: r.x + by, y: r.y + by, width: r.width - 2 * by, height: r.height - 2 * by });

/** A filled area with what is drawn around it: up to three lines on each side that are not of the colour around it and do not go on beyond its corners. */
function bordered(p: Picture, face: Region, fill: number, outline: number): Box {
  const outside = aroundColour(p, face);
  const grown = { left: 0, right: 0, top: 0, bottom: 0 };
  const lines: Record<Side, number | undefined> = { left: undefined, right: undefined, top: undefined, bottom: undefined };
  for (const side of ['left', 'right', 'top', 'bottom'] as const) {
    for (let i = 1; i <= THICKEST_EDGE; i++) {
      const line = lineColour(p, face, side, i);
      if (line === undefined || distance(line, outside) < 12) break;
      grown[side] = i;
      lines[side] ??= line;
    }
  }
  const all = grown.left > 0 && grown.right > 0 && grown.top > 0 && grown.bottom > 0;
  // A bevel's light side may have the colour of what is outside.
  const two = (grown.left > 0 && grown.top > 0) || (grown.right > 0 && grown.bottom > 0);
  if (!all && !two) return { ...face, fill, border: 'none', face, outline };
  const bounds = {
    x: face.x - grown.left,
    y: face.y - grown.top,
    width: face.width + grown.left + grown.right,
    height: face.height + grown.top + grown.bottom,
  };
  return { ...bounds, fill, border: bevel(fill, lines), face, outline };
}

/** The inside of a frame without the bevel that is drawn along it. */
function peeled(p: Picture, face: Region, fill: number): { face: Region; border: Border } {
  const depth = { left: 0, right: 0, top: 0, bottom: 0 };
  const lines: Record<Side, number | undefined> = { left: undefined, right: undefined, top: undefined, bottom: undefined };
  const most = Math.min(2, Math.floor(Math.min(face.width, face.height) / 4));
  for (const side of ['left', 'right', 'top', 'bottom'] as const) {
    while (depth[side] < most) {
      const line = lineColour(p, face, side, -depth[side]);
      if (line === undefined || distance(line, fill) < 12) break;
      lines[side] ??= line;
      depth[side]++;
    }
  }
  // A bevel has one colour above and on the left and one below and on the right; anything else along a frame is a picture's business.
  const alike = (a: number | undefined, b: number | undefined): boolean => distance(a ?? fill, b ?? fill) < 24;
  const drawn = Object.values(lines).filter((line) => line !== undefined).length;
  if (drawn < 2 || !alike(lines.left, lines.top) || !alike(lines.right, lines.bottom)) return { face, border: 'line' };
  const border = bevel(fill, lines);
  const inner = {
    x: face.x + depth.left,
    y: face.y + depth.top,
    width: face.width - depth.left - depth.right,
    height: face.height - depth.top - depth.bottom,
  };
  return { face: inner, border };
}

type Side = 'left' | 'right' | 'top' | 'bottom';

/** Lines of an edge at most. */
const THICKEST_EDGE = 3;

/** The most common colour of the pixels 4 to 6 away from a rectangle. */
function aroundColour(p: Picture, r: Region): number {
  const counts = new Map<number, number>();
  let [best, most] = [0, 0];
  const look = (x: number, y: number): void => {
    if (x < 0 || y < 0 || x >= p.width || y >= p.height) return;
    const color = colourAt(p, x, y);
    const count = (counts.get(color) ?? 0) + 1;
    counts.set(color, count);
    if (count > most) [best, most] = [color, count];
  };
  for (let by = THICKEST_EDGE + 1; by <= THICKEST_EDGE + 3; by++) {
    for (let x = r.x - by; x < r.x + r.width + by; x++) {
      look(x, r.y - by);
      look(x, r.y + r.height - 1 + by);
    }
    for (let y = r.y - by; y < r.y + r.height + by; y++) {
      look(r.x - by, y);
      look(r.x + r.width - 1 + by, y);
    }
  }
  return best;
}

/** The colour of the line of pixels `by` outside of one side (0 and less: inside), when it has one, corners left out. Outside it has to end where the side ends. */
function lineColour(p: Picture, r: Region, side: Side, by: number): number | undefined {
  const flat = side === 'top' || side === 'bottom';
  const at = side === 'left' ? r.x - by : side === 'right' ? r.x + r.width - 1 + by : side === 'top' ? r.y - by : r.y + r.height - 1 + by;
  if (at < 0 || at >= (flat ? p.height : p.width)) return undefined;
  const [from, length] = flat ? [r.x, r.width] : [r.y, r.height];
  const pixel = (i: number): number => (flat ? colourAt(p, i, at) : colourAt(p, at, i));
  const color = pixel(from + (length >> 1));
  const before = from - THICKEST_EDGE - 1;
  const behind = from + length + THICKEST_EDGE;
  if (by > 0 && before >= 0 && distance(pixel(before), color) < 12) return undefined;
  if (by > 0 && behind < (flat ? p.width : p.height) && distance(pixel(behind), color) < 12) return undefined;
  const margin = Math.min(4, Math.floor(length / 5));
  let same = 0;
  for (let i = from + margin; i < from + length - margin; i++) if (distance(pixel(i), color) < 12) same++;
  return same >= 0.9 * (length - 2 * margin) ? color : undefined;
}

/** Which way a border is lit: raised when its upper left is lighter than its lower right. */
function bevel(fill: number, lines: Record<Side, number | undefined>): Border {
  const light = (color: number | undefined): number => lightness(color ?? fill);
  const upper = light(lines.top) + light(lines.left);
  const lower = light(lines.bottom) + light(lines.right);
  const face = 2 * lightness(fill);
  if (upper > lower + 60 && (upper >= face || lower < face - 40)) return 'raised';
  if (lower > upper + 60 && (lower >= face || upper < face - 40)) return 'sunken';
  return 'line';
}

/** The most common colour of a part of a picture, every other pixel looked at. */
export function commonColour(p: Picture, r: Region): number {
  const counts = new Map<number, number>();
  let [best, most] = [0, 0];
  const step = r.width * r.height > 4000 ? 2 : 1;
  for (let y = r.y; y < r.y + r.height; y += step) {
    for (let x = r.x; x < r.x + r.width; x += step) {
      const color = colourAt(p, x, y);
      const count = (counts.get(color) ?? 0) + 1;
      counts.set(color, count);
      if (count > most) [best, most] = [color, count];
    }
  }
  return best;
}

/** Boxes that lie in one another like the layers of one border become one: the outermost outline, the innermost face. */
function nested(boxes: readonly Box[]): Box[] {
  const result: Box[] = [];
  for (const box of boxes) {
    const i = result.findIndex((outer) => isLayer(outer, box));
    if (i < 0) result.push(box);
    else result[i] = layered(result[i]!, box);
  }
  return result;
}

function isLayer(outer: Box, inner: Box): boolean {
  const [left, top] = [inner.x - outer.x, inner.y - outer.y];
  const [right, bottom] = [outer.x + outer.width - inner.x - inner.width, outer.y + outer.height - inner.y - inner.height];
  return Math.min(left, top, right, bottom) >= -1 && Math.max(left, top, right, bottom) <= WIDEST_BORDER;
}

function layered(outer: Box, inner: Box): Box {
  const border =
    inner.border === 'raised' || inner.border === 'sunken' ? inner.border : outer.border === 'none' ? inner.border : outer.border;
  return {
    x: outer.x,
    y: outer.y,
    width: outer.width,
    height: outer.height,
    fill: inner.fill,
    face: inner.face,
    outline: outer.outline,
    border: border === 'none' && distance(outer.fill, inner.fill) > 12 ? 'line' : border,
  };
}
