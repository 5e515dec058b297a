// Segments as different writers describe them: every form gives the same parts, what contradicts itself is refused.
import { describe, expect, test } from 'vitest';
import { type SegmentMeta, readCartridge } from '../../src/cartridge/index.js';
import { forge, hash, noise, refusal } from './forge.js';

const data = noise(200, 3);
const first = data.slice(0, 120);
const second = data.slice(120);
type Meta = Record<string, unknown>;
const read = async (meta: Meta): ReturnType<typeof readCartridge> => readCartridge(await forge(data, { meta }));
const refused = async (meta: Meta): Promise<string> => refusal(readCartridge(await forge(data, { meta })));

describe('forms', () => {
  const check = async (meta: Meta, form: string): Promise<readonly SegmentMeta[]> => {
    const { segments, meta: m } = await read(meta);
    expect([...segments.keys()]).toEqual(['kernel', 'initramfs']);
    expect(segments.get('kernel')!.bytes).toEqual(first);
    expect(segments.get('initramfs')!.bytes).toEqual(second);
    expect(m.segments.map((s) => s.form)).toEqual([form, form]);
    return m.segments;
  };

  for (const key of ['offsets', 'segments']) {
    test(`${key}: start and end`, async () => {
      await check({ [key]: { kernel: { start: 0, end: 120 }, initramfs: { start: 120, end: 200 } } }, 'start,end');
      await check({ [key]: { initramfs: { start: 120, end: 200, size: 80 }, kernel: { start: 0, size: 120 } } }, 'start,end');
    });

    test(`${key}: a pair`, async () => {
      await check({ [key]: { kernel: [0, 120], initramfs: [120, 200] } }, '[start,end]');
    });

    test(`${key}: offset and size`, async () => {
      await check({ [key]: { kernel: { offset: 0, size: 120 }, initramfs: { offset: 120, size: 80 } } }, 'offset,size');
    });
  }

  test('sizes alone, back to back, when hashes prove it', async () => {
    const [k, i] = [await hash(first), await hash(second)];
    await check({ segments: { kernel: { type: 'kernel', size: 120, sha256: k }, initramfs: { size: 80, sha256: i } } }, 'size');
    await check(
      { segments: { kernel: { size: 120 }, initramfs: { size: 80 } }, hashes: { kernel: k, initramfs: i.toUpperCase() } },
      'size',
    );
    expect(await refused({ segments: { kernel: { size: 120 }, initramfs: { size: 80 } } })).toMatch(/kernel .* has no hash to know it by/);
    expect(await refused({ segments: { kernel: { size: 80, sha256: i }, initramfs: { size: 120, sha256: k } } })).toMatch(
      /does not match its hash/,
    );
  });

  test('both places together, each with a part of it', async () => {
    const { segments, meta } = await read({
      offsets: { kernel: [0, 120], initramfs: { start: 120, end: 200 } },
      segments: { kernel: { type: 'Image', size: 120, version: '6.12' }, initramfs: { offset: 120, size: 80 } },
      hashes: { kernel: await hash(first), somethingElse: '0'.repeat(64) },
    });
    expect(segments.get('kernel')).toEqual({ name: 'kernel', type: 'Image', bytes: first });
    expect(segments.get('initramfs')).toEqual({ name: 'initramfs', type: 'initramfs', bytes: second });
    expect(meta.segments.map((s) => s.form)).toEqual(['[start,end]', 'start,end']);
  });

  test('no entries: the content is one segment, named by the type', async () => {
    for (const [type, name] of [
      ['kernel', 'kernel'],
      ['program', 'kernel'],
      ['disk', 'disk'],
      ['film', 'data'],
    ]) {
      const { segments, meta } = await read({ type });
      expect([...segments.keys()]).toEqual([name]);
      expect(segments.get(name!)!.bytes).toEqual(data);
      expect(meta.segments[0]!.form).toBe('whole');
    }
    expect((await read({ segments: { kernel: {} } })).segments.get('kernel')!.bytes).toEqual(data);
  });

  test('gaps, empty segments and any order are fine', async () => {
    const { segments } = await read({ segments: { z: [150, 200], empty: [60, 60], a: [10, 100] } });
    expect([...segments].map(([name, s]) => [name, s.bytes.length])).toEqual([
      ['a', 90],
      ['empty', 0],
      ['z', 50],
    ]);
  });

  test('a type is read, or is the name', async () => {
    const { segments } = await read({ segments: { a: { start: 0, end: 1, type: 'Image' }, b: [1, 2] } });
    expect([segments.get('a')!.type, segments.get('b')!.type]).toEqual(['Image', 'b']);
  });

  test('trailing zeros belong to the content', async () => {
    const padded = new Uint8Array(200);
    padded.set(data.subarray(0, 50));
    expect((await readCartridge(await forge(padded))).segments.get('data')!.bytes).toEqual(padded);
  });
});

