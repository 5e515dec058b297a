// Files named on the command line: read whole, or opened as a disk.

import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { GpuvisorError } from '../isa/errors.js';
import type { DiskImage } from '../machine/virtio/disk.js';

function unreadable(what: string, path: string, cause: unknown): GpuvisorError {
  const code = (cause as NodeJS.ErrnoException).code;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a folder'
        : code === 'EACCES'
          ? 'it may not be accessed'
          : String(cause);
  return new GpuvisorError('FILE_NOT_FOUND', `${what} ${path}: ${why}`, 'check the path', { cause });
}

/** The bytes of a file. @throws GpuvisorError FILE_NOT_FOUND */
export async function readInput(what: string, path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (e) {
    throw unreadable(what, path, e);
  }
}

/** The first bytes of a file, enough to know it by. @throws GpuvisorError FILE_NOT_FOUND */
export async function readStart(what: string, path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(2048), 0, 2048, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (e) {
    throw unreadable(what, path, e);
  }
}

/** Writes a file. @throws GpuvisorError FILE_NOT_FOUND */
export async function writeOutput(what: string, path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (e) {
    throw unreadable(what, path, e);
  }
}

/** Writes a file that is not there yet. @throws GpuvisorError FILE_NOT_FOUND */
export async function writeNew(what: string, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (e) {
    throw unreadable(what, path, e);
  }
}

/** A disk image in a file. */
export interface FileDisk extends DiskImage {
  /** False when the file can only be read: then writes last as long as the machine. */
  readonly writable: boolean;
  close(): Promise<void>;
}

/** Opens a disk image; `keep` asks for one that keeps what the guest writes. @throws GpuvisorError FILE_NOT_FOUND */
export async function openDisk(path: string, keep: boolean): Promise<FileDisk> {
  let handle: FileHandle;
  let writable = keep;
  try {
    handle = await open(path, keep ? 'r+' : 'r').catch((e: NodeJS.ErrnoException) => {
      if (!keep || (e.code !== 'EACCES' && e.code !== 'EROFS')) throw e;
      writable = false;
      return open(path, 'r');
    });
  } catch (e) {
    throw unreadable('disk', path, e);
  }
  const { size } = await handle.stat();
  const disk: FileDisk = {
    size,
    writable,
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length;) {
        const { bytesRead } = await handle.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0)
          throw new GpuvisorError('DISK_INVALID', `${path} became shorter while it was in use`, 'copy it before using it');
        at += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
  if (writable) {
    disk.write = async (offset, bytes) => {
      await handle.write(bytes, 0, bytes.length, offset);
    };
  }
  return disk;
}
