// Hundreds of small machines in one dispatch, one a lane, behind the Fleet contract.

import { GpuvisorError } from '../isa/errors.js';
import { STATE_WORDS, resetState } from '../isa/state.js';
import type { ExecutorConfig, Fleet, StepResult } from '../machine/executor.js';
import { checkRamSize, configOf } from './executor.js';
import { GpuHarts, type HartsOptions } from './harts.js';

/** Options of a fleet on the GPU. */
export type GpuFleetOptions = ExecutorConfig & { readonly size: number } & Partial<
    Pick<HartsOptions, 'dispatchMs' | 'slots' | 'transformShader' | 'workgroupSize'>
  >;

/** Many machines of one configuration; results come back in one copy. */
export class GpuFleet implements Fleet {
  readonly backend = 'gpu';
  readonly config: ExecutorConfig;
  readonly size: number;
  /** Buffers, device and pipeline. */
  readonly harts: GpuHarts;

  private constructor(options: GpuFleetOptions, harts: GpuHarts) {
    this.config = configOf(options);
    this.size = options.size;
    this.harts = harts;
  }

  /**
   * Makes `size` machines in reset state with their RAM zero.
   * @throws GpuvisorError WEBGPU_UNAVAILABLE, OUT_OF_MEMORY, BAD_ARGUMENT, INTERNAL
   */
  static async create(options: GpuFleetOptions): Promise<GpuFleet> {
    if (!Number.isInteger(options.size) || options.size < 1 || options.size > 4096) {
      throw new GpuvisorError('BAD_ARGUMENT', `a fleet of ${options.size}; whole numbers from 1 to 4096 are allowed`);
    }
    const harts = await GpuHarts.create({
      slots: 16,
      dispatchMs: 50,
      workgroupSize: 4,
      ...options,
      ramSize: checkRamSize(options.ramSize),
      machines: options.size,
    });
    const fleet = new GpuFleet(options, harts);
    const states = new Uint32Array(STATE_WORDS * options.size);
    for (let i = 0; i < options.size; i++) states.set(resetState(options.map.ramBase), i * STATE_WORDS);
    await harts.writeStates(states);
    return fleet;
  }

  run(budget: number): Promise<StepResult[]> {
    return this.harts.run(budget);
  }

  readStates(): Promise<Uint32Array> {
    return this.harts.readStates();
  }

  writeStates(states: Uint32Array): Promise<void> {
    return this.harts.writeStates(states);
  }

  readMemories(): Promise<Uint8Array> {
    return this.harts.read(this.harts.system_memory, 0, this.config.ramSize * this.size);
  }

  async writeMemories(bytes: Uint8Array): Promise<void> {
    if (bytes.length !== this.config.ramSize * this.size) {
      throw new GpuvisorError('BAD_ARGUMENT', `${bytes.length} bytes of memory; ${this.config.ramSize * this.size} are needed`);
    }
    await this.harts.writeRam(0, bytes);
  }

  dispose(): void {
    this.harts.dispose();
  }
}
