// Reading a cartridge: from hostile bytes to segments whose every hash was verified, or to a reason.

import { sha256 } from '../machine/sha256.js';
import { gather } from './hilbert.js';
import { inflateTo } from './inflate.js';
import { invalid } from './invalid.js';
import { MAX_CONTENT_BYTES, sideFor } from './limits.js';
import { type CartridgeMeta, readMetadata } from './metadata.js';
import { Pace, type PaceOptions } from '../machine/pace.js';
import type { CartridgeSegment } from './pack.js';
import { unshared } from './unshared.js';
import { type PngLayout, readChunks } from './png-chunks.js';
import { dataLength, readRaster } from './raster.js';

/** A cartridge that was read. */
export interface Cartridge {
  readonly meta: CartridgeMeta;
  /** By name, in the order of their places. Their bytes are views of one buffer: copy what is to be changed or transferred. */
  readonly segments: ReadonlyMap<string, CartridgeSegment>;
}

export interface ReadOptions extends PaceOptions {
  /** The most content to accept, bytes; MAX_CONTENT_BYTES unless told otherwise. */
  readonly maxBytes?: number;
}

/**
 * What a cartridge says about itself. Its pixels are not looked at: only `readCartridge` shows whether it is whole.
 * @throws GpuvisorError CARTRIDGE_INVALID
 */
export async function inspectCartridge(png: Uint8Array, maxBytes = MAX_CONTENT_BYTES): Promise<CartridgeMeta> {
  return open(png, maxBytes).meta;
}

function open(file: Uint8Array, maxBytes: number): { layout: PngLayout; meta: CartridgeMeta } {
  const most = Math.min(maxBytes, MAX_CONTENT_BYTES);
  const layout = readChunks(unshared(file), sideFor(most));
  return { layout, meta: readMetadata(layout.metadata, layout.side, most) };
}

/**
 * Reads a cartridge and verifies all its hashes.
 * @throws GpuvisorError CARTRIDGE_INVALID with the reason, ABORTED
 */
export async function readCartridge(png: Uint8Array, options: ReadOptions = {}): Promise<Cartridge> {
  const { layout, meta } = open(png, options.maxBytes ?? MAX_CONTENT_BYTES);
  const { encodedSize, dataSize, compressed } = meta;
  const pace = new Pace(dataLength(layout) + encodedSize * (compressed ? 2 : 1) + 1, 'reading the cartridge', options);
  const raster = await readRaster(layout, pace);
  const line = await gather(new Uint32Array(raster.buffer), meta.side, Math.ceil(encodedSize / 4), pace);
  const encoded = new Uint8Array(line.buffer, 0, encodedSize);
  const data = compressed ? await unpack(encoded, dataSize, pace) : encoded.subarray(0, dataSize);
  if ((await sha256(data)) !== meta.dataHash) throw invalid('its content does not match its hash: it is damaged');
  pace.check();
  const segments = new Map<string, CartridgeSegment>();
  for (const { name, type, start, end, sha256: hash } of meta.segments) {
    const bytes = data.subarray(start, end);
    if (hash !== undefined && (await sha256(bytes)) !== hash) throw invalid(`its segment ${name} does not match its hash`);
    pace.check();
    segments.set(name, { name, type, bytes });
  }
  pace.finish();
  return { meta, segments };
}

async function unpack(encoded: Uint8Array, size: number, pace: Pace): Promise<Uint8Array> {
  const data = new Uint8Array(size);
  let at = 0;
  const take = (chunk: Uint8Array): void => {
    data.set(chunk, at);
    at += chunk.length;
  };
  const wrong = await inflateTo([encoded], size, take, pace);
  if (wrong !== undefined) throw invalid(`its content is damaged: ${wrong}`);
  return data;
}
