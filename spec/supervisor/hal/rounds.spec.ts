// Fair rounds, with a clock that is set.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BUDGET, HOLD, Rounds } from '../../../src/supervisor/hal/rounds.js';

interface One {
  readonly name: string;
  /** Milliseconds it takes to serve. */
  readonly cost: number;
  /** Times it rings again. */
  more: number;
}

let now = 0;
let served: string[] = [];
let held = false;
let rounds: Rounds<One>;
const one = (name: string, cost = 0, more = 0): One => ({ name, cost, more });
const microtasks = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [now, served, held] = [1000, [], false];
  rounds = new Rounds<One>(
    (who) => {
      served.push(who.name);
      now += who.cost;
      if (who.more-- > 0) rounds.ring(who);
    },
    () => now,
    () => held,
  );
});
afterEach(() => {
  rounds.stop();
  vi.useRealTimers();
});

describe('rounds', () => {
  it('serve each once a round, in the order of ringing, however often it rings', async () => {
    const [a, b, c] = [one('a', 0, 2), one('b', 0, 1), one('c')];
    for (const who of [a, b, a, c, a]) rounds.ring(who);
    await microtasks();
    expect(served.join('')).toBe('abcaba');
  });

  it('stop after their time and go on when the page has had its turn', async () => {
    for (const name of 'abcdef') rounds.ring(one(name, BUDGET / 4));
    await microtasks();
    expect([served.join(''), rounds.pausing]).toEqual(['abcd', true]);
    rounds.ring(one('g'));
    await microtasks();
    expect(served.join('')).toBe('abcd');
    await vi.advanceTimersByTimeAsync(1);
    expect([served.join(''), rounds.pausing]).toEqual(['abcdefg', false]);
  });

  it('count what many small ones take together, and what the page has had back', async () => {
    for (let i = 0; i < 3; i++) {
      rounds.ring(one('x', BUDGET / 4));
      await microtasks();
    }
    expect(rounds.pausing).toBe(false);
    now += BUDGET;
    for (let i = 0; i < 3; i++) {
      rounds.ring(one('x', BUDGET / 4));
      await microtasks();
    }
    expect(rounds.pausing).toBe(false);
    rounds.ring(one('x', BUDGET / 4));
    await microtasks();
    expect(rounds.pausing).toBe(true);
  });

  it('are held back as long as it is said, and lose nobody', async () => {
    held = true;
    for (const name of 'ab') rounds.ring(one(name));
    await microtasks();
    await vi.advanceTimersByTimeAsync(5 * HOLD);
    expect(served.join('')).toBe('');
    held = false;
    await vi.advanceTimersByTimeAsync(HOLD);
    expect(served.join('')).toBe('ab');
  });

  it('forget who leaves, and everybody when they are stopped', async () => {
    const [a, b] = [one('a'), one('b')];
    rounds.ring(a);
    rounds.ring(b);
    rounds.leave(a);
    await microtasks();
    rounds.ring(a);
    rounds.stop();
    await microtasks();
    expect(served.join('')).toBe('b');
  });
});
