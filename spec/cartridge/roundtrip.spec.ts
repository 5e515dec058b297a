// What is packed is read again, bit for bit; the file is what the format says, read by other means than ours.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CartridgeContents, inspectCartridge, packCartridge, readCartridge } from '../../src/cartridge/index.js';
import { dissect, hash, noise, refusal } from './forge.js';

const pack = (bytes: Uint8Array, more: Partial<CartridgeContents> = {}): Promise<Uint8Array> =>
  packCartridge({ name: 'test', type: 'data', segments: [{ name: 'data', type: 'data', bytes }], ...more });

const same = async (bytes: Uint8Array, compress: boolean): Promise<void> => {
  const png = await pack(bytes, { compress });
  const { meta, segments } = await readCartridge(png);
  expect(segments.get('data')!.bytes).toEqual(bytes);
  expect(meta.dataSize).toBe(bytes.length);
  expect(dissect(png).data).toEqual(bytes);
};

describe('sizes', () => {
  const sizes = [0, 1, 2, 3, 4, 5, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 4096, 70_001];

  test('noise, with and without compression', async () => {
    for (const size of sizes) for (const compress of [true, false]) await same(noise(size, size), compress);
  });

  test('zeros keep their length', async () => {
    for (const size of sizes) for (const compress of [true, false]) await same(new Uint8Array(size), compress);
  });
});

test('pixels with alpha 0 keep their colours', async () => {
  const bytes = Uint8Array.from({ length: 4096 }, (_, i) => (i % 4 === 3 ? 0 : i * 7));
  await same(bytes, false);
});

test('what is changed while it is packed was packed before', async () => {
  const bytes = noise(5000);
  const going = pack(bytes);
  bytes.fill(0);
  const png = await going;
  expect((await readCartridge(png)).segments.get('data')!.bytes).toEqual(noise(5000));
});

test('any segments', async () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,20}$/);
  const segment = fc.record({ name, type: fc.string({ maxLength: 20 }), bytes: fc.uint8Array({ maxLength: 3000 }) });
  const contents = fc.record({
    name: fc.string({ unit: 'binary', maxLength: 40 }),
    type: fc.constantFrom('kernel', 'disk', 'program', 'data'),
    contentVersion: fc.string({ unit: 'grapheme', maxLength: 20 }),
    segments: fc.uniqueArray(segment, { maxLength: 6, selector: (s) => s.name }),
    compress: fc.boolean(),
  }) as fc.Arbitrary<CartridgeContents>;
  await fc.assert(
    fc.asyncProperty(contents, async (c) => {
      const png = await packCartridge(c);
      const { meta, segments } = await readCartridge(png);
      const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
      expect([...segments.values()].sort(byName)).toEqual([...c.segments].sort(byName));
      expect([meta.name, meta.type, meta.contentVersion]).toEqual([c.name, c.type, c.contentVersion]);
      expect(await inspectCartridge(png)).toEqual(meta);
      const all = c.segments.flatMap((s) => [...s.bytes]);
      expect([...dissect(png).data]).toEqual(all);
    }),
    { numRuns: 60 },
  );
});

describe('the file', () => {
  const kernel = noise(300, 5);
  const boot = new TextEncoder().encode('{"bootargs":"quiet"}');
  const contents: CartridgeContents = {
    name: 'Grüße ✓',
    type: 'kernel',
    contentVersion: '1.2',
    segments: [
      { name: 'kernel', type: 'kernel', bytes: kernel },
      { name: 'boot', type: 'boot', bytes: boot },
    ],
    compress: false,
  };

  test('metadata is compact ASCII JSON in the order of the original, entries in every form at once', async () => {
    const { json, chunks } = dissect(await packCartridge(contents));
    const k = await hash(kernel);
    const b = await hash(boot);
    const entries = `{"kernel":{"start":0,"end":300,"offset":0,"size":300,"sha256":"${k}","type":"kernel"},"boot":{"start":300,"end":320,"offset":300,"size":20,"sha256":"${b}","type":"boot"}}`;
    expect(json).toBe(
      `{"format":"PixelRTS-2.0","format_version":2,"grid_size":16,"encoding":{"type":"RGBA-dense","bytes_per_pixel":4,"mapping":"Hilbert space-filling curve"},` +
        `"offsets":${entries},"hashes":{"kernel":"${k}","boot":"${b}"},"encoding_mode":"RGBA-dense","type":"kernel","name":"Gr\\u00fc\\u00dfe \\u2713",` +
        `"content_version":"1.2","segments":${entries},"data_hash":"${await hash(Uint8Array.from([...kernel, ...boot]))}","data_size":320}`,
    );
    expect(chunks.map((c) => c.type)).toEqual(['IHDR', 'tEXt', 'IDAT', 'IEND']);
    expect([...chunks[0]!.bytes]).toEqual([0, 0, 0, 16, 0, 0, 0, 16, 8, 6, 0, 0, 0]);
  });

  test('compression is told of when there is one, and left out when it does not help', async () => {
    const small = JSON.parse(dissect(await pack(new Uint8Array(1000))).json) as Record<string, unknown>;
    const { encoded_size: encoded, compression } = small;
    expect(compression).toEqual({
      type: 'zlib',
      level: 6,
      original_size: 1000,
      compressed_size: encoded,
      ratio: Number(((encoded as number) / 1000).toFixed(4)),
    });
    expect(Object.keys(small).slice(-2)).toEqual(['compression', 'encoded_size']);
    const dense = dissect(await pack(noise(1000))).json;
    expect(dense).not.toContain('compression');
    expect(dense).not.toContain('encoded_size');
  });

  test('unused pixels are zero', async () => {
    const { raster, side } = dissect(await pack(new Uint8Array(70).fill(255), { compress: false }));
    expect(side).toBe(8);
    expect(raster.filter((b) => b !== 0).length).toBe(70);
  });

  test('the same contents give the same bytes', async () => {
    expect(await packCartridge(contents)).toEqual(await packCartridge(contents));
  });
});

