// How large the screen is drawn, and which of its pixels a pointer is at. No DOM.

import { FRAMEBUFFER } from '../../../src/machine/map.js';

/** The size to draw at, CSS pixels. `crisp`: every framebuffer pixel is a whole number of the display's. */
export interface Fit {
  readonly width: number;
  readonly height: number;
  readonly crisp: boolean;
}

/** Drawn in whole multiples unless that would leave more than this part of the width empty. */
const MAY_STAY_EMPTY = 0.25;

/**
 * The largest size inside a box, CSS pixels; `ratio` is the display's pixels for each of them. Whole multiples are preferred: nothing is blurred then.
 */
export function fitScreen(box: { readonly width: number; readonly height: number }, ratio: number): Fit {
  const { width, height } = FRAMEBUFFER;
  const scale = Math.max(0.1, Math.min(box.width / width, box.height / height));
  const whole = Math.floor(scale * ratio + 1e-6) / ratio;
  const crisp = whole > 0 && whole >= scale * (1 - MAY_STAY_EMPTY);
  const factor = crisp ? whole : scale;
  return { width: width * factor, height: height * factor, crisp };
}

/** The framebuffer pixel under a place of the page; places outside the element give the nearest pixel of its edge. */
export function pixelAt(
  place: { readonly x: number; readonly y: number },
  element: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): { readonly x: number; readonly y: number } {
  const inside = (offset: number, size: number, pixels: number): number =>
    size > 0 ? Math.min(pixels - 1, Math.max(0, Math.floor((offset / size) * pixels))) : 0;
  return {
    x: inside(place.x - element.left, element.width, FRAMEBUFFER.width),
    y: inside(place.y - element.top, element.height, FRAMEBUFFER.height),
  };
}
