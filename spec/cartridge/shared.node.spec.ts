// Bytes in shared memory, which the platform's hashes, streams and decoders do not take. (A page has shared memory only when it is isolated.)
import { expect, test } from 'vitest';
import { inspectCartridge, packCartridge, readCartridge } from '../../src/cartridge/index.js';
import { noise } from './forge.js';

const shared = (bytes: Uint8Array): Uint8Array => {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
};

test('is packed, inspected and read like any other', async () => {
  const bytes = noise(5000);
  const pack = (b: Uint8Array): Promise<Uint8Array> =>
    packCartridge({ name: '', type: 'data', segments: [{ name: 'data', type: 'data', bytes: b }] });
  const png = await pack(bytes);
  expect(await pack(shared(bytes))).toEqual(png);
  const { meta, segments } = await readCartridge(shared(png));
  expect(segments.get('data')!.bytes).toEqual(bytes);
  expect(await inspectCartridge(shared(png))).toEqual(meta);
});
