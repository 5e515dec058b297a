// A run of the suites that is stopped says what it did until then, failures included, and never that it passed.
import { expect, it } from 'vitest';
import { describeReport, runConformance } from '../../src/conformance/index.js';
import { ReferenceFleet } from '../../src/reference/index.js';
import { STATE_WORDS, W } from '../../src/isa/state.js';
import type { ExecutorConfig } from '../../src/machine/executor.js';

const reference = (config: ExecutorConfig, size: number): ReferenceFleet => new ReferenceFleet(config, size);

/** A hart whose x5 is off by one when it is read. */
class Wrong extends ReferenceFleet {
  override async readStates(): Promise<Uint32Array> {
    const states = await super.readStates();
    for (let i = 0; i < this.size; i++) states[i * STATE_WORDS + W.x + 5]! += 1;
    return states;
  }
}

it('without failures', async () => {
  const stop = new AbortController();
  const report = await runConformance({
    fleets: { reference, gpu: reference },
    suites: ['sv32', 'lockstep'],
    sizes: { walks: 1_000_000, fleetSize: 16 },
    seed: 1,
    signal: stop.signal,
    onProgress: ({ done }) => done > 500 && stop.abort(),
  });
  expect(report).toMatchObject({ stopped: true, passed: false });
  expect(report.suites.map((s) => [s.suite, s.hart, s.passed, s.failures])).toEqual([['sv32', 'reference', false, []]]);
  expect(report.suites[0]!.counts['walks']).toBeGreaterThan(500);
  expect(describeReport(report)).toMatch(/^stopped sv32[^]*\nstopped: seed 1/);
});

it('with one', async () => {
  const stop = new AbortController();
  const report = await runConformance({
    fleets: { reference, gpu: (config, size) => new Wrong(config, size) },
    suites: ['sv32'],
    sizes: { walks: 2_000, fleetSize: 16 },
    seed: 1,
    signal: stop.signal,
    onProgress: ({ failures }) => failures > 0 && stop.abort(),
  });
  expect(report).toMatchObject({ stopped: true, passed: false });
  expect(report.suites.at(-1)).toMatchObject({ hart: 'gpu', passed: false });
  expect(report.suites.at(-1)!.failures.length).toBeGreaterThan(0);
  expect(describeReport(report)).toContain('FAIL sv32 (gpu)');
});
