// The yardstick: a plain RV32IM interpreter in WGSL (naive.wgsl), one invocation, user mode, no MMU. A speed is quoted as ours over its.

/** A machine of the yardstick shader with one program at 0. */
export class Yardstick {
  readonly #memory: GPUBuffer;
  readonly #state: GPUBuffer;
  readonly #readback: GPUBuffer;
  readonly #group: GPUBindGroup;

  private constructor(
    readonly device: GPUDevice,
    readonly pipeline: GPUComputePipeline,
    readonly steps: number,
  ) {
    const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
    this.#memory = device.createBuffer({ size: 1 << 20, usage: STORAGE | COPY_DST });
    this.#state = device.createBuffer({ size: 256, usage: STORAGE | COPY_DST | COPY_SRC });
    this.#readback = device.createBuffer({ size: 256, usage: MAP_READ | COPY_DST });
    this.#group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [this.#memory, this.#state].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  /** `steps` instructions a dispatch. */
  static async create(adapter: GPUAdapter, wgsl: string, steps: number): Promise<Yardstick> {
    const device = await adapter.requestDevice();
    const module = device.createShaderModule({ code: wgsl });
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module, entryPoint: 'main', constants: { STEPS: steps } },
    });
    return new Yardstick(device, pipeline, steps);
  }

  /** Puts a program at 0 and clears registers and memory. */
  load(program: Uint8Array): void {
    const memory = new Uint8Array(1 << 20);
    memory.set(program);
    this.device.queue.writeBuffer(this.#memory, 0, memory);
    this.device.queue.writeBuffer(this.#state, 0, new Uint32Array(64));
  }

  /** Runs dispatches until `milliseconds` have passed (one at least); million instructions a second, the clock stopped after the readback. */
  async measure(milliseconds: number): Promise<number> {
    const from = performance.now();
    let done = 0;
    do {
      await this.#dispatch();
      done += this.steps;
    } while (performance.now() - from < milliseconds);
    return done / (performance.now() - from) / 1000;
  }

  async #dispatch(): Promise<void> {
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.#group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(this.#state, 0, this.#readback, 0, 256);
    this.device.queue.submit([encoder.finish()]);
    await this.#readback.mapAsync(GPUMapMode.READ);
    this.#readback.unmap();
  }

  dispose(): void {
    this.device.destroy();
  }
}
