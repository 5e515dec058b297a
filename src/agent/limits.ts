// How much of everything agents may have at once. Every one of these is refused with a code and a number, never silently cut.

/** Bounds of a hypervisor and of the calls on it. */
export interface Limits {
  /** Machines at the same time. */
  readonly machines: number;
  /** RAM of all machines together, MiB, one that is about to be replaced included. */
  readonly memoryMb: number;
  /** Bytes of a cartridge file. */
  readonly cartridgeBytes: number;
  /** Bytes of the segments of a cartridge, inflated. */
  readonly contentBytes: number;
  /** Files of one boot, and their bytes together. */
  readonly mounts: number;
  readonly mountBytes: number;
  /** How long one file may take to come, ms. */
  readonly fetchMs: number;
  /** How long a boot may take in all, ms. */
  readonly bootMs: number;
  /** How long any other call may take, its own `timeout_ms` left out, ms. */
  readonly callMs: number;
  /** How long a call may wait for its turn on a machine, ms. */
  readonly queueMs: number;
  /** Calls in progress at the same time. */
  readonly calls: number;
  /** Characters of serial output kept for each machine. */
  readonly serialChars: number;
  /** Screens remembered for `since`, for each machine. */
  readonly screens: number;
  /** Snapshots in the store, and bytes of one. */
  readonly snapshots: number;
  readonly snapshotBytes: number;
}

const MB = 1 << 20;

export const DEFAULT_LIMITS: Limits = {
  machines: 8,
  memoryMb: 1024,
  cartridgeBytes: 256 * MB,
  contentBytes: 512 * MB,
  mounts: 16,
  mountBytes: 64 * MB,
  fetchMs: 60_000,
  bootMs: 180_000,
  callMs: 60_000,
  queueMs: 60_000,
  calls: 256,
  serialChars: 1 << 18,
  screens: 64,
  snapshots: 32,
  snapshotBytes: 512 * MB,
};

/** The longest `timeout_ms` of a tool that waits. */
export const MAX_WAIT_MS = 60_000;
/** `timeout_ms` unless told otherwise. */
export const DEFAULT_WAIT_MS = 15_000;
