// The screen as a PNG file.

import { FRAMEBUFFER } from '../machine/map.js';
import { encodePicture, pictureOf } from '../screen/index.js';

/** A PNG of framebuffer bytes (x8r8g8b8, little-endian: B, G, R, X a pixel). */
export function encodePng(pixels: Uint8Array): Uint8Array {
  return encodePicture(pictureOf(pixels, FRAMEBUFFER.width, FRAMEBUFFER.height));
}
