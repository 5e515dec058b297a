// What a hart must offer to be put into a Machine. The reference hart and the GPU executor both implement it.

import type { MemoryMap, Range } from './map.js';

/** What an executor is made with. */
export interface ExecutorConfig {
  readonly map: MemoryMap;
  /** Bytes of the RAM range from `map.ramBase`, holes included; a multiple of 4096. */
  readonly ramSize: number;
  /** True: 16-bit instructions (Zca) are there, misa.C reads 1, IALIGN is 16. For firmware that was built with them. */
  readonly compressed?: boolean;
}

/** Why and how far a run went. */
export interface StepResult {
  /** EXIT of src/isa/state.ts. */
  readonly exit: number;
  /** Steps taken: retired instructions plus traps taken. Never more than the budget. */
  readonly steps: number;
}

/** One hart with its RAM and hot devices. Not reentrant: one call at a time. */
export interface Executor {
  readonly backend: 'reference' | 'gpu';
  readonly config: ExecutorConfig;
  /**
   * Runs until an exit or until `budget` steps (a whole number, 1 to 2^31-1) are taken. A step retires one instruction or takes one trap.
   * @throws GpuvisorError DEVICE_LOST, DISPOSED
   */
  run(budget: number): Promise<StepResult>;
  /** A copy of the state, STATE_WORDS words. */
  readState(): Promise<Uint32Array>;
  /** Replaces the state. Drops cached translations and decodes. */
  writeState(state: Uint32Array): Promise<void>;
  /** A copy of `length` bytes of RAM at physical `address`. @throws GpuvisorError BAD_ARGUMENT when they are not all in the RAM range. */
  readMemory(address: number, length: number): Promise<Uint8Array>;
  /** Stores bytes at physical `address`; drops cached decodes. @throws GpuvisorError BAD_ARGUMENT */
  writeMemory(address: number, bytes: Uint8Array): Promise<void>;
  /** Optional: many reads in one transfer; the ranges are RAM, empty ones included. In order. */
  readRanges?(ranges: readonly Range[]): Promise<Uint8Array[]>;
  /** Optional: many stores in one transfer, in order; otherwise as writeMemory. */
  writeRanges?(writes: readonly { readonly address: number; readonly bytes: Uint8Array }[]): Promise<void>;
  /** Optional: replaces single words of the state, keeping translations and decodes: none of these words decides over one. */
  patchState?(words: readonly { readonly offset: number; readonly value: number }[]): Promise<void>;
  /** Frees everything. A second call does nothing. */
  dispose(): void;
}

/** Many small independent machines of one configuration, run side by side; machine `i` has its own state and RAM slice. */
export interface Fleet {
  readonly backend: 'reference' | 'gpu';
  readonly config: ExecutorConfig;
  readonly size: number;
  /** Runs every machine until its own exit or until `budget` steps are taken. A machine that stopped for another reason is run again as it is. */
  run(budget: number): Promise<StepResult[]>;
  /** All states, `size * STATE_WORDS` words. */
  readStates(): Promise<Uint32Array>;
  writeStates(states: Uint32Array): Promise<void>;
  /** All RAM slices one after another, `size * config.ramSize` bytes. */
  readMemories(): Promise<Uint8Array>;
  writeMemories(bytes: Uint8Array): Promise<void>;
  dispose(): void;
}
