// The Sv32 suite on both harts, and on one that is wrong.

import { describe, expect, it } from 'vitest';
import { runSv32 } from '../../src/conformance/sv32/index.js';
import { W } from '../../src/isa/state.js';
import { gpu, reference, wrong } from './fleets.js';

describe('Sv32 walks', () => {
  it.each([
    ['reference', reference],
    ['gpu', gpu],
  ])('%s agrees with the oracle', async (_, fleet) => {
    const report = await runSv32({ fleet, walks: 4000, seed: 5, fleetSize: 64 });
    expect(report.failures.map((f) => f.text)).toEqual([]);
    expect(report.walks).toBeGreaterThanOrEqual(4000);
    // Every kind of outcome is there in numbers.
    for (const kind of ['ok', 'page', 'access', 'updated'] as const) expect(report.outcomes[kind]).toBeGreaterThan(50);
  });

  it('notices a wrong cause, and says on what', async () => {
    const fleet = wrong((s) => {
      if (s[W.mcause] === 13) s[W.mcause] = 5;
    });
    const report = await runSv32({ fleet, walks: 1000, seed: 5, fleetSize: 16, maxFailures: 2 });
    expect(report.failures).toHaveLength(2);
    expect(report.failures[0]).toMatchObject({ what: 'mcause', expected: 13, got: 5 });
    expect(report.failures[0]!.text).toMatch(
      /privilege \d, mstatus 0x[0-9a-f]{8}, satp 0x[0-9a-f]{8}, ADUE [01]\n +(load|store|amo|jump) 0x/,
    );
  });

  it('is the same for the same seed', async () => {
    const [a, b, c] = await Promise.all([5, 5, 6].map((seed) => runSv32({ fleet: reference, walks: 500, seed, fleetSize: 16 })));
    expect(a).toEqual(b);
    expect(a!.outcomes).not.toEqual(c!.outcomes);
  });
});
