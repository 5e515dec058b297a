// Long work on one thread: others have their turn, progress is told, and it can be stopped.
import { describe, expect, it } from 'vitest';
import { Pace, type PaceOptions } from '../../src/machine/pace.js';

/** A hundred pieces of a millisecond. */
async function work(options: PaceOptions): Promise<string> {
  const pace = new Pace(100, 'the work', options);
  for (let i = 0; i < 100; i++) {
    for (const until = performance.now() + 1; performance.now() < until;);
    await pace.add(1);
  }
  pace.finish();
  return 'done';
}

describe('long work', () => {
  it('lets others have their turn, and gives its result', async () => {
    const order: (number | string)[] = [];
    const timer = setInterval(() => order.push('timer'), 1);
    try {
      expect(await work({ progress: (done) => order.push(done) })).toBe('done');
    } finally {
      clearInterval(timer);
    }
    expect(order.filter((what) => typeof what === 'number').length).toBeGreaterThan(4);
    expect(order.slice(0, order.lastIndexOf(order.findLast((what) => typeof what === 'number')!))).toContain('timer');
    expect(order.at(-1)).toBe(100);
  });

  it('ends with ABORTED when it is told to, before it began or in the middle', async () => {
    await expect(work({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    const controller = new AbortController();
    const progress = (done: number): void => {
      expect(done).toBeLessThan(100);
      if (done > 10) controller.abort();
    };
    await expect(work({ signal: controller.signal, progress })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
