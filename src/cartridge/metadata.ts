// The metadata of a cartridge: what its PixelRTS chunk says, read with every field checked, and written in the original's order.

import { invalid, quoted } from './invalid.js';
import { isCount, isObject, parseJson } from './json.js';
import { MAX_CONTENT_BYTES, MAX_NAME_LENGTH } from './limits.js';
import { type SegmentMeta, isHash, readSegments } from './segments.js';

/** What a cartridge says about itself. */
export interface CartridgeMeta {
  readonly format: 'PixelRTS-2.0';
  readonly name: string;
  /** `kernel`, `disk`, `program` or `data`; other writers have other words. */
  readonly type: string;
  readonly contentVersion: string;
  /** Side of the picture, pixels. */
  readonly side: number;
  /** Bytes of the content, and its SHA-256 as 64 hex digits. */
  readonly dataSize: number;
  readonly dataHash: string;
  /** Bytes in the pixels. */
  readonly encodedSize: number;
  /** Whether the pixels hold the content deflated. */
  readonly compressed: boolean;
  /** In the order of their places. */
  readonly segments: readonly SegmentMeta[];
}

const FORMAT = 'PixelRTS-2.0';
const MAPPING = 'Hilbert space-filling curve';
const REPACK = 'pack the contents anew with `gpuvisor cartridge pack`';

/**
 * Reads the metadata of a picture of side `side`.
 * @param maxBytes the most content that is accepted
 * @throws GpuvisorError CARTRIDGE_INVALID
 */
export function readMetadata(text: Uint8Array, side: number, maxBytes = MAX_CONTENT_BYTES): CartridgeMeta {
  if (text.some((b) => b > 0x7f)) throw invalid('its metadata has bytes beyond ASCII');
  const parsed = parseJson(new TextDecoder().decode(text));
  if (typeof parsed === 'string') throw invalid(`its metadata cannot be read: ${parsed}`);
  const m = parsed.value;
  if (!isObject(m)) throw invalid('its metadata is no object');
  checkFormat(m, side);
  const dataSize = m['data_size'];
  const dataHash = m['data_hash'];
  if (!isCount(dataSize)) throw invalid(`its data_size is ${quoted(dataSize)}; it takes a whole number`);
  if (dataSize > maxBytes) throw invalid(`its content has ${dataSize} bytes; at most ${maxBytes} are accepted here`);
  if (!isHash(dataHash)) throw invalid(`its data_hash is ${quoted(dataHash)}; it takes 64 hexadecimal digits`);
  const { compressed, encodedSize } = readCompression(m, dataSize);
  const capacity = 4 * side * side;
  if (encodedSize > capacity) throw invalid(`it speaks of ${encodedSize} bytes in its pixels, which hold ${capacity}`);
  const type = label(m, 'type', 'data');
  return {
    format: FORMAT,
    name: label(m, 'name', ''),
    type,
    contentVersion: label(m, 'content_version', ''),
    side,
    dataSize,
    dataHash: dataHash.toLowerCase(),
    encodedSize,
    compressed,
    segments: readSegments(m, dataSize, type),
  };
}

function checkFormat(m: Record<string, unknown>, side: number): void {
  const { format, format_version: version, encoding, encoding_mode: mode, grid_size: grid } = m;
  if (format !== FORMAT || (version !== undefined && version !== 2)) {
    throw invalid(`its format is ${quoted(format)}, version ${quoted(version)}; only ${FORMAT}, version 2, is read`, REPACK);
  }
  if (encoding !== undefined) {
    if (!isObject(encoding)) throw invalid(`its encoding is ${quoted(encoding)}; it takes an object`);
    const { type, bytes_per_pixel: bytes, mapping } = encoding;
    if (mapping !== undefined && mapping !== MAPPING) {
      throw invalid(`its pixels are mapped as ${quoted(mapping)}; only "${MAPPING}" is read, not row-major pictures`, REPACK);
    }
    if ((type !== undefined && type !== 'RGBA-dense') || (bytes !== undefined && bytes !== 4)) {
      throw invalid(`its encoding is ${quoted(type)} with ${quoted(bytes)} bytes a pixel; only RGBA-dense with 4 is read`, REPACK);
    }
  }
  if (mode !== undefined && mode !== 'RGBA-dense') throw invalid(`its encoding mode is ${quoted(mode)}; only RGBA-dense is read`, REPACK);
  if (grid !== undefined && grid !== side) throw invalid(`it speaks of a side of ${quoted(grid)}; its picture has ${side}`);
}

function readCompression(m: Record<string, unknown>, dataSize: number): { compressed: boolean; encodedSize: number } {
  const { compression, encoded_size: encoded } = m;
  if (encoded !== undefined && !isCount(encoded)) throw invalid(`its encoded_size is ${quoted(encoded)}; it takes a whole number`);
  if (compression === undefined || compression === null) {
    const encodedSize = encoded ?? dataSize;
    if (encodedSize < dataSize) throw invalid(`it holds ${encodedSize} bytes and speaks of ${dataSize}, not compressed`);
    return { compressed: false, encodedSize };
  }
  if (!isObject(compression)) throw invalid(`its compression is ${quoted(compression)}; it takes an object`);
  const { type, original_size: original, compressed_size: size } = compression;
  if (type !== 'zlib') throw invalid(`it is compressed with ${quoted(type)}; only zlib is read`, REPACK);
  if (original !== undefined && original !== dataSize) {
    throw invalid(`its content has ${dataSize} bytes by its data_size and ${quoted(original)} by its compression`);
  }
  if (size !== undefined && !isCount(size)) throw invalid(`its compressed size is ${quoted(size)}; it takes a whole number`);
  if (size !== undefined && encoded !== undefined && size !== encoded) {
    throw invalid(`its pixels hold ${encoded} bytes by its encoded_size and ${size} by its compression`);
  }
  return { compressed: true, encodedSize: encoded ?? size ?? dataSize };
}

function label(m: Record<string, unknown>, key: string, otherwise: string): string {
  const value = m[key] ?? otherwise;
  if (typeof value !== 'string' || value.length > MAX_NAME_LENGTH) {
    throw invalid(`its ${key} is ${quoted(value)}; it takes text of at most ${MAX_NAME_LENGTH} characters`);
  }
  return value;
}

/** The level that the deflater works at. */
export const DEFLATE_LEVEL = 6;

/** The metadata as compact ASCII JSON, keys in the order of the original's writer. */
export function writeMetadata(meta: CartridgeMeta): Uint8Array {
  const entries = Object.fromEntries(
    meta.segments.map(({ name, type, start, end, sha256 }) => [name, { start, end, offset: start, size: end - start, sha256, type }]),
  );
  const json = JSON.stringify({
    format: meta.format,
    format_version: 2,
    grid_size: meta.side,
    encoding: { type: 'RGBA-dense', bytes_per_pixel: 4, mapping: MAPPING },
    offsets: entries,
    hashes: Object.fromEntries(meta.segments.map(({ name, sha256 }) => [name, sha256])),
    encoding_mode: 'RGBA-dense',
    type: meta.type,
    name: meta.name,
    content_version: meta.contentVersion,
    segments: entries,
    data_hash: meta.dataHash,
    data_size: meta.dataSize,
    ...(meta.compressed && {
      compression: {
        type: 'zlib',
        level: DEFLATE_LEVEL,
        original_size: meta.dataSize,
        compressed_size: meta.encodedSize,
        ratio: Number((meta.encodedSize / meta.dataSize).toFixed(4)),
      },
      encoded_size: meta.encodedSize,
    }),
  });
  const ascii = json.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new TextEncoder().encode(ascii);
}
