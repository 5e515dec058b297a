// Packing: segments one behind the other, deflated when that helps, along the Hilbert curve, as a PNG.

import { GpuvisorError } from '../isa/errors.js';
import { sha256 } from '../machine/sha256.js';
import { deflate, join } from './deflate.js';
import { scatter } from './hilbert.js';
import { quoted } from './invalid.js';
import { MAX_CONTENT_BYTES, MAX_NAME_LENGTH, MAX_SEGMENTS, sideFor } from './limits.js';
import { type CartridgeMeta, DEFLATE_LEVEL, writeMetadata } from './metadata.js';
import { Pace, type PaceOptions } from '../machine/pace.js';
import { SEGMENT_NAME, type SegmentMeta } from './segments.js';
import { writePng } from './write-png.js';

/** A part of a cartridge. */
export interface CartridgeSegment {
  /** A letter, then letters, digits, dots, dashes and underscores; at most 64. */
  readonly name: string;
  /** What it is; usually its name again. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What goes into a cartridge. */
export interface CartridgeContents {
  /** At most MAX_NAME_LENGTH characters. */
  readonly name: string;
  readonly type: 'kernel' | 'disk' | 'program' | 'data';
  /** Version of the contents, free text. */
  readonly contentVersion?: string;
  readonly segments: readonly CartridgeSegment[];
  /** Whether to deflate the contents where that makes them smaller; true unless told otherwise. */
  readonly compress?: boolean;
}

/**
 * Packs a cartridge. The same contents give the same file everywhere.
 * @throws GpuvisorError BAD_ARGUMENT (names, types), TOO_LARGE (more than MAX_CONTENT_BYTES), ABORTED
 */
export async function packCartridge(contents: CartridgeContents, options: PaceOptions = {}): Promise<Uint8Array> {
  checkContents(contents);
  const size = contents.segments.reduce((sum, s) => sum + s.bytes.length, 0);
  if (size > MAX_CONTENT_BYTES) {
    throw new GpuvisorError(
      'TOO_LARGE',
      `the segments have ${size} bytes; a cartridge takes ${MAX_CONTENT_BYTES}`,
      'put the disk into a cartridge of its own, or make it smaller',
    );
  }
  // Deflating, laying out and writing, each as long as the content; what the picture has more or less is left out of the count.
  const pace = new Pace(Math.max(1, 3 * size), 'packing the cartridge', options);
  const segments: SegmentMeta[] = [];
  let at = 0;
  // Hashes are of this copy: what the caller does with the segments meanwhile changes nothing.
  const data = join(contents.segments.map((s) => s.bytes));
  for (const { name, type, bytes } of contents.segments) {
    const end = at + bytes.length;
    segments.push({ name, type, start: at, end, sha256: await sha256(data.subarray(at, end)), form: 'start,end' });
    at = end;
    pace.check();
  }
  const dataHash = await sha256(data);
  const deflated = contents.compress === false || size === 0 ? undefined : await deflate([data], DEFLATE_LEVEL, pace);
  const deflatedSize = deflated?.reduce((sum, p) => sum + p.length, 0) ?? Infinity;
  const compressed = deflatedSize < size;
  const encodedSize = compressed ? deflatedSize : size;
  const side = sideFor(encodedSize);
  const line = join(compressed ? deflated! : [data], Math.ceil(encodedSize / 4) * 4);
  const raster = await scatter(new Uint32Array(line.buffer), side, pace);
  const meta: CartridgeMeta = {
    format: 'PixelRTS-2.0',
    name: contents.name,
    type: contents.type,
    contentVersion: contents.contentVersion ?? '',
    side,
    dataSize: size,
    dataHash,
    encodedSize,
    compressed,
    segments,
  };
  // What cannot be made smaller leaves only the unused pixels to deflate, which the quickest level does as well.
  const level = deflated ? 1 : DEFLATE_LEVEL;
  const png = await writePng(new Uint8Array(raster.buffer), side, writeMetadata(meta), level, pace);
  pace.finish();
  return png;
}

function checkContents({ name, type, contentVersion, segments }: CartridgeContents): void {
  const bad = (message: string): GpuvisorError =>
    new GpuvisorError('BAD_ARGUMENT', message, 'segments are called kernel, initramfs, disk, boot, or a name of yours');
  if (typeof name !== 'string' || name.length > MAX_NAME_LENGTH)
    throw bad(`the name is ${quoted(name)}; it has at most ${MAX_NAME_LENGTH} characters`);
  if (!['kernel', 'disk', 'program', 'data'].includes(type))
    throw bad(`the type is ${quoted(type)}; there are kernel, disk, program and data`);
  if (contentVersion !== undefined && contentVersion.length > MAX_NAME_LENGTH) {
    throw bad(`the content version is ${quoted(contentVersion)}; it has at most ${MAX_NAME_LENGTH} characters`);
  }
  if (segments.length > MAX_SEGMENTS) throw bad(`there are ${segments.length} segments; a cartridge takes ${MAX_SEGMENTS}`);
  const names = new Set<string>();
  for (const s of segments) {
    if (!SEGMENT_NAME.test(s.name)) {
      throw bad(`a segment is called ${quoted(s.name)}; a name begins with a letter and has letters, digits, dots, dashes and underscores`);
    }
    if (names.has(s.name)) throw bad(`two segments are called ${s.name}`);
    names.add(s.name);
    if (typeof s.type !== 'string' || s.type.length > 64)
      throw bad(`segment ${s.name} has the type ${quoted(s.type)}; it has at most 64 characters`);
  }
}
