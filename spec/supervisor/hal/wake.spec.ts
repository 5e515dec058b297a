// The three ways the main thread hears of a syscall, with real workers.
import { afterEach, expect, it } from 'vitest';
import { echo } from '../wasm.js';
import { House, tearDown, until } from '../supervisor/house.js';

afterEach(tearDown);

it.each(['wait', 'message'] as const)('%s: by itself', async (wake) => {
  const house = await House.boot({ wake });
  const pid = await house.run(echo('>'));
  for (const line of ['one', 'two']) {
    const before = house.printed(pid);
    house.supervisor.send_input_to_process(pid, line);
    await until(() => house.printed(pid) === `${before}>${line}`);
  }
  if (wake === 'message') expect(house.supervisor.counts().doorbells).toBe(0);
});

it('poll: by poll_syscalls alone, one of each process a round', async () => {
  const house = await House.boot({ wake: 'poll' });
  const pids = [await house.run(echo('>')), await house.run(echo('>'))];
  for (const pid of pids) house.supervisor.send_input_to_process(pid, 'x');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(pids.map((pid) => house.printed(pid))).toEqual(['', '']);
  let handled = 0;
  await until(() => {
    const now = house.supervisor.poll_syscalls();
    expect(now).toBeLessThanOrEqual(4);
    handled += now;
    return pids.every((pid) => house.printed(pid) === '>x');
  });
  expect(handled).toBeGreaterThanOrEqual(6);
});
