// What a guest left in /shared, as files of the host. Names come from the guest and are hostile: none leads out of the folder, and nothing that is there is replaced.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuvisorError } from '../isa/errors.js';
import type { SharedFolder } from '../machine/virtio/nine/index.js';

/**
 * Makes sure that the folder is there and empty, so that nothing in it, a link above all, can lead what is written elsewhere.
 * @throws GpuvisorError BAD_ARGUMENT, FILE_NOT_FOUND
 */
export async function prepareFolder(option: string, folder: string): Promise<void> {
  let names: string[];
  try {
    await mkdir(folder, { recursive: true });
    names = await readdir(folder);
  } catch (cause) {
    throw new GpuvisorError(
      'FILE_NOT_FOUND',
      `${option} ${folder}: it cannot be made (${(cause as Error).message})`,
      'choose another folder',
      {
        cause,
      },
    );
  }
  if (names.length > 0) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `${option} ${folder} has ${names.length} files in it; it takes a new or empty folder`,
      'choose another folder',
    );
  }
}

/** Characters that separate, command or hide somewhere, and a percent sign, which stands for one of them. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}%/\\:*?"<>|]|^\.+$|^ |[ .]$/gu;

/** A name that is a plain file name on every system; each unsafe character becomes its UTF-8 bytes as `%xx`. */
export function safeName(name: string): string {
  const escape = (c: string): string => Array.from(new TextEncoder().encode(c), (b) => `%${b.toString(16).padStart(2, '0')}`).join('');
  return name.replace(UNSAFE, escape);
}

/** Writes all files below /shared into `folder`, which `prepareFolder` has prepared. Returns their number and bytes. @throws GpuvisorError FILE_NOT_FOUND */
export async function writeShared(share: SharedFolder, folder: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  for (const entry of share.list()) {
    const names = entry.path.split('/').slice(2).map(safeName);
    const place = join(folder, ...names);
    try {
      if (entry.kind === 'folder') await mkdir(place, { recursive: true });
      else {
        const contents = share.read(entry.path);
        await mkdir(join(folder, ...names.slice(0, -1)), { recursive: true });
        await writeFile(place, contents, { flag: 'wx' });
        files++;
        bytes += contents.length;
      }
    } catch (cause) {
      if (cause instanceof GpuvisorError) throw cause;
      throw new GpuvisorError('FILE_NOT_FOUND', `${place} cannot be written: ${(cause as Error).message}`, 'choose another folder', {
        cause,
      });
    }
  }
  return { files, bytes };
}
