// The supervisor with real workers: boot, consoles, input, rights, ends.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FAULT, PID, SLOT, SYSCALL } from '../../../src/supervisor/abi/index.js';
import { END } from '../../../src/supervisor/kernel/index.js';
import { Supervisor } from '../../../src/supervisor/index.js';
import { binary, debugs, echo, repeats, says, sys, traps, waits } from '../wasm.js';
import { worker } from '../workers.js';
import { House, tearDown, until } from './house.js';

afterEach(async () => {
  vi.restoreAllMocks();
  await tearDown();
});

const bad = async (house: House, name: string): Promise<unknown> => house.supervisor.spawn(name).catch((e: unknown) => e);

describe('boot', () => {
  it('gives 0, 1 and 2 their pids before anything is fetched, whichever binary comes first', async () => {
    const asked: string[] = [];
    const supervisor = new Supervisor(worker && { worker });
    supervisor.set_spawn_callback((_type, name) => void asked.push(name));
    void supervisor.boot();
    await until(() => asked.length === 1);
    expect(supervisor.processes().map(({ pid, name, state }) => [pid, name, state])).toEqual([
      [0, 'supervisor', 'running'],
      [1, 'init', 'starting'],
      [2, 'permission_manager', 'starting'],
    ]);
    expect([supervisor.complete_spawn('permission_manager', waits()), supervisor.complete_spawn('init', waits())]).toEqual([0, PID.INIT]);
    await until(() => asked.length === 2);
    expect(supervisor.complete_spawn('permission_manager', waits())).toBe(PID.PERMISSION);
    await supervisor.boot();
    await supervisor.dispose();
  });

  it('is once: a second call is the first', async () => {
    const { supervisor } = await House.boot();
    const { epoch } = supervisor.dispatcher.gateway.view;
    await supervisor.boot();
    expect([supervisor.dispatcher.gateway.view.epoch, supervisor.processes().length]).toEqual([epoch, 3]);
  });

  it('without it nothing is there: calls of the seed do nothing, others say so', async () => {
    const supervisor = new Supervisor();
    expect([supervisor.poll_syscalls(), supervisor.complete_spawn('init', waits()), supervisor.send_input_to_process(1, 'x')]).toEqual([
      0,
      0,
      false,
    ]);
    expect([supervisor.revoke_capability(1, 0), supervisor.kill_process(1), supervisor.processes()]).toEqual([false, false, []]);
    supervisor.kill_all_processes();
    expect(() => supervisor.dispatcher).toThrow(expect.objectContaining({ code: 'NOT_BOOTED' }) as Error);
    await supervisor.dispose();
    expect(() => supervisor.dispatcher).toThrow(expect.objectContaining({ code: 'DISPOSED' }) as Error);
  });

  it('fails when init does not come, and says why', async () => {
    const supervisor = new Supervisor({ ...(worker && { worker }), spawnTimeoutMs: 60 });
    supervisor.set_spawn_callback(() => {});
    await expect(supervisor.boot()).rejects.toMatchObject({ code: 'TIMEOUT' });
    await supervisor.dispose();
  });
});

describe('consoles', () => {
  it('each text goes to the callback of its process and to no other; typed text reaches the one it was typed to', async () => {
    const house = await House.boot();
    const [a, b] = [await house.run(echo('a:')), await house.run(echo('b:'))];
    const legacy: string[] = [];
    house.supervisor.set_console_callback((text) => legacy.push(text));
    expect(house.supervisor.send_input_to_process(a, 'one\n')).toBe(true);
    expect(house.supervisor.send_input_to_process(b, 'two\n')).toBe(true);
    await until(() => house.printed(a) === 'a:one\n' && house.printed(b) === 'b:two\n');
    expect(legacy).toEqual([]);
    house.supervisor.unregister_console_callback(a);
    house.supervisor.send_input_to_process(a, 'three\n');
    await until(() => legacy.join('') === 'a:three\n');
    expect([house.printed(a), house.printed(b)]).toEqual(['a:one\n', 'b:two\n']);
  });

  it('a character split over two writes arrives whole', async () => {
    const house = await House.boot();
    const bytes = new TextEncoder().encode('Grüße 🐧!');
    const pid = await house.run(says(...[...bytes].map((byte) => Uint8Array.of(byte))));
    await house.ended(pid);
    expect(house.printed(pid)).toBe('Grüße 🐧!');
  });

  it('what is printed before a callback is there is delivered when it comes', async () => {
    const house = await House.boot();
    house.binaries['early'] = binary({
      data: [[0, new TextEncoder().encode('early')]],
      body: [...sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], 0, 5), 0x1a, ...sys(SYSCALL.RECEIVE, [SLOT.INPUT]), 0x1a],
    });
    const pid = await house.supervisor.spawn('early');
    await until(() => house.supervisor.counts().backlogs === 1);
    house.listen(pid);
    expect(house.printed(pid)).toBe('early');
  });

  it('a callback that throws stops neither its process nor the others', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    const house = await House.boot();
    const [a, b] = [await house.run(echo()), await house.run(echo())];
    house.supervisor.register_console_callback(a, () => {
      throw new Error('mine');
    });
    const stop = house.supervisor.onEvent(() => {
      throw new Error('mine too');
    });
    for (const pid of [a, b]) house.supervisor.send_input_to_process(pid, 'x');
    await until(() => house.printed(b) === 'x' && told.mock.calls.length > 0);
    house.listen(a);
    house.supervisor.send_input_to_process(a, 'y');
    await until(() => house.printed(a) === 'y');
    stop();
  });

  it('input: a long text arrives whole and in order; a full queue and a missing process are told', async () => {
    const house = await House.boot();
    const [pid, deaf] = [await house.run(echo()), await house.run(repeats(SYSCALL.SLEEP, [1000]))];
    const text = Array.from({ length: 40_000 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
    expect(house.supervisor.send_input_to_process(pid, text)).toBe(true);
    await until(() => house.printed(pid).length === text.length);
    expect(house.printed(pid)).toBe(text);
    const taken = Array.from({ length: 100 }, () => house.supervisor.send_input_to_process(deaf, 'x'));
    expect(taken.indexOf(false)).toBe(64);
    expect(house.supervisor.send_input_to_process(99, 'x')).toBe(false);
  });
});

