// The conformance suites as one call, and the report that the command line prints and the page offers for download.

import { GpuvisorError } from '../isa/errors.js';
import { runLockstep, type LockstepReport } from './lockstep/index.js';
import { runMutants, type Mutant, type MutantResult } from './mutants/index.js';
import { describeResult, programList, runPrograms, type FleetFactory, type ProgramResult } from './programs/index.js';
import { runSv32, type Sv32Report } from './sv32/index.js';
import { watched } from './watched.js';

/** In the order in which they run: the cheapest first. */
export const SUITES = ['programs', 'sv32', 'lockstep', 'mutants'] as const;
export type SuiteName = (typeof SUITES)[number];

/** The two harts by the names the report uses. Another executor may stand in the place of either. */
export type HartName = 'reference' | 'gpu';

/** How much each suite does. What `DEFAULT_SIZES` says unless told. */
export interface SuiteSizes {
  /** Sv32 walks on each hart. */
  readonly walks: number;
  /** Random programs in lockstep. */
  readonly programs: number;
  /** Machines of a fleet in the Sv32 and lockstep suites. */
  readonly fleetSize: number;
}

export const DEFAULT_SIZES: SuiteSizes = { walks: 100_000, programs: 20_000, fleetSize: 256 };

export interface ConformanceProgress {
  readonly suite: SuiteName;
  /** The hart under test; lockstep has both. */
  readonly hart: HartName | 'both';
  readonly done: number;
  readonly total: number;
  readonly failures: number;
  /** What is being done, in a few words; may be empty. */
  readonly doing: string;
}

/** The bugs to plant in a hart, and how. */
export interface Plant {
  readonly mutants: readonly Mutant[];
  readonly plant: (mutant: Mutant) => Promise<FleetFactory>;
}

export interface ConformanceOptions {
  readonly fleets: Readonly<Record<HartName, FleetFactory>>;
  /** All but `mutants` unless told. */
  readonly suites?: readonly SuiteName[];
  readonly sizes?: Partial<SuiteSizes>;
  /** Drawn from the clock unless told; the report has it. */
  readonly seed?: number;
  /** What the mutants suite plants; a hart without an entry is left out. */
  readonly plants?: Partial<Readonly<Record<HartName, Plant>>>;
  /** Adapter, browser, version: whatever should stand in the report. */
  readonly about?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: ConformanceProgress) => void;
  readonly signal?: AbortSignal;
}

/** One suite on one hart (lockstep: on both). Plain data. */
export interface SuiteReport {
  readonly suite: SuiteName;
  readonly hart: HartName | 'both';
  readonly passed: boolean;
  readonly seconds: number;
  /** What was done: programs, walks, steps, bugs. */
  readonly counts: Readonly<Record<string, number>>;
  /** For people; empty when the suite passed. */
  readonly failures: readonly string[];
  /** A line an item, for suites that have a list to show: programs, planted bugs. */
  readonly details: readonly string[];
}

/** JSON as it stands. */
export interface ConformanceReport {
  readonly format: 'gpuvisor-conformance-1';
  readonly started: string;
  readonly seconds: number;
  readonly seed: number;
  readonly about: Readonly<Record<string, string>>;
  /** The signal aborted it: the last suite did only what its counts say, and others may be missing. */
  readonly stopped: boolean;
  /** Everything asked for was done, and nothing failed. */
  readonly passed: boolean;
  readonly suites: readonly SuiteReport[];
}

/** A run that takes longer than this is reported as a hang, ms. */
const HANG_MS = 180_000;

type Outcome = Pick<SuiteReport, 'passed' | 'counts' | 'failures' | 'details'>;

/** What a suite is run with. */
interface Task {
  readonly options: ConformanceOptions;
  readonly sizes: SuiteSizes;
  readonly seed: number;
  readonly fleets: Readonly<Record<HartName, FleetFactory>>;
  readonly tell: (done: number, total: number, failures: number, doing?: string) => void;
}

function fromPrograms(results: readonly ProgramResult[]): Outcome {
  const failed = results.filter((r) => !r.passed);
  return {
    passed: failed.length === 0,
    counts: {
      programs: results.length,
      bare: results.filter((r) => r.environment === 'bare').length,
      virtual: results.filter((r) => r.environment === 'virtual').length,
      failed: failed.length,
    },
    failures: failed.map(describeResult),
    details: results.map(describeResult),
  };
}

function fromSv32(report: Sv32Report): Outcome {
  return {
    passed: report.failures.length === 0,
    counts: { walks: report.walks, ...report.outcomes, failed: report.failures.length },
    failures: report.failures.map((f) => f.text),
    details: [],
  };
}

function fromLockstep(report: LockstepReport): Outcome {
  return {
    passed: report.failures.length === 0,
    counts: { programs: report.programs, steps: report.steps, failed: report.failures.length, ...report.exits },
    failures: report.failures.map((f) => f.text),
    details: [],
  };
}

function fromMutants(results: readonly MutantResult[]): Outcome {
  const alive = results.filter((r) => !r.found);
  return {
    passed: alive.length === 0,
    counts: { planted: results.length, found: results.length - alive.length },
    failures: alive.map((r) => `not found: ${r.name} (${r.part})`),
    details: results.map((r) => (r.by ? `found by ${r.by}: ${r.name} (${r.part}): ${r.evidence}` : `NOT FOUND: ${r.name} (${r.part})`)),
  };
}

async function programs(task: Task, hart: HartName): Promise<Outcome> {
  let failures = 0;
  const results = await runPrograms(task.fleets[hart], undefined, {
    batch: programList().length,
    onProgress: (done, total, fresh) => {
      failures += fresh.filter((r) => !r.passed).length;
      task.tell(done, total, failures);
    },
  });
  return fromPrograms(results);
}

