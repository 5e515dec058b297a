// A screen made fit for a recogniser that was trained on print: dark ink on white paper, letters large and smooth.

import { type Picture, words } from './picture.js';

/** Side of the squares whose most common colour is taken for the paper. */
const TILE = 16;
/** Pixels of what is handed on, at most: bounds the recogniser's time. */
const MOST_PIXELS = 4 << 20;
/** Times a picture is enlarged. */
export const ENLARGE = 3;

/** Grey values, 0 is black; `scale` of its pixels stand for one of the picture. */
export interface Sheet {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
  readonly scale: number;
}

/** Ink by its distance from the paper around it, whichever of the two is lighter, enlarged. */
export function prepare(p: Picture, enlarge: number = ENLARGE): Sheet {
  const scale = Math.max(1, Math.min(enlarge, Math.floor(Math.sqrt(MOST_PIXELS / (p.width * p.height)))));
  return enlarged(inkOnPaper(p), p.width, p.height, scale);
}

/** One grey value a pixel: 255 where it has the colour of the paper, darker the further it is from it. */
export function inkOnPaper(p: Picture): Uint8Array {
  const across = Math.ceil(p.width / TILE);
  const down = Math.ceil(p.height / TILE);
  const papers = paperColours(p, across, down);
  const grey = new Uint8Array(p.width * p.height);
  for (let ty = 0; ty < down; ty++) {
    for (let tx = 0; tx < across; tx++) {
      const paper = papers[ty * across + tx]!;
      const [r, g, b] = [paper & 0xff, (paper >> 8) & 0xff, (paper >> 16) & 0xff];
      for (let y = ty * TILE; y < Math.min(p.height, (ty + 1) * TILE); y++) {
        for (let x = tx * TILE; x < Math.min(p.width, (tx + 1) * TILE); x++) {
          const at = (y * p.width + x) * 4;
          const far = Math.abs(p.rgba[at]! - r) * 2 + Math.abs(p.rgba[at + 1]! - g) * 4 + Math.abs(p.rgba[at + 2]! - b);
          grey[y * p.width + x] = Math.max(0, 255 - far / 4);
        }
      }
    }
  }
  return grey;
}

/** For each tile the colour of the paper: the most common one in the tile and the eight around it. */
function paperColours(p: Picture, across: number, down: number): Uint32Array {
  const pixels = words(p);
  const papers = new Uint32Array(across * down);
  const counts = new Map<number, number>();
  for (let ty = 0; ty < down; ty++) {
    for (let tx = 0; tx < across; tx++) {
      counts.clear();
      let best = 0;
      let most = 0;
      for (let y = Math.max(0, (ty - 1) * TILE); y < Math.min(p.height, (ty + 2) * TILE); y += 2) {
        for (let x = Math.max(0, (tx - 1) * TILE); x < Math.min(p.width, (tx + 2) * TILE); x++) {
          // Nearly equal colours are one: the last three bits do not count.
          const key = pixels[y * p.width + x]! & 0xf8f8f8;
          const weight = x >= tx * TILE && x < (tx + 1) * TILE && y >= ty * TILE && y < (ty + 1) * TILE ? 3 : 1;
          const count = (counts.get(key) ?? 0) + weight;
          counts.set(key, count);
          if (count > most) {
            most = count;
            best = pixels[y * p.width + x]!;
          }
        }
      }
      papers[ty * across + tx] = best;
    }
  }
  return papers;
}

/** Enlarged by a whole number, straight lines between the middles of the pixels. */
function enlarged(grey: Uint8Array, width: number, height: number, scale: number): Sheet {
  if (scale === 1) return { width, height, grey, scale };
  const out = new Uint8Array(width * scale * height * scale);
  for (let y = 0; y < height * scale; y++) {
    const sy = Math.max(0, Math.min(height - 1, (y + 0.5) / scale - 0.5));
    const y0 = Math.floor(sy);
    const y1 = Math.min(height - 1, y0 + 1);
    const fy = sy - y0;
    for (let x = 0; x < width * scale; x++) {
      const sx = Math.max(0, Math.min(width - 1, (x + 0.5) / scale - 0.5));
      const x0 = Math.floor(sx);
      const x1 = Math.min(width - 1, x0 + 1);
      const fx = sx - x0;
      const top = grey[y0 * width + x0]! * (1 - fx) + grey[y0 * width + x1]! * fx;
      const bottom = grey[y1 * width + x0]! * (1 - fx) + grey[y1 * width + x1]! * fx;
      out[y * width * scale + x] = Math.round(top * (1 - fy) + bottom * fy);
    }
  }
  return { width: width * scale, height: height * scale, grey: out, scale };
}
