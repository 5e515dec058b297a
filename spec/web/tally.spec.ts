// The arithmetic and the verdicts of the pages: progress of two harts in one row, reports to states and sentences, failures to readable text.
import { describe, expect, it } from 'vitest';
import type { ConformanceReport, SuiteReport } from '../../src/conformance/suites.js';
import { quantile } from '../../web/bench/frames.js';
import { Tally, conclusion, failuresOf, verdictOn } from '../../web/conformance/tally.js';
import { duration, grouped } from '../../web/shared/elements.js';
import { browserName } from '../../web/shared/environment.js';

const suite = (over: Partial<SuiteReport>): SuiteReport => ({
  suite: 'lockstep',
  hart: 'both',
  passed: true,
  seconds: 1,
  counts: { programs: 10 },
  failures: [],
  details: [],
  ...over,
});
const report = (...suites: SuiteReport[]): ConformanceReport => ({
  format: 'gpuvisor-conformance-1',
  started: '2026-01-01T00:00:00.000Z',
  seconds: 1,
  seed: 7,
  about: {},
  stopped: false,
  passed: suites.every((s) => s.passed),
  suites,
});

describe('Tally', () => {
  it('adds up the harts of a suite and counts the one that has not begun', () => {
    const tally = new Tally();
    const base = { suite: 'programs', total: 100, failures: 0, doing: '' } as const;
    expect(tally.add({ ...base, hart: 'reference', done: 40 })).toMatchObject({ done: 40, total: 200, doing: 'on the reference hart' });
    tally.add({ ...base, hart: 'reference', done: 100, failures: 1 });
    expect(tally.add({ ...base, hart: 'gpu', done: 30, failures: 2 })).toMatchObject({
      done: 130,
      total: 200,
      failures: 3,
      doing: 'on the GPU',
    });
  });

  it('keeps suites apart, and lockstep is one', () => {
    const tally = new Tally();
    tally.add({ suite: 'sv32', hart: 'gpu', done: 5, total: 10, failures: 4, doing: '' });
    const row = tally.add({ suite: 'lockstep', hart: 'both', done: 256, total: 512, failures: 0, doing: 'running' });
    expect(row).toEqual({ done: 256, total: 512, failures: 0, doing: 'running' });
  });
});

describe('verdicts', () => {
  const bug = '0x80000010: slt a0, a1, a2\nx10 is 0, the other hart says 1';

  it('pass only when every hart of every suite that was asked for has passed', () => {
    const both = report(suite({ suite: 'sv32', hart: 'reference' }), suite({ suite: 'sv32', hart: 'gpu' }), suite({}));
    expect(conclusion(['sv32', 'lockstep'], both).state).toBe('passed');
    expect(conclusion(['programs', 'sv32', 'lockstep'], both).state).toBe('stopped');
    expect(verdictOn('sv32', report(suite({ suite: 'sv32', hart: 'reference' })))).toBe('stopped');
    expect(conclusion([], report()).state).toBe('stopped');
  });

  it('fail on one failure, also of a run that was stopped', () => {
    const failed = report(suite({ passed: false, failures: [bug] }));
    expect(conclusion(['lockstep'], failed)).toEqual({ state: 'failed', sentence: '1 failure: see below.' });
    expect(conclusion(['programs', 'lockstep'], failed).state).toBe('failed');
    expect(verdictOn('lockstep', failed)).toBe('failed');
  });

  it('a suite that did not pass is never shown as passed, even without a text', () => {
    expect(verdictOn('lockstep', report(suite({ passed: false })))).not.toBe('passed');
  });

  it('show a failure by its first line, with its disassembly beneath', () => {
    expect(failuresOf(report(suite({ passed: false, failures: [bug] })))).toEqual([
      { title: 'Lockstep: 0x80000010: slt a0, a1, a2', text: 'x10 is 0, the other hart says 1' },
    ]);
    expect(failuresOf(report(suite({ suite: 'programs', hart: 'gpu', passed: false, failures: ['FAIL add (bare)'] })))[0]!.title).toBe(
      'Programs on the GPU: FAIL add (bare)',
    );
  });
});

describe('words and figures', () => {
  it('quantiles', () => {
    expect(quantile([5, 1, 3], 0.5)).toBe(3);
    expect(quantile([1, 2, 3, 4, 100], 0.95)).toBe(100);
    expect(quantile([], 0.5)).toBe(0);
  });

  it('numbers and times', () => {
    expect(grouped(1234567)).toBe('1\u202f234\u202f567');
    expect(grouped(999)).toBe('999');
    expect(duration(59.94)).toBe('59.9 s');
    expect(duration(185)).toBe('3 min 05 s');
  });

  it('browsers by their own name', () => {
    expect(browserName('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0')).toBe('Firefox 153');
    const brands = [
      { brand: 'Not)A;Brand', version: '8' },
      { brand: 'Chromium', version: '156' },
    ];
    expect(browserName('', brands)).toBe('Chromium 156');
    expect(browserName('', [...brands, { brand: 'Google Chrome', version: '156' }])).toBe('Google Chrome 156');
    expect(browserName('Mozilla/5.0 (Macintosh) AppleWebKit/605 (KHTML, like Gecko) Version/26.0 Safari/605')).toBe('Safari 26');
  });
});
