// Hunts planted bugs: the cheap rings first, until one notices.

import { GpuvisorError } from '../../isa/errors.js';
import { runLockstep } from '../lockstep/index.js';
import { buildProgram, programList, runPrograms, type BuiltProgram, type FleetFactory } from '../programs/index.js';
import { runSv32 } from '../sv32/index.js';
import { watched } from '../watched.js';
import type { Mutant } from './edit.js';

/** What came of one mutant. */
export interface MutantResult {
  readonly name: string;
  readonly part: string;
  readonly found: boolean;
  /** The ring that noticed. */
  readonly by: 'programs' | 'sv32' | 'lockstep' | 'hang' | undefined;
  /** What it noticed, in a sentence. */
  readonly evidence: string;
}

export interface MutantOptions {
  readonly mutants: readonly Mutant[];
  /** Makes fleets of the hart with one bug planted. */
  readonly plant: (mutant: Mutant) => Promise<FleetFactory>;
  /** The other hart, as it is. */
  readonly other: FleetFactory;
  readonly seed: number;
  /** Programs of the lockstep ring; 2,048 unless told. */
  readonly programs?: number;
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly alive: number;
    readonly doing: string;
  }) => void;
  readonly signal?: AbortSignal;
}

const LOCKSTEP_PROGRAMS = 2048;
const SV32_WALKS = 12_000;
/** Far beyond any program; a mutant that loops ends here. */
const PROGRAM_STEPS = 100_000;
/** A run that takes longer is a hang. */
const HANG_MS = 60_000;

async function hunt(
  fleet: FleetFactory,
  built: readonly BuiltProgram[],
  options: MutantOptions,
): Promise<Pick<MutantResult, 'by' | 'evidence'>> {
  const { other, seed, programs = LOCKSTEP_PROGRAMS } = options;
  try {
    const failed = (await runPrograms(fleet, built, { maxSteps: PROGRAM_STEPS, batch: built.length })).filter((r) => !r.passed);
    if (failed.length > 0)
      return {
        by: 'programs',
        evidence: `${failed.length} programs fail: ${failed
          .slice(0, 3)
          .map((r) => `${r.name} (${r.environment})`)
          .join(', ')}`,
      };
    const sv32 = await runSv32({ fleet, walks: SV32_WALKS, seed, maxFailures: 1, fleetSize: 256 });
    if (sv32.failures.length > 0) return { by: 'sv32', evidence: sv32.failures[0]!.text.split('\n')[0]! };
    const lockstep = await runLockstep({ left: other, right: fleet, programs, seed, maxFailures: 1, keepWhole: true });
    if (lockstep.failures.length > 0) return { by: 'lockstep', evidence: lockstep.failures[0]!.text.split('\n').slice(0, 2).join('; ') };
    return { by: undefined, evidence: 'no ring noticed' };
  } catch (e) {
    if (e instanceof GpuvisorError && e.code === 'TIMEOUT') return { by: 'hang', evidence: e.message };
    throw e;
  }
}

/** Plants each bug in turn and hunts it. */
export async function runMutants(options: MutantOptions): Promise<MutantResult[]> {
  const { mutants, onProgress } = options;
  const results: MutantResult[] = [];
  const built = programList().map(([name, environment]) => buildProgram(name, environment));
  for (const mutant of mutants) {
    if (options.signal?.aborted) break;
    const alive = results.filter((r) => !r.found).length;
    onProgress?.({ done: results.length, total: mutants.length, alive, doing: mutant.name });
    const { by, evidence } = await hunt(watched(await options.plant(mutant), HANG_MS), built, options);
    results.push({ name: mutant.name, part: mutant.part, found: by !== undefined, by, evidence });
  }
  onProgress?.({ done: results.length, total: mutants.length, alive: results.filter((r) => !r.found).length, doing: 'done' });
  return results;
}
