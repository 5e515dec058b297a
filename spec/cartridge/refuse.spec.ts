// Hostile and damaged files: each is refused with a reason that names what is wrong, and nothing else is ever thrown.
import { zlibSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectCartridge, packCartridge, readCartridge } from '../../src/cartridge/index.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import { SIGNATURE, ascii, chunk, concat, filtered, forge, header, idat, lay, metadata, noise, refusal, text } from './forge.js';

const data = noise(200, 9);
const side = 8;
const read = (png: Uint8Array, maxBytes?: number): Promise<string> =>
  refusal(readCartridge(png, maxBytes === undefined ? {} : { maxBytes }));
const json = async (): Promise<string> => JSON.stringify(await metadata(data, side));
const pixels = (): Uint8Array => idat(filtered(lay(data, side), side));
const file = async (...chunks: Uint8Array[]): Promise<Uint8Array> => concat(SIGNATURE, ...chunks);
const end = chunk('IEND');

test('the forger makes cartridges that are read', async () => {
  const { segments } = await readCartridge(await forge(data));
  expect(segments.get('data')!.bytes).toEqual(data);
});

test('every filter of PNG is undone', async () => {
  for (const filter of [0, 1, 2, 3, 4]) {
    expect((await readCartridge(await forge(data, { filter: () => filter }))).segments.get('data')!.bytes).toEqual(data);
  }
  const mixed = await forge(noise(5000), { filter: (y) => (y * 7) % 5 });
  expect((await readCartridge(mixed)).segments.get('data')!.bytes).toEqual(noise(5000));
});

describe('what is no cartridge', () => {
  const files: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /no PNG file, but an empty file/],
    ['ELF', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1), /but an ELF file/],
    ['HTML', ascii('<!DOCTYPE html><title>404</title>'), /but an HTML page/],
    ['JSON', ascii('{"a":1}'), /but JSON text/],
    ['text', ascii('hello\n'), /but a text file/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8), /compressed with gzip/],
    ['JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), /a JPEG picture/],
    ['cpio', ascii('070701000'), /a cpio archive/],
    ['snapshot', ascii('GPVSNAP\n....'), /a snapshot of gpuvisor/],
    ['line ends changed', concat(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0a, 0x1a, 0x0a), new Uint8Array(20)), /line ends were changed/],
    ['noise', noise(3000, 4), /a file of an unknown kind/],
  ];
  test.each(files)('%s', async (_name, png, message) => {
    expect(await read(png)).toMatch(message);
    expect(await refusal(inspectCartridge(png))).toMatch(message);
  });

  test('an ordinary PNG, or the row-major version 1', async () => {
    expect(await read(await file(header(side), pixels(), end))).toMatch(
      /no PixelRTS chunk.*ordinary picture, or a row-major cartridge of version 1/,
    );
  });
});

describe('the header', () => {
  const rest = async (): Promise<Uint8Array> => concat(text(await json()), pixels(), end);
  const headers: [string, Uint8Array, RegExp][] = [
    ['not square', header(8, 16), /8 x 16; a cartridge is square/],
    ['no power of two', header(12), /side is 12; it must be a power of two/],
    ['side 0', header(0), /side is 0/],
    ['far too large', header(1 << 30), /side is 1073741824; at most 8192/],
    ['16 bits', header(8, 8, [16, 6, 0, 0, 0]), /16 bits a channel/],
    ['RGB', header(8, 8, [8, 2, 0, 0, 0]), /colour type is 2/],
    ['palette', header(8, 8, [8, 3, 0, 0, 0]), /colour type is 3/],
    ['interlaced', header(8, 8, [8, 6, 0, 0, 1]), /interlaced/],
    ['odd methods', header(8, 8, [8, 6, 1, 0, 0]), /methods are 1 and 0/],
    ['too short', chunk('IHDR', new Uint8Array(12)), /header has 12 bytes/],
  ];
  test.each(headers)('%s', async (_name, head, message) => {
    expect(await read(await file(head, await rest()))).toMatch(message);
  });

  test('its size is looked at before anything is decoded', async () => {
    expect(await read(await forge(noise(5000)), 4096)).toMatch(/side is 64; at most 32/);
    expect(await read(await forge(new Uint8Array(200), { side }), 100)).toMatch(/content has 200 bytes; at most 100/);
  });
});

