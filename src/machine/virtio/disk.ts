// Disk images: a read-only base, and an overlay that takes the writes (copy on write, clusters of 4 KiB).

import { GpuvisorError } from '../../isa/errors.js';
import { sha256Parts } from '../sha256.js';

export const SECTOR = 512;
const CLUSTER = 4096;
const ZERO_CLUSTER = new Uint8Array(CLUSTER);

/** Where the bytes of a disk come from. */
export interface DiskImage {
  /** Bytes; a multiple of SECTOR. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, both inside the image. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Present when the image can keep what the guest writes. */
  write?(offset: number, bytes: Uint8Array): Promise<void>;
}

/** An image in memory; reads only. */
export function memoryDisk(bytes: Uint8Array): DiskImage {
  return { size: bytes.length, read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)) };
}

/**
 * Checks an image's size, and that an ext2/3/4 file system on it is not cut short (its superblock stands at 1024: blocks at +4, log2 of the block size minus 10 at +24, magic at +56).
 * @throws GpuvisorError DISK_INVALID
 */
export async function checkDisk(image: DiskImage): Promise<void> {
  if (!Number.isSafeInteger(image.size) || image.size < SECTOR || image.size % SECTOR !== 0) {
    throw new GpuvisorError(
      'DISK_INVALID',
      `the disk image has ${image.size} bytes; a disk has a positive multiple of ${SECTOR}`,
      'pad it with `truncate -s %512`',
    );
  }
  if (image.size < 2048) return;
  const bytes = await image.read(1024, 1024);
  const superblock = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (superblock.getUint16(56, true) !== 0xef53) return;
  const log = superblock.getUint32(24, true);
  const blocks = superblock.getUint32(4, true);
  const needed = log <= 6 ? blocks * (1024 << log) : Infinity;
  if (needed > image.size) {
    throw new GpuvisorError(
      'DISK_INVALID',
      `the file system on the disk image wants ${needed} bytes, the image has ${image.size}`,
      'the image is cut short: copy it again, or extend it with `truncate -s`',
    );
  }
}

/** An image with writes kept aside, cluster by cluster. */
export class Overlay {
  readonly #clusters = new Map<number, Uint8Array>();
  /** Clusters written since the last commit. */
  readonly #dirty = new Set<number>();

  constructor(readonly base: DiskImage) {}

  get size(): number {
    return this.base.size;
  }

  /** Bytes from `offset`; the range is inside the disk. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const first = Math.floor(offset / CLUSTER);
    const last = Math.floor((offset + length - 1) / CLUSTER);
    let covered = 0;
    for (let c = first; c <= last; c++) if (this.#clusters.has(c)) covered++;
    const out = covered === last - first + 1 ? new Uint8Array(length) : (await this.base.read(offset, length)).slice();
    if (covered > 0) {
      for (let c = first; c <= last; c++) {
        const cluster = this.#clusters.get(c);
        if (!cluster) continue;
        const from = Math.max(offset, c * CLUSTER);
        const to = Math.min(offset + length, (c + 1) * CLUSTER);
        out.set(cluster.subarray(from - c * CLUSTER, to - c * CLUSTER), from - offset);
      }
    }
    return out;
  }

  /** Keeps `bytes` for `offset`; the range is inside the disk. */
  async write(offset: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const c = Math.floor((offset + at) / CLUSTER);
      const inside = offset + at - c * CLUSTER;
      const take = Math.min(CLUSTER - inside, bytes.length - at);
      const cluster = await this.#own(c, take === CLUSTER);
      cluster.set(bytes.subarray(at, at + take), inside);
      at += take;
    }
  }

  /** Zeroes a range inside the disk; whole clusters cost no memory. */
  async zero(offset: number, length: number): Promise<void> {
    for (let at = 0; at < length;) {
      const c = Math.floor((offset + at) / CLUSTER);
      const inside = offset + at - c * CLUSTER;
      const take = Math.min(CLUSTER - inside, length - at);
      if (take === CLUSTER) {
        this.#clusters.set(c, ZERO_CLUSTER);
        this.#dirty.add(c);
      } else (await this.#own(c, false)).fill(0, inside, inside + take);
      at += take;
    }
  }

  async #own(c: number, whole: boolean): Promise<Uint8Array> {
    this.#dirty.add(c);
    const found = this.#clusters.get(c);
    if (found && found !== ZERO_CLUSTER) return found;
    const fresh = new Uint8Array(CLUSTER);
    if (!found && !whole) fresh.set(await this.base.read(c * CLUSTER, this.#clusterBytes(c)));
    this.#clusters.set(c, fresh);
    return fresh;
  }

  #clusterBytes(c: number): number {
    return Math.min(CLUSTER, this.size - c * CLUSTER);
  }

  /** Writes what changed since the last commit into the base image. Does nothing for an image that only reads. */
  async commit(): Promise<void> {
    if (!this.base.write) return;
    for (const c of [...this.#dirty].sort((a, b) => a - b)) {
      await this.base.write(c * CLUSTER, this.#clusters.get(c)!.subarray(0, this.#clusterBytes(c)));
      this.#dirty.delete(c);
    }
  }

  /** The overlay in a canonical form: count, cluster numbers in order (each a little-endian u32), then their bytes. */
  save(): Uint8Array {
    const order = [...this.#clusters.keys()].sort((a, b) => a - b);
    const out = new Uint8Array(4 + order.length * (4 + CLUSTER));
    const view = new DataView(out.buffer);
    view.setUint32(0, order.length, true);
    order.forEach((c, i) => {
      view.setUint32(4 + 4 * i, c, true);
      out.set(this.#clusters.get(c)!, 4 + 4 * order.length + i * CLUSTER);
    });
    return out;
  }

  /** @throws GpuvisorError SNAPSHOT_INVALID */
  restore(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = bytes.length >= 4 ? view.getUint32(0, true) : -1;
    if (bytes.length !== 4 + count * (4 + CLUSTER)) throw invalid(`${bytes.length} bytes for ${count} clusters`);
    const clusters = new Map<number, Uint8Array>();
    for (let i = 0; i < count; i++) {
      const c = view.getUint32(4 + 4 * i, true);
      if (c * CLUSTER >= this.size || clusters.has(c)) throw invalid(`cluster ${c} of a disk of ${this.size} bytes`);
      clusters.set(c, bytes.slice(4 + 4 * count + i * CLUSTER, 4 + 4 * count + (i + 1) * CLUSTER));
    }
    this.#clusters.clear();
    this.#dirty.clear();
    for (const [c, cluster] of clusters) {
      this.#clusters.set(c, cluster);
      this.#dirty.add(c);
    }
  }

  /** SHA-256 over the disk as the guest sees it. */
  async hash(): Promise<string> {
    const piece = 16 << 20;
    const { size } = this;
    const read = (at: number): Promise<Uint8Array> => this.read(at, Math.min(piece, size - at));
    async function* parts(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < size; at += piece) yield await read(at);
    }
    return sha256Parts(parts());
  }
}

function invalid(what: string): GpuvisorError {
  return new GpuvisorError(
    'SNAPSHOT_INVALID',
    `the disk overlay of the snapshot does not fit: ${what}`,
    'restore with the disk it was saved with',
  );
}
