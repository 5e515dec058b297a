// Results of a browser that only looks for them when it is asked (src/gpu/answers.ts): they are asked for, and nobody else is bothered.
import { expect, test } from 'vitest';
import { Answers } from '../../src/gpu/answers.js';
import { requestAdapter } from '../../src/gpu/adapter.js';

/** A queue whose results come with the third submit, and never by themselves. */
function sleepy(outcome: 'value' | 'error'): { submits: number; submit(): void; result: Promise<string> } {
  let settle!: () => void;
  const result = new Promise<string>((resolve, reject) => {
    settle = () => (outcome === 'value' ? resolve('here') : reject(new Error('lost')));
  });
  const queue = {
    submits: 0,
    result,
    submit(): void {
      if (++queue.submits === 3) settle();
    },
  };
  return queue;
}

test('a result that comes only when the queue is used is asked for', async () => {
  const queue = sleepy('value');
  expect(await new Answers(queue, true).wait(queue.result)).toBe('here');
  expect(queue.submits).toBe(3);
});

test('an error ends the asking and reaches the caller', async () => {
  const queue = sleepy('error');
  await expect(new Answers(queue, true).wait(queue.result)).rejects.toThrow('lost');
  expect(queue.submits).toBe(3);
});

test('long work is asked for with rests between', async () => {
  const queue = { submits: 0, submit: () => void queue.submits++ };
  let finish!: () => void;
  const waiting = new Answers(queue, true).wait(new Promise<void>((resolve) => (finish = resolve)));
  setTimeout(() => finish(), 200);
  await waiting;
  // Without rests there would be tens of thousands.
  expect(queue.submits).toBeGreaterThan(5);
  expect(queue.submits).toBeLessThan(5000);
});

test('where results come by themselves nothing is submitted', async () => {
  const queue = { submits: 0, submit: () => void queue.submits++ };
  expect(await new Answers(queue, false).wait(Promise.resolve(7))).toBe(7);
  expect(queue.submits).toBe(0);
});

test('a real device: what is measured gives results, many at a time', async () => {
  const device = await (await requestAdapter()).requestDevice();
  const answers = await Answers.measure(device);
  const trips = Array.from({ length: 8 }, async (_, i) => {
    const buffer = device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
    device.queue.writeBuffer(buffer, 0, new Uint32Array([i]));
    device.queue.submit([]);
    await answers.wait(buffer.mapAsync(GPUMapMode.READ));
    const value = new Uint32Array(buffer.getMappedRange().slice(0))[0];
    buffer.destroy();
    return value;
  });
  expect(await Promise.all(trips)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  device.destroy();
});
