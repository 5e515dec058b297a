// Probes that mean harm, beside a terminal: each ends or is held back, the kernel's invariants hold, and init and the permission manager still do their work.
import { afterEach, describe, expect, it } from 'vitest';
import { FAULT } from '../../../src/supervisor/abi/index.js';
import { END } from '../../../src/supervisor/kernel/index.js';
import { tearDown, until } from '../supervisor/house.js';
import { manifestWith, Town } from './town.js';

afterEach(tearDown);

const ONE = { boot: ['terminal'] };
const boot = (watchdogMs = 10_000): Promise<Town> => Town.boot({ manifest: manifestWith(ONE), watchdogMs });

describe('a probe', () => {
  it('that spins is ended by the watchdog, and the terminal is told', async () => {
    const town = await boot(400);
    const pid = await town.spawn(3, 'spinner');
    expect(await town.ended(pid)).toMatchObject({ how: END.FAULT, reason: FAULT.TIMEOUT });
    await town.printed(3, `notice: process ${pid} has ended; slot`);
    await town.healthy(3);
  });

  it('that traps ends with the trap’s words, whichever trap it is', async () => {
    const town = await boot();
    for (let i = 0; i < 4; i++) {
      const end = await town.ended(await town.spawn(3, 'trapper'));
      expect(end).toMatchObject({ how: END.FAULT, reason: FAULT.TRAP });
      expect(end.text).toMatch(/unreachable|memory|bounds|zero|stack|recursion/i);
    }
    await town.healthy(3);
  });

  it('that floods its console is held back, and others are not', async () => {
    const town = await boot();
    const pid = await town.spawn(3, 'console-flooder');
    await until(() => town.house.printed(pid).length > 100_000);
    await town.healthy(3);
    const written = town.house.printed(pid);
    expect(written).toContain('ää');
    expect(town.house.printed(3)).not.toContain('ää');
    await town.type(3, `kill ${pid}`);
    await town.ended(pid);
    town.house.sound();
  });

  it('that floods the queues of others does not keep init from anybody', async () => {
    const town = await boot();
    const pids = [await town.spawn(3, 'echo'), await town.spawn(3, 'queue-flooder'), await town.spawn(3, 'queue-flooder')];
    for (let i = 0; i < 3; i++) await town.healthy(3);
    const calls = (): number[] => town.supervisor.processes().flatMap((row) => (row.name === 'queue-flooder' ? [row.calls] : []));
    await until(() => calls().every((n) => n > 500), 'they have flooded');
    for (const pid of pids) await town.type(3, `kill ${pid}`);
    await town.healthy(3);
  });

  it('that forges is believed in nothing', async () => {
    const town = await boot();
    const pid = await town.spawn(3, 'forger');
    await town.ended(pid);
    expect(town.house.printed(pid)).toMatch(/^forger: 1\d\d refused, 0 believed\r\n$/);
    expect(town.house.events.filter((e) => e.kind === 'permission-asked' || e.kind === 'permission-ended')).toEqual([]);
    expect(town.house.events).toContainEqual({ kind: 'debug', pid, text: `PERM:ASK:1:${pid}:2:0:7:trust me` });
    const names = town.supervisor.processes().map(({ name }) => name);
    expect(names).toEqual(['supervisor', 'init', 'permission_manager', 'terminal']);
    await town.healthy(3);
  });

  it('that guesses finds nothing', async () => {
    const town = await boot();
    const pid = await town.spawn(3, 'guesser');
    expect(await town.ended(pid)).toMatchObject({ how: END.EXIT, code: 0 });
    expect(town.house.printed(pid)).toMatch(/guesser: \d+ calls, 0 things it should not have\r\n$/);
    await town.healthy(3);
  });

  it('that hoards stops at its quotas, and leaves nothing when it ends', async () => {
    const town = await boot();
    await town.healthy(3);
    const before = await town.house.counted();
    const pids = [await town.spawn(3, 'hog'), await town.spawn(3, 'hog')];
    for (const pid of pids) {
      await town.printed(pid, /hog: .*messages/);
      const counts = /(\d+) pages, (\d+) endpoints, (\d+) capabilities, (\d+) given away, (\d+) messages/.exec(town.house.printed(pid))!;
      const [pages, endpoints, capabilities, gifts, messages] = counts.slice(1).map(Number) as [number, number, number, number, number];
      expect(pages).toBeLessThan(256);
      expect(endpoints).toBe(14);
      expect(capabilities).toBeLessThanOrEqual(256);
      expect(gifts).toBeLessThanOrEqual(64 * 15);
      expect(messages).toBeLessThanOrEqual(64 * 16);
    }
    await town.healthy(3);
    for (const pid of pids) await town.type(3, `kill ${pid}`);
    for (const pid of pids) await town.ended(pid);
    // One more than before: the capability that was requested meanwhile.
    expect(await town.house.counted()).toEqual({ ...before, capabilities: before['capabilities']! + 1 });
  });

  for (const [point, end] of [
    [0, { how: END.EXIT, code: 0 }],
    [1, { how: END.FAULT, reason: FAULT.TRAP }],
  ] as const) {
    it(`that ends in the middle of a call of its own (${point}) takes nothing with it`, async () => {
      const town = await boot();
      const pid = await begin(town, point);
      expect(await town.ended(pid)).toMatchObject(end);
      await town.healthy(3);
    });
  }

  for (const [point, end] of [
    [2, { how: END.EXIT, code: 2 }],
    [3, { how: END.FAULT, reason: FAULT.TRAP }],
  ] as const) {
    it(`that ends while it serves (${point}) leaves no caller waiting`, async () => {
      const town = await boot();
      const pid = await begin(town, point);
      await town.printed(pid, 'waits for a call');
      const slot = Town.slot(await town.type(3, 'connect mid-call'));
      expect(await town.type(3, `call ${slot} hello`)).toMatch(/^call: NOENT\. Nobody can answer/);
      expect(await town.ended(pid)).toMatchObject(end);
      await town.healthy(3);
    });
  }

  for (const point of [4, 5, 6]) {
    it(`that is killed while it is blocked (${point}) leaves nothing`, async () => {
      const town = await boot();
      const pid = await begin(town, point);
      await until(() => town.supervisor.processes().find((row) => row.pid === pid)?.state === 'blocked');
      await town.type(3, `kill ${pid}`);
      expect(await town.ended(pid)).toMatchObject({ how: END.KILL });
      await town.healthy(3);
    });
  }
});

describe('the pinger', () => {
  it('counts its calls, and says the sum when it is told to', async () => {
    const town = await boot();
    const pid = await town.spawn(3, 'pinger');
    await town.printed(pid, 'pinger: pings');
    town.supervisor.send_input_to_process(pid, '\n');
    await town.ended(pid);
    const [, sum] = /pinger: (\d+) in (\d+) us\r\n$/.exec(town.house.printed(pid))!.map(Number);
    expect(sum! % 256).toBe(0);
    expect(sum).toBeGreaterThanOrEqual(256);
    town.house.sound();
  });
});

/** Starts the probe that ends in the middle, with its point as input before it runs. */
async function begin(town: Town, point: number): Promise<number> {
  const { binaries } = town.house;
  const binary = binaries['mid-call'] as Uint8Array;
  let pid = 0;
  binaries['mid-call'] = async () => {
    await until(() => pid > 0);
    town.supervisor.send_input_to_process(pid, String(point));
    return binary;
  };
  pid = await town.spawn(3, 'mid-call');
  await town.printed(pid, `mid-call: point ${point}`);
  return pid;
}
