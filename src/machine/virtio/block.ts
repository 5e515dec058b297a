// virtio block device (virtio 1.2, section 5.2): read, write, flush, get-id, discard, write-zeroes, over a copy-on-write overlay.
// Config space: capacity 0, size_max 8, seg_max 12, blk_size 20, discard limits 36-47, write-zeroes limits 48-56.

import type { GuestMemory } from '../guest-memory.js';
import type { DeviceState } from '../host-device.js';
import { type Answer, type Chain, ProtocolError, type VirtioDevice } from './device.js';
import { type DiskImage, Overlay, SECTOR } from './disk.js';
import { gather } from './queue.js';
import { DEVICE_ID } from './registers.js';

const F = {
  SIZE_MAX: 1n << 1n,
  SEG_MAX: 1n << 2n,
  RO: 1n << 5n,
  BLK_SIZE: 1n << 6n,
  FLUSH: 1n << 9n,
  DISCARD: 1n << 13n,
  WRITE_ZEROES: 1n << 14n,
} as const;
const TYPE = { IN: 0, OUT: 1, FLUSH: 4, GET_ID: 8, DISCARD: 11, WRITE_ZEROES: 13 } as const;
const STATUS = { OK: 0, IOERR: 1, UNSUPP: 2 } as const;

const HEADER = 16;
const QUEUE_SIZE = 128;
const SEG_MAX = QUEUE_SIZE - 2;
const SIZE_MAX = 1 << 16;
/** Sectors one discard or write-zeroes segment may name, and segments a request. */
const ZERO_SECTORS = 1 << 15;
const ZERO_SEGMENTS = 16;
const ZERO_SEGMENT_BYTES = 16;

export interface BlockOptions {
  /** Refuse writes (feature RO). */
  readonly readOnly?: boolean;
  /** What GET_ID answers; at most 20 ASCII characters. */
  readonly serial?: string;
}

/** A disk for a virtio slot. */
export class BlockDevice implements VirtioDevice {
  readonly kind = 'block';
  readonly deviceId = DEVICE_ID.BLOCK;
  readonly features: bigint;
  readonly queueSizes = [QUEUE_SIZE];
  readonly maxChainBytes = SEG_MAX * SIZE_MAX + HEADER + 1;
  readonly config = new Uint8Array(60);
  readonly overlay: Overlay;
  readonly #readOnly: boolean;
  readonly #serial: string;

  constructor(image: DiskImage, options: BlockOptions = {}) {
    this.overlay = new Overlay(image);
    this.#readOnly = options.readOnly ?? false;
    this.#serial = (options.serial ?? 'gpuvisor').slice(0, 20);
    this.features = F.SIZE_MAX | F.SEG_MAX | F.BLK_SIZE | F.FLUSH | (this.#readOnly ? F.RO : F.DISCARD | F.WRITE_ZEROES);
    const config = new DataView(this.config.buffer);
    config.setBigUint64(0, BigInt(image.size / SECTOR), true);
    config.setUint32(8, SIZE_MAX, true);
    config.setUint32(12, SEG_MAX, true);
    config.setUint32(20, SECTOR, true);
    config.setUint32(36, ZERO_SECTORS, true);
    config.setUint32(40, ZERO_SEGMENTS, true);
    config.setUint32(44, 8, true);
    config.setUint32(48, ZERO_SECTORS, true);
    config.setUint32(52, ZERO_SEGMENTS, true);
    config.setUint8(56, 1);
  }

  /** Nothing outlives a reset but the disk. */
  reset(): void {}

  ready(): boolean {
    return true;
  }

  async serve(_queue: number, chain: Chain, memory: GuestMemory): Promise<Answer> {
    if (chain.readableBytes < HEADER || chain.writableBytes < 1) {
      throw new ProtocolError(`a block request with ${chain.readableBytes} bytes in and ${chain.writableBytes} out`);
    }
    const request = await gather(memory, chain.readable);
    const header = new DataView(request.buffer, request.byteOffset, HEADER);
    const type = header.getUint32(0, true);
    const sector = header.getUint32(8, true) + header.getUint32(12, true) * 0x1_0000_0000;
    const payload = request.subarray(HEADER);
    const room = chain.writableBytes - 1;
    const { status, data } = await this.#execute(type, sector, payload, room);
    // The status byte is the last one; used.len counts up to what was written without a gap (section 2.7.8.2).
    const end = { offset: room, bytes: Uint8Array.of(status) as Uint8Array };
    const pieces = data ? [{ offset: 0, bytes: data }, end] : [end];
    return { pieces, length: (data?.length ?? 0) === room ? room + 1 : (data?.length ?? 0) };
  }

  async #execute(type: number, sector: number, payload: Uint8Array, room: number): Promise<{ status: number; data?: Uint8Array }> {
    switch (type) {
      case TYPE.IN:
        if (!this.#inside(sector, room)) return { status: STATUS.IOERR };
        return { status: STATUS.OK, data: room === 0 ? new Uint8Array(0) : await this.overlay.read(sector * SECTOR, room) };
      case TYPE.OUT:
        if (this.#readOnly || !this.#inside(sector, payload.length)) return { status: STATUS.IOERR };
        await this.overlay.write(sector * SECTOR, payload);
        return { status: STATUS.OK };
      case TYPE.FLUSH:
        await this.overlay.commit();
        return { status: STATUS.OK };
      case TYPE.GET_ID: {
        const id = new Uint8Array(Math.min(20, room));
        for (let i = 0; i < Math.min(id.length, this.#serial.length); i++) id[i] = this.#serial.charCodeAt(i) & 0x7f;
        return { status: STATUS.OK, data: id };
      }
      case TYPE.DISCARD:
      case TYPE.WRITE_ZEROES:
        return { status: await this.#zero(type, payload) };
      default:
        return { status: STATUS.UNSUPP };
    }
  }

  /** Discard is done as write-zeroes, so that a disk's contents do not depend on who discards. */
  async #zero(type: number, payload: Uint8Array): Promise<number> {
    if (this.#readOnly) return STATUS.IOERR;
    const segments = payload.length / ZERO_SEGMENT_BYTES;
    if (!Number.isInteger(segments) || segments < 1 || segments > ZERO_SEGMENTS) return STATUS.IOERR;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    const ranges: { sector: number; sectors: number }[] = [];
    for (let i = 0; i < segments; i++) {
      const at = i * ZERO_SEGMENT_BYTES;
      const sector = view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
      const sectors = view.getUint32(at + 8, true);
      const flags = view.getUint32(at + 12, true);
      if ((flags & ~1) !== 0 || (type === TYPE.DISCARD && flags !== 0)) return STATUS.UNSUPP;
      if (sectors > ZERO_SECTORS || !this.#inside(sector, sectors * SECTOR)) return STATUS.IOERR;
      ranges.push({ sector, sectors });
    }
    for (const r of ranges) await this.overlay.zero(r.sector * SECTOR, r.sectors * SECTOR);
    return STATUS.OK;
  }

  #inside(sector: number, bytes: number): boolean {
    return bytes % SECTOR === 0 && sector * SECTOR + bytes <= this.overlay.size;
  }

  identity(): Promise<string> {
    return this.overlay.hash();
  }

  save(): DeviceState {
    return { kind: this.kind, fields: { size: this.overlay.size, readOnly: this.#readOnly }, blobs: { overlay: this.overlay.save() } };
  }

  restore(state: DeviceState): void {
    this.overlay.restore(state.blobs['overlay'] ?? new Uint8Array(0));
  }
}
