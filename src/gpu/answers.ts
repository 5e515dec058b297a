// Waiting for the GPU. Some browsers look for finished work on a slow clock only (Firefox: every 100 ms); there an empty submit makes them look at once.

import { turn } from '../machine/turn.js';

/** What is needed of a device's queue. */
interface Submitter {
  submit(commands: Iterable<GPUCommandBuffer>): void;
}

/** A round trip without any work that takes longer than this, ms, waits for a clock. */
const SLOW_MS = 30;
/** So many of them have to: one may be slow for other reasons. */
const TRIPS = 2;
/** Short work is asked for without rest until this, ms. */
const EAGER_MS = 2;
/** Then at this distance, ms, so that the work itself keeps the processor. */
const REST_MS = 1;

/** Awaits results of one queue. */
export class Answers {
  /** `slow`: results have to be asked for. */
  constructor(
    private readonly queue: Submitter,
    readonly slow: boolean,
  ) {}

  /** Finds out whether results have to be asked for. Where they need not, this takes less than a millisecond. */
  static async measure(device: GPUDevice): Promise<Answers> {
    const buffer = device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    try {
      for (let i = 0; i < TRIPS; i++) {
        const began = performance.now();
        const encoder = device.createCommandEncoder();
        encoder.clearBuffer(buffer);
        device.queue.submit([encoder.finish()]);
        await buffer.mapAsync(GPUMapMode.READ);
        buffer.unmap();
        if (performance.now() - began < SLOW_MS) return new Answers(device.queue, false);
      }
      return new Answers(device.queue, true);
    } finally {
      buffer.destroy();
    }
  }

  /** The result, asked for where that is needed. */
  async wait<T>(result: Promise<T>): Promise<T> {
    if (!this.slow) return result;
    let come = false;
    const settle = (): void => void (come = true);
    result.then(settle, settle);
    const began = performance.now();
    while (!come) {
      this.queue.submit([]);
      await (performance.now() - began < EAGER_MS ? turn() : new Promise((resolve) => setTimeout(resolve, REST_MS)));
    }
    return result;
  }
}
