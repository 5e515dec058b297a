// Cartridges made by other means than ours, well-formed or not: the curve by the formula of its definition, CRCs bit by bit, PNG chunks by hand, and a reader that goes
// the same way back.

import { unzlibSync, zlibSync } from 'fflate';
import { GpuvisorError } from '../../src/isa/errors.js';

/** The point at `index`, from the smallest square up. */
export function model(side: number, index: number): [number, number] {
  let x = 0;
  let y = 0;
  let t = index;
  for (let s = 1; s < side; s *= 2) {
    const rx = 1 & (t >> 1);
    const ry = 1 & (t ^ rx);
    if (ry === 0) {
      if (rx === 1) {
        x = s - 1 - x;
        y = s - 1 - y;
      }
      [x, y] = [y, x];
    }
    x += s * rx;
    y += s * ry;
    t >>= 2;
  }
  return [x, y];
}

/** Bytes along the curve. */
export function lay(bytes: Uint8Array, side: number): Uint8Array {
  const raster = new Uint8Array(4 * side * side);
  bytes.forEach((b, n) => {
    const [x, y] = model(side, n >> 2);
    raster[4 * (y * side + x) + (n & 3)] = b;
  });
  return raster;
}

/** The first `count` bytes along the curve. */
export function pick(raster: Uint8Array, side: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, n) => {
    const [x, y] = model(side, n >> 2);
    return raster[4 * (y * side + x) + (n & 3)]!;
  });
}

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  }
  return ~c >>> 0;
}

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export function concat(...pieces: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of pieces) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}

function word(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function chunk(type: string, bytes: Uint8Array = new Uint8Array(0)): Uint8Array {
  const body = concat(ascii(type), bytes);
  return concat(word(bytes.length), body, word(crc(body)));
}

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** IHDR; fields that are not given are those of a cartridge. */
export function header(width: number, height = width, rest: readonly number[] = [8, 6, 0, 0, 0]): Uint8Array {
  return chunk('IHDR', concat(word(width), word(height), Uint8Array.from(rest)));
}

export const text = (json: string, keyword = 'PixelRTS', magic = 'PixelRTS'): Uint8Array =>
  chunk('tEXt', ascii(`${keyword}\0${magic}${json}`));

/** Scanlines with the filter that `filter` names for each row. */
export function filtered(raster: Uint8Array, side: number, filter: (y: number) => number = () => 0): Uint8Array {
  const stride = 4 * side;
  const out = new Uint8Array(side * (stride + 1));
  const at = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : raster[y * stride + x]!);
  for (let y = 0; y < side; y++) {
    const kind = filter(y);
    out[y * (stride + 1)] = kind;
    for (let x = 0; x < stride; x++) {
      const [a, b, c] = [at(x - 4, y), at(x, y - 1), at(x - 4, y - 1)];
      const p = a + b - c;
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      const guess = [0, a, b, (a + b) >> 1, pa <= pb && pa <= pc ? a : pb <= pc ? b : c][kind] ?? 0;
      out[y * (stride + 1) + 1 + x] = at(x, y) - guess;
    }
  }
  return out;
}

export const idat = (scanlines: Uint8Array): Uint8Array => chunk('IDAT', zlibSync(scanlines));

export async function hash(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice()));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The metadata of uncompressed content without segments. */
export async function metadata(data: Uint8Array, side: number): Promise<Record<string, unknown>> {
  return {
    format: 'PixelRTS-2.0',
    format_version: 2,
    grid_size: side,
    encoding: { type: 'RGBA-dense', bytes_per_pixel: 4, mapping: 'Hilbert space-filling curve' },
    offsets: {},
    hashes: {},
    encoding_mode: 'RGBA-dense',
    type: 'data',
    name: 'forged',
    content_version: '',
    segments: {},
    data_hash: await hash(data),
    data_size: data.length,
  };
}

export interface Forged {
  /** What the picture holds; `data` unless told otherwise. */
  readonly encoded?: Uint8Array;
  readonly side?: number;
  /** Changes to the metadata; undefined leaves a key out. */
  readonly meta?: Record<string, unknown>;
  /** The metadata as text, instead. */
  readonly json?: string;
  readonly filter?: (y: number) => number;
  /** Instead of the chunks between the header and the end. */
  readonly chunks?: (text: Uint8Array, idat: Uint8Array) => Uint8Array;
}

/** A cartridge with `data` in it. */
export async function forge(data: Uint8Array, f: Forged = {}): Promise<Uint8Array> {
  const encoded = f.encoded ?? data;
  let side = f.side ?? 1;
  while (f.side === undefined && 4 * side * side < encoded.length) side *= 2;
  const json = f.json ?? JSON.stringify({ ...(await metadata(data, side)), ...f.meta });
  const pixels = idat(filtered(lay(encoded, side), side, f.filter));
  const middle = f.chunks ? f.chunks(text(json), pixels) : concat(text(json), pixels);
  return concat(SIGNATURE, header(side), middle, chunk('IEND'));
}

/** A cartridge taken apart without our reader: its chunks, its metadata, its content. Only for whole ones. */
export function dissect(png: Uint8Array): {
  chunks: { type: string; bytes: Uint8Array }[];
  json: string;
  data: Uint8Array;
  raster: Uint8Array;
  side: number;
} {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: { type: string; bytes: Uint8Array }[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const body = png.subarray(at + 4, at + 8 + length);
    if (crc(body) !== view.getUint32(at + 8 + length)) throw new Error(`CRC at ${at}`);
    chunks.push({ type: new TextDecoder().decode(body.subarray(0, 4)), bytes: body.subarray(4) });
    at += 12 + length;
  }
  const side = new DataView(chunks[0]!.bytes.buffer, chunks[0]!.bytes.byteOffset).getUint32(0);
  const json = new TextDecoder().decode(chunks.find((c) => c.type === 'tEXt')!.bytes).slice('PixelRTS\0PixelRTS'.length);
  const scanlines = unzlibSync(concat(...chunks.filter((c) => c.type === 'IDAT').map((c) => c.bytes)));
  const raster = new Uint8Array(4 * side * side);
  for (let y = 0; y < side; y++) {
    const row = scanlines.subarray(y * (4 * side + 1), (y + 1) * (4 * side + 1));
    if (row[0] !== 0) throw new Error(`filter ${row[0]}`);
    raster.set(row.subarray(1), 4 * side * y);
  }
  const meta = JSON.parse(json) as { data_size: number; encoded_size?: number; compression?: unknown };
  const encoded = pick(raster, side, meta.encoded_size ?? meta.data_size);
  return { chunks, json, data: meta.compression ? unzlibSync(encoded) : encoded, raster, side };
}

/** What a refusal says; anything but a refusal of the right kind, with a hint, fails. */
export async function refusal(act: Promise<unknown>, code = 'CARTRIDGE_INVALID'): Promise<string> {
  try {
    await act;
  } catch (e) {
    if (e instanceof GpuvisorError && e.code === code && e.hint !== '') return e.message;
    throw e;
  }
  throw new Error('it was accepted');
}

/** Noise that is the same every time. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, length >> 2);
  let s = seed >>> 0 || 1;
  const next = (): number => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return s;
  };
  for (let i = 0; i < words.length; i++) words[i] = next();
  for (let i = length & ~3; i < length; i++) bytes[i] = next();
  return bytes;
}
