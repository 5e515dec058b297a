// One machine on the GPU, behind the Executor contract.

import { GpuvisorError } from '../isa/errors.js';
import { NO_RESERVATION, W, resetState } from '../isa/state.js';
import type { Executor, ExecutorConfig, StepResult } from '../machine/executor.js';
import { FRAMEBUFFER } from '../machine/map.js';
import { GpuHarts, type HartsOptions } from './harts.js';

/** Options of one machine on the GPU; everything but the configuration has a default. */
export type GpuOptions = ExecutorConfig & Partial<Pick<HartsOptions, 'dispatchMs' | 'slots' | 'transformShader'>>;

/** The hart in a compute shader, its RAM in `system_memory`, its state in `cpu_states`, the last captured picture in `framebuffer`. */
export class GPUExecutionSystem implements Executor {
  readonly backend = 'gpu';
  /** 640x480 words x8r8g8b8, filled by captureFramebuffer. */
  readonly framebuffer: GPUBuffer;

  private constructor(
    readonly config: ExecutorConfig,
    /** Buffers, device and pipeline. */
    readonly harts: GpuHarts,
  ) {
    this.framebuffer = harts.device.createBuffer({
      size: FRAMEBUFFER.bytes,
      usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC | GPUBufferUsage.STORAGE,
    });
  }

  /**
   * Makes a machine in reset state with its RAM zero.
   * @throws GpuvisorError WEBGPU_UNAVAILABLE, OUT_OF_MEMORY, BAD_ARGUMENT, INTERNAL
   */
  static async create(options: GpuOptions): Promise<GPUExecutionSystem> {
    const harts = await GpuHarts.create({
      slots: 256,
      dispatchMs: 12,
      ...options,
      ramSize: checkRamSize(options.ramSize),
      machines: 1,
      workgroupSize: 1,
    });
    const system = new GPUExecutionSystem(configOf(options), harts);
    await system.writeState(resetState(options.map.ramBase));
    return system;
  }

  /** A short name of the adapter. */
  get adapterName(): string {
    return this.harts.adapterName;
  }

  get system_memory(): GPUBuffer {
    return this.harts.system_memory;
  }

  get cpu_states(): GPUBuffer {
    return this.harts.cpu_states;
  }

  async run(budget: number): Promise<StepResult> {
    return (await this.harts.run(budget))[0]!;
  }

  readState(): Promise<Uint32Array> {
    return this.harts.readStates();
  }

  writeState(state: Uint32Array): Promise<void> {
    return this.harts.writeStates(state);
  }

  #offset(address: number, length: number): number {
    const offset = address - this.config.map.ramBase;
    if (!Number.isInteger(address) || !Number.isInteger(length) || offset < 0 || length < 0 || offset + length > this.config.ramSize) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${length} bytes at ${address}: not all in the RAM range of ${this.config.ramSize} bytes from ${this.config.map.ramBase}`,
      );
    }
    return offset;
  }

  async readMemory(address: number, length: number): Promise<Uint8Array> {
    const offset = this.#offset(address, length);
    if (length === 0) return new Uint8Array();
    const start = offset & ~3;
    const end = (offset + length + 3) & ~3;
    const bytes = await this.harts.read(this.harts.system_memory, start, end - start);
    return bytes.subarray(offset - start, offset - start + length);
  }

  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    const offset = this.#offset(address, bytes.length);
    await this.harts.writeRam(offset, bytes);
    const state = await this.harts.readStates();
    const reserved = state[W.reservation]!;
    if (reserved + 4 > address && reserved < address + bytes.length) {
      state[W.reservation] = NO_RESERVATION;
      await this.harts.writeStates(state);
    }
  }

  /** Copies the guest's picture into `framebuffer` on the GPU and returns its bytes (B, G, R, X a pixel); undefined on a map without one. */
  async captureFramebuffer(): Promise<Uint8Array | undefined> {
    const range = this.config.map.framebuffer;
    if (!range) return undefined;
    const encoder = this.harts.device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.harts.system_memory, range.base - this.config.map.ramBase, this.framebuffer, 0, FRAMEBUFFER.bytes);
    this.harts.device.queue.submit([encoder.finish()]);
    return this.harts.read(this.framebuffer, 0, FRAMEBUFFER.bytes);
  }

  dispose(): void {
    this.framebuffer.destroy();
    this.harts.dispose();
  }
}

/** @throws GpuvisorError BAD_ARGUMENT unless `bytes` is a multiple of 4096, at least one page and at most 1 GiB. */
export function checkRamSize(bytes: number): number {
  if (!Number.isInteger(bytes) || bytes <= 0 || bytes % 4096 !== 0 || bytes > 2 ** 30) {
    throw new GpuvisorError('BAD_ARGUMENT', `RAM of ${bytes} bytes; a multiple of 4096 up to 1 GiB is allowed`);
  }
  return bytes;
}

/** The configuration alone. */
export function configOf(options: ExecutorConfig): ExecutorConfig {
  return { map: options.map, ramSize: options.ramSize, compressed: options.compressed ?? false };
}
