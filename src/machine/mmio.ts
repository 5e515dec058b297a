// A load or store that met a host-side device: what it asks for, and its completion by the owner (docs/machine.md, "Steps, retirement, time").

import { W, read64, write64 } from '../isa/state.js';

/** The access that waits in the mmio words after exit MMIO. */
export interface MmioAccess {
  /** Physical address. */
  readonly address: number;
  readonly store: boolean;
  /** Bytes: 1, 2 or 4. */
  readonly size: number;
  /** What a store writes, zero-extended. */
  readonly value: number;
}

/** The pending access of a state that left with exit MMIO. */
export function pendingMmio(state: Uint32Array): MmioAccess {
  return {
    address: state[W.mmio_address]!,
    store: state[W.mmio_store] === 1,
    size: state[W.mmio_size]!,
    value: state[W.mmio_value]!,
  };
}

/**
 * Retires the waiting instruction: a load's register takes `loadValue` (low `mmio_size` bytes, sign-extended when `mmio_signed`),
 * pc += `length` (bytes of the
 * instruction: 4, or 2 for a 16-bit one), retired += 1. Counts as one step.
 */
export function completeMmio(state: Uint32Array, loadValue = 0, length: 2 | 4 = 4): void {
  if (state[W.mmio_store] === 0) {
    const bits = state[W.mmio_size]! * 8;
    const shift = 32 - bits;
    const raised = loadValue << shift;
    const value = state[W.mmio_signed] === 1 ? raised >> shift : raised >>> shift;
    const rd = state[W.mmio_rd]!;
    if (rd !== 0) state[W.x + rd] = value;
  }
  state[W.pc] = state[W.pc]! + length;
  write64(state, W.retired, read64(state, W.retired) + 1n);
}
