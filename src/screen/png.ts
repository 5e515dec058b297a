// Pictures as PNG files (W3C PNG, third edition): indexed with as few bits a pixel as the colours need, or 8-bit RGB when there are more than 256.

import { convertIndexedToRgb, decode, encode } from 'fast-png';
import { GpuvisorError } from '../isa/errors.js';
import { type Picture, words } from './picture.js';

/** Pixels of the largest picture that is decoded. */
const MAX_PIXELS = 1 << 24;
/** Levels of the deflate stream. Packed pixels are few bytes, so a high level costs little there; at a byte a pixel it costs three times the time. */
const PACKED_LEVEL = 8;
const WHOLE_LEVEL = 6;

/** The picture as a PNG file, pixel for pixel. */
export function encodePicture(p: Picture): Uint8Array {
  const indexed = indexColours(p);
  return indexed ? encodeIndexed(p, indexed) : encodeRgb(p);
}

/** A palette (0x00BBGGRR) and the index of each pixel in it. */
export interface IndexedColours {
  readonly palette: readonly number[];
  readonly indices: Uint8Array;
}

/** The palette of a picture and its pixels as indices; undefined when it has more than 256 colours. */
export function indexColours(p: Picture): IndexedColours | undefined {
  const pixels = words(p);
  const indices = new Uint8Array(pixels.length);
  const seen = new Map<number, number>();
  const palette: number[] = [];
  let last = -1;
  let index = 0;
  for (let i = 0; i < pixels.length; i++) {
    const colour = pixels[i]! & 0xffffff;
    // Most pixels are as their left neighbour is.
    if (colour !== last) {
      const known = seen.get(colour);
      if (known === undefined) {
        if (palette.length === 256) return undefined;
        seen.set(colour, palette.length);
        index = palette.push(colour) - 1;
      } else index = known;
      last = colour;
    }
    indices[i] = index;
  }
  return { palette, indices };
}

function encodeIndexed(p: Picture, { palette, indices }: IndexedColours): Uint8Array {
  const depth = palette.length <= 2 ? 1 : palette.length <= 4 ? 2 : palette.length <= 16 ? 4 : 8;
  return encode(
    {
      width: p.width,
      height: p.height,
      depth,
      channels: 1,
      palette: palette.map((c) => [c & 0xff, (c >> 8) & 0xff, c >> 16]),
      data: depth === 8 ? indices : packed(indices, p.width, p.height, depth),
    },
    { zlib: { level: depth === 8 ? WHOLE_LEVEL : PACKED_LEVEL } },
  );
}

/** Indices packed `8 / depth` to a byte, the leftmost in the high bits; each row starts a byte (section 7.2). */
function packed(indices: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const each = 8 / depth;
  const stride = Math.ceil(width / each);
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      out[y * stride + Math.floor(x / each)]! |= indices[y * width + x]! << (8 - depth * ((x % each) + 1));
    }
  }
  return out;
}

function encodeRgb(p: Picture): Uint8Array {
  const data = new Uint8Array(p.width * p.height * 3);
  for (let i = 0, j = 0; i < p.rgba.length; i += 4) {
    data[j++] = p.rgba[i]!;
    data[j++] = p.rgba[i + 1]!;
    data[j++] = p.rgba[i + 2]!;
  }
  return encode({ width: p.width, height: p.height, depth: 8, channels: 3, data }, { zlib: { level: WHOLE_LEVEL } });
}

/**
 * The picture in a PNG file of 1, 2, 4 or 8 bits a sample; alpha is dropped. For files of our own making: what an inflated stranger's file may cost is not bounded here.
 * @throws GpuvisorError BAD_ARGUMENT when it is no such file or has more than 2^24 pixels
 */
export function decodePicture(png: Uint8Array): Picture {
  const size = pngSize(png);
  if (size.width * size.height > MAX_PIXELS || size.width === 0 || size.height === 0) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `a picture of ${size.width}x${size.height}; at most ${MAX_PIXELS} pixels are read`,
      'make it smaller',
    );
  }
  try {
    const image = decode(png, { checkCrc: true });
    if (image.depth === 16 || (image.depth < 8 && !image.palette)) throw new Error(`samples of ${image.depth} bits`);
    const samples = image.palette ? convertIndexedToRgb(image) : image.data;
    const channels = image.palette ? image.palette[0]!.length : image.channels;
    const rgba = new Uint8Array(image.width * image.height * 4);
    for (let i = 0, j = 0; i < rgba.length; i += 4, j += channels) {
      rgba[i] = samples[j]!;
      rgba[i + 1] = samples[channels < 3 ? j : j + 1]!;
      rgba[i + 2] = samples[channels < 3 ? j : j + 2]!;
      rgba[i + 3] = 255;
    }
    return { width: image.width, height: image.height, rgba };
  } catch (cause) {
    throw new GpuvisorError('BAD_ARGUMENT', `this PNG file cannot be read: ${(cause as Error).message}`, 'give a whole PNG file', {
      cause,
    });
  }
}

/** Width and height from the header of a PNG file. @throws GpuvisorError BAD_ARGUMENT when it is none */
export function pngSize(png: Uint8Array): { width: number; height: number } {
  const magic = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
  if (png.length < 33 || magic.some((byte, i) => png[i] !== byte)) {
    throw new GpuvisorError('BAD_ARGUMENT', `these ${png.length} bytes are no PNG file`, 'give a whole PNG file');
  }
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
