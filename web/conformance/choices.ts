// The conformance page's suites, how much each does, and what a run is asked for.

import { DEFAULT_SIZES, type SuiteName } from '../../src/conformance/suites.js';
import type { SuiteRow } from '../shared/suites.js';

/** One run of the page. Plain data. */
export interface ConformanceRequest {
  readonly suites: readonly SuiteName[];
  readonly seed: number;
  readonly walks: number;
  readonly programs: number;
  /** What should stand in the report: browser, adapter. */
  readonly about: Readonly<Record<string, string>>;
}

export type Preset = 'quick' | 'full';

/** `quick` ends in a few minutes on a software adapter; `full` is what the command line does. */
export const PRESETS: Readonly<Record<Preset, ReadonlyMap<SuiteName, number>>> = {
  quick: new Map([
    ['sv32', 20_000],
    ['lockstep', 2_048],
  ]),
  full: new Map([
    ['sv32', DEFAULT_SIZES.walks],
    ['lockstep', DEFAULT_SIZES.programs],
  ]),
};

/** Beyond this a reader has mistyped. */
const MOST = 100_000_000;
const counted = (name: SuiteName): { count: { initial: number; most: number } } => ({
  count: { initial: PRESETS.quick.get(name)!, most: MOST },
});

/** In the order in which they run. */
export const ROWS: readonly (SuiteRow & { readonly name: SuiteName })[] = [
  {
    name: 'programs',
    title: 'Programs',
    about: 'One small program for each instruction and each rule of the manual, in machine mode and under virtual memory, on each hart.',
    unit: 'runs',
    chosen: true,
  },
  {
    name: 'sv32',
    title: 'Sv32',
    about: 'Random page tables and accesses on each hart, judged by a third page walk written from the manual.',
    unit: 'walks',
    chosen: true,
    ...counted('sv32'),
  },
  {
    name: 'lockstep',
    title: 'Lockstep',
    about: 'Random programs on both harts side by side. A difference is shrunk to a few instructions and shown.',
    unit: 'programs',
    chosen: true,
    ...counted('lockstep'),
  },
  {
    name: 'mutants',
    title: 'Planted bugs',
    about: 'Small wrong edits to the shader, one at a time; the suites above must notice each. Takes a while: every edit is compiled anew.',
    unit: 'bugs',
    chosen: false,
  },
];
