// Small programs for the executor specs, and both executors to run them on.
import { GPUExecutionSystem } from '../../src/gpu/index.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { resetState } from '../../src/isa/index.js';
import type { Executor, StepResult } from '../../src/machine/executor.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { ReferenceHart } from '../../src/reference/index.js';

export const CONFIG = { map: MEMORY_MAPS.virt, ramSize: 1 << 20 };
export const BASE = CONFIG.map.ramBase;

/** The bytes of a program linked at the start of RAM, and its symbols. */
export function build(source: string): { bytes: Uint8Array; symbols: ReadonlyMap<string, number> } {
  const { sections, symbols } = assemble(source, { base: BASE });
  return { bytes: sections.find((s) => s.name === '.text')!.bytes, symbols };
}

export interface Outcome {
  readonly results: StepResult[];
  readonly state: Uint32Array;
  readonly memory: Uint8Array;
}

/** Puts a program and a state into an executor. */
export async function load(executor: Executor, bytes: Uint8Array, change?: (state: Uint32Array) => void): Promise<void> {
  await executor.writeMemory(BASE, new Uint8Array(executor.config.ramSize));
  await executor.writeMemory(BASE, bytes);
  const state = resetState(BASE);
  change?.(state);
  await executor.writeState(state);
}

/** Runs one program for a list of budgets on an executor. */
export async function outcome(
  executor: Executor,
  bytes: Uint8Array,
  budgets: readonly number[],
  change?: (state: Uint32Array) => void,
): Promise<Outcome> {
  await load(executor, bytes, change);
  const results: StepResult[] = [];
  for (const budget of budgets) results.push(await executor.run(budget));
  return { results, state: await executor.readState(), memory: await executor.readMemory(BASE, executor.config.ramSize) };
}

let shared: Promise<GPUExecutionSystem> | undefined;

/** One GPU machine for a whole file: a pipeline takes seconds to compile on a software adapter. */
export function gpu(): Promise<GPUExecutionSystem> {
  return (shared ??= GPUExecutionSystem.create(CONFIG));
}

/** The outcome on the GPU, and on the reference hart. */
export async function both(
  source: string,
  budgets: readonly number[],
  change?: (state: Uint32Array) => void,
): Promise<{ gpu: Outcome; reference: Outcome }> {
  const { bytes } = build(source);
  return {
    gpu: await outcome(await gpu(), bytes, budgets, change),
    reference: await outcome(new ReferenceHart(CONFIG), bytes, budgets, change),
  };
}
