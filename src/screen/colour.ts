// Colours as numbers 0xRRGGBB: written, read, compared.

import { GpuvisorError } from '../isa/errors.js';
import type { Picture } from './picture.js';

/** '#rrggbb'. */
export const hex = (color: number): string => `#${color.toString(16).padStart(6, '0')}`;

/** Reads '#rrggbb' or '#rgb', in either case. @throws GpuvisorError BAD_ARGUMENT */
export function parseColour(text: string): number {
  const digits = typeof text === 'string' ? /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text)?.[1] : undefined;
  if (!digits)
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `the colour is ${JSON.stringify(text).slice(0, 40)}; it is written #rrggbb`,
      'for example #c0c0c0',
    );
  return parseInt(digits.length === 3 ? [...digits].map((d) => d + d).join('') : digits, 16);
}

/** Distance of two colours, 0 to 442: the straight line between them in R, G and B. */
export function distance(a: number, b: number): number {
  return Math.hypot((a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255));
}

/** How light a colour is, 0 to 255. */
export const lightness = (color: number): number => ((color >> 16) * 299 + ((color >> 8) & 255) * 587 + (color & 255) * 114) / 1000;

/** The colour of a pixel. */
export function colourAt(p: Picture, x: number, y: number): number {
  const at = (y * p.width + x) * 4;
  return (p.rgba[at]! << 16) | (p.rgba[at + 1]! << 8) | p.rgba[at + 2]!;
}
