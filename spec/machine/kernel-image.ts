// A file with the header of a Linux Image and code that powers off, for tests that need no Linux.

/** `size` bytes in memory; the file is `code` behind the 64-byte header, which jumps to it. */
export function kernelImage(code: Uint8Array, size: number, textOffset = 0x400000): Uint8Array {
  const file = new Uint8Array(64 + code.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x0400006f, true); // j 64
  view.setUint32(8, textOffset, true);
  view.setUint32(16, size, true);
  view.setUint32(32, 2, true);
  view.setUint32(56, 0x05435352, true);
  file.set(code, 64);
  return file;
}
