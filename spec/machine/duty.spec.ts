// Quotas of time and fairness: slices are counted on a clock that only slices and rests move.
import { describe, expect, it } from 'vitest';
import { Duty } from '../../src/machine/duty.js';
import { turn } from '../../src/machine/turn.js';
import { VirtualMachine, type VmTime } from '../../src/machine/virtual-machine.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { machineWith, SMALL } from './program.js';

const SPIN = '_start: j _start';
/** What a slice takes, ms. */
const SLICE = 10;

/** A clock, and what has been done on it. */
class Time implements VmTime {
  ms = 0;
  rested = 0;
  now(): number {
    return this.ms;
  }
  rest(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    this.ms += ms;
    this.rested += ms;
    return turn();
  }
}

/** A hart whose every run takes SLICE milliseconds of `time` and all the steps it may: a run is a slice. */
class Metered extends ReferenceHart {
  slices = 0;
  constructor(private readonly time: Time) {
    super(SMALL);
  }
  override async run(budget: number): ReturnType<ReferenceHart['run']> {
    this.slices++;
    this.time.ms += SLICE;
    return { ...(await super.run(Math.min(budget, 100))), steps: budget };
  }
}

async function metered(share: number): Promise<{ vm: VirtualMachine; hart: Metered; time: Time }> {
  const time = new Time();
  const hart = new Metered(time);
  const vm = new VirtualMachine({ machine: await machineWith(SPIN, {}, hart) }, { share, time });
  return { vm, hart, time };
}

/** Lets it run until its clock shows `ms`. */
async function until(vm: VirtualMachine, time: Time, ms: number): Promise<void> {
  vm.resume();
  while (time.ms < ms) await turn();
  await vm.pause();
}

describe('the share of time', () => {
  it('a machine runs no more than its share of the clock', async () => {
    for (const [share, slices] of [
      [0.5, 50],
      [0.1, 10],
      [0.01, 1],
    ] as const) {
      const { vm, hart, time } = await metered(share);
      await until(vm, time, 1000);
      expect(hart.slices, `share ${share}`).toBe(slices);
      expect(time.ms).toBe(1000);
      await vm.dispose();
    }
  });

  it('without a bound it never rests', async () => {
    const { vm, hart, time } = await metered(1);
    await until(vm, time, 1000);
    expect(time.rested).toBe(0);
    expect(hart.slices * SLICE).toBe(time.ms);
    await vm.dispose();
  });

  it('can be changed while it runs, and says what it is', async () => {
    const { vm, hart, time } = await metered(1);
    await until(vm, time, 1000);
    const { slices } = hart;
    vm.share = 0.25;
    expect(vm.share).toBe(0.25);
    await until(vm, time, time.ms + 1000);
    expect(hart.slices - slices).toBe(25);
    await vm.dispose();
  });

  it('a share that is none is refused', () => {
    for (const share of [0, 0.009, 1.01, -1, NaN, Infinity]) {
      expect(() => new Duty(share), String(share)).toThrowError(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
    }
    expect(new Duty(0.25).rest(12)).toBe(36);
    expect(new Duty(1).rest(12)).toBe(0);
  });

  it('who comes in between is not made to wait for the rest, and takes nothing of it away', async () => {
    const rests: number[] = [];
    let began!: () => void;
    const resting = new Promise<void>((resolve) => (began = resolve));
    const time = new Time();
    // A rest that ends only when it is cut short.
    time.rest = (ms, signal) => {
      rests.push(ms);
      began();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    };
    const hart = new Metered(time);
    const vm = new VirtualMachine({ machine: await machineWith(SPIN, {}, hart) }, { share: 0.5, time });
    vm.resume();
    await resting;
    const { slices } = hart;
    expect(await vm.do(async (machine) => machine.steps)).toBeGreaterThan(0);
    while (rests.length < 2) await turn();
    expect(rests[1]).toBe(rests[0]);
    expect(hart.slices).toBe(slices);
    await vm.dispose();
  });
});

describe('several machines in one process', () => {
  it.each([2, 4])('%i machines take their slices in turn', async (count) => {
    const time = new Time();
    const order: number[] = [];
    const vms: VirtualMachine[] = [];
    for (let i = 0; i < count; i++) {
      const hart = new Metered(time);
      const run = hart.run.bind(hart);
      hart.run = (budget) => {
        order.push(i);
        return run(budget);
      };
      vms.push(new VirtualMachine({ machine: await machineWith(SPIN, {}, hart) }, { time }));
    }
    for (const vm of vms) vm.resume();
    while (order.length < 40 * count) await turn();
    // The first to begin may be ahead by one slice.
    const counts = vms.map((_, i) => order.slice(0, 40 * count).filter((n) => n === i).length);
    expect(Math.max(...counts) - Math.min(...counts), counts.join(' ')).toBeLessThanOrEqual(1);
    await Promise.all(vms.map((vm) => vm.dispose()));
  });
});