describe('chunks', () => {
  test('order, CRC and end', async () => {
    const meta = text(await json());
    const h = header(side);
    const p = pixels();
    const bad = (c: Uint8Array): Uint8Array => {
      const copy = c.slice();
      copy[copy.length - 1]! ^= 1;
      return copy;
    };
    const cases: [Uint8Array, RegExp][] = [
      [await file(meta, h, p, end), /first chunk is tEXt/],
      [await file(h, h, meta, p, end), /two IHDR/],
      [await file(bad(h), meta, p, end), /CRC of its IHDR chunk/],
      [await file(h, bad(meta), p, end), /CRC of its tEXt chunk/],
      [await file(h, meta, bad(p), end), /CRC of its IDAT chunk/],
      [await file(h, meta, p, bad(end)), /CRC of its IEND chunk/],
      [await file(h, meta, p), /ends without an IEND/],
      [(await file(h, meta, p, end)).slice(0, -1), /cut short/],
      [(await file(h, meta, p, end)).slice(0, -20), /cut short/],
      [await file(h, meta, p, end, new Uint8Array(1)), /1 bytes follow its end/],
      [await file(h, meta, p, chunk('IEND', new Uint8Array(3))), /IEND chunk has 3 bytes/],
      [await file(h, meta, end), /no pixels/],
      [await file(h, meta, p, chunk('tIME', new Uint8Array(7)), p, end), /do not stand together/],
      [await file(h, meta, meta, p, end), /several PixelRTS chunks/],
      [await file(h, meta, p, meta, end), /several PixelRTS chunks/],
      [await file(h, meta, chunk('ABCD'), p, end), /a chunk ABCD, which nobody may skip/],
      [await file(h, meta, chunk('a\0cd'), p, end), /stands no chunk/],
      [await file(h, text('{}', 'PixelRTS', 'PixelRT5'), p, end), /does not begin with PixelRTS again/],
    ];
    for (const [png, message] of cases) expect(await read(png)).toMatch(message);
    const many = concat(...Array.from({ length: 1 << 16 }, () => chunk('tIME')));
    expect(await read(await file(h, many, meta, p, end))).toMatch(/more than 65536 chunks/);
  });

  test('other chunks, pixels in many pieces and metadata behind them are fine', async () => {
    const stream = zlibSync(filtered(lay(data, side), side));
    const pieces = Array.from(stream, (_, i) => chunk('IDAT', stream.subarray(i, i + 1)));
    const empty = chunk('IDAT');
    const png = await file(header(side), text('x', 'Comment', ''), empty, ...pieces, empty, chunk('tIME'), text(await json()), end);
    expect((await readCartridge(png)).segments.get('data')!.bytes).toEqual(data);
  });
});

describe('pixels', () => {
  const withData = async (idats: Uint8Array): Promise<string> => read(await file(header(side), text(await json()), idats, end));
  const rows = filtered(lay(data, side), side);

  test('damaged, too few, too many, followed by something', async () => {
    expect(await withData(chunk('IDAT', noise(100)))).toMatch(/pixel data is damaged: it is no valid zlib data/);
    expect(await withData(idat(rows.slice(0, -1)))).toMatch(/unpacks to 263 bytes and speaks of 264/);
    expect(await withData(idat(concat(rows, new Uint8Array(1))))).toMatch(/more than the 264 bytes/);
    expect(await withData(chunk('IDAT', concat(zlibSync(rows), ascii('more'))))).toMatch(/pixel data is damaged/);
    expect(await withData(chunk('IDAT', zlibSync(rows).slice(0, -1)))).toMatch(/pixel data is damaged/);
    const sum = zlibSync(rows);
    sum[sum.length - 1]! ^= 1;
    expect(await withData(chunk('IDAT', sum))).toMatch(/pixel data is damaged/);
    expect(await withData(chunk('IDAT', new Uint8Array(0)))).toMatch(/cannot hold 8 x 8 pixels/);
    const odd = rows.slice();
    odd[33] = 5;
    expect(await withData(idat(odd))).toMatch(/has filter 5/);
  });

  test('a bomb of 64 MiB in a picture of 8 x 8 is stopped at once', async () => {
    expect(await withData(idat(new Uint8Array(64 << 20)))).toMatch(/more than the 264 bytes/);
  });

  test('a small file cannot ask for a large picture', async () => {
    const png = await file(header(8192), text(JSON.stringify(await metadata(data, 8192))), pixels(), end);
    expect(await read(png)).toMatch(/cannot hold 8192 x 8192 pixels/);
  });
});

