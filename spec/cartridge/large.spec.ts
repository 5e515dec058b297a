// 64 MiB through a picture of 4096 x 4096 and back, and what that leaves of the event loop.
import { expect, test } from 'vitest';
import { packCartridge, readCartridge } from '../../src/cartridge/index.js';
import { hash, noise } from './forge.js';

test('64 MiB of noise', async () => {
  const bytes = noise(64 << 20, 7);
  const before = await hash(bytes);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const png = await packCartridge({ name: 'large', type: 'disk', segments: [{ name: 'disk', type: 'disk', bytes }] });
  const packing = turns;
  const { meta, segments } = await readCartridge(png);
  clearInterval(timer);
  expect([meta.side, meta.compressed]).toEqual([4096, false]);
  expect(await hash(segments.get('disk')!.bytes)).toBe(before);
  // Others had their turns meanwhile.
  expect(packing).toBeGreaterThan(10);
  expect(turns - packing).toBeGreaterThan(3);
});

test('64 MiB of zeros', async () => {
  const bytes = new Uint8Array(64 << 20);
  const png = await packCartridge({ name: 'zeros', type: 'disk', segments: [{ name: 'disk', type: 'disk', bytes }] });
  expect(png.length).toBeLessThan(10_000);
  const { segments } = await readCartridge(png);
  const back = segments.get('disk')!.bytes;
  expect(back.length).toBe(64 << 20);
  expect(new Uint32Array(back.buffer, back.byteOffset, back.length / 4).every((w) => w === 0)).toBe(true);
});
