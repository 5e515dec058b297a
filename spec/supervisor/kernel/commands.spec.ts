// Random command sequences against the model. After every step: same result, same late answers, same holders, queues, waits and uses; the fold of the
// commits is the state; every invariant holds (rig.ts).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acts, Act, both, KINDS, type Kind } from './commands.js';

/** Longer hunts in Node: SUPERVISOR_RUNS=50 makes fifty times as many runs. */
const TIMES = Number((globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env['SUPERVISOR_RUNS'] ?? 1);

const run = (kinds: readonly Kind[], size: number, numRuns: number): void => {
  fc.assert(
    fc.property(acts(kinds, size), (commands) => {
      fc.modelRun(() => both(), commands);
    }),
    { numRuns: numRuns * TIMES },
  );
};

const CAPS: readonly Kind[] = [
  'grant',
  'grant',
  'derive',
  'delete',
  'revoke',
  'disarm',
  'send-cap',
  'poll',
  'receive',
  'time',
  'kill',
  'spawn',
];
const IPC: readonly Kind[] = [
  'send',
  'send',
  'grant',
  'receive',
  'poll',
  'poll',
  'call',
  'call',
  'reply',
  'reply',
  'create',
  'input',
  'time',
  'exit',
  'spawn',
];
const VMS: readonly Kind[] = [
  'grant',
  'grant',
  'vm-begin',
  'vm-begin',
  'vm-end',
  'revoke',
  'renew',
  'mint',
  'send-cap',
  'kill',
  'spawn',
  'spawn',
  'derive',
  'time',
];

describe('the kernel and the model', () => {
  it('do the same with everything', () => run(KINDS, 60, 80));
  it('do the same with capabilities', () => run(CAPS, 60, 60));
  it('do the same with messages', () => run(IPC, 60, 60));
  it('do the same with machines', () => run(VMS, 60, 40));
});

describe('the comparison', () => {
  it('would notice: a model that is told otherwise disagrees', () => {
    const { model, real } = both();
    new Act('grant', [0, 0, 2, 2]).run(model, real);
    model.caps.pop();
    expect(() => new Act('sleep', [1, 0, 0, 1]).run(model, real)).toThrow();
  });

  it('meets what it should meet: blocked receivers, calls, transfers, cascades, full queues, cancelled uses', () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(acts(KINDS, 80), (commands) => {
        const { model, real } = both();
        for (const command of commands) {
          command.run(model, real);
          for (const c of real.last.commits) met.set(c.type, (met.get(c.type) ?? 0) + 1);
          const key = `result ${Math.min(0, real.last.result ?? 0)}`;
          met.set(key, (met.get(key) ?? 0) + 1);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
    for (const type of [
      'ProcessBlocked',
      'ProcessWoken',
      'ProcessEnded',
      'CapRemoved',
      'MessageReceived',
      'CallEnded',
      'UseEnded',
      'ObjectRenewed',
      'EndpointDestroyed',
    ]) {
      expect(met.get(type), type).toBeGreaterThan(0);
    }
    for (const error of [1, 2, 3, 5, 6, 7, 8]) expect(met.get(`result -${error}`), `error ${error}`).toBeGreaterThan(0);
  });
});
