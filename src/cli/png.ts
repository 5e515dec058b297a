// The screen as a PNG file.

import { PNG } from 'pngjs';
import { FRAMEBUFFER } from '../machine/map.js';

/** A PNG of framebuffer bytes (x8r8g8b8, little-endian: B, G, R, X a pixel). */
export function encodePng(pixels: Uint8Array): Uint8Array {
  const png = new PNG({ width: FRAMEBUFFER.width, height: FRAMEBUFFER.height });
  for (let i = 0; i < FRAMEBUFFER.bytes; i += 4) {
    png.data[i] = pixels[i + 2]!;
    png.data[i + 1] = pixels[i + 1]!;
    png.data[i + 2] = pixels[i]!;
    png.data[i + 3] = 255;
  }
  return PNG.sync.write(png, { colorType: 2 });
}