describe('refused', () => {
  const entry = (value: unknown): Meta => ({ segments: { a: value } });
  const cases: [string, Meta, RegExp][] = [
    ['overlap', { segments: { a: [0, 100], b: [99, 200] } }, /segments a and b overlap/],
    ['one in the other', { segments: { a: [0, 200], empty: [5, 5], b: [10, 20] } }, /segments a and b overlap/],
    ['beyond the content', entry([0, 201]), /segment a ends at 201; its content has 200 bytes/],
    ['an empty one beyond the content', entry([201, 201]), /ends at 201/],
    ['backwards', entry([10, 5]), /goes from 10 to 5/],
    ['negative', entry([-1, 5]), /goes from -1 to 5/],
    ['fraction', entry({ start: 0.5, end: 2 }), /goes from 0.5 to 2/],
    ['text', entry({ start: '0', end: '2' }), /goes from "0" to "2"/],
    ['three numbers', entry([0, 1, 2]), /place of 3 numbers/],
    ['a number', entry(7), /segment a is 7/],
    ['null', entry(null), /segment a is null/],
    ['offset alone', entry({ offset: 3 }), /an offset and no size/],
    ['end alone', entry({ end: 3 }), /goes from undefined to 3/],
    ['size that is none', entry({ start: 0, size: -3 }), /a size of -3/],
    ['two places', entry({ start: 0, end: 10, offset: 1, size: 10 }), /described twice, with start 0 and 1/],
    ['two sizes', entry({ start: 0, end: 10, size: 11 }), /described twice, with size 10 and 11/],
    ['two accounts', { offsets: { a: [0, 10] }, segments: { a: [0, 11] } }, /described twice, with end 10 and 11/],
    [
      'two types',
      { offsets: { a: { start: 0, end: 1, type: 'x' } }, segments: { a: { type: 'y' } } },
      /described twice, with type "x" and "y"/,
    ],
    ['no hash', entry({ start: 0, end: 10, sha256: 'no' }), /has the hash "no"/],
    ['another hash', entry({ start: 0, end: 10, sha256: '0'.repeat(64) }), /segment a does not match its hash/],
    ['another hash elsewhere', { ...entry([0, 10]), hashes: { a: '0'.repeat(64) } }, /segment a does not match its hash/],
    ['a hash that is none', { hashes: { a: 7 } }, /hash of a is 7/],
    ['type of another kind', entry({ start: 0, end: 1, type: 7 }), /has the type 7/],
    ['a list', { segments: [[0, 1]] }, /segments are \[\[0,1\]\]; they take an object/],
    ['one without a place among others', { segments: { a: [0, 10], b: { size: 10 } } }, /segment b does not say where it begins/],
    ['too many', { segments: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`s${i}`, [0, 0]])) }, /257 segments; at most 256/],
    ['a path', { segments: { '../etc/passwd': [0, 1] } }, /called "..\/etc\/passwd"/],
    ['a number as name', { segments: { 7: [0, 1] } }, /called "7"/],
    ['no name', { segments: { '': [0, 1] } }, /called ""/],
    ['a name too long', { segments: { ['x'.repeat(65)]: [0, 1] } }, /a name begins with a letter/],
  ];
  test.each(cases)('%s', async (_name, meta, message) => {
    expect(await refused(meta)).toMatch(message);
  });
});
