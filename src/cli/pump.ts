// Runs a machine in slices of a steady length in time, so that output, input, limits and Ctrl-C are looked at often enough.

import type { Machine, RunResult } from '../machine/machine.js';
import { SliceLength } from '../machine/slices.js';
import { turn } from '../machine/turn.js';

/** A slice's length, ms. */
const SLICE_MS = 60;

/** What a run came to. `stopped`: `stop` said so. */
export interface PumpResult {
  readonly result: RunResult;
  readonly stopped: boolean;
}

/** Time that a machine really ran. */
export class Meter {
  /** ms spent in runs, sleep left out. */
  busy = 0;
  instructions = 0;
  readonly #first: number;

  constructor(instret = 0) {
    this.#first = instret;
  }

  add(result: RunResult, milliseconds: number): void {
    this.busy += milliseconds;
    this.instructions = result.instret - this.#first;
  }

  /** `N instructions in S s: M MIPS on WHERE`. */
  line(where: string): string {
    const s = this.busy / 1000;
    const mips = s > 0 ? this.instructions / s / 1e6 : 0;
    return `${this.instructions.toLocaleString('en-US')} instructions in ${s.toFixed(2)} s: ${mips.toFixed(2)} MIPS on ${where}`;
  }
}

/** Runs until the machine ends, waits for nothing but input, or `stop()`; `limit` bounds the steps. */
export async function pump(machine: Machine, meter: Meter, stop: () => boolean, limit = Infinity): Promise<PumpResult> {
  const slice = new SliceLength(SLICE_MS);
  let steps = 0;
  for (;;) {
    const began = performance.now();
    const slept = machine.idleMilliseconds;
    const result = await machine.run(Math.min(slice.steps, limit - steps));
    const took = performance.now() - began - (machine.idleMilliseconds - slept);
    meter.add(result, took);
    steps += result.steps;
    slice.learn(result.steps, took);
    await turn();
    if (stop()) return { result, stopped: true };
    if (result.exit !== 'budget' || steps >= limit) return { result, stopped: false };
  }
}
