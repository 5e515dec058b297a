// The programs of riscv-tests/ on the GPU: all pass, in as many steps and with the signatures of the reference hart.
import { describe, expect, it } from 'vitest';
import { describeResult, runPrograms } from '../../src/conformance/programs/index.js';
import { GpuFleet } from '../../src/gpu/index.js';
import { ReferenceFleet } from '../../src/reference/index.js';

describe('the programs on the GPU', () => {
  it('all pass, as on the reference hart', { timeout: 600_000 }, async () => {
    const expected = await runPrograms((config, size) => new ReferenceFleet(config, size));
    const results = await runPrograms((config, size) => GpuFleet.create({ ...config, size }));
    expect(results.filter((r) => !r.passed).map(describeResult)).toEqual([]);
    const brief = (r: (typeof results)[number]): unknown => [r.name, r.environment, r.exit, r.steps, Array.from(r.signature)];
    results.forEach((r, i) => expect(brief(r)).toEqual(brief(expected[i]!)));
  });
});
