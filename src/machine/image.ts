// The header of a RISC-V Linux `Image` (Documentation/arch/riscv/boot-image-header.rst of the kernel): 64 bytes, little-endian.
// text_offset 8, image_size 16, flags 24, version 32, magic2 "RSC\x05" 56.

import { GpuvisorError } from '../isa/errors.js';

const HEADER = 64;
const MAGIC2 = 0x05435352;

export interface ImageHeader {
  /** Distance from the start of RAM that the kernel wants, bytes. */
  readonly textOffset: number;
  /** Bytes in memory, BSS included. */
  readonly imageSize: number;
}

/** True when the bytes hold the header's magic number. */
export function isImage(file: Uint8Array): boolean {
  return file.length >= HEADER && new DataView(file.buffer, file.byteOffset).getUint32(56, true) === MAGIC2;
}

/** Reads the header. @throws GpuvisorError IMAGE_INVALID */
export function parseImage(file: Uint8Array): ImageHeader {
  const hint = 'pass arch/riscv/boot/Image of an rv32 kernel, uncompressed';
  if (file.length < HEADER)
    throw new GpuvisorError('IMAGE_INVALID', `the kernel has ${file.length} bytes; the header of a Linux Image has ${HEADER}`, hint);
  if (!isImage(file)) {
    const compressed = file[0] === 0x1f && file[1] === 0x8b ? ' (it is compressed with gzip)' : '';
    throw new GpuvisorError('IMAGE_INVALID', `the kernel has no "RSC\\x05" at byte 56: it is no RISC-V Linux Image${compressed}`, hint);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if ((view.getUint32(24, true) & 1) !== 0) throw new GpuvisorError('IMAGE_INVALID', 'the kernel is big-endian', hint);
  if (view.getUint32(12, true) !== 0 || view.getUint32(20, true) !== 0) {
    throw new GpuvisorError('IMAGE_INVALID', 'the kernel header names an offset or size above 4 GiB', hint);
  }
  const textOffset = view.getUint32(8, true);
  const imageSize = view.getUint32(16, true);
  if (imageSize < file.length) {
    throw new GpuvisorError('IMAGE_INVALID', `the header says the kernel takes ${imageSize} bytes, the file has ${file.length}`, hint);
  }
  return { textOffset, imageSize };
}
