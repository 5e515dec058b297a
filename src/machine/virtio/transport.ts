// virtio over MMIO, version 2 (virtio 1.2, section 4.2.2). Register map: registers.ts. Registers take aligned 32-bit accesses,
// config space any aligned width; other accesses read zero and are ignored, as are unknown offsets.

import { GpuvisorError } from '../../isa/errors.js';
import type { GuestMemory } from '../guest-memory.js';
import type { DeviceState, HostDevice } from '../host-device.js';
import { ProtocolError, type VirtioDevice } from './device.js';
import { Queue } from './queue.js';
import { F_VERSION_1, INTERRUPT, MAGIC, REG, STATUS, VENDOR, VERSION } from './registers.js';

const LOW = 0xffffffffn;

/** One virtio slot with its device. */
export class VirtioTransport implements HostDevice {
  readonly #features: bigint;
  readonly #queues: readonly Queue[];
  #deviceFeaturesSel = 0;
  #driverFeaturesSel = 0;
  #driverFeatures = 0n;
  #queueSel = 0;
  #interruptStatus = 0;
  #status = 0;
  /** Why DEVICE_NEEDS_RESET was set last, for people. */
  fault = '';

  constructor(
    readonly device: VirtioDevice,
    readonly memory: GuestMemory,
  ) {
    this.#features = device.features | F_VERSION_1;
    this.#queues = device.queueSizes.map((n) => new Queue(n));
  }

  get line(): boolean {
    return this.#interruptStatus !== 0;
  }

  /** Device status register. */
  get status(): number {
    return this.#status;
  }

  /** Hands host input to the device; the bytes it took. None before the driver is live: its reset would lose them. */
  accept(input: Uint8Array, now: bigint): number {
    return this.live ? (this.device.accept?.(input, now) ?? 0) : 0;
  }

  /** The mtime from which the device takes input; undefined while only the guest can change that. */
  get acceptsAt(): bigint | undefined {
    if (!this.live || !this.device.accept) return undefined;
    return this.device.acceptsAt ? this.device.acceptsAt() : 0n;
  }

  /** Whether a driver works with the device. */
  get live(): boolean {
    return (this.#status & STATUS.DRIVER_OK) !== 0 && (this.#status & STATUS.NEEDS_RESET) === 0;
  }

  /** What a slot without a device reads as: a magic number and device 0 (section 4.2.2). */
  static emptySlot(offset: number, size: number): number {
    if (size !== 4) return 0;
    return offset === REG.MAGIC ? MAGIC : offset === REG.VERSION ? VERSION : 0;
  }

  load(offset: number, size: number): number {
    if (offset >= REG.CONFIG) return this.#loadConfig(offset - REG.CONFIG, size);
    if (size !== 4) return 0;
    const queue = this.#queues[this.#queueSel];
    switch (offset) {
      case REG.MAGIC:
        return MAGIC;
      case REG.VERSION:
        return VERSION;
      case REG.DEVICE_ID:
        return this.device.deviceId;
      case REG.VENDOR_ID:
        return VENDOR;
      case REG.DEVICE_FEATURES:
        return this.#deviceFeaturesSel < 2 ? Number((this.#features >> BigInt(32 * this.#deviceFeaturesSel)) & LOW) : 0;
      case REG.QUEUE_NUM_MAX:
        return queue ? queue.maximum : 0;
      case REG.QUEUE_READY:
        return queue?.ready ? 1 : 0;
      case REG.INTERRUPT_STATUS:
        return this.#interruptStatus;
      case REG.STATUS:
        return this.#status;
      default:
        // A shared memory region that is not there has length -1.
        return offset >= REG.SHM_LEN_LOW && offset <= REG.SHM_BASE_HIGH ? 0xffffffff : 0;
    }
  }

  #loadConfig(offset: number, size: number): number {
    const { config } = this.device;
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + (config[offset + i] ?? 0);
    return value;
  }

  async store(offset: number, size: number, value: number): Promise<void> {
    if (offset >= REG.CONFIG) {
      this.device.writeConfig?.(offset - REG.CONFIG, size, value);
      return;
    }
    if (size !== 4) return;
    switch (offset) {
      case REG.DEVICE_FEATURES_SEL:
        this.#deviceFeaturesSel = value;
        return;
      case REG.DRIVER_FEATURES_SEL:
        this.#driverFeaturesSel = value;
        return;
      case REG.DRIVER_FEATURES:
        this.#setDriverFeatures(value);
        return;
      case REG.QUEUE_SEL:
        this.#queueSel = value;
        return;
      case REG.INTERRUPT_ACK:
        this.#interruptStatus &= ~value;
        return;
      case REG.STATUS:
        this.#setStatus(value);
        return;
      case REG.QUEUE_NOTIFY:
        await this.#work(value);
        return;
      default:
        this.#storeQueue(offset, value);
    }
  }

