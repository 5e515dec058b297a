// Screens held against golden images, pixel for pixel.

import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { expect } from 'vitest';
import { decodePicture, encodePicture, pictureOf } from '../../src/screen/index.js';

/** Expects a framebuffer to equal golden/screen/`name`, and keeps a picture of the difference. GPUVISOR_UPDATE_GOLDEN=1 makes the image anew. */
export function expectGolden(framebuffer: Uint8Array, name: string): void {
  const path = fileURLToPath(new URL(`../../golden/screen/${name}`, import.meta.url));
  const screen = pictureOf(framebuffer);
  if (process.env['GPUVISOR_UPDATE_GOLDEN'] === '1') writeFileSync(path, encodePicture(screen));
  const golden = decodePicture(new Uint8Array(readFileSync(path)));
  expect({ width: golden.width, height: golden.height }).toEqual({ width: screen.width, height: screen.height });
  const difference = new Uint8Array(screen.rgba.length);
  const pixels = pixelmatch(screen.rgba, golden.rgba, difference, screen.width, screen.height, { threshold: 0 });
  const kept = join(tmpdir(), `gpuvisor-difference-${name}`);
  if (pixels > 0) writeFileSync(kept, encodePicture({ ...screen, rgba: difference.map((byte, i) => (i % 4 === 3 ? 255 : byte)) }));
  expect(pixels, `pixels that differ; see ${kept}`).toBe(0);
}
