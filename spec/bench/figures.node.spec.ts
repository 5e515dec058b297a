// The figures of README.md are those of bench/results; medians and plots are what they claim.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plotBench } from '../../bench/plot.js';
import { spread } from '../../bench/suite.js';
import { currentReadme } from '../../scripts/readme-figures.js';

describe('figures', () => {
  it('README.md has the figures of bench/results (npx tsx scripts/readme-figures.ts)', () => {
    expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toBe(currentReadme());
  });

  it('the median is the middle one', () => {
    expect(spread([5, 1, 9])).toEqual({ min: 1, median: 5, max: 9, runs: 3 });
    expect(spread([4, 1, 2, 9])).toEqual({ min: 1, median: 3, max: 9, runs: 4 });
  });

  it('a plot shows every figure and escapes what it is given', () => {
    const svg = plotBench({
      adapter: 'a<b>',
      runtime: 'r',
      date: '2026-01-01T00:00:00Z',
      guests: { one: spread([12.3]), two: spread([456]) },
    });
    expect(svg).toContain('a&lt;b&gt;');
    expect(svg).toContain('12.3 MIPS');
    expect(svg).toContain('456 MIPS');
  });
});
