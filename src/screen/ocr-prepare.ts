// A screen made fit for a recogniser that was trained on print: the lines of text cut out, dark ink on white paper, large and smooth, one below the other.

import { boxesOf } from './elements/boxes.js';
import { flatsOf } from './elements/flats.js';
import { type InkLine, blobsOf, inkLines, inkOf } from './elements/ink.js';
import type { Picture, Region } from './picture.js';

/** Height in pixels that a line is brought to. */
const LINE_HEIGHT = 30;
/** Times a line is enlarged, at most. */
const MOST_ENLARGED = 4;
/** White around a line, and between lines, in pixels of the sheet. */
const MARGIN = 16;
/** Pixels of the sheet, at most: bounds the recogniser's time. */
const MOST_PIXELS = 4 << 20;
/** Pixels of the picture around a line that are taken along: thin ends of strokes. */
const RIM = 1;

/** Grey values, 0 is black. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
  readonly strips: readonly Strip[];
}

/** One line of text on a sheet. */
export interface Strip {
  /** Where it is on the sheet. */
  readonly at: Region;
  /** Where it is on the picture. */
  readonly from: Region;
  /** Times it was enlarged. */
  readonly scale: number;
}

/** The lines of text of a picture on one sheet; undefined when there are none. */
export function prepare(p: Picture): Sheet | undefined {
  const flats = flatsOf(p);
  const ink = inkOf(p, flats, boxesOf(p, flats));
  return sheetOf(p, ink, inkLines(blobsOf(ink, p)));
}

function sheetOf(p: Picture, ink: Uint8Array, lines: readonly InkLine[]): Sheet | undefined {
  const strips: Strip[] = [];
  let [width, height] = [0, MARGIN];
  for (const line of [...lines].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const from = {
      x: Math.max(0, line.x - RIM),
      y: Math.max(0, line.y - RIM),
      width: Math.min(p.width, line.x + line.width + RIM) - Math.max(0, line.x - RIM),
      height: Math.min(p.height, line.y + line.height + RIM) - Math.max(0, line.y - RIM),
    };
    const scale = Math.max(1, Math.min(MOST_ENLARGED, LINE_HEIGHT / line.height));
    const at = { x: MARGIN, y: height, width: Math.ceil(from.width * scale), height: Math.ceil(from.height * scale) };
    const wider = Math.max(width, at.width + 2 * MARGIN);
    if (wider * (height + at.height + MARGIN) > MOST_PIXELS) break;
    strips.push({ at, from, scale });
    width = wider;
    height += at.height + MARGIN;
  }
  if (strips.length === 0) return undefined;
  const grey = new Uint8Array(width * height).fill(255);
  for (const strip of strips) draw(grey, width, ink, p.width, strip);
  return { width, height, grey, strips };
}

/** Draws a strip enlarged, straight lines between the middles of the pixels, its darkest ink black. */
function draw(grey: Uint8Array, stride: number, ink: Uint8Array, inkStride: number, { at, from, scale }: Strip): void {
  let darkest = 1;
  for (let y = from.y; y < from.y + from.height; y++) {
    for (let x = from.x; x < from.x + from.width; x++) darkest = Math.max(darkest, ink[y * inkStride + x]!);
  }
  for (let v = 0; v < at.height; v++) {
    const sy = Math.max(0, Math.min(from.height - 1, (v + 0.5) / scale - 0.5));
    const y0 = from.y + Math.floor(sy);
    const y1 = Math.min(from.y + from.height - 1, y0 + 1);
    const fy = sy - Math.floor(sy);
    for (let u = 0; u < at.width; u++) {
      const sx = Math.max(0, Math.min(from.width - 1, (u + 0.5) / scale - 0.5));
      const x0 = from.x + Math.floor(sx);
      const x1 = Math.min(from.x + from.width - 1, x0 + 1);
      const fx = sx - Math.floor(sx);
      const top = ink[y0 * inkStride + x0]! * (1 - fx) + ink[y0 * inkStride + x1]! * fx;
      const bottom = ink[y1 * inkStride + x0]! * (1 - fx) + ink[y1 * inkStride + x1]! * fx;
      grey[(at.y + v) * stride + at.x + u] = 255 - Math.min(255, Math.round(((top * (1 - fy) + bottom * fy) * 255) / darkest));
    }
  }
}
