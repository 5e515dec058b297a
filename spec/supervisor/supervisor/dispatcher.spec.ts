// Answers to mailboxes, effects to listeners in order, time to those who wait for it.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ERROR, KIND, SLOT, SYSCALL } from '../../../src/supervisor/abi/index.js';
import { openGateway } from '../../../src/supervisor/axiom/index.js';
import type { Effect } from '../../../src/supervisor/kernel/index.js';
import { Dispatcher } from '../../../src/supervisor/supervisor/dispatcher.js';
import { HandClock } from '../axiom/house.js';

const opened: Dispatcher[] = [];
async function open(clock = new HandClock()): Promise<{ dispatcher: Dispatcher; clock: HandClock; spawn: (name?: string) => number }> {
  const { gateway, supervisor } = await openGateway({ clock });
  const dispatcher = new Dispatcher(gateway, supervisor);
  opened.push(dispatcher);
  dispatcher.asSupervisor({ kind: 'boot' });
  dispatcher.asSupervisor({ kind: 'start', pid: 1 });
  const spawn = (name = 'process'): number => {
    const pid = dispatcher.asSupervisor({ kind: 'create', name, parent: 1, process: KIND.WASM, console: true }).result!;
    dispatcher.asSupervisor({ kind: 'start', pid });
    return pid;
  };
  return { dispatcher, clock, spawn };
}
afterEach(() => {
  for (const dispatcher of opened.splice(0)) dispatcher.dispose();
  vi.restoreAllMocks();
});

const sys = (dispatcher: Dispatcher, pid: number, number: number, args: readonly number[] = [], data = new Uint8Array(0)) => {
  const [a = 0, b = 0, c = 0] = args;
  return dispatcher.asProcess(pid, { kind: 'syscall', number, args: [a, b, c], data });
};
const until = (holds: () => boolean): Promise<void> => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 10_000, interval: 5 });

describe('answers', () => {
  it('go to the mailbox of whom they are for, at once and late', async () => {
    const { dispatcher, spawn } = await open();
    const [sender, receiver] = [spawn(), spawn()];
    const got: [number, number][] = [];
    for (const pid of [sender, receiver]) dispatcher.attach(pid, (receipt) => got.push([pid, receipt.result]));
    const slot = sys(dispatcher, receiver, SYSCALL.CAP_GRANT, [SLOT.OWN, sender, 2]).result!;
    expect(sys(dispatcher, receiver, SYSCALL.RECEIVE, [SLOT.OWN]).result).toBeUndefined();
    sys(dispatcher, sender, SYSCALL.SEND, [slot, 7]);
    expect(got).toEqual([
      [receiver, slot],
      [receiver, 1],
      [sender, 0],
    ]);
  });

  it('go nowhere once nobody takes them; the last who attaches has them, and detaching the one before takes nothing away', async () => {
    const { dispatcher, spawn } = await open();
    const pid = spawn();
    const got: string[] = [];
    const first = dispatcher.attach(pid, () => got.push('first'));
    const second = dispatcher.attach(pid, () => got.push('second'));
    first();
    sys(dispatcher, pid, SYSCALL.NOP);
    second();
    sys(dispatcher, pid, SYSCALL.NOP);
    expect(got).toEqual(['second']);
  });
});

