// The picture of where the segments lie: the content laid along the Hilbert curve of a small square, each segment in its colour.

import { hilbertPoint } from './hilbert.js';
import type { CartridgeMeta } from './metadata.js';
import type { SegmentMeta } from './segments.js';

/** Side of the picture, pixels. */
const SIDE = 256;
/** Colours of the segments in the order of their places, as names and R, G, B; they repeat when there are more segments. */
const COLOURS: readonly { readonly name: string; readonly rgb: readonly [number, number, number] }[] = [
  { name: 'blue', rgb: [66, 133, 244] },
  { name: 'orange', rgb: [245, 158, 11] },
  { name: 'green', rgb: [34, 160, 90] },
  { name: 'magenta', rgb: [214, 62, 160] },
  { name: 'cyan', rgb: [20, 184, 200] },
  { name: 'red', rgb: [220, 60, 50] },
  { name: 'violet', rgb: [130, 90, 220] },
  { name: 'olive', rgb: [150, 150, 40] },
];
/** Bytes that belong to no segment, and a picture without bytes. */
const NOBODY = { name: 'dark grey', rgb: [48, 48, 52] } as const;

/** A picture and what its colours mean. */
export interface SegmentMap {
  readonly width: number;
  readonly height: number;
  /** Opaque, four bytes a pixel. */
  readonly rgba: Uint8Array;
  readonly legend: readonly { readonly segment: SegmentMeta; readonly colour: string }[];
}

/**
 * Draws the content, first byte at the top left, as long as it is. A pixel has the colour of the segment its first byte lies in; a segment that is smaller than a
 * pixel gets one all the same.
 */
export function segmentMap(meta: CartridgeMeta): SegmentMap {
  const { segments, dataSize } = meta;
  const owner = new Int16Array(SIDE * SIDE).fill(-1);
  segments.forEach((s, n) => {
    if (s.start === s.end) return;
    const first = Math.ceil((s.start / dataSize) * owner.length);
    owner.fill(n, first, Math.ceil((s.end / dataSize) * owner.length));
  });
  segments.forEach((s, n) => {
    if (s.start < s.end && !owner.includes(n)) owner[Math.min(owner.length - 1, Math.floor((s.start / dataSize) * owner.length))] = n;
  });
  const rgba = new Uint8Array(4 * owner.length);
  owner.forEach((n, i) => {
    const { x, y } = hilbertPoint(SIDE, i);
    const [r, g, b] = n < 0 ? NOBODY.rgb : COLOURS[n % COLOURS.length]!.rgb;
    rgba.set([r, g, b, 255], 4 * (y * SIDE + x));
  });
  return {
    width: SIDE,
    height: SIDE,
    rgba,
    legend: segments.map((segment, n) => ({ segment, colour: COLOURS[n % COLOURS.length]!.name })),
  };
}
