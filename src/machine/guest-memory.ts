// RAM as a device sees it: many ranges a call (a GPU transfer costs the same for one as for many), every range checked by its owner first.

import { NO_RESERVATION, W, mtime } from '../isa/state.js';
import type { Executor } from './executor.js';
import type { Range } from './map.js';
import { isRam } from './map.js';

/** Bytes for a physical address. */
export interface MemoryWrite {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** DMA of a host device. Ranges that are not RAM are refused with a RangeError before anything moves. */
export interface GuestMemory {
  /** True when all `size` bytes at `address` are RAM. */
  isRam(address: number, size: number): boolean;
  /** Copies of the ranges, in order. One transfer where the executor can. */
  read(ranges: readonly Range[]): Promise<Uint8Array[]>;
  /** Stores in order. Clears the reservation when it is touched. */
  write(writes: readonly MemoryWrite[]): Promise<void>;
  /** Guest time: mtime, ticks since power-on. */
  readonly now: bigint;
}

/** Takes back the LR reservation of `state` when the `length` bytes at `address` touch its word. */
export function clearReservation(state: Uint32Array, address: number, length: number): void {
  const reserved = state[W.reservation]!;
  if (reserved !== NO_RESERVATION && address < reserved + 4 && address + length > reserved) state[W.reservation] = NO_RESERVATION;
}

/** DMA into the RAM of `executor`; `state` gives the state that the owner holds while a device works. */
export function guestMemory(executor: Executor, state: () => Uint32Array): GuestMemory {
  const { map, ramSize } = executor.config;
  const check = (address: number, size: number): void => {
    if (!isRam(map, ramSize, address, size)) throw new RangeError(`DMA outside RAM: ${size} bytes at 0x${address.toString(16)}`);
  };
  return {
    isRam: (address, size) => isRam(map, ramSize, address, size),
    get now() {
      return mtime(state());
    },
    async read(ranges) {
      for (const r of ranges) check(r.base, r.size);
      if (executor.readRanges) return executor.readRanges(ranges);
      const out: Uint8Array[] = [];
      for (const r of ranges) out.push(r.size === 0 ? new Uint8Array(0) : await executor.readMemory(r.base, r.size));
      return out;
    },
    async write(writes) {
      for (const w of writes) check(w.address, w.bytes.length);
      const held = state();
      for (const w of writes) clearReservation(held, w.address, w.bytes.length);
      if (executor.writeRanges) return executor.writeRanges(writes);
      for (const w of writes) if (w.bytes.length > 0) await executor.writeMemory(w.address, w.bytes);
    },
  };
}
