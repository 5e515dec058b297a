// The pace of a console: bytes in, milliseconds to wait.
import { expect, it } from 'vitest';
import { PACE, Pace } from '../../../src/supervisor/hal/pace.js';

it('a burst is free, then writes wait as long as the rate says', () => {
  const pace = new Pace(0);
  expect([pace.delay(PACE.BURST, 0), pace.delay(PACE.RATE / 2, 0)]).toEqual([0, 500]);
  expect(pace.delay(PACE.RATE / 4, 500)).toBe(250);
});

it('short writes count as long ones: each costs the page a callback', () => {
  const pace = new Pace(0);
  const free = Array.from({ length: 1000 }, () => pace.delay(1, 0)).findIndex((delay) => delay > 0);
  expect(free).toBe(PACE.BURST / PACE.LEAST);
});

it('a pause gives the burst back, and no more than that', () => {
  const pace = new Pace(0);
  pace.delay(PACE.BURST, 0);
  expect(pace.delay(PACE.BURST + PACE.RATE / 10, 1_000_000)).toBe(100);
});

it('over any time no more gets through than rate and burst allow', () => {
  const pace = new Pace(0);
  let [now, bytes] = [0, 0];
  for (let i = 0; i < 2000; i++) {
    bytes += 1000;
    now += pace.delay(1000, now);
    expect(bytes).toBeLessThanOrEqual(PACE.BURST + (now / 1000) * PACE.RATE + 1000);
  }
});
