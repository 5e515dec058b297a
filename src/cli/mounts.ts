// `--mount SOURCE:PATH[:rw]`: files of the host at paths in the guest.

import { GpuvisorError } from '../isa/errors.js';
import { DEFAULT_CAPACITY, type MountFile, SharedFolder } from '../machine/virtio/nine/index.js';
import { readSource } from './source.js';

/** One `--mount`, taken apart. */
export interface MountArgument {
  /** A file or a URL. */
  readonly source: string;
  /** Absolute, in the guest. */
  readonly path: string;
  readonly writable: boolean;
}

/** Bytes that all mounts together may have. */
const MAX_MOUNT_BYTES = 64 << 20;

/** Takes `SOURCE:PATH[:rw|:ro]` apart: the path begins at the last `:/`. @throws GpuvisorError MOUNT_INVALID */
export function parseMount(text: string): MountArgument {
  const mode = /:(rw|ro)$/.exec(text);
  const rest = mode ? text.slice(0, mode.index) : text;
  const at = rest.lastIndexOf(':/');
  const [source, path] = [rest.slice(0, at), rest.slice(at + 1)];
  // In https://host/file the only `:/` is that of the address.
  if (at <= 0 || path.startsWith('//')) {
    throw new GpuvisorError(
      'MOUNT_INVALID',
      `--mount ${text}: it names no path in the guest`,
      'for example --mount input.csv:/data/input.csv, or --mount https://example.com/a.txt:/data/a.txt:rw',
    );
  }
  return { source, path, writable: mode?.[1] === 'rw' };
}

/** For commander: collects every `--mount`. */
export const collectMounts = (text: string, before: readonly MountArgument[] = []): MountArgument[] => [...before, parseMount(text)];

/** Reads the mounts and says what each of them is. @throws GpuvisorError MOUNT_INVALID, FILE_NOT_FOUND, FETCH_FAILED, TOO_LARGE */
export async function readMounts(mounts: readonly MountArgument[], say: (line: string) => void): Promise<SharedFolder> {
  const files: MountFile[] = [];
  let left = MAX_MOUNT_BYTES;
  for (const { source, path, writable } of mounts) {
    const bytes = await readSource('mount', source, left);
    left -= bytes.length;
    files.push({ path, bytes, writable });
  }
  // The guest has as much room for files of its own as without mounts.
  const share = new SharedFolder({ mounts: files, capacity: MAX_MOUNT_BYTES - left + DEFAULT_CAPACITY });
  for (const [i, { path, size, sha256, writable }] of (await share.mounts()).entries()) {
    say(
      `mount ${path} = ${mounts[i]!.source}, ${size.toLocaleString('en-US')} bytes, SHA-256 ${sha256}, ${writable ? 'writable' : 'read-only'}`,
    );
  }
  return share;
}
