// Runs the programs of riscv-tests/ on a fleet and tells which passed.

import { EXIT, STATE_WORDS, W } from '../../isa/state.js';
import type { ExecutorConfig, Fleet } from '../../machine/executor.js';
import {
  PROGRAM_MAP,
  PROGRAM_RAM,
  buildProgram,
  placeProgram,
  programList,
  readSignature,
  type BuiltProgram,
  type Environment,
} from './build.js';

/** Makes a fleet of `size` machines. */
export type FleetFactory = (config: ExecutorConfig, size: number) => Fleet | Promise<Fleet>;

export interface ProgramResult {
  readonly name: string;
  readonly environment: Environment;
  /** The program stored 1 to tohost. */
  readonly passed: boolean;
  /** Number of the check that failed, when one did. */
  readonly failedTest: number | undefined;
  /** EXIT of src/isa/state.ts. */
  readonly exit: number;
  readonly steps: number;
  readonly signature: Uint32Array;
}

export interface RunProgramsOptions {
  /** Steps after which a program has failed; the longest needs fewer than a tenth of the default million. */
  readonly maxSteps?: number;
  /** Machines in one fleet; 64 unless told otherwise. */
  readonly batch?: number;
  /** After every batch. */
  readonly onProgress?: (done: number, total: number, results: readonly ProgramResult[]) => void;
}

/** A sentence about a result, for reports. */
export function describeResult(r: ProgramResult): string {
  if (r.passed) return `pass ${r.name} (${r.environment}), ${r.steps} steps`;
  const names = Object.fromEntries(Object.entries(EXIT).map(([name, value]) => [value, name]));
  const why = r.failedTest !== undefined ? `check ${r.failedTest} failed` : `ended by ${names[r.exit] ?? r.exit} without a verdict`;
  return `FAIL ${r.name} (${r.environment}): ${why} after ${r.steps} steps`;
}

/**
 * Runs programs side by side, and gives their results in order. Fleets are disposed of, also when something is thrown.
 * @throws GpuvisorError whatever the fleet throws
 */
export async function runPrograms(
  makeFleet: FleetFactory,
  programs: readonly BuiltProgram[] = programList().map(([name, environment]) => buildProgram(name, environment)),
  options: RunProgramsOptions = {},
): Promise<ProgramResult[]> {
  const batch = options.batch ?? 64;
  const results: ProgramResult[] = [];
  for (let at = 0; at < programs.length; at += batch) {
    const now = programs.slice(at, at + batch);
    const fresh = await runBatch(makeFleet, now, options.maxSteps ?? 1_000_000);
    results.push(...fresh);
    options.onProgress?.(results.length, programs.length, fresh);
  }
  return results;
}

async function runBatch(makeFleet: FleetFactory, programs: readonly BuiltProgram[], maxSteps: number): Promise<ProgramResult[]> {
  const states = new Uint32Array(programs.length * STATE_WORDS);
  const memories = new Uint8Array(programs.length * PROGRAM_RAM);
  programs.forEach((p, i) => placeProgram(p, slice(states, i, STATE_WORDS), slice(memories, i, PROGRAM_RAM)));
  const fleet = await makeFleet({ map: PROGRAM_MAP, ramSize: PROGRAM_RAM }, programs.length);
  try {
    await fleet.writeStates(states);
    await fleet.writeMemories(memories);
    const ends = await fleet.run(maxSteps);
    const after = await fleet.readStates();
    const ram = await fleet.readMemories();
    return programs.map((p, i) => {
      const { exit, steps } = ends[i]!;
      const verdict = exit === EXIT.TOHOST ? slice(after, i, STATE_WORDS)[W.exit_value]! : 0;
      return {
        name: p.name,
        environment: p.environment,
        passed: verdict === 1,
        failedTest: verdict > 1 ? verdict >>> 1 : undefined,
        exit,
        steps,
        signature: readSignature(p, slice(ram, i, PROGRAM_RAM)),
      };
    });
  } finally {
    fleet.dispose();
  }
}

function slice<T extends Uint8Array | Uint32Array>(array: T, index: number, length: number): T {
  return array.subarray(index * length, (index + 1) * length) as T;
}
