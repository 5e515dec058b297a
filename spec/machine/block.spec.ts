// The block device against a plain array: reads, writes, zeroes, limits; the overlay; what a flush keeps.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlockDevice, type BlockOptions } from '../../src/machine/virtio/block.js';
import { type DiskImage, Overlay, memoryDisk } from '../../src/machine/virtio/disk.js';
import { DATA, Driver, sameBytes } from './virtio-driver.js';

const SECTORS = 64;
const SIZE = SECTORS * 512;
const content = (): Uint8Array => Uint8Array.from({ length: SIZE }, (_, i) => (i * 7 + (i >> 9)) & 0xff);
const HEADER = DATA;
const PAYLOAD = DATA + 0x100;
const STATUS = DATA + 0x20000;

async function disk(image: DiskImage = memoryDisk(content()), options?: BlockOptions): Promise<Driver> {
  const d = new Driver(new BlockDevice(image, options));
  await d.start();
  return d;
}

/** Sends one request; gives its status byte and, for reads, the data. */
async function request(
  d: Driver,
  type: number,
  sector: number,
  out: Uint8Array | undefined,
  room = 0,
): Promise<{ status: number; data: Uint8Array; length: number }> {
  const header = new Uint8Array(16);
  new DataView(header.buffer).setUint32(0, type, true);
  new DataView(header.buffer).setBigUint64(8, BigInt(sector), true);
  d.write(HEADER, header);
  d.write(STATUS, [0xaa]);
  if (out) d.write(PAYLOAD, out);
  const parts = [{ address: HEADER, length: 16, flags: 0 }];
  if (out && out.length > 0) parts.push({ address: PAYLOAD, length: out.length, flags: 0 });
  if (room > 0) parts.push({ address: PAYLOAD, length: room, flags: 2 });
  parts.push({ address: STATUS, length: 1, flags: 2 });
  d.chain(0, parts);
  const used = d.usedIndex;
  d.offer(0);
  await d.notify();
  expect(d.usedIndex).toBe((used + 1) & 0xffff);
  return { status: d.read(STATUS, 1)[0]!, data: d.read(PAYLOAD, room), length: d.usedEntry(used).length };
}

const IN = 0;
const OUT = 1;
const FLUSH = 4;
const GET_ID = 8;
const DISCARD = 11;
const ZEROES = 13;

function segments(...list: [sector: number, sectors: number, flags?: number][]): Uint8Array {
  const bytes = new Uint8Array(16 * list.length);
  const view = new DataView(bytes.buffer);
  list.forEach(([sector, sectors, flags], i) => {
    view.setBigUint64(16 * i, BigInt(sector), true);
    view.setUint32(16 * i + 8, sectors, true);
    view.setUint32(16 * i + 12, flags ?? 0, true);
  });
  return bytes;
}

test('random requests equal a plain array', async () => {
  const operation = fc.oneof(
    fc.record({ type: fc.constant(IN), sector: fc.nat(SECTORS + 2), count: fc.integer({ min: 1, max: 20 }), fill: fc.constant(0) }),
    fc.record({
      type: fc.constant(OUT),
      sector: fc.nat(SECTORS + 2),
      count: fc.integer({ min: 1, max: 20 }),
      fill: fc.integer({ min: 1, max: 255 }),
    }),
    fc.record({
      type: fc.constantFrom(DISCARD, ZEROES),
      sector: fc.nat(SECTORS + 2),
      count: fc.integer({ min: 1, max: 30 }),
      fill: fc.constant(0),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 25 }), async (operations) => {
      const model = content();
      const d = await disk();
      for (const { type, sector, count, fill } of operations) {
        const inside = sector + count <= SECTORS;
        const bytes = Uint8Array.from({ length: count * 512 }, (_, i) => (fill + i) & 0xff);
        const from = sector * 512;
        if (type === IN) {
          const { status, data } = await request(d, IN, sector, undefined, count * 512);
          expect(status).toBe(inside ? 0 : 1);
          if (inside) expect(sameBytes(data, model.slice(from, from + count * 512))).toBe(true);
        } else if (type === OUT) {
          expect((await request(d, OUT, sector, bytes)).status).toBe(inside ? 0 : 1);
          if (inside) model.set(bytes, from);
        } else {
          expect((await request(d, type, 0, segments([sector, count]))).status).toBe(inside ? 0 : 1);
          if (inside) model.fill(0, from, from + count * 512);
        }
      }
      const overlay = (d.transport.device as BlockDevice).overlay;
      expect(sameBytes(await overlay.read(0, SIZE), model)).toBe(true);
      const copy = new Overlay(memoryDisk(content()));
      copy.restore(overlay.save());
      expect(sameBytes(await copy.read(0, SIZE), model)).toBe(true);
      expect(await copy.hash()).toBe(await overlay.hash());
    }),
    { numRuns: 150 },
  );
});

