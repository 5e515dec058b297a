// The run loop of Machine, on the reference hart.
import { describe, expect, test } from 'vitest';
import { W } from '../../src/isa/state.js';
import type { Clock } from '../../src/machine/clock.js';
import type { InputEvent } from '../../src/machine/recording.js';
import { RngDevice } from '../../src/machine/virtio/rng.js';
import { ECHO, HELLO, LONG, SLEEPER, machineWith } from './program.js';

/** A clock that stands until it is moved. */
class TestClock implements Clock {
  time = 1000;
  pending: { readonly milliseconds: number; readonly act: () => void } | undefined;
  #started: () => void = () => {};

  now(): number {
    return this.time;
  }

  after(milliseconds: number, act: () => void): () => void {
    this.pending = { milliseconds, act };
    this.#started();
    return () => (this.pending = undefined);
  }

  /** Resolves when a sleep is on. */
  sleeping(): Promise<void> {
    return this.pending ? Promise.resolve() : new Promise((resolve) => (this.#started = resolve));
  }

  /** Lets the next sleep end by itself; its length. */
  async finish(): Promise<number> {
    await this.sleeping();
    const { milliseconds, act } = this.pending!;
    this.time += milliseconds;
    act();
    return milliseconds;
  }
}

describe('console', () => {
  test('what the guest prints reaches the sink and the log, and the test device ends the run for good', async () => {
    const machine = await machineWith(HELLO);
    const pieces: number[] = [];
    machine.onConsole((bytes) => pieces.push(...bytes));
    const result = await machine.run(1000);
    expect(result).toMatchObject({ exit: 'halt', value: 0x5555 });
    expect(String.fromCharCode(...pieces)).toBe('hello');
    expect(machine.console.text()).toBe('hello');
    expect(await machine.run(1000)).toMatchObject({ exit: 'halt', value: 0x5555, steps: 0 });
  });

  test('a full transmit ring loses nothing', async () => {
    const machine = await machineWith(LONG);
    expect((await machine.run(1e6)).exit).toBe('halt');
    const text = machine.console.text();
    expect(text.length).toBe(5000);
    expect(text.slice(0, 3)).toBe(String.fromCharCode(48 + (5000 & 63), 48 + (4999 & 63), 48 + (4998 & 63)));
  });

  test('the log keeps the last bytes only', async () => {
    const machine = await machineWith(LONG, { consoleCapacity: 100 });
    await machine.run(1e6);
    expect(machine.console.bytes().length).toBe(100);
    expect(machine.console.dropped).toBe(4900);
  });

  test('input wakes a guest that nothing else can wake', async () => {
    const machine = await machineWith(ECHO);
    expect((await machine.run(1e5)).exit).toBe('wfi');
    const { instret } = await machine.run(1e5);
    expect((await machine.run(1e5)).instret).toBe(instret); // it waits: nothing runs
    machine.send('ab');
    expect((await machine.run(1e5)).exit).toBe('wfi');
    machine.send('c.');
    expect((await machine.run(1e5)).exit).toBe('halt');
    expect(machine.console.text()).toBe('abc.');
  });

  test('more input than the receive ring holds arrives whole', async () => {
    const machine = await machineWith(ECHO);
    const text = 'x'.repeat(3000) + '.';
    machine.send(text);
    let exit = 'budget';
    for (let i = 0; i < 200 && exit !== 'halt'; i++) exit = (await machine.run(2000)).exit;
    expect(machine.console.text()).toBe(text);
  });

  test('too much waiting input is refused', async () => {
    const machine = await machineWith(ECHO, { inputCapacity: 10 });
    machine.send('0123456789');
    expect(() => machine.send('x')).toThrowError(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });
});

describe('time', () => {
  test('idle time is skipped: four sleeps of 100,000 ticks take few instructions', async () => {
    const machine = await machineWith(SLEEPER);
    const result = await machine.run(1e6);
    expect(result).toMatchObject({ exit: 'halt', value: 0x43333 });
    expect(result.instret).toBeLessThan(300);
  });

  test('in real pace it is slept through, by the clock it is given, and wake cuts a sleep short', async () => {
    const clock = new TestClock();
    const machine = await machineWith(SLEEPER, { pace: 'real', clock });
    const first = machine.run(1e6);
    await clock.sleeping();
    clock.time += 4;
    machine.wake();
    expect((await first).exit).toBe('budget');
    const rest = machine.run(1e6);
    // 100,000 ticks of 10 MHz are 10 ms; 4 of the first have passed.
    const slept: number[] = [];
    for (let i = 0; i < 4; i++) slept.push(Math.round(await clock.finish()));
    expect(await rest).toMatchObject({ exit: 'halt', value: 0x43333 });
    expect(slept).toEqual([6, 10, 10, 10]);
    expect(Math.round(machine.idleMilliseconds)).toBe(40);
    expect(clock.pending).toBeUndefined();
  });
});

describe('input', () => {
  test('that finds no room does not cut sleeps short again and again', async () => {
    const clock = new TestClock();
    const machine = await machineWith(SLEEPER, { pace: 'real', clock });
    const run = machine.run(1e6);
    await clock.sleeping();
    machine.send('x'.repeat(10_000));
    for (let i = 0; i < 4; i++) {
      await Promise.resolve();
      await clock.finish();
    }
    expect(await run).toMatchObject({ exit: 'halt', value: 0x43333 });
    expect(machine.inputWaiting).toBeGreaterThan(0);
  });

  test('for a device that is not there, or takes none, is refused', async () => {
    const machine = await machineWith(ECHO, { devices: [undefined, new RngDevice()] });
    for (const to of ['keyboard', 'rng']) {
      expect(() => machine.send('a', to)).toThrowError(
        expect.objectContaining({ code: 'BAD_ARGUMENT', message: expect.stringContaining('uart') }),
      );
      expect(() => machine.replay([{ steps: 0, instret: 0, mtime: '0', to, input: Uint8Array.of(1) }])).toThrowError(
        expect.objectContaining({ code: 'BAD_ARGUMENT' }),
      );
    }
  });

  test('calls its listeners until they stop listening', async () => {
    const machine = await machineWith(ECHO);
    let calls = 0;
    const stop = machine.onInput(() => calls++);
    machine.send('a');
    stop();
    machine.send('b');
    expect(calls).toBe(1);
  });
});

describe('determinism', () => {
  const sources = { HELLO, LONG, SLEEPER };
  test.each(Object.entries(sources))('%s: the digest at a step does not depend on how the run was cut', async (_name, source) => {
    const whole = await machineWith(source);
    await whole.run(137);
    const cut = await machineWith(source);
    let left = 137;
    for (const piece of [1, 2, 3, 50, 7, 1]) {
      left -= (await cut.run(piece)).steps;
    }
    if (left > 0) await cut.run(left);
    expect(cut.steps).toBe(whole.steps);
    expect(await cut.digest()).toBe(await whole.digest());
    await whole.run(1);
    await cut.run(1);
    expect(await cut.digest()).toBe(await whole.digest());
  });

  test('the digest tells a changed register and a changed byte of RAM', async () => {
    const machine = await machineWith(LONG);
    await machine.run(10);
    const first = await machine.digest();
    const state = await machine.readState();
    state[W.x + 31] = 1;
    await machine.writeState(state);
    const second = await machine.digest();
    await machine.writeMemory(0x80080000, Uint8Array.of(1));
    const third = await machine.digest();
    expect(new Set([first, second, third]).size).toBe(3);
  });

  test('a recorded session replays to the same digest, however it is cut', async () => {
    const machine = await machineWith(ECHO, { record: true });
    machine.send('one ');
    await machine.run(37);
    machine.send('two ');
    await machine.run(500);
    machine.send('three.');
    expect((await machine.run(1e5)).exit).toBe('halt');
    const events: readonly InputEvent[] = machine.recording;
    expect(events.length).toBe(3);

    const again = await machineWith(ECHO);
    again.replay(events);
    let exit = 'budget';
    for (let i = 0; i < 10_000 && exit !== 'halt'; i++) exit = (await again.run(11)).exit;
    expect(again.console.text()).toBe('one two three.');
    expect(again.steps).toBe(machine.steps);
    expect(await again.digest()).toBe(await machine.digest());
  });
});

describe('refusals', () => {
  test.each([0, -1, 1.5, Number.NaN, Infinity])('a budget of %d', async (budget) => {
    const machine = await machineWith(HELLO);
    await expect(machine.run(budget)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  test.each([
    [0x7fffffff, 1],
    [0x80000000, (1 << 20) + 1],
    [0x80100000, 1],
    [-1, 4],
    [0.5, 4],
  ])('memory at %d, %d bytes', async (address, length) => {
    const machine = await machineWith(HELLO);
    await expect(machine.readMemory(address, length)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  test('overlapping calls, and calls after dispose', async () => {
    const machine = await machineWith(LONG);
    const first = machine.run(1e6);
    await expect(machine.run(1)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await first;
    machine.dispose();
    machine.dispose();
    await expect(machine.run(1)).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});

test('a wake that comes before the sleep is not lost', async () => {
  const machine = await machineWith(SLEEPER.replace('100000', '100000000'), { pace: 'real' });
  machine.wake();
  expect((await machine.run(1e6)).exit).toBe('budget');
});
