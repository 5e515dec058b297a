// The reference hart as an Executor and as a Fleet (src/machine/executor.ts). Synchronous inside; the promises are for the contract.

import { GpuvisorError } from '../isa/errors.js';
import { NO_RESERVATION, STATE_WORDS, W } from '../isa/state.js';
import type { Executor, ExecutorConfig, Fleet, StepResult } from '../machine/executor.js';
import { Hart } from './hart.js';
import { run } from './run.js';

const MAX_BUDGET = 2 ** 31 - 1;
const PAGE_SIZE = 4096;

function checkConfig(config: ExecutorConfig): void {
  const { ramSize } = config;
  if (!Number.isInteger(ramSize) || ramSize < PAGE_SIZE || ramSize % PAGE_SIZE !== 0) {
    throw new GpuvisorError('BAD_ARGUMENT', `ramSize is ${ramSize}; it takes a positive multiple of ${PAGE_SIZE} bytes`);
  }
}

function checkBudget(budget: number): void {
  if (!Number.isInteger(budget) || budget < 1 || budget > MAX_BUDGET) {
    throw new GpuvisorError('BAD_ARGUMENT', `the budget is ${budget}; it takes whole numbers of steps from 1 to ${MAX_BUDGET}`);
  }
}

function disposed(what: string): GpuvisorError {
  return new GpuvisorError('DISPOSED', `this ${what} has been disposed of`, 'make a new one');
}

function allocate(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (cause) {
    throw new GpuvisorError('OUT_OF_MEMORY', `${bytes} bytes of RAM could not be allocated`, 'ask for less memory', { cause });
  }
}

/** One RISC-V hart in plain TypeScript: the one to read against the manual. */
export class ReferenceHart implements Executor {
  readonly backend = 'reference';
  readonly config: ExecutorConfig;
  private hart: Hart | undefined;

  /**
   * RAM is all zero and the hart stands at reset with pc at the start of RAM.
   * @throws GpuvisorError BAD_ARGUMENT, OUT_OF_MEMORY
   */
  constructor(config: ExecutorConfig) {
    checkConfig(config);
    this.config = config;
    this.hart = new Hart(config, allocate(config.ramSize));
  }

  /** The constructor as a function, as the other executor has it. @throws GpuvisorError BAD_ARGUMENT, OUT_OF_MEMORY */
  static create(config: ExecutorConfig): ReferenceHart {
    return new ReferenceHart(config);
  }

  private live(): Hart {
    if (!this.hart) throw disposed('hart');
    return this.hart;
  }

  /** The state itself, STATE_WORDS words: reading and writing it between runs reads and writes the hart. */
  get state(): Uint32Array {
    return this.live().s;
  }

  /** RAM itself, from `config.map.ramBase`. After writing page tables here, call writeState or flush through SFENCE.VMA in the guest. */
  get ram(): Uint8Array {
    return this.live().ram8;
  }

  /** Executor.run without the promise. */
  runSync(budget: number): StepResult {
    checkBudget(budget);
    return run(this.live(), budget);
  }

  async run(budget: number): Promise<StepResult> {
    return this.runSync(budget);
  }

  async readState(): Promise<Uint32Array> {
    return this.live().s.slice();
  }

  async writeState(state: Uint32Array): Promise<void> {
    const hart = this.live();
    if (state.length !== STATE_WORDS) {
      throw new GpuvisorError('BAD_ARGUMENT', `the state has ${state.length} words; a state has ${STATE_WORDS}`);
    }
    hart.s.set(state);
    hart.flush();
  }

  private offset(address: number, length: number): number {
    const { map, ramSize } = this.config;
    const offset = address - map.ramBase;
    if (!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0 || length < 0 || offset + length > ramSize) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${length} bytes at 0x${address.toString(16)} are not all in RAM, which is ${ramSize} bytes at 0x${map.ramBase.toString(16)}`,
      );
    }
    return offset;
  }

  async readMemory(address: number, length: number): Promise<Uint8Array> {
    const offset = this.offset(address, length);
    return this.live().ram8.slice(offset, offset + length);
  }

  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    const hart = this.live();
    hart.ram8.set(bytes, this.offset(address, bytes.length));
    const reserved = hart.s[W.reservation]!;
    if (reserved !== NO_RESERVATION && reserved < address + bytes.length && reserved + 4 > address) hart.s[W.reservation] = NO_RESERVATION;
    hart.flush();
  }

  dispose(): void {
    this.hart = undefined;
  }
}

/** Many reference harts, run one after another. */
export class ReferenceFleet implements Fleet {
  readonly backend = 'reference';
  readonly config: ExecutorConfig;
  readonly size: number;
  private ram: Uint8Array | undefined;
  private harts: Hart[];

  /** @throws GpuvisorError BAD_ARGUMENT, OUT_OF_MEMORY */
  constructor(config: ExecutorConfig, size: number) {
    checkConfig(config);
    if (!Number.isInteger(size) || size < 1) throw new GpuvisorError('BAD_ARGUMENT', `a fleet of ${size}; it takes whole numbers from 1`);
    this.config = config;
    this.size = size;
    const ram = allocate(size * config.ramSize);
    this.ram = new Uint8Array(ram);
    this.harts = Array.from({ length: size }, (_, i) => new Hart(config, ram, i * config.ramSize));
  }

  private live(): Uint8Array {
    if (!this.ram) throw disposed('fleet');
    return this.ram;
  }

  async run(budget: number): Promise<StepResult[]> {
    this.live();
    checkBudget(budget);
    return this.harts.map((hart) => run(hart, budget));
  }

  async readStates(): Promise<Uint32Array> {
    this.live();
    const states = new Uint32Array(this.size * STATE_WORDS);
    this.harts.forEach((hart, i) => states.set(hart.s, i * STATE_WORDS));
    return states;
  }

  async writeStates(states: Uint32Array): Promise<void> {
    this.live();
    if (states.length !== this.size * STATE_WORDS) {
      throw new GpuvisorError('BAD_ARGUMENT', `${states.length} words of state; this fleet has ${this.size} times ${STATE_WORDS}`);
    }
    this.harts.forEach((hart, i) => {
      hart.s.set(states.subarray(i * STATE_WORDS, (i + 1) * STATE_WORDS));
      hart.flush();
    });
  }

  async readMemories(): Promise<Uint8Array> {
    return this.live().slice();
  }

  async writeMemories(bytes: Uint8Array): Promise<void> {
    const ram = this.live();
    if (bytes.length !== ram.length) {
      throw new GpuvisorError('BAD_ARGUMENT', `${bytes.length} bytes of RAM; this fleet has ${this.size} times ${this.config.ramSize}`);
    }
    ram.set(bytes);
    for (const hart of this.harts) {
      hart.s[W.reservation] = NO_RESERVATION;
      hart.flush();
    }
  }

  dispose(): void {
    this.ram = undefined;
    this.harts = [];
  }
}
