// Lockstep: random programs on two harts, everything compared (see shrink.ts for what happens to the ones that differ).

import { EXIT } from '../../isa/state.js';
import type { FleetFactory } from '../programs/run.js';
import { Arena, type Schedule } from './arena.js';
import { randomProgram, type Program } from './program.js';
import { describe, type LockstepFailure } from './report.js';
import { shrink } from './shrink.js';

export type { Difference } from './arena.js';
export type { LockstepFailure } from './report.js';

export interface LockstepOptions {
  readonly left: FleetFactory;
  readonly right: FleetFactory;
  /** How many programs. */
  readonly programs: number;
  /** Machines in a fleet; 256 unless told. */
  readonly fleetSize?: number;
  readonly seed: number;
  /** Harts with 16-bit instructions, and programs that use them. */
  readonly compressed?: boolean;
  /** Stop after so many differing programs; 3 unless told. */
  readonly maxFailures?: number;
  /** Do not shrink: report the programs as they are. */
  readonly keepWhole?: boolean;
  readonly onProgress?: (progress: {
    readonly done: number;
    readonly total: number;
    readonly steps: number;
    readonly failures: number;
    readonly doing: string;
  }) => void;
  readonly signal?: AbortSignal;
}

export interface LockstepReport {
  readonly seed: number;
  /** Programs run. */
  readonly programs: number;
  /** Steps run and compared, of one hart. */
  readonly steps: number;
  /** Runs by exit. */
  readonly exits: Readonly<Record<string, number>>;
  readonly failures: readonly LockstepFailure[];
}

const FLEET_SIZE = 256;

/** Every program is compared after each instruction of a stretch, or after long runs. */
const LONG: readonly Schedule[] = [[1, 40, 300, 500], [700], [150, 150, 150, 150, 150]];
const SHORT: Schedule = Array.from({ length: 48 }, () => 1);
/** One batch in so many is stepped instruction by instruction. */
const SHORT_EVERY = 6;

function scheduleOf(batch: number): Schedule {
  return batch % SHORT_EVERY === SHORT_EVERY - 1 ? [60, ...SHORT] : LONG[batch % LONG.length]!;
}

/** Runs random programs on two harts until all are done or too many differ. */
export async function runLockstep(options: LockstepOptions): Promise<LockstepReport> {
  const { programs, seed, compressed = false, fleetSize = FLEET_SIZE, maxFailures = 3 } = options;
  const arena = await Arena.make(options.left, options.right, Math.min(fleetSize, programs), compressed);
  const exits = Object.values(EXIT).map(() => 0);
  const failures: LockstepFailure[] = [];
  let done = 0;
  let steps = 0;
  const tell = (doing: string): void => options.onProgress?.({ done, total: programs, steps, failures: failures.length, doing });
  try {
    for (let batch = 0; done < programs && failures.length < maxFailures; batch++) {
      if (options.signal?.aborted) break;
      const schedule = scheduleOf(batch);
      const batchPrograms = Array.from({ length: Math.min(arena.size, programs - done) }, (_, i) =>
        randomProgram(seed, done + i, compressed),
      );
      const trial = await arena.trial(batchPrograms, schedule);
      done += batchPrograms.length;
      steps += trial.steps;
      trial.exits.forEach((n, exit) => (exits[exit]! += n));
      tell('running');
      for (let i = 0; i < batchPrograms.length && failures.length < maxFailures; i++) {
        if (trial.differences[i]) failures.push(await examine(arena, batchPrograms[i]!, schedule, trial.differences[i]!, options, tell));
      }
    }
  } finally {
    arena.dispose();
  }
  const names = Object.keys(EXIT);
  return { seed, programs: done, steps, exits: Object.fromEntries(names.map((name, i) => [name, exits[i]!])), failures };
}

async function examine(
  arena: Arena,
  program: Program,
  schedule: Schedule,
  difference: NonNullable<Awaited<ReturnType<Arena['trial']>>['differences'][number]>,
  options: LockstepOptions,
  tell: (doing: string) => void,
): Promise<LockstepFailure> {
  tell(`shrinking program ${program.index}`);
  const shrunk = options.keepWhole
    ? undefined
    : await shrink(arena, program, schedule, (left) => tell(`shrinking program ${program.index}: ${left} blocks left`));
  return describe(arena, shrunk ?? { program, schedule: schedule.slice(0, difference.round + 1), difference });
}
