// What a device on the host side of a machine is: MMIO in, an interrupt line out, state that can be saved.

/** The state of a device as a snapshot holds it: numbers and strings in `fields`, bulk in `blobs`. Equal states give equal values. */
export interface DeviceState {
  readonly kind: string;
  readonly fields: Readonly<Record<string, number | string | boolean | readonly number[]>>;
  readonly blobs: Readonly<Record<string, Uint8Array>>;
  readonly children?: readonly DeviceState[];
}

/** A device behind MMIO exits. Offsets are bytes from its base; accesses are aligned and 1, 2 or 4 bytes wide. */
export interface HostDevice {
  load(offset: number, size: number): number;
  /** May move guest memory; the machine stands still until it is done. */
  store(offset: number, size: number, value: number): Promise<void>;
  /** Level of the interrupt line. */
  readonly line: boolean;
  /** Work that the host side has for the guest (input that came in between runs). */
  poll(): Promise<void>;
  save(): DeviceState;
  /** @throws GpuvisorError SNAPSHOT_INVALID */
  restore(state: DeviceState): void;
}
