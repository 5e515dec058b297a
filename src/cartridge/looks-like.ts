// What a file looks like from its first bytes, in words for a message.

import { isElf } from '../machine/elf.js';
import { isImage } from '../machine/image.js';

const starts = (file: Uint8Array, at: number, ...bytes: number[]): boolean => bytes.every((b, i) => file[at + i] === b);
const startsText = (file: Uint8Array, text: string): boolean => starts(file, 0, ...Array.from(text, (c) => c.charCodeAt(0)));

/** True when the bytes begin like a flattened device tree. */
export const isDeviceTree = (file: Uint8Array): boolean => starts(file, 0, 0xd0, 0x0d, 0xfe, 0xed);

/** A name for the kind of file, with its article. */
export function looksLike(file: Uint8Array): string {
  if (file.length === 0) return 'an empty file';
  if (starts(file, 0, 0x89, 0x50, 0x4e, 0x47)) {
    return starts(file, 4, 0x0d, 0x0a, 0x1a, 0x0a) ? 'a PNG picture' : 'a PNG picture whose line ends were changed on the way';
  }
  if (isElf(file)) return 'an ELF file';
  if (isImage(file)) return 'a RISC-V Linux Image';
  if (startsText(file, '07070')) return 'a cpio archive (an initramfs)';
  if (startsText(file, 'GPVSNAP\n')) return 'a snapshot of gpuvisor';
  if (file.length > 1082 && starts(file, 1080, 0x53, 0xef)) return 'an ext2/3/4 disk image';
  if (isDeviceTree(file)) return 'a device tree blob';
  if (starts(file, 0, 0x1f, 0x8b)) return 'a file compressed with gzip';
  if (starts(file, 0, 0x28, 0xb5, 0x2f, 0xfd)) return 'a file compressed with zstd';
  if (starts(file, 0, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return 'a file compressed with xz';
  if (startsText(file, 'BZh')) return 'a file compressed with bzip2';
  if (starts(file, 0, 0x50, 0x4b, 3, 4)) return 'a zip archive';
  if (starts(file, 0, 0xff, 0xd8, 0xff)) return 'a JPEG picture';
  if (startsText(file, 'GIF8')) return 'a GIF picture';
  if (startsText(file, 'RIFF') && starts(file, 8, 0x57, 0x45, 0x42, 0x50)) return 'a WebP picture';
  const head = Array.from(file.subarray(0, 512));
  if (head.every((b) => (b >= 32 && b < 127) || b === 9 || b === 10 || b === 13)) {
    const text = String.fromCharCode(...head)
      .trimStart()
      .toLowerCase();
    if (text.startsWith('<!doctype html') || text.startsWith('<html')) return 'an HTML page';
    return text.startsWith('{') || text.startsWith('[') ? 'JSON text' : 'a text file';
  }
  return 'a file of an unknown kind';
}
