// A small virtio driver for tests: RAM in an array, and the calls that Linux makes.

import type { GuestMemory } from '../../src/machine/guest-memory.js';
import type { VirtioDevice } from '../../src/machine/virtio/device.js';
import { REG, STATUS } from '../../src/machine/virtio/registers.js';
import { VirtioTransport } from '../../src/machine/virtio/transport.js';

export const RAM_BASE = 0x80000000;
export const RAM_SIZE = 1 << 20;

/** RAM that throws (and so fails a test) when a device reaches outside it. */
export class TestMemory implements GuestMemory {
  readonly bytes = new Uint8Array(RAM_SIZE);
  readonly view = new DataView(this.bytes.buffer);
  now = 0n;
  reads = 0;
  writes = 0;

  isRam(address: number, size: number): boolean {
    return address >= RAM_BASE && address + size <= RAM_BASE + RAM_SIZE;
  }

  #offset(address: number, size: number): number {
    if (!this.isRam(address, size)) throw new Error(`outside RAM: ${size} bytes at 0x${address.toString(16)}`);
    return address - RAM_BASE;
  }

  read(ranges: readonly { base: number; size: number }[]): Promise<Uint8Array[]> {
    this.reads++;
    return Promise.resolve(ranges.map((r) => this.bytes.slice(this.#offset(r.base, r.size), this.#offset(r.base, r.size) + r.size)));
  }

  write(writes: readonly { address: number; bytes: Uint8Array }[]): Promise<void> {
    this.writes++;
    for (const w of writes) this.bytes.set(w.bytes, this.#offset(w.address, w.bytes.length));
    return Promise.resolve();
  }
}

export interface Descriptor {
  readonly address: number;
  readonly length: number;
  readonly flags: number;
  readonly next?: number;
  readonly high?: number;
}

export const TABLE = RAM_BASE + 0x1000;
export const AVAIL = RAM_BASE + 0x2000;
export const USED = RAM_BASE + 0x3000;
export const DATA = RAM_BASE + 0x10000;

/** Whether two arrays hold the same bytes; much faster than a matcher on large ones. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}

/** A device on its transport with queue `queue` set up, unless told otherwise. */
export class Driver {
  readonly memory = new TestMemory();
  readonly transport: VirtioTransport;
  size: number;
  available = 0;

  constructor(device: VirtioDevice, size = 8) {
    this.transport = new VirtioTransport(device, this.memory);
    this.size = size;
  }

  set(register: number, value: number): Promise<void> {
    return this.transport.store(register, 4, value);
  }

  get(register: number): number {
    return this.transport.load(register, 4);
  }

  /** Features as offered (below `mask`), up to FEATURES_OK. */
  async negotiate(mask = 0xffffffff): Promise<void> {
    await this.set(REG.STATUS, 0);
    await this.set(REG.STATUS, STATUS.ACKNOWLEDGE);
    await this.set(REG.STATUS, STATUS.ACKNOWLEDGE | STATUS.DRIVER);
    for (const half of [0, 1]) {
      await this.set(REG.DEVICE_FEATURES_SEL, half);
      const offered = this.get(REG.DEVICE_FEATURES);
      await this.set(REG.DRIVER_FEATURES_SEL, half);
      await this.set(REG.DRIVER_FEATURES, half === 0 ? offered & mask : offered);
    }
    await this.set(REG.STATUS, STATUS.ACKNOWLEDGE | STATUS.DRIVER | STATUS.FEATURES_OK);
  }

  async setQueue(queue: number, table = TABLE, avail = AVAIL, used = USED): Promise<void> {
    await this.set(REG.QUEUE_SEL, queue);
    await this.set(REG.QUEUE_NUM, this.size);
    await this.set(REG.QUEUE_DESC_LOW, table);
    await this.set(REG.QUEUE_DESC_HIGH, 0);
    await this.set(REG.QUEUE_DRIVER_LOW, avail);
    await this.set(REG.QUEUE_DRIVER_HIGH, 0);
    await this.set(REG.QUEUE_DEVICE_LOW, used);
    await this.set(REG.QUEUE_DEVICE_HIGH, 0);
    await this.set(REG.QUEUE_READY, 1);
  }

  async start(queue = 0): Promise<void> {
    await this.negotiate();
    await this.setQueue(queue);
    await this.set(REG.STATUS, 15);
  }

  put(index: number, d: Descriptor): void {
    const at = TABLE - RAM_BASE + 16 * index;
    this.memory.view.setUint32(at, d.address, true);
    this.memory.view.setUint32(at + 4, d.high ?? 0, true);
    this.memory.view.setUint32(at + 8, d.length, true);
    this.memory.view.setUint16(at + 12, d.flags, true);
    this.memory.view.setUint16(at + 14, d.next ?? 0, true);
  }

  /** Makes a chain of the descriptors from `first` on. */
  chain(first: number, parts: readonly Omit<Descriptor, 'next'>[]): void {
    parts.forEach((p, i) => {
      const last = i === parts.length - 1;
      this.put(first + i, { ...p, flags: p.flags | (last ? 0 : 1), next: last ? 0 : first + i + 1 });
    });
  }

  offer(head: number): void {
    const at = AVAIL - RAM_BASE;
    this.memory.view.setUint16(at + 4 + 2 * (this.available % this.size), head, true);
    this.available = (this.available + 1) & 0xffff;
    this.memory.view.setUint16(at + 2, this.available, true);
  }

  notify(queue = 0): Promise<void> {
    return this.set(REG.QUEUE_NOTIFY, queue);
  }

  get usedIndex(): number {
    return this.memory.view.getUint16(USED - RAM_BASE + 2, true);
  }

  usedEntry(i: number): { id: number; length: number } {
    const at = USED - RAM_BASE + 4 + 8 * (i % this.size);
    return { id: this.memory.view.getUint32(at, true), length: this.memory.view.getUint32(at + 4, true) };
  }

  get needsReset(): boolean {
    return (this.get(REG.STATUS) & STATUS.NEEDS_RESET) !== 0;
  }

  read(address: number, length: number): Uint8Array {
    return this.memory.bytes.slice(address - RAM_BASE, address - RAM_BASE + length);
  }

  write(address: number, bytes: ArrayLike<number>): void {
    this.memory.bytes.set(bytes, address - RAM_BASE);
  }
}
