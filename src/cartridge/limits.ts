// How large a cartridge may be, and the side of the picture that holds so many bytes.

/** The most content a cartridge takes, and a reader accepts unless told otherwise: 256 MiB, a picture of 8192 x 8192. */
export const MAX_CONTENT_BYTES = 256 << 20;
/** The most segments. */
export const MAX_SEGMENTS = 256;
/** The longest metadata, bytes. */
export const MAX_METADATA_BYTES = 256 << 10;
/** The longest name of a cartridge, characters. */
export const MAX_NAME_LENGTH = 256;

/** The side of the picture for `bytes` bytes, pixels: content is counted in 64s, a pixel holds 4, the side is a power of two. */
export function sideFor(bytes: number): number {
  const pixels = (Math.ceil(bytes / 64) * 64) / 4;
  let side = 1;
  while (side * side < pixels) side *= 2;
  return side;
}