describe('refused before anything is done', () => {
  const segment = (name: string, type = 'data') => ({ name, type, bytes: new Uint8Array(1) });
  const wrong: [string, Partial<CartridgeContents>, RegExp][] = [
    ['a name twice', { segments: [segment('a'), segment('a')] }, /two segments are called a/],
    ['__proto__', { segments: [segment('__proto__')] }, /called "__proto__"/],
    ['a path', { segments: [segment('../a')] }, /called "..\/a"/],
    ['a number', { segments: [segment('0')] }, /called "0"/],
    ['a long type', { segments: [segment('a', 'x'.repeat(65))] }, /at most 64/],
    ['a long name', { name: 'x'.repeat(257) }, /at most 256/],
    ['a type', { type: 'film' as 'data' }, /kernel, disk, program and data/],
    ['many segments', { segments: Array.from({ length: 257 }, (_, i) => segment(`s${i}`)) }, /takes 256/],
  ];
  test.each(wrong)('%s', async (_name, more, message) => {
    expect(await refusal(pack(new Uint8Array(1), more), 'BAD_ARGUMENT')).toMatch(message);
  });

  test('more than a cartridge takes', async () => {
    const bytes = new Uint8Array(65 << 20);
    const segments = ['a', 'b', 'c', 'd'].map((name) => ({ name, type: 'data', bytes }));
    expect(await refusal(pack(bytes, { segments }), 'TOO_LARGE')).toMatch(/272629760 bytes/);
  });
});

describe('progress and abort', () => {
  const bytes = noise(3 << 20);

  test('progress rises to its total', async () => {
    const follow = (): { seen: [number, number][]; progress: (done: number, total: number) => void } => {
      const seen: [number, number][] = [];
      return { seen, progress: (done, total) => void seen.push([done, total]) };
    };
    const packing = follow();
    const png = await packCartridge({ name: '', type: 'data', segments: [{ name: 'data', type: 'data', bytes }] }, packing);
    const reading = follow();
    await readCartridge(png, reading);
    for (const { seen } of [packing, reading]) {
      expect(seen.length).toBeGreaterThan(0);
      const total = seen[0]![1];
      seen.forEach(([done, all], i) => {
        expect(all).toBe(total);
        expect(done).toBeGreaterThanOrEqual(seen[i - 1]?.[0] ?? 0);
      });
      expect(seen.at(-1)![0]).toBe(total);
    }
  });

  test('an abort before or in the middle ends it with ABORTED', async () => {
    const png = await pack(bytes);
    const contents: CartridgeContents = { name: '', type: 'data', segments: [{ name: 'data', type: 'data', bytes }] };
    const dead = AbortSignal.abort();
    expect(await refusal(packCartridge(contents, { signal: dead }), 'ABORTED')).toMatch(/packing/);
    expect(await refusal(readCartridge(png, { signal: dead }), 'ABORTED')).toMatch(/reading/);
    for (const work of [packCartridge.bind(null, contents), readCartridge.bind(null, png)]) {
      const stop = new AbortController();
      let calls = 0;
      const progress = (): void => {
        calls++;
        stop.abort();
      };
      expect(await refusal(work({ signal: stop.signal, progress }) as Promise<unknown>, 'ABORTED')).toMatch(/was stopped/);
      // It ended there, not at the end of the work.
      expect(calls).toBe(1);
    }
  });
});
