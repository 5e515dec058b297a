// The report of a conformance run.

import { describe, expect, it } from 'vitest';
import { describeReport, runConformance, type ConformanceProgress } from '../../src/conformance/suites.js';
import { W } from '../../src/isa/state.js';
import { reference, wrong } from './fleets.js';

const sizes = { walks: 500, programs: 32, fleetSize: 16 };

describe('runConformance', () => {
  it('counts what was done and passes two equal harts', async () => {
    const progress: ConformanceProgress[] = [];
    const report = await runConformance({
      fleets: { reference, gpu: reference },
      sizes,
      seed: 9,
      about: { adapter: 'none' },
      onProgress: (p) => progress.push(p),
    });
    expect(report).toMatchObject({ format: 'gpuvisor-conformance-1', seed: 9, passed: true, about: { adapter: 'none' } });
    expect(report.suites.map((s) => [s.suite, s.hart, s.passed])).toEqual([
      ['programs', 'reference', true],
      ['programs', 'gpu', true],
      ['sv32', 'reference', true],
      ['sv32', 'gpu', true],
      ['lockstep', 'both', true],
    ]);
    expect(report.suites[0]!.counts['programs']).toBeGreaterThanOrEqual(150);
    expect(report.suites[4]!.counts['programs']).toBe(32);
    expect(new Set(progress.map((p) => p.suite))).toEqual(new Set(['programs', 'sv32', 'lockstep']));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(describeReport(report)).toMatch(/pass lockstep \(both\): 32 programs/);
  });

  it('reports what fails, without throwing', async () => {
    const bad = wrong((s) => {
      if (s[W.mcause] === 2) s[W.mtval] = 0;
    });
    const report = await runConformance({
      fleets: { reference, gpu: bad },
      sizes: { ...sizes, programs: 64 },
      suites: ['lockstep'],
      seed: 9,
    });
    expect(report.passed).toBe(false);
    expect(report.suites[0]!.failures[0]).toMatch(/mtval/);
    expect(describeReport(report)).toMatch(/FAIL lockstep/);
  });

  it('runs the planted bugs it is given', async () => {
    const mutants = [{ name: 'none at all', part: 'nowhere', find: '', replace: '' }];
    const report = await runConformance({
      fleets: { reference, gpu: reference },
      suites: ['mutants'],
      seed: 9,
      plants: { gpu: { mutants, plant: async () => reference } },
    });
    // Nothing was planted, so nothing is found, and that fails the suite.
    expect(report.suites).toMatchObject([{ suite: 'mutants', hart: 'gpu', passed: false, counts: { planted: 1, found: 0 } }]);
  });
});
