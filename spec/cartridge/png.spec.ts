// The file is a picture for everyone: another decoder (fast-png) sees the pixels that the format's own formula gives, and the text beside them.
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { packCartridge } from '../../src/cartridge/index.js';
import { lay, noise, pick } from './forge.js';

test('another decoder sees the same pixels, alpha 0 included', async () => {
  const bytes = noise(3000).map((b, i) => (i % 4 === 3 && i % 3 === 0 ? 0 : b));
  const file = await packCartridge({ name: '', type: 'data', segments: [{ name: 'a', type: 'a', bytes }], compress: false });
  const png = decode(file, { checkCrc: true });
  expect([png.width, png.height, png.depth, png.channels]).toEqual([32, 32, 8, 4]);
  expect(new Uint8Array(png.data)).toEqual(lay(bytes, 32));
  expect(pick(new Uint8Array(png.data), 32, 3000)).toEqual(bytes);
  expect(png.text['PixelRTS']).toMatch(/^PixelRTS\{"format":"PixelRTS-2\.0"/);
});