describe('requests', () => {
  test('a read says how much it wrote', async () => {
    expect((await request(await disk(), IN, 0, undefined, 1024)).length).toBe(1025);
  });

  test('get-id, and a type that does not exist', async () => {
    const d = await disk(undefined, { serial: 'disk-1' });
    const { status, data } = await request(d, GET_ID, 0, undefined, 20);
    expect(status).toBe(0);
    expect(String.fromCharCode(...data).replace(/\0+$/, '')).toBe('disk-1');
    expect((await request(d, 99, 0, undefined, 512)).status).toBe(2);
  });

  test.each([
    ['a sector near 2^64', 2 ** 53, 512],
    ['not a whole sector', 0, 100],
  ])('reading %s fails without touching memory', async (_name, sector, room) => {
    const d = await disk();
    expect((await request(d, IN, sector, undefined, room)).status).toBe(1);
    expect(d.read(PAYLOAD, room)).toEqual(new Uint8Array(room));
  });

  test('writes to a read-only disk fail and change nothing', async () => {
    const d = await disk(undefined, { readOnly: true });
    expect((await request(d, OUT, 0, new Uint8Array(512))).status).toBe(1);
    expect((await request(d, ZEROES, 0, segments([0, 1]))).status).toBe(1);
    expect((await request(d, IN, 0, undefined, 512)).data).toEqual(content().slice(0, 512));
  });

  test.each([
    ['flags of discard', DISCARD, segments([0, 1, 1]), 2],
    ['unknown flags', ZEROES, segments([0, 1, 2]), 2],
    ['unmap of write-zeroes', ZEROES, segments([0, 1, 1]), 0],
    ['no segment', ZEROES, new Uint8Array(0), 1],
    ['half a segment', ZEROES, new Uint8Array(8), 1],
    ['too many segments', ZEROES, segments(...Array.from({ length: 17 }, () => [0, 1] as [number, number])), 1],
    ['too many sectors', ZEROES, segments([0, 0xffffffff]), 1],
    ['one good and one bad segment', ZEROES, segments([0, 1], [63, 2]), 1],
  ])('%s', async (_name, type, payload, status) => {
    expect((await request(await disk(), type, 0, payload)).status).toBe(status);
  });

  test('a request without header or status byte needs a reset', async () => {
    const d = await disk();
    d.chain(0, [
      { address: HEADER, length: 8, flags: 0 },
      { address: STATUS, length: 1, flags: 2 },
    ]);
    d.offer(0);
    await d.notify();
    expect(d.needsReset).toBe(true);
    const e = await disk();
    e.chain(0, [{ address: HEADER, length: 16, flags: 0 }]);
    e.offer(0);
    await e.notify();
    expect(e.needsReset).toBe(true);
  });
});

describe('image', () => {
  function keeping(): DiskImage & { readonly bytes: Uint8Array; writes: number } {
    const bytes = content();
    return {
      bytes,
      writes: 0,
      size: SIZE,
      read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
      write(offset, data) {
        this.writes++;
        bytes.set(data, offset);
        return Promise.resolve();
      },
    };
  }

  test('is written at a flush, once for each changed cluster', async () => {
    const image = keeping();
    const d = await disk(image);
    const bytes = new Uint8Array(1024).fill(9);
    await request(d, OUT, 15, bytes);
    expect(image.bytes).toEqual(content());
    await request(d, FLUSH, 0, undefined);
    expect(image.bytes.slice(15 * 512, 17 * 512)).toEqual(bytes);
    expect(image.writes).toBe(2);
    await request(d, FLUSH, 0, undefined);
    expect(image.writes).toBe(2);
  });

  test('one that only reads is never written, and the guest sees its own writes', async () => {
    const base = content();
    const d = await disk(memoryDisk(base));
    await request(d, OUT, 0, new Uint8Array(512).fill(1));
    expect((await request(d, FLUSH, 0, undefined)).status).toBe(0);
    expect(base).toEqual(content());
    expect((await request(d, IN, 0, undefined, 512)).data).toEqual(new Uint8Array(512).fill(1));
  });
});

test('a damaged overlay is refused', () => {
  const overlay = new Overlay(memoryDisk(content()));
  for (const bytes of [new Uint8Array(0), new Uint8Array(3), Uint8Array.of(1, 0, 0, 0), new Uint8Array(4 + 4100).fill(0xff)]) {
    expect(() => overlay.restore(bytes)).toThrowError(expect.objectContaining({ code: 'SNAPSHOT_INVALID' }));
  }
  const outside = new Uint8Array(4 + 4 + 4096);
  outside[0] = 1;
  outside[4] = 8; // cluster 8 of 8
  expect(() => overlay.restore(outside)).toThrowError(expect.objectContaining({ code: 'SNAPSHOT_INVALID' }));
});
