// N machines on the GPU: buffers, pipeline and the run loop. GPUExecutionSystem (one machine) and GpuFleet (many) stand on it.

import { GpuvisorError, STATE_WORDS, W } from '../isa/index.js';
import type { ExecutorConfig, StepResult } from '../machine/executor.js';
import { adapterName, requestAdapter, requestDevice } from './adapter.js';
import { Answers } from './answers.js';
import { pcShift } from './constants.js';
import { shaderText } from './shader.js';

/** How machines are made. */
export interface HartsOptions extends ExecutorConfig {
  /** Machines side by side. */
  readonly machines: number;
  /** Decoded code pages kept for each machine; a power of two. */
  readonly slots: number;
  readonly workgroupSize: number;
  /** Wall time that one dispatch should take, milliseconds. */
  readonly dispatchMs: number;
  /** Changes the WGSL before it is compiled: for planted bugs and experiments. */
  readonly transformShader?: (wgsl: string) => string;
}

// Words of the control block: shaders/bindings.wgsl.
const C_BUDGET = 0;
const C_RUNNING = 1;
const C_FIRST = 2;
const C_FLUSH = 3;
const CONTROL_WORDS = 4;
/** The epoch, before the tags and generations. */
const SLOT_HEAD = 1;

const FUEL_START = 20_000;
const FUEL_LEAST = 2_000;
const FUEL_MOST = 50_000_000;
/** Dispatches submitted ahead of the one whose result is awaited. */
const IN_FLIGHT = 2;

interface Readback {
  readonly buffer: GPUBuffer;
  busy: boolean;
}

/** N machines of one configuration. Not reentrant. */
export class GpuHarts {
  /** RAM of all machines. */
  readonly system_memory: GPUBuffer;
  /** States of all machines. */
  readonly cpu_states: GPUBuffer;
  readonly #decode: GPUBuffer;
  readonly #control: GPUBuffer;
  readonly #slots: GPUBuffer;
  readonly #fuelBuffer: GPUBuffer;
  readonly #readbacks: Readback[];
  #fuel = FUEL_START;
  /** The shortest wait for a dispatch that spent its fuel, milliseconds. */
  #shortest = Infinity;
  #flush = true;
  #lost: string | undefined;
  #disposed = false;
  /** States as the last run left them, until something changes them. */
  #states: Uint32Array | undefined;