describe('rights', () => {
  it('a revoke tells the process, and ends what hangs on the capability', async () => {
    const house = await House.boot();
    const pid = await house.run(echo('>'));
    expect(house.supervisor.revoke_capability(pid, SLOT.INIT)).toBe(true);
    await until(() => house.printed(pid) === 'REVOKED\n');
    expect([house.supervisor.revoke_capability(pid, SLOT.INIT), house.supervisor.revoke_capability(99, 0)]).toEqual([false, false]);
    expect(house.events).toContainEqual({ kind: 'revoked', pid, slot: SLOT.INIT, type: 1, object: 1, reason: 1 });
    house.supervisor.revoke_capability(pid, SLOT.CONSOLE);
    house.supervisor.send_input_to_process(pid, 'mute\n');
    await until(() => house.supervisor.dispatcher.gateway.view.process(pid)?.state === 2);
    expect(house.printed(pid)).toBe('REVOKED\n');
  });
});

describe('ends', () => {
  it('kill takes worker, mailbox, callback, endpoints and capabilities; nothing is left after many rounds', async () => {
    const house = await House.boot();
    const first = await house.counted();
    for (let round = 0; round < 6; round++) {
      const pids = await Promise.all([house.run(echo()), house.run(says('x')), house.run(traps()), house.run(repeats(SYSCALL.NOP))]);
      await until(() => house.printed(pids[1]!) === 'x');
      for (const pid of pids) house.supervisor.kill_process(pid);
      house.sound();
    }
    expect(await house.counted()).toEqual(first);
  });

  it('exit keeps its code; the pid is never used again', async () => {
    const house = await House.boot();
    const pid = await house.run(binary({ body: [...sys(SYSCALL.EXIT, [42]), 0x1a] }));
    expect(await house.ended(pid)).toMatchObject({ how: END.EXIT, code: 42 });
    expect(await house.run(waits())).toBe(pid + 1);
  });

  it('kill_all_processes leaves the supervisor, and ends init last', async () => {
    const house = await House.boot();
    await house.run(waits());
    house.supervisor.kill_all_processes();
    expect(house.supervisor.processes().map(({ pid }) => pid)).toEqual([0]);
    expect(house.events.filter(({ kind }) => kind === 'ended').map((e) => (e as { pid: number }).pid)).toEqual([3, 2, 1]);
    expect(house.supervisor.kill_process(0)).toBe(false);
  });

  it('a process killed with a call open, or an answer on its way, gets none', async () => {
    const house = await House.boot();
    const pid = await house.run(repeats(SYSCALL.SLEEP, [30]));
    await until(() => house.supervisor.dispatcher.gateway.view.process(pid)?.state === 2);
    house.supervisor.kill_process(pid);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const { workers, mailboxes } = house.supervisor.counts();
    expect([workers, mailboxes]).toEqual([2, 2]);
    house.sound();
  });

  it('a trap is a fault with the text of the trap', async () => {
    const house = await House.boot();
    const pid = await house.run(traps());
    const end = await house.ended(pid);
    expect(end).toMatchObject({ how: END.FAULT, reason: FAULT.TRAP });
    expect(end.text).toMatch(/unreachable/i);
  });
});

