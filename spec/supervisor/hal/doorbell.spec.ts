// The doorbell at a mailbox's status word.
import { describe, expect, it } from 'vitest';
import { createMailbox, KernelMailbox, ProcessMailbox, STATUS, WORD } from '../../../src/supervisor/abi/index.js';
import { BEST_WAKE, Doorbell, type Wake } from '../../../src/supervisor/hal/doorbell.js';

function bell(wake: Wake = 'wait'): { words: Int32Array; process: ProcessMailbox; doorbell: Doorbell; rings: () => number } {
  const buffer = createMailbox(3, 1);
  const { words } = new KernelMailbox(3, buffer);
  let rings = 0;
  const doorbell = new Doorbell(words, wake, () => rings++);
  return { words, process: new ProcessMailbox(buffer), doorbell, rings: () => rings };
}
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('a doorbell', () => {
  it('waits by Atomics.waitAsync in every runtime this is tested in', () => {
    expect(BEST_WAKE).toBe('wait');
  });

  it('rings when a request comes, once, and only when it is armed', async () => {
    const { process, doorbell, rings } = bell();
    doorbell.arm();
    doorbell.arm();
    expect([doorbell.waiting, rings()]).toEqual([true, 0]);
    process.post(0, [0, 0, 0]);
    await turn();
    expect([doorbell.waiting, rings()]).toEqual([false, 1]);
  });

  it('rings at once when the request is there already', () => {
    const { process, doorbell, rings } = bell();
    process.post(0, [0, 0, 0]);
    doorbell.arm();
    expect([doorbell.waiting, rings()]).toEqual([false, 1]);
  });

  it('goes on waiting when it is woken for nothing', async () => {
    const { words, doorbell, rings } = bell();
    doorbell.arm();
    Atomics.notify(words, WORD.STATUS);
    await turn();
    expect([doorbell.waiting, rings()]).toEqual([true, 0]);
    doorbell.release();
  });

  it('waits for the next request though the answer was not taken yet', async () => {
    const { words, process, doorbell, rings } = bell();
    Atomics.store(words, WORD.STATUS, STATUS.READY);
    doorbell.arm();
    process.take();
    process.post(0, [0, 0, 0]);
    await turn();
    expect(rings()).toBe(1);
  });

  it('rings for a status that is none: whoever looks judges it', () => {
    const { words, doorbell, rings } = bell();
    Atomics.store(words, WORD.STATUS, 9);
    doorbell.arm();
    expect(rings()).toBe(1);
  });

  it('released, rings no more and leaves no waiter with the platform', async () => {
    const { words, process, doorbell, rings } = bell();
    doorbell.arm();
    doorbell.release();
    await turn();
    expect(doorbell.waiting).toBe(false);
    doorbell.arm();
    process.post(0, [0, 0, 0]);
    await turn();
    expect([rings(), Atomics.notify(words, WORD.STATUS)]).toEqual([0, 0]);
  });

  it.each<Wake>(['message', 'poll'])('leaves %s to others', async (wake) => {
    const { process, doorbell, rings } = bell(wake);
    doorbell.arm();
    process.post(0, [0, 0, 0]);
    await turn();
    expect([doorbell.waiting, rings()]).toEqual([false, 0]);
  });
});
