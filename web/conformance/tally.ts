// Progress and reports of single harts, added up to what a row of the page shows. No DOM.

import type { ConformanceProgress, ConformanceReport, SuiteName, SuiteReport } from '../../src/conformance/suites.js';
import type { RowProgress, RowState } from '../shared/suites.js';
import { ROWS } from './choices.js';

/** How many harts a suite runs on, one after another, as the page runs it. */
const HARTS: Readonly<Record<SuiteName, number>> = { programs: 2, sv32: 2, lockstep: 1, mutants: 1 };
const TITLES = new Map(ROWS.map((row) => [row.name, row.title]));
const HART_NAMES = { reference: 'on the reference hart', gpu: 'on the GPU', both: '' } as const;

/** Adds up what is heard of each suite. */
export class Tally {
  readonly #heard = new Map<SuiteName, Map<string, ConformanceProgress>>();

  /** Takes a message, and gives the suite's row. */
  add(progress: ConformanceProgress): RowProgress {
    const harts = this.#heard.get(progress.suite) ?? new Map<string, ConformanceProgress>();
    harts.set(progress.hart, progress);
    this.#heard.set(progress.suite, harts);
    const sum = (of: (p: ConformanceProgress) => number): number => [...harts.values()].reduce((total, p) => total + of(p), 0);
    const unheard = HARTS[progress.suite] - harts.size;
    return {
      done: sum((p) => p.done),
      total: sum((p) => Math.max(p.done, p.total)) + unheard * progress.total,
      failures: sum((p) => p.failures),
      doing: [progress.doing, HART_NAMES[progress.hart]].filter((words) => words !== '').join(', '),
    };
  }
}

/** A failure as the page shows it. */
export interface Failure {
  readonly title: string;
  readonly text: string;
}

/** Everything that failed, in order. The first line of a failure's text is its title. */
export function failuresOf(report: ConformanceReport): Failure[] {
  return report.suites.flatMap((suite) =>
    suite.failures.map((text) => {
      const [first = '', ...rest] = text.split('\n');
      return { title: `${titleOf(suite)}: ${first}`, text: rest.join('\n') };
    }),
  );
}

function titleOf({ suite, hart }: SuiteReport): string {
  return [TITLES.get(suite) ?? suite, HART_NAMES[hart]].filter((words) => words !== '').join(' ');
}

/** The verdict on one suite: over all harts that it was run on; stopped when one of them is missing. */
export function verdictOn(suite: SuiteName, report: ConformanceReport): RowState {
  const reports = report.suites.filter((s) => s.suite === suite);
  if (reports.some((s) => !s.passed && s.failures.length > 0)) return 'failed';
  if (reports.length < HARTS[suite]) return 'stopped';
  return reports.every((s) => s.passed) ? 'passed' : 'stopped';
}

/** What a whole run comes to, as a state and a sentence. */
export function conclusion(
  asked: readonly SuiteName[],
  report: ConformanceReport,
): { readonly state: RowState; readonly sentence: string } {
  const verdicts = asked.map((suite) => verdictOn(suite, report));
  const failures = report.suites.reduce((sum, s) => sum + s.failures.length, 0);
  if (verdicts.includes('failed'))
    return { state: 'failed', sentence: failures === 1 ? '1 failure: see below.' : `${failures} failures: see below.` };
  if (verdicts.includes('stopped') || verdicts.length === 0) return { state: 'stopped', sentence: 'Stopped. No failure until then.' };
  return { state: 'passed', sentence: 'Everything passed.' };
}
