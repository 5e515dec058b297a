// The chunks of a PNG file (PNG, section 5), walked with every length, order and CRC checked. Pixel data is only located here.

import { crc32 } from './checksums.js';
import { invalid, quoted } from './invalid.js';
import { MAX_METADATA_BYTES } from './limits.js';
import { looksLike } from './looks-like.js';

export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** The keyword of the metadata chunk, and the magic its text begins with. */
export const KEYWORD = 'PixelRTS';

const MAX_CHUNKS = 1 << 16;

/** What a cartridge's PNG consists of. */
export interface PngLayout {
  /** Side of the picture, pixels; a power of two. */
  readonly side: number;
  /** The metadata, JSON as ASCII bytes. */
  readonly metadata: Uint8Array;
  /** The contents of the IDAT chunks, in order, with their CRCs: to be checked by who reads them. */
  readonly data: readonly { readonly type: Uint8Array; readonly bytes: Uint8Array; readonly crc: number }[];
}

/**
 * Walks the chunks of a file.
 * @param maxSide the largest side that is accepted
 * @throws GpuvisorError CARTRIDGE_INVALID
 */
export function readChunks(file: Uint8Array, maxSide: number): PngLayout {
  if (!startsWith(file, SIGNATURE)) {
    throw invalid(`it is no PNG file, but ${looksLike(file)}`, 'pass a .rts.png file');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let side = 0;
  let metadata: Uint8Array | undefined;
  const data: PngLayout['data'][number][] = [];
  let dataEnded = false;
  for (let at = SIGNATURE.length, count = 0; ; count++) {
    if (count === MAX_CHUNKS) throw invalid(`it has more than ${MAX_CHUNKS} chunks`);
    if (at === file.length) throw invalid('it ends without an IEND chunk: it is cut short');
    if (at + 12 > file.length) throw invalid(`it is cut short: ${file.length - at} bytes are left at ${at}, a chunk has at least 12`);
    const length = view.getUint32(at);
    const typeBytes = file.subarray(at + 4, at + 8);
    const type = String.fromCharCode(...typeBytes);
    if (!/^[A-Za-z]{4}$/.test(type)) throw invalid(`at byte ${at} stands no chunk: its type is ${quoted(type)}`);
    if (length > file.length - at - 12)
      throw invalid(`its ${type} chunk at ${at} of ${length} bytes reaches beyond the file: it is cut short`);
    const bytes = file.subarray(at + 8, at + 8 + length);
    const crc = view.getUint32(at + 8 + length);
    at += 12 + length;
    if (count === 0) {
      if (type !== 'IHDR') throw invalid(`its first chunk is ${type}; a PNG begins with IHDR`);
    } else if (type === 'IHDR') throw invalid('it has two IHDR chunks');
    if (type === 'IDAT') {
      if (dataEnded) throw invalid('its IDAT chunks do not stand together');
      data.push({ type: typeBytes, bytes, crc });
      continue;
    }
    if (data.length > 0) dataEnded = true;
    if (type === 'tEXt' && isMetadata(bytes)) {
      if (metadata) throw invalid(`it has several ${KEYWORD} chunks`);
      if (length > MAX_METADATA_BYTES) throw invalid(`its metadata has ${length} bytes; ${MAX_METADATA_BYTES} are allowed`);
      metadata = bytes;
    } else if (/^[A-Z]/.test(type) && type !== 'IHDR' && type !== 'PLTE' && type !== 'IEND') {
      throw invalid(`it has a chunk ${type}, which nobody may skip and PNG does not know`);
    }
    if (crc32(bytes, crc32(typeBytes)) !== crc) throw invalid(`the CRC of its ${type} chunk is wrong: it is damaged`);
    if (type === 'IHDR') side = readHeader(bytes, maxSide);
    if (type !== 'IEND') continue;
    if (length !== 0) throw invalid(`its IEND chunk has ${length} bytes; it has none`);
    if (at !== file.length) throw invalid(`${file.length - at} bytes follow its end`);
    break;
  }
  if (data.length === 0) throw invalid('it has no pixels (IDAT chunk)');
  if (!metadata) {
    throw invalid(
      `it has no ${KEYWORD} chunk: it is an ordinary picture, or a row-major cartridge of version 1`,
      'only version 2 (PixelRTS-2.0) is read; pack the contents anew with `gpuvisor cartridge pack`',
    );
  }
  return { side, metadata: metadataText(metadata), data };
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((b, i) => bytes[i] === b);
}

/** IHDR (PNG, section 11.2.2): width, height, bit depth, colour type, compression, filter, interlace. The side of the square. */
function readHeader(bytes: Uint8Array, maxSide: number): number {
  if (bytes.length !== 13) throw invalid(`its header has ${bytes.length} bytes; it has 13`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [depth, colour, compression, filter, interlace] = bytes.subarray(8);
  if (width !== height) throw invalid(`its picture is ${width} x ${height}; a cartridge is square`);
  if (width === 0 || Math.log2(width) % 1 !== 0) throw invalid(`its side is ${width}; it must be a power of two`);
  if (width > maxSide) throw invalid(`its side is ${width}; at most ${maxSide} is accepted here`);
  if (depth !== 8) throw invalid(`it has ${depth} bits a channel; a cartridge has 8`);
  if (colour !== 6) throw invalid(`its colour type is ${colour}; a cartridge has 6 (RGBA)`);
  if (compression !== 0 || filter !== 0)
    throw invalid(`its compression and filter methods are ${compression} and ${filter}; PNG has 0 and 0`);
  if (interlace !== 0) throw invalid('it is interlaced; a cartridge is not');
  return width;
}

const KEY = new TextEncoder().encode(`${KEYWORD}\0`);
const MAGIC = new TextEncoder().encode(KEYWORD);

const isMetadata = (text: Uint8Array): boolean => startsWith(text, KEY);

function metadataText(chunk: Uint8Array): Uint8Array {
  const text = chunk.subarray(KEY.length);
  if (!startsWith(text, MAGIC)) throw invalid(`its ${KEYWORD} chunk does not begin with ${KEYWORD} again`);
  return text.subarray(MAGIC.length);
}
