// What a virtio device is, apart from its transport: an identity, a config space, and what it does with a chain of descriptors.

import type { GuestMemory } from '../guest-memory.js';
import type { DeviceState } from '../host-device.js';
import type { Range } from '../map.js';

/** One request of the driver: buffers the device reads, then buffers it writes; every one inside RAM. */
export interface Chain {
  readonly readable: readonly Range[];
  readonly writable: readonly Range[];
  /** Sum of the readable lengths, bytes. */
  readonly readableBytes: number;
  readonly writableBytes: number;
}

/** What a device does with a chain: bytes to store in the writable buffers, counted from the start of the first. */
export interface Answer {
  /** Pieces at offsets into the writable buffers taken together; they must fit. */
  readonly pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** used.len: bytes written from the start of the writable part. */
  readonly length: number;
}

/** A chain that breaks the device's protocol: the transport sets DEVICE_NEEDS_RESET. */
export class ProtocolError extends Error {}

/** A virtio device without its transport. */
export interface VirtioDevice {
  readonly kind: string;
  /** Device type (virtio 1.2, section 5). */
  readonly deviceId: number;
  /** Feature bits offered, F_VERSION_1 left out. */
  readonly features: bigint;
  /** Largest size of each queue; a power of two. */
  readonly queueSizes: readonly number[];
  /** The most bytes one chain may carry, both directions together. */
  readonly maxChainBytes: number;
  /** Config space; reads beyond its end give zero. */
  readonly config: Uint8Array;
  /** A store by the driver into config space, 1, 2 or 4 bytes; without it config space is read-only. */
  writeConfig?(offset: number, size: number, value: number): void;
  /** Called on reset by the driver. */
  reset(): void;
  /** True when queue `queue` may be worked on now (a receive queue: input is there). */
  ready(queue: number): boolean;
  /** Serves one chain. @throws ProtocolError */
  serve(queue: number, chain: Chain, memory: GuestMemory): Promise<Answer>;
  /**
   * Takes input of the host (keys, pointer, typed bytes) between two runs, at mtime `now`; returns the bytes taken, the rest waits. What is taken is
   * recorded.
   */
  accept?(input: Uint8Array, now: bigint): number;
  /** The mtime from which `accept` takes something, for devices that pace their input; undefined while the guest has to act first. */
  acceptsAt?(): bigint | undefined;
  /** SHA-256 of what the device has from outside and a snapshot leaves out (a disk's contents as the guest sees them). */
  identity?(): Promise<string>;
  save(): DeviceState;
  restore(state: DeviceState): void;
}
