// PixelRTS cartridges: `.rts.png` files that are a picture and a disk (docs/cartridge.md).
export { MAX_CONTENT_BYTES, sideFor } from './limits.js';
export { hilbertPoint } from './hilbert.js';
export { looksLike } from './looks-like.js';
export type { PaceOptions } from '../machine/pace.js';
export { type CartridgeContents, type CartridgeSegment, packCartridge } from './pack.js';
export { type Cartridge, type ReadOptions, inspectCartridge, readCartridge } from './read.js';
export type { CartridgeMeta } from './metadata.js';
export type { SegmentForm, SegmentMeta } from './segments.js';
export * from './settings.js';
export * from './boot.js';
export * from './fetch.js';
export * from './segment-map.js';