describe('spawning', () => {
  it('of one name several times takes binaries in the order they were asked for', async () => {
    const house = await House.boot();
    const [one, two] = [house.supervisor.spawn('twin'), house.supervisor.spawn('twin')];
    const first = house.supervisor.complete_spawn('twin', waits());
    const second = house.supervisor.complete_spawn('twin', waits());
    expect(await Promise.all([one, two])).toEqual([first, second]);
    expect([second - first, house.supervisor.complete_spawn('twin', waits())]).toEqual([1, 0]);
  });

  it('fails with a reason, and leaves nothing: no binary, a bad one, a callback that throws or rejects, a name that is none', async () => {
    const house = await House.boot({
      spawnTimeoutMs: 500,
      binaries: {
        bad: Uint8Array.of(0, 1, 2),
        throws: () => {
          throw new Error('no such file');
        },
        rejects: () => Promise.reject(new Error('offline')),
      },
    });
    const first = await house.counted();
    expect(await bad(house, 'never')).toMatchObject({ code: 'TIMEOUT' });
    expect(await bad(house, 'bad')).toMatchObject({ code: 'BINARY_INVALID' });
    expect(await bad(house, 'throws')).toMatchObject({ code: 'FETCH_FAILED', message: 'no binary of throws: no such file' });
    expect(await bad(house, 'rejects')).toMatchObject({ code: 'FETCH_FAILED', message: 'no binary of rejects: offline' });
    for (const none of ['', '../x', 'A', 'x'.repeat(33)]) expect(await bad(house, none)).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(await house.counted()).toEqual(first);
    expect(house.events.filter(({ kind }) => kind === 'spawn-failed')).toHaveLength(4);
  });

  it('without room for another process is refused', async () => {
    const house = await House.boot({ limits: { processes: 3 } });
    await house.run(waits());
    expect(await bad(house, 'one-more')).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('given up by a kill hears of it, and a binary that comes too late is nobody’s', async () => {
    const house = await House.boot();
    const waiting = bad(house, 'late');
    house.supervisor.kill_process(3);
    expect(await waiting).toMatchObject({ code: 'ABORTED' });
    expect(house.supervisor.complete_spawn('late', waits())).toBe(0);
    expect(house.supervisor.counts().workers).toBe(2);
  });

  it('takes bytes, or a promise of them, from the callback too', async () => {
    const house = await House.boot({ binaries: { promised: () => Promise.resolve(waits()) } });
    const pid = await house.supervisor.spawn('promised');
    expect(house.supervisor.processes().find((row) => row.pid === pid)).toMatchObject({ name: 'promised', kind: 'wasm' });
  });

  it('by init through the debug protocol asks the page; the same text from another process asks nobody', async () => {
    const asked: string[] = [];
    const binaries = { child: () => void asked.push('child') };
    const house = await House.boot({ binaries: { ...binaries, init: debugs('INIT:SPAWN:child') } });
    await until(() => asked.length === 1);
    await house.ended(await house.run(debugs('INIT:SPAWN:child')));
    expect(asked).toEqual(['child']);
  });
});

describe('a log that lags', () => {
  it.each(['wait', 'poll'] as const)('processes wait meanwhile, and are answered then (%s)', async (wake) => {
    const house = await House.boot(wake === 'poll' ? { wake } : {});
    const { supervisor } = house;
    const pid = await house.run(echo());
    const lags = vi.spyOn(supervisor.dispatcher.gateway, 'congested', 'get').mockReturnValue(true);
    supervisor.send_input_to_process(pid, 'x');
    for (let i = 0; i < 20; i++) {
      expect(supervisor.poll_syscalls()).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(house.printed(pid)).toBe('');
    lags.mockRestore();
    await until(() => {
      supervisor.poll_syscalls();
      return house.printed(pid) === 'x';
    });
  });
});

describe('the kernel’s failure', () => {
  it('stops every process, and is told', async () => {
    const house = await House.boot();
    await house.run(repeats(SYSCALL.YIELD));
    const waiting = bad(house, 'never');
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(house.supervisor.dispatcher.gateway, 'execute').mockImplementation(() => {
      throw Object.assign(new Error('broken'), { code: 'INTERNAL' });
    });
    await until(() => house.events.some(({ kind }) => kind === 'failed'));
    expect(house.supervisor.counts()).toMatchObject({ workers: 0, mailboxes: 0, doorbells: 0, timers: 0 });
    expect(await waiting).toMatchObject({ code: 'ABORTED' });
    expect(() => house.supervisor.kill_process(1)).toThrow('broken');
  });
});

describe('the log', () => {
  it('has a request and a response for every mailbox that was completed', async () => {
    const house = await House.boot();
    const pid = await house.run(says('a', 'b', 'c'));
    await house.ended(pid);
    const { syslog } = house.supervisor.dispatcher.gateway;
    const mine = syslog.since(0).filter((event) => event.pid === pid);
    const requests = mine.filter((event) => event.kind === 'request');
    const responses = mine.filter((event) => event.kind === 'response');
    expect(requests.map(({ number }) => number)).toEqual([
      SYSCALL.CONSOLE_WRITE,
      SYSCALL.CONSOLE_WRITE,
      SYSCALL.CONSOLE_WRITE,
      SYSCALL.EXIT,
    ]);
    expect(responses.map(({ request, delivered }) => [request, delivered])).toEqual(
      requests.map(({ id, number }) => [id, number !== SYSCALL.EXIT]),
    );
    expect(house.supervisor.dispatcher.gateway.commits.verify().damage).toBeUndefined();
  });
});