  private constructor(
    readonly options: HartsOptions,
    readonly adapterName: string,
    readonly device: GPUDevice,
    readonly pipeline: GPUComputePipeline,
    readonly group: GPUBindGroup,
    buffers: { ram: GPUBuffer; states: GPUBuffer; decode: GPUBuffer; control: GPUBuffer; slots: GPUBuffer; fuel: GPUBuffer },
    private readonly answers: Answers,
    lost: Promise<GPUDeviceLostInfo>,
  ) {
    this.system_memory = buffers.ram;
    this.cpu_states = buffers.states;
    this.#decode = buffers.decode;
    this.#control = buffers.control;
    this.#slots = buffers.slots;
    this.#fuelBuffer = buffers.fuel;
    const bytes = options.machines * (CONTROL_WORDS + STATE_WORDS) * 4;
    this.#readbacks = Array.from({ length: IN_FLIGHT }, () => ({
      buffer: device.createBuffer({ size: bytes, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ }),
      busy: false,
    }));
    void lost.then((info) => {
      if (!this.#disposed) this.#lost = info.message || info.reason;
    });
  }

  /** @throws GpuvisorError WEBGPU_UNAVAILABLE, OUT_OF_MEMORY, INTERNAL (the shader does not compile) */
  static async create(options: HartsOptions): Promise<GpuHarts> {
    const adapter = await requestAdapter();
    const ramBytes = options.ramSize * options.machines;
    const decodeBytes = options.slots * (4096 >> pcShift(options)) * 8 * options.machines;
    const device = await requestDevice(adapter, Math.max(ramBytes, decodeBytes));
    const { lost } = device;
    device.pushErrorScope('out-of-memory');
    const storage = (size: number): GPUBuffer =>
      device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
    const buffers = {
      ram: storage(ramBytes),
      states: storage(STATE_WORDS * 4 * options.machines),
      decode: storage(decodeBytes),
      control: storage(CONTROL_WORDS * 4 * options.machines),
      slots: storage((SLOT_HEAD + 2 * options.slots) * 4 * options.machines),
      fuel: device.createBuffer({ size: 4, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST }),
    };
    const failed = await device.popErrorScope();
    if (failed) {
      device.destroy();
      throw new GpuvisorError(
        'OUT_OF_MEMORY',
        `the GPU has no room for ${Math.ceil(ramBytes / 2 ** 20)} MiB: ${failed.message}`,
        'Ask for less memory or fewer machines.',
      );
    }
    const code = shaderText(options);
    // Beside the compiler, which takes longer.
    const measured = Answers.measure(device);
    measured.catch(() => undefined);
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code: options.transformShader?.(code) ?? code });
    try {
      const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [buffers.ram, buffers.states, buffers.decode, buffers.control, buffers.slots, buffers.fuel].map((buffer, binding) => ({
          binding,
          resource: { buffer },
        })),
      });
      const invalid = await device.popErrorScope();
      if (invalid) throw new Error(invalid.message);
      return new GpuHarts(options, adapterName(adapter), device, pipeline, group, buffers, await measured, lost);
    } catch (cause) {
      const info = await module.getCompilationInfo();
      const first = info.messages.find((m) => m.type === 'error');
      device.destroy();
      const why = first ? `line ${first.lineNum}: ${first.message}` : String(cause);
      throw new GpuvisorError('INTERNAL', `the shader does not compile here: ${why}`, 'Report the adapter, the browser and this message.', {
        cause,
      });
    }
  }

  #check(): void {
    if (this.#disposed || this.#lost !== undefined) throw this.#over();
  }

  /** Why nothing can be asked of these machines any more. */
  #over(): GpuvisorError {
    if (this.#disposed) return new GpuvisorError('DISPOSED', 'this machine has been disposed of', 'Make a new one.');
    return new GpuvisorError(
      'DEVICE_LOST',
      `the GPU device was lost: ${this.#lost}`,
      'Make a new machine and restore the last snapshot; a smaller dispatch time helps where a watchdog is strict.',
    );
  }

  /** Awaits a GPU result; a lost device becomes DEVICE_LOST, a machine disposed of meanwhile DISPOSED. */
  async #awaited<T>(result: Promise<T>): Promise<T> {
    try {
      return await this.answers.wait(result);
    } catch (cause) {
      if (this.#lost === undefined) await Promise.resolve();
      this.#lost ??= String(cause);
      throw this.#over();
    }
  }

  /** Runs every machine; see Fleet.run. */
  async run(budget: number): Promise<StepResult[]> {
    this.#check();
    if (!Number.isInteger(budget) || budget < 1 || budget > 0x7fffffff) {
      throw new GpuvisorError('BAD_ARGUMENT', `a budget of ${budget} steps; whole numbers from 1 to 2147483647 are allowed`);
    }
    const { machines } = this.options;
    const control = new Uint32Array(CONTROL_WORDS * machines);
    for (let i = 0; i < control.length; i += CONTROL_WORDS) {
      control[i + C_BUDGET] = budget;
      control[i + C_RUNNING] = 1;
      control[i + C_FIRST] = 1;
      control[i + C_FLUSH] = this.#flush ? 1 : 0;
    }
    this.#flush = false;
    this.#states = undefined;
    this.device.queue.writeBuffer(this.#control, 0, control);
    const pending: { readback: Readback; done: Promise<void> }[] = [];
    let started = performance.now();
    for (;;) {
      while (pending.length < IN_FLIGHT) pending.push(this.#dispatch());
      const { readback, done } = pending.shift()!;
      await this.#awaited(done);
      const now = performance.now();
      const words = new Uint32Array(readback.buffer.getMappedRange());
      const running = this.#running(words);
      if (running) {
        readback.buffer.unmap();
        readback.busy = false;
        this.#tune(now - started);
        started = now;
        continue;
      }
      const results = this.#results(words, budget);
      readback.buffer.unmap();
      readback.busy = false;
      // What was submitted ahead finds nothing running; its buffer must be free before the next run.
      for (const rest of pending) {
        await this.#awaited(rest.done);
        rest.readback.buffer.unmap();
        rest.readback.busy = false;
      }
      return results;
    }
  }

  #dispatch(): { readback: Readback; done: Promise<void> } {
    const { machines, workgroupSize } = this.options;
    const readback = this.#readbacks.find((r) => !r.busy)!;
    readback.busy = true;
    this.device.queue.writeBuffer(this.#fuelBuffer, 0, new Uint32Array([this.#fuel]));
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.group);
    pass.dispatchWorkgroups(Math.ceil(machines / workgroupSize));
    pass.end();
    encoder.copyBufferToBuffer(this.#control, 0, readback.buffer, 0, machines * CONTROL_WORDS * 4);
    encoder.copyBufferToBuffer(this.cpu_states, 0, readback.buffer, machines * CONTROL_WORDS * 4, machines * STATE_WORDS * 4);
    this.device.queue.submit([encoder.finish()]);
    const done = readback.buffer.mapAsync(GPUMapMode.READ);
    // The run ends with the first that fails; the others fail beside it, and nobody awaits them.
    done.catch(() => undefined);
    return { readback, done };
  }

  #running(words: Uint32Array): boolean {
    for (let i = 0; i < this.options.machines; i++) if (words[i * CONTROL_WORDS + C_RUNNING] !== 0) return true;
    return false;
  }

  #results(words: Uint32Array, budget: number): StepResult[] {
    const { machines } = this.options;
    const states = words.slice(machines * CONTROL_WORDS);
    this.#states = states;
    return Array.from({ length: machines }, (_, i) => ({
      exit: states[i * STATE_WORDS + W.exit]!,
      steps: budget - words[i * CONTROL_WORDS + C_BUDGET]!,
    }));
  }

  /**
   * Moves the fuel towards the wanted time of a dispatch. Where answers come by a slow clock all the same (answers.ts), no fuel is small enough for the
   * wanted time, so a little more than the shortest wait seen is aimed at.
   */
  #tune(ms: number): void {
    this.#shortest = Math.min(this.#shortest, ms);
    const wanted = Math.max(this.options.dispatchMs, 1.25 * this.#shortest);
    const factor = Math.min(2, Math.max(0.5, wanted / Math.max(ms, 0.1)));
    this.#fuel = Math.round(Math.min(FUEL_MOST, Math.max(FUEL_LEAST, this.#fuel * (0.5 + 0.5 * factor))));
  }

  /** All states, one after another. */
  async readStates(): Promise<Uint32Array> {
    this.#check();
    this.#states ??= new Uint32Array((await this.read(this.cpu_states, 0, STATE_WORDS * 4 * this.options.machines)).buffer);
    return this.#states.slice();
  }

  /** Replaces all states. */
  async writeStates(states: Uint32Array): Promise<void> {
    this.#check();
    if (states.length !== STATE_WORDS * this.options.machines) {
      throw new GpuvisorError('BAD_ARGUMENT', `${states.length} state words; ${STATE_WORDS * this.options.machines} are needed`);
    }
    this.device.queue.writeBuffer(this.cpu_states, 0, new Uint32Array(states));
    this.#states = states.slice();
  }

  /** Copies `length` bytes out of a buffer; offset and length are multiples of 4. */
  async read(from: GPUBuffer, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#check();
    const staging = this.device.createBuffer({ size: length, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    const encoder = this.device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, offset, staging, 0, length);
    this.device.queue.submit([encoder.finish()]);
    try {
      await this.#awaited(staging.mapAsync(GPUMapMode.READ));
      return new Uint8Array(staging.getMappedRange().slice(0));
    } finally {
      staging.destroy();
    }
  }

  /** Stores bytes into RAM at a byte offset of the buffer; neither need be aligned. */
  async writeRam(offset: number, bytes: Uint8Array): Promise<void> {
    this.#check();
    if (bytes.length === 0) return;
    const start = offset & ~3;
    const end = (offset + bytes.length + 3) & ~3;
    let whole = new Uint8Array(bytes);
    if (start !== offset || end !== offset + bytes.length) {
      whole = new Uint8Array(end - start);
      whole.set(await this.read(this.system_memory, start, 4), 0);
      whole.set(await this.read(this.system_memory, end - 4, 4), whole.length - 4);
      whole.set(bytes, offset - start);
    }
    this.device.queue.writeBuffer(this.system_memory, start, whole);
    this.#flush = true;
  }

  /** Frees every buffer and the device. A second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const b of [
      this.system_memory,
      this.cpu_states,
      this.#decode,
      this.#control,
      this.#slots,
      this.#fuelBuffer,
      ...this.#readbacks.map((r) => r.buffer),
    ])
      b.destroy();
    this.device.destroy();
  }
}
