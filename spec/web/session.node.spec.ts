// The automatic save, by a clock of its own: when it saves, and that what it says is kept is what the machine is.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Activity, SessionKeeper } from '../../web/machine/engine/session.js';
import type { SessionState } from '../../web/machine/protocol.js';

const machine = { steps: 5_000_000, slept: 0, waiting: 0 };
/** Steps of the machine at each save. */
let saves: number[];
let states: SessionState[];
let keeper: SessionKeeper;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', {});
  Object.assign(machine, { steps: 5_000_000, slept: 0, waiting: 0 });
  saves = [];
  states = [];
  const shelf = { put: () => Promise.resolve({ savedAt: new Date().toISOString(), size: 1 }) };
  const save = (): Promise<never> => {
    saves.push(machine.steps);
    return Promise.resolve({ bytes: new Uint8Array(1), meta: {} } as never);
  };
  keeper = new SessionKeeper(shelf as never, { activity: (): Activity => ({ ...machine }), save }, (state) => states.push(state));
  keeper.fresh();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets seconds pass; `each` is what the machine does in one. */
async function pass(seconds: number, each: () => void = idle): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    each();
    await vi.advanceTimersByTimeAsync(1000);
  }
}
/** A cursor blinks. */
const idle = (): void => void ((machine.steps += 20_000), (machine.slept += 900));
/** A guest that is at work on an adapter with a quarter of a MIPS. */
const slow = (): void => void (machine.steps += 250_000);
/** Whether what is kept is said to be the machine as it is. */
const kept = (): boolean => {
  const { state } = keeper;
  return state.kind === 'saved' && !state.newer;
};

it('saves nothing of a machine that was just made and rests', async () => {
  await pass(200);
  expect(saves).toEqual([]);
});

it('saves a machine once it has come to rest, and once', async () => {
  keeper.touch();
  await pass(1);
  expect(saves).toEqual([]);
  await pass(100);
  expect(saves).toHaveLength(1);
  expect(kept()).toBe(true);
});

it('does not take a machine that is slow for one that rests', async () => {
  keeper.touch();
  await pass(20, slow);
  expect(saves).toEqual([]);
  await pass(10);
  expect(saves).toHaveLength(1);
  expect(saves[0]).toBeGreaterThan(10_000_000);
});

it('does not take a machine with input before it for one that rests', async () => {
  keeper.touch();
  machine.waiting = 3;
  await pass(20);
  expect(saves).toEqual([]);
  machine.waiting = 0;
  await pass(5);
  expect(saves).toHaveLength(1);
});

it('says that there is something newer when the machine was saved in the middle of its work', async () => {
  await pass(5);
  keeper.touch();
  slow();
  // The tab was hidden.
  await keeper.keep();
  expect([saves.length, kept()]).toEqual([1, true]);
  await pass(2, slow);
  expect(kept()).toBe(false);
  await pass(10);
  expect([saves.length, kept()]).toEqual([2, true]);
  expect(saves[1]! - saves[0]!).toBeGreaterThan(500_000);
});

it('saves a busy machine once a minute', async () => {
  await pass(185, () => (machine.steps += 5_000_000));
  expect(saves).toHaveLength(3);
});

it('leaves a paused machine alone', async () => {
  machine.waiting = 1;
  await pass(200, () => undefined);
  expect(saves).toEqual([]);
});
