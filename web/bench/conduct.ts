// The bench as the page runs it: bench/suite.ts with the yardstick's text.

import naiveWgsl from '../../bench/naive.wgsl?raw';
import { runBench, type BenchReport } from '../../bench/suite.js';
import type { Work } from '../shared/work.js';

export interface BenchRequest {
  readonly suites: readonly string[];
}

export interface BenchProgress {
  readonly suite: string;
  readonly done: number;
  readonly total: number;
  readonly doing?: string;
}

export const conduct: Work<BenchRequest, BenchProgress, BenchReport> = ({ suites }, onProgress, signal) =>
  runBench({ suites, naiveWgsl, onProgress, signal });