describe('effects', () => {
  it('come in order and never nested, whatever a listener does', async () => {
    const { dispatcher, spawn } = await open();
    const pid = spawn();
    const seen: string[] = [];
    let depth = 0;
    dispatcher.onEffect((effect) => {
      expect(depth++).toBe(0);
      seen.push(effect.kind === 'debug' ? effect.text : effect.kind);
      if (seen.length === 1) {
        sys(dispatcher, pid, SYSCALL.DEBUG, [], new TextEncoder().encode('inner'));
        dispatcher.asSupervisor({ kind: 'kill', pid });
      }
      depth--;
    });
    const last: Effect['kind'][] = [];
    dispatcher.onEffect((effect) => last.push(effect.kind));
    sys(dispatcher, pid, SYSCALL.DEBUG, [], new TextEncoder().encode('outer'));
    expect(seen.slice(0, 3)).toEqual(['outer', 'inner', 'ended']);
    expect(last).toHaveLength(seen.length);
  });

  it('come behind the answers; those of an operation that an answer causes come behind these', async () => {
    const { dispatcher, spawn } = await open();
    const pid = spawn();
    const order: string[] = [];
    dispatcher.attach(pid, () => {
      order.push('answer');
      if (order.length === 1) sys(dispatcher, pid, SYSCALL.DEBUG, [], new TextEncoder().encode('b'));
    });
    dispatcher.onEffect((effect) => order.push(effect.kind === 'debug' ? effect.text : effect.kind));
    sys(dispatcher, pid, SYSCALL.DEBUG, [], new TextEncoder().encode('a'));
    expect(order).toEqual(['answer', 'answer', 'a', 'b']);
  });

  it('reach the others when a listener throws, and the error is told', async () => {
    const { dispatcher, spawn } = await open();
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const pid = spawn();
    const seen: string[] = [];
    dispatcher.onEffect(() => {
      throw new Error('mine');
    });
    const stop = dispatcher.onEffect((effect) => seen.push(effect.kind));
    sys(dispatcher, pid, SYSCALL.DEBUG);
    stop();
    sys(dispatcher, pid, SYSCALL.DEBUG);
    expect([seen, told.mock.calls.length]).toEqual([['debug'], 2]);
  });
});

describe('processes', () => {
  it('that are not there, or no longer, cannot be spoken for', async () => {
    const { dispatcher, spawn } = await open();
    const pid = spawn();
    sys(dispatcher, pid, SYSCALL.NOP);
    dispatcher.asSupervisor({ kind: 'kill', pid });
    for (const none of [pid, 0, 99]) {
      expect(() => sys(dispatcher, none, SYSCALL.NOP)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }) as Error);
    }
    expect(dispatcher.counts()).toEqual({ answers: 0, listeners: 0, timers: 0, origins: 0 });
  });
});

describe('time', () => {
  it('comes to those who wait for it, though nobody asks', async () => {
    const { dispatcher, clock, spawn } = await open();
    const [sleeper, receiver] = [spawn(), spawn()];
    const got: [number, number][] = [];
    for (const pid of [sleeper, receiver]) dispatcher.attach(pid, (receipt) => got.push([pid, receipt.result]));
    sys(dispatcher, receiver, SYSCALL.RECEIVE, [SLOT.OWN, 0, 30]);
    sys(dispatcher, sleeper, SYSCALL.SLEEP, [10]);
    expect(dispatcher.counts().timers).toBe(1);
    clock.micros += 10_000;
    await until(() => got.length === 1);
    clock.micros += 20_001;
    await until(() => got.length === 2);
    expect(got).toEqual([
      [sleeper, 0],
      [receiver, -ERROR.AGAIN],
    ]);
    expect(dispatcher.counts().timers).toBe(0);
  });

  it('is not asked for in vain: no tick before it is due', async () => {
    const { dispatcher, spawn } = await open();
    const pid = spawn();
    sys(dispatcher, pid, SYSCALL.SLEEP, [2]);
    const { total } = dispatcher.gateway.syslog;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(dispatcher.gateway.syslog.total).toBe(total);
  });

  it('stands still after dispose', async () => {
    const { dispatcher, clock, spawn } = await open();
    const pid = spawn();
    sys(dispatcher, pid, SYSCALL.SLEEP, [1]);
    dispatcher.dispose();
    clock.micros += 5000;
    expect(dispatcher.counts()).toEqual({ answers: 0, listeners: 0, timers: 0, origins: 0 });
    expect(() => dispatcher.asSupervisor({ kind: 'tick' })).toThrow(expect.objectContaining({ code: 'DISPOSED' }) as Error);
  });
});

describe('the kernel’s failure', () => {
  it('is told once, and nothing is executed from then on', async () => {
    const { gateway, supervisor } = await openGateway();
    const failures: unknown[] = [];
    const dispatcher = new Dispatcher(gateway, supervisor, (error) => failures.push(error));
    dispatcher.asSupervisor({ kind: 'boot' });
    vi.spyOn(gateway, 'execute').mockImplementation(() => {
      throw Object.assign(new Error('the kernel failed'), { code: 'INTERNAL' });
    });
    expect(() => dispatcher.asSupervisor({ kind: 'tick' })).toThrow('the kernel failed');
    expect(() => dispatcher.asSupervisor({ kind: 'tick' })).toThrow(expect.objectContaining({ code: 'INTERNAL' }) as Error);
    expect(failures).toHaveLength(1);
  });
});
