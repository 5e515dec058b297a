// The watchdog, with timers that are driven by hand.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Watchdog } from '../../../src/supervisor/hal/watchdog.js';

interface Dog {
  name: string;
  heard: number;
  waits: boolean;
  patience: number;
}

let expired: string[] = [];
let watchdog: Watchdog<Dog>;
const dog = (name: string, patience = 1000, waits = false): Dog => ({ name, heard: 0, waits, patience });
beforeEach(() => {
  vi.useFakeTimers();
  expired = [];
  watchdog = new Watchdog<Dog>(1000, (one) => expired.push(one.name));
});
afterEach(() => vi.useRealTimers());

it('tells of who was silent for its patience, not before, and once', async () => {
  watchdog.watch(dog('short'));
  watchdog.watch(dog('long', 3000));
  await vi.advanceTimersByTimeAsync(1000);
  expect(expired).toEqual([]);
  await vi.advanceTimersByTimeAsync(250);
  expect(expired).toEqual(['short']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect([expired, watchdog.timers]).toEqual([['short', 'long'], 0]);
});

it('tells of nobody who calls, or waits for the kernel', async () => {
  const [calls, waits] = [dog('calls'), dog('waits', 1000, true)];
  watchdog.watch(calls);
  watchdog.watch(waits);
  for (let i = 0; i < 20; i++) {
    await vi.advanceTimersByTimeAsync(900);
    calls.heard++;
  }
  expect(expired).toEqual([]);
  [calls.waits, waits.waits] = [true, false];
  await vi.advanceTimersByTimeAsync(1500);
  expect(expired).toEqual(['waits']);
});

it('suspects nobody for a pause of the whole page', () => {
  watchdog.watch(dog('asleep'));
  vi.advanceTimersByTime(250);
  // One look for an hour in which nobody looked.
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(250);
  expect(expired).toEqual([]);
});

it('has one timer while somebody is watched, and none otherwise', () => {
  const [a, b] = [dog('a'), dog('b')];
  expect(watchdog.timers).toBe(0);
  watchdog.watch(a);
  watchdog.watch(b);
  expect([watchdog.timers, vi.getTimerCount()]).toEqual([1, 1]);
  watchdog.leave(a);
  watchdog.leave(b);
  expect([watchdog.timers, vi.getTimerCount()]).toEqual([0, 0]);
});
