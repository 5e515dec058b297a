// What a person names on the command line: a file, or an http(s) URL.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Cartridge, MAX_CONTENT_BYTES, fetchBytes, isHttpUrl, looksLike, readCartridge } from '../cartridge/index.js';
import { GpuvisorError } from '../isa/errors.js';
import { readInput } from './files.js';
import { slowProgress } from './progress.js';

/** A cartridge full of noise is larger than its content: rows, metadata, checksums. */
export const MAX_FILE_BYTES = MAX_CONTENT_BYTES + (16 << 20);
/** A download may take this long, ms. */
const DOWNLOAD_MS = 600_000;

/**
 * The bytes of a file or at a URL; a download shows how far it is. Ctrl-C ends the process, as everywhere.
 * @throws GpuvisorError FILE_NOT_FOUND, FETCH_FAILED, TOO_LARGE
 */
export async function readSource(what: string, place: string, maxBytes = MAX_FILE_BYTES): Promise<Uint8Array> {
  if (!isHttpUrl(place)) return readBounded(what, place, maxBytes);
  const { progress, end } = slowProgress(`fetching ${place}`);
  try {
    return await fetchBytes(place, { maxBytes, timeoutMs: DOWNLOAD_MS, progress });
  } finally {
    end();
  }
}

/** Text from a stranger without what would steer a terminal. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '');

async function readBounded(what: string, path: string, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (bytes: string): GpuvisorError =>
    new GpuvisorError('TOO_LARGE', `${what} ${path} has ${bytes} bytes; at most ${maxBytes} are read`, 'use a smaller file');
  const info = await stat(path).catch(() => undefined);
  if (info === undefined || info.isFile() || info.isDirectory()) {
    if (info && info.size > maxBytes) throw tooLarge(String(info.size));
    return readInput(what, path);
  }
  // A pipe or a device does not say how much it has.
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(`more than ${maxBytes}`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** What to do with a file that is no cartridge where one was wanted. */
const INSTEAD: readonly [RegExp, string][] = [
  [/Linux Image/, '`gpuvisor boot --kernel FILE` boots it, `gpuvisor cartridge pack --kernel FILE out.rts.png` makes a cartridge of it'],
  [/ELF/, '`gpuvisor run FILE` runs it, `gpuvisor cartridge pack --program FILE out.rts.png` makes a cartridge of it'],
  [/cpio/, 'it goes beside a kernel: `gpuvisor boot --kernel IMAGE --initramfs FILE`'],
  [/disk image/, 'it goes beside a kernel: `gpuvisor boot --disk FILE`'],
  [/snapshot/, '`gpuvisor boot --load FILE` goes on from it'],
  [/device tree/, 'it goes beside a kernel: `gpuvisor cartridge pack --kernel IMAGE --dtb FILE out.rts.png`'],
  [/compressed|zip/, 'unpack it first'],
  [/HTML/, 'the address leads to a page, not to a file: use the address of the file itself'],
];

/** Reads a cartridge. @throws GpuvisorError CARTRIDGE_INVALID; its hint says what to do with a file of another kind */
export async function openCartridge(place: string, png: Uint8Array): Promise<Cartridge> {
  const kind = looksLike(png);
  if (!kind.startsWith('a PNG picture')) {
    const [, hint] = INSTEAD.find(([pattern]) => pattern.test(kind)) ?? [undefined, 'a cartridge is a .rts.png file'];
    throw new GpuvisorError('CARTRIDGE_INVALID', `${place} is no cartridge, but ${kind}`, hint);
  }
  const { progress, end } = slowProgress(`reading ${place}`);
  try {
    return await readCartridge(png, { progress });
  } finally {
    end();
  }
}