  #setDriverFeatures(value: number): void {
    if (this.#driverFeaturesSel > 1 || (this.#status & STATUS.FEATURES_OK) !== 0) return;
    const shift = BigInt(32 * this.#driverFeaturesSel);
    this.#driverFeatures = (this.#driverFeatures & ~(LOW << shift)) | (BigInt(value) << shift);
  }

  /** Bits are only ever set, until 0 resets the device. FEATURES_OK sticks when the driver chose among what was offered. */
  #setStatus(value: number): void {
    if (value === 0) {
      this.reset();
      return;
    }
    let next = value & 0xff & ~STATUS.NEEDS_RESET;
    const asks = (next & STATUS.FEATURES_OK) !== 0 && (this.#status & STATUS.FEATURES_OK) === 0;
    const legal = (this.#driverFeatures & ~this.#features) === 0n && (this.#driverFeatures & F_VERSION_1) !== 0n;
    if (asks && !legal) next &= ~STATUS.FEATURES_OK;
    this.#status |= next;
  }

  /** Device reset: what writing 0 to the status register does, and power-on. */
  reset(): void {
    this.#status = 0;
    this.#interruptStatus = 0;
    this.#driverFeatures = 0n;
    this.#deviceFeaturesSel = 0;
    this.#driverFeaturesSel = 0;
    this.#queueSel = 0;
    this.fault = '';
    for (const q of this.#queues) q.reset();
    this.device.reset();
  }

  #storeQueue(offset: number, value: number): void {
    const queue = this.#queues[this.#queueSel];
    if (!queue) return;
    if (offset === REG.QUEUE_READY) {
      this.#setReady(queue, (value & 1) !== 0);
      return;
    }
    if (queue.ready) return; // the driver must not touch a live queue (section 4.2.2.2)
    switch (offset) {
      case REG.QUEUE_NUM:
        queue.size = value;
        return;
      case REG.QUEUE_DESC_LOW:
        queue.descriptors[0] = value;
        return;
      case REG.QUEUE_DESC_HIGH:
        queue.descriptors[1] = value;
        return;
      case REG.QUEUE_DRIVER_LOW:
        queue.driver[0] = value;
        return;
      case REG.QUEUE_DRIVER_HIGH:
        queue.driver[1] = value;
        return;
      case REG.QUEUE_DEVICE_LOW:
        queue.device[0] = value;
        return;
      case REG.QUEUE_DEVICE_HIGH:
        queue.device[1] = value;
        return;
    }
  }

  #setReady(queue: Queue, ready: boolean): void {
    if (!ready) {
      queue.ready = false;
      return;
    }
    try {
      queue.check(this.memory);
      queue.ready = true;
    } catch (e) {
      this.#fail(e);
    }
  }

  async poll(): Promise<void> {
    for (let i = 0; i < this.#queues.length; i++) if (this.device.ready(i)) await this.#work(i);
  }

  async #work(index: number): Promise<void> {
    const queue = this.#queues[index];
    if (!queue?.ready || (this.#status & STATUS.DRIVER_OK) === 0 || (this.#status & STATUS.NEEDS_RESET) !== 0) return;
    try {
      const interrupt = await queue.process(
        this.memory,
        this.device.maxChainBytes,
        () => this.device.ready(index),
        (chain) => this.device.serve(index, chain, this.memory),
      );
      if (interrupt) this.#interruptStatus |= INTERRUPT.USED;
    } catch (e) {
      this.#fail(e);
    }
  }

  /** Section 2.1.2: the device met something it cannot go on from. */
  #fail(e: unknown): void {
    if (!(e instanceof ProtocolError)) throw e;
    this.fault = e.message;
    this.#status |= STATUS.NEEDS_RESET;
    if ((this.#status & STATUS.DRIVER_OK) !== 0) this.#interruptStatus |= INTERRUPT.CONFIG;
  }

  save(): DeviceState {
    return {
      kind: 'virtio-mmio',
      fields: {
        deviceFeaturesSel: this.#deviceFeaturesSel,
        driverFeaturesSel: this.#driverFeaturesSel,
        driverFeatures: this.#driverFeatures.toString(),
        queueSel: this.#queueSel,
        interruptStatus: this.#interruptStatus,
        status: this.#status,
        queues: this.#queues.flatMap((q) => q.save()),
      },
      blobs: {},
      children: [this.device.save()],
    };
  }

  restore(state: DeviceState): void {
    const f = state.fields;
    const child = state.children?.[0];
    const words = f['queues'];
    const features = f['driverFeatures'];
    const number = (name: string): number => {
      const v = f[name];
      if (typeof v !== 'number' || !Number.isInteger(v) || v < 0 || v > 0xffffffff) throw bad(`${name} is ${String(v)}`);
      return v;
    };
    if (state.kind !== 'virtio-mmio' || !child || child.kind !== this.device.kind)
      throw bad(`a ${child?.kind ?? state.kind} in the slot of ${this.device.kind}`);
    if (!Array.isArray(words) || words.length !== 10 * this.#queues.length) throw bad('a wrong number of queues');
    if (words.some((w) => !Number.isInteger(w) || w < 0 || w > 0xffffffff)) throw bad('queue fields out of range');
    if (typeof features !== 'string' || !/^\d{1,20}$/.test(features)) throw bad('no driver features');
    this.#deviceFeaturesSel = number('deviceFeaturesSel');
    this.#driverFeaturesSel = number('driverFeaturesSel');
    this.#driverFeatures = BigInt(features);
    this.#queueSel = number('queueSel');
    this.#interruptStatus = number('interruptStatus') & 3;
    this.#status = number('status') & 0xff;
    this.#queues.forEach((q, i) => q.restore(words.slice(10 * i, 10 * i + 10)));
    this.device.restore(child);
  }
}

function bad(what: string): GpuvisorError {
  return new GpuvisorError(
    'SNAPSHOT_INVALID',
    `the device state of the snapshot does not fit: ${what}`,
    'use a snapshot of a machine with the same devices',
  );
}