async function sv32({ options, sizes, seed, fleets, tell }: Task, hart: HartName): Promise<Outcome> {
  const { walks, fleetSize } = sizes;
  const onProgress = (p: { done: number; total: number; failures: number }): void => tell(p.done, p.total, p.failures);
  return fromSv32(
    await runSv32({ fleet: fleets[hart], walks, fleetSize, seed, onProgress, ...(options.signal && { signal: options.signal }) }),
  );
}

/** One in so many of the lockstep programs is one more, on harts with 16-bit instructions. */
const COMPRESSED_SHARE = 8;

async function lockstep({ options, sizes, seed, fleets, tell }: Task): Promise<Outcome> {
  const { programs: count, fleetSize } = sizes;
  const more = Math.max(fleetSize, Math.ceil(count / COMPRESSED_SHARE));
  let before = 0;
  const run = (programs: number, compressed: boolean): Promise<LockstepReport> =>
    runLockstep({
      left: fleets.reference,
      right: fleets.gpu,
      programs,
      compressed,
      fleetSize,
      seed,
      onProgress: (p) => tell(before + p.done, count + more, p.failures, p.doing),
      ...(options.signal && { signal: options.signal }),
    });
  const whole = fromLockstep(await run(count, false));
  before = count;
  const short = fromLockstep(await run(more, true));
  return {
    passed: whole.passed && short.passed,
    counts: {
      ...whole.counts,
      'compressed programs': short.counts['programs']!,
      'compressed steps': short.counts['steps']!,
      failed: whole.counts['failed']! + short.counts['failed']!,
    },
    failures: [...whole.failures, ...short.failures.map((text) => `with 16-bit instructions, ${text}`)],
    details: [],
  };
}

/** Programs of the lockstep ring for each planted bug: enough to find what programs and walks let through. */
const MUTANT_PROGRAMS = 2048;

async function mutants({ options, sizes, seed, tell }: Task, hart: HartName): Promise<Outcome> {
  const planted = options.plants?.[hart];
  if (!planted) throw new GpuvisorError('BAD_ARGUMENT', `no planted bugs were given for the ${hart} hart`);
  // The reference hart stands in for a second one when its own bugs are hunted: it needs no adapter and starts at once.
  const other = options.fleets.reference;
  const onProgress = (p: { done: number; total: number; alive: number; doing: string }): void => tell(p.done, p.total, p.alive, p.doing);
  return fromMutants(
    await runMutants({
      ...planted,
      other,
      seed,
      programs: Math.min(MUTANT_PROGRAMS, sizes.programs),
      onProgress,
      ...(options.signal && { signal: options.signal }),
    }),
  );
}

/** The harts a suite runs on, one after another. */
function hartsOf(suite: SuiteName, options: ConformanceOptions): readonly (HartName | 'both')[] {
  if (suite === 'lockstep') return ['both'];
  if (suite === 'mutants') return (['reference', 'gpu'] as const).filter((hart) => options.plants?.[hart]);
  return ['reference', 'gpu'];
}

async function runSuite(suite: SuiteName, hart: HartName | 'both', task: Task): Promise<Outcome> {
  if (hart === 'both') return lockstep(task);
  if (suite === 'programs') return programs(task, hart);
  return suite === 'sv32' ? sv32(task, hart) : mutants(task, hart);
}

/**
 * Runs suites, one after another. What differs or fails is in the report, also of a run that the signal stopped; only what keeps a suite from running is thrown.
 * @throws GpuvisorError BAD_ARGUMENT, TIMEOUT (a run hangs), and whatever the fleets throw
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { suites = ['programs', 'sv32', 'lockstep'], seed = Date.now() >>> 0, about = {} } = options;
  const sizes = { ...DEFAULT_SIZES, ...options.sizes };
  const fleets = { reference: watched(options.fleets.reference, HANG_MS), gpu: watched(options.fleets.gpu, HANG_MS) };
  const started = new Date();
  const reports: SuiteReport[] = [];
  for (const suite of SUITES.filter((s) => suites.includes(s))) {
    for (const hart of hartsOf(suite, options)) {
      if (options.signal?.aborted) break;
      const from = performance.now();
      const tell = (done: number, total: number, failures: number, doing = ''): void =>
        options.onProgress?.({ suite, hart, done, total, failures, doing });
      const outcome = await runSuite(suite, hart, { options, sizes, seed, fleets, tell });
      // A suite that was cut short has not passed, whatever it did until then.
      const passed = outcome.passed && !options.signal?.aborted;
      reports.push({ suite, hart, seconds: (performance.now() - from) / 1000, ...outcome, passed });
    }
  }
  const stopped = options.signal?.aborted ?? false;
  return {
    format: 'gpuvisor-conformance-1',
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    seed,
    about,
    stopped,
    passed: !stopped && reports.every((r) => r.passed),
    suites: reports,
  };
}

const verdict = (passed: boolean, failures: number): string => (passed ? 'pass' : failures > 0 ? 'FAIL' : 'stopped');

/** A report as a few lines of text. */
export function describeReport(report: ConformanceReport): string {
  const failures = report.suites.reduce((sum, s) => sum + s.failures.length, 0);
  const lines = report.suites.flatMap((s) => {
    const counts = Object.entries(s.counts).map(([name, n]) => `${n.toLocaleString('en')} ${name}`);
    return [
      `${verdict(s.passed, s.failures.length)} ${s.suite} (${s.hart}): ${counts.join(', ')}; ${s.seconds.toFixed(1)} s`,
      ...s.failures,
    ];
  });
  return [...lines, `${verdict(report.passed, failures)}: seed ${report.seed}, ${report.seconds.toFixed(0)} s`].join('\n');
}