describe('metadata', () => {
  const withJson = async (json: string): Promise<string> => read(await forge(data, { json }));
  const withMeta = async (meta: Record<string, unknown>): Promise<string> => read(await forge(data, { meta }));

  test('text that is no metadata', async () => {
    expect(await withJson('')).toMatch(/it is no JSON/);
    expect(await withJson('{"a":')).toMatch(/it is no JSON/);
    expect(await withJson('[]')).toMatch(/is no object/);
    expect(await withJson('null')).toMatch(/is no object/);
    expect(await withJson('7')).toMatch(/is no object/);
    expect(await withJson('{"a":"\u00e9"}')).toMatch(/beyond ASCII/);
    expect(await withJson('{}')).toMatch(/format is undefined/);
  });

  test('bombs: nesting, length, names twice', async () => {
    expect(await withJson('['.repeat(100_000))).toMatch(/nested more than 16 deep/);
    expect(await withJson('{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000))).toMatch(/nested more than 16 deep/);
    expect(await withJson(`{"a":"${'x'.repeat(1 << 18)}"}`)).toMatch(/metadata has \d+ bytes; 262144 are allowed/);
    const good = await json();
    expect(await withJson(good.replace('"format_version":2', '"format_version":2,"format_version":2'))).toMatch(
      /"format_version" stands twice/,
    );
    expect(await withJson(good.replace('"segments":{}', '"segments":{"a":[0,1],"\\u0061":[0,2]}'))).toMatch(/"a" stands twice/);
    expect(await withJson(good.replace('"segments":{}', '"segments":{"__proto__":[0,1]}'))).toMatch(/called "__proto__"/);
    expect(({} as Record<string, unknown>)[0]).toBeUndefined();
  });

  const fields: [string, Record<string, unknown>, RegExp][] = [
    ['another format', { format: 'PixelRTS-1.0' }, /format is "PixelRTS-1.0".*only PixelRTS-2.0/],
    ['another version', { format_version: 1 }, /version 1; only/],
    ['row-major', { encoding: { type: 'RGBA-dense', mapping: 'row-major' } }, /mapped as "row-major".*not row-major/],
    ['another encoding', { encoding: { type: 'RGB' } }, /encoding is "RGB"/],
    ['bytes a pixel', { encoding: { bytes_per_pixel: 3 } }, /3 bytes a pixel/],
    ['encoding of another kind', { encoding: 7 }, /encoding is 7/],
    ['a picture of code', { encoding_mode: 'RGBA-code' }, /encoding mode is "RGBA-code"/],
    ['grid', { grid_size: 16 }, /side of 16; its picture has 8/],
    ['no size', { data_size: undefined }, /data_size is undefined/],
    ['negative', { data_size: -1 }, /data_size is -1/],
    ['fraction', { data_size: 1.5 }, /data_size is 1.5/],
    ['text', { data_size: '200' }, /data_size is "200"/],
    ['beyond what is exact', { data_size: 2 ** 53 }, /data_size is 9007199254740992/],
    ['beyond its pixels', { data_size: 257 }, /257 bytes in its pixels, which hold 256/],
    ['beyond all', { data_size: 2 ** 40 }, /at most 268435456/],
    ['encoded beyond its pixels', { encoded_size: 300 }, /300 bytes in its pixels, which hold 256/],
    ['encoded less than data', { encoded_size: 100 }, /holds 100 bytes and speaks of 200/],
    ['encoded of another kind', { encoded_size: 'x' }, /encoded_size is "x"/],
    ['no hash', { data_hash: undefined }, /data_hash is undefined/],
    ['short hash', { data_hash: 'ab' }, /data_hash is "ab"/],
    ['another hash', { data_hash: '0'.repeat(64) }, /content does not match its hash/],
    ['less data than hashed', { data_size: 199 }, /content does not match its hash/],
    ['zstd', { compression: { type: 'zstd' } }, /compressed with "zstd"; only zlib/],
    ['compression of another kind', { compression: 'zlib' }, /compression is "zlib"/],
    ['no zlib data', { compression: { type: 'zlib' } }, /content is damaged: it is no valid zlib data/],
    ['sizes that differ', { compression: { type: 'zlib', original_size: 7 } }, /200 bytes by its data_size and 7/],
    [
      'encoded sizes that differ',
      { compression: { type: 'zlib', compressed_size: 7 }, encoded_size: 8 },
      /8 bytes by its encoded_size and 7/,
    ],
    ['a long name', { name: 'x'.repeat(257) }, /name is .* at most 256/],
    ['a name of another kind', { name: 7 }, /name is 7/],
  ];
  test.each(fields)('%s', async (_name, meta, message) => {
    expect(await withMeta(meta)).toMatch(message);
  });

  test('texts of the file are harmless in the message', async () => {
    const steering = 'a\u001b[31m\u009b\u202e\u{e0041}\ud800';
    const ascii = (text: string): string => text.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const said = await withJson(ascii(JSON.stringify({ format: steering })));
    expect(said).toContain('"a\\u001b[31m\\u{9b}\\u{202e}\\u{e0041}\\ud800"');
    expect(said).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect((await withMeta({ format: 'x'.repeat(100_000) })).length).toBeLessThan(200);
  });

  test('content that unpacks to more, to less, or is cut short', async () => {
    const packed = zlibSync(data);
    const compression = { type: 'zlib' };
    const forged = (encoded: Uint8Array, size: number): Promise<Uint8Array> =>
      forge(data, { encoded, meta: { compression, encoded_size: encoded.length, data_size: size } });
    expect((await readCartridge(await forged(packed, 200))).segments.get('data')!.bytes).toEqual(data);
    expect(await read(await forged(packed, 199))).toMatch(/more than the 199 bytes/);
    expect(await read(await forged(packed, 201))).toMatch(/unpacks to 200 bytes and speaks of 201/);
    expect(await read(await forged(packed.slice(0, -1), 200))).toMatch(/content is damaged/);
    expect(await read(await forged(concat(packed, new Uint8Array(4)), 200))).toMatch(/content is damaged/);
    const bomb = zlibSync(new Uint8Array(64 << 20));
    expect(await read(await forged(bomb, 200))).toMatch(/more than the 200 bytes/);
  });
});

describe('flipped bits', () => {
  const segments = [
    { name: 'kernel', type: 'kernel', bytes: noise(150, 2) },
    { name: 'boot', type: 'boot', bytes: ascii('{"bootargs":"quiet"}') },
    { name: 'zeros', type: 'data', bytes: new Uint8Array(100) },
  ];
  const pack = (compress: boolean): Promise<Uint8Array> => packCartridge({ name: 'flips', type: 'kernel', segments, compress });

  test('a byte anywhere: refused, or the same content', async () => {
    for (const compress of [true, false]) {
      const png = await pack(compress);
      for (let n = 0; n < 150; n++) {
        const at = Math.floor((n * png.length) / 150);
        const damaged = png.slice();
        damaged[at]! ^= 1 << (n % 8);
        expect(await read(damaged)).not.toBe('');
      }
    }
  });

  test('anything at all behind a good CRC: a refusal, or content that matches its hash', async () => {
    const good = JSON.stringify({
      ...(await metadata(data, side)),
      segments: { a: { start: 0, end: 50 }, b: [50, 60], c: { offset: 60, size: 9 } },
    });
    const letter = fc.integer({ min: 32, max: 126 });
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), letter, fc.nat(good.length - 1), letter, async (i, a, j, b) => {
        const bytes = ascii(good);
        bytes[i] = a;
        bytes[j] = b;
        const png = await forge(data, { json: new TextDecoder().decode(bytes) });
        try {
          const { segments } = await readCartridge(png);
          for (const s of segments.values()) expect(s.bytes.length).toBeLessThanOrEqual(200);
        } catch (e) {
          expect(e).toBeInstanceOf(GpuvisorError);
          expect((e as GpuvisorError).code).toBe('CARTRIDGE_INVALID');
        }
      }),
      { numRuns: 300 },
    );
  });

  test('pixels that were changed and packed again', async () => {
    const rows = filtered(lay(data, side), side);
    await fc.assert(
      fc.asyncProperty(fc.nat(rows.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = rows.slice();
        damaged[at]! ^= change;
        const png = await file(header(side), text(await json()), idat(damaged), end);
        // Only what no byte of the content stands on may change: the last 56 bytes of the picture.
        const read = await readCartridge(png).catch((e: unknown) => e as GpuvisorError);
        if (read instanceof Error) expect((read as GpuvisorError).code).toBe('CARTRIDGE_INVALID');
        else expect(read.segments.get('data')!.bytes).toEqual(data);
      }),
      { numRuns: 100 },
    );
  });
});
