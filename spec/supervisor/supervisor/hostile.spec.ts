// Processes that mean harm, and worker scripts that do: each is ended or held back, and the one beside it goes on.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FAULT, MAILBOX, SLOT, STATUS, SYSCALL, WORD } from '../../../src/supervisor/abi/index.js';
import { PROCESS_WORKER } from '../../../src/supervisor/hal/process-worker.generated.js';
import { PACE } from '../../../src/supervisor/hal/pace.js';
import { END } from '../../../src/supervisor/kernel/index.js';
import type { ProcessWorker } from '../../../src/supervisor/index.js';
import { binary, echo, op, repeats, spins, sys, waits } from '../wasm.js';
import { scriptWorker } from '../workers.js';
import { House, tearDown, until } from './house.js';

afterEach(async () => {
  vi.restoreAllMocks();
  await tearDown();
});

/** The terminal beside it answers. */
async function answers(house: House, pid: number): Promise<void> {
  const before = house.printed(pid);
  house.supervisor.send_input_to_process(pid, 'ping');
  await until(() => house.printed(pid) === `${before}ping`, 'the healthy process answers');
}

describe('processes', () => {
  it('that spins is faulted after the watchdog’s time; one that waits, sleeps or calls is not', async () => {
    const house = await House.boot({ watchdogMs: 300 });
    const terminal = await house.run(echo());
    const others = [await house.run(repeats(SYSCALL.SLEEP, [5000])), await house.run(repeats(SYSCALL.YIELD))];
    const spinner = await house.run(spins());
    const end = await house.ended(spinner);
    expect(end).toMatchObject({ how: END.FAULT, reason: FAULT.TIMEOUT, text: 'neither called nor yielded for 300 ms' });
    await answers(house, terminal);
    const alive = house.supervisor.processes().map(({ pid }) => pid);
    for (const pid of [terminal, ...others]) expect(alive).toContain(pid);
    house.sound();
  });

  it('that floods the console is slowed down, not cut: what arrives is all it wrote', async () => {
    const house = await House.boot();
    const terminal = await house.run(echo());
    const line = new TextEncoder().encode('0123456789abcdef'.repeat(64));
    const flooder = await house.run(repeats(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], line));
    await until(() => house.printed(flooder).length > PACE.BURST);
    await until(() => house.supervisor.counts().timers > 1, 'an answer is held back');
    await answers(house, terminal);
    const row = house.supervisor.processes().find(({ pid }) => pid === flooder)!;
    house.supervisor.kill_process(flooder);
    expect(house.printed(flooder)).toBe('0123456789abcdef'.repeat(row.calls * 64));
    expect(row.written).toBe(row.calls * 1024);
    house.sound();
  });

  it('that writes a character at a time is slowed down too: each costs the page a callback', async () => {
    const house = await House.boot();
    const flooder = await house.run(repeats(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], Uint8Array.of(0x2e)));
    await until(() => house.supervisor.counts().timers > 1, 'an answer is held back');
    expect(house.printed(flooder).length).toBeLessThan(PACE.BURST / 64);
  });

  it('that calls as fast as it can does not keep others waiting', async () => {
    const house = await House.boot();
    const terminal = await house.run(echo());
    for (const number of [SYSCALL.NOP, SYSCALL.PS, SYSCALL.EP_CREATE, 0xdead]) await house.run(repeats(number));
    await house.run(repeats(SYSCALL.SEND, [SLOT.OWN, 1], new Uint8Array(100)));
    for (let round = 0; round < 5; round++) await answers(house, terminal);
    house.sound();
  });

  it('that names memory it has not, or more than a mailbox takes, is told so, and the kernel hears nothing of it', async () => {
    const house = await House.boot();
    const far = sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], 65_500, 100);
    const long = sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], 0, MAILBOX.DATA + 1);
    const wrapped = sys(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE], -1, -1);
    const exit = (code: number[]): number[] => [
      ...op.i32(SYSCALL.EXIT),
      ...code,
      ...op.i32(0),
      ...op.i32(0),
      ...op.i32(0),
      ...op.i32(0),
      ...op.call(0),
      ...op.wrap,
      ...op.drop,
    ];
    const ends = async (body: number[], pages: [number, number]): Promise<number> =>
      (await house.ended(await house.run(binary({ pages, body: exit(body) })))).code;
    expect([await ends(far, [1, 1]), await ends(long, [2, 2]), await ends(wrapped, [1, 1])]).toEqual([-3, -10, -3]);
    const written = house.supervisor.dispatcher.gateway.syslog
      .since(0)
      .filter((e) => e.kind === 'request' && e.number === SYSCALL.CONSOLE_WRITE);
    expect(written).toEqual([]);
  });

  it('that takes more memory than it may gets none', async () => {
    const house = await House.boot({ memoryPages: 8 });
    const grow = binary({
      pages: [1, 8],
      body: [...op.i32(7), ...op.grow, ...op.drop, ...sys(SYSCALL.EXIT, [[...op.i32(1), ...op.grow]]), ...op.drop],
    });
    expect(await house.ended(await house.run(grow))).toMatchObject({ how: END.EXIT, code: -1 });
    house.binaries['hog'] = binary({ pages: [1, 9] });
    await expect(house.supervisor.spawn('hog')).rejects.toMatchObject({ code: 'BINARY_INVALID' });
  });
});

/** A worker script that gets the mailbox as `words` and does what it likes. */
const script = (body: string): string =>
  `globalThis.onmessage = ({ data }) => { const words = new Int32Array(data.mailbox, 0, 16); const bytes = new Uint8Array(data.mailbox); ${body} };`;

describe('worker scripts', () => {
  /** init and the permission manager are healthy; what comes after them runs these scripts, then healthy again. */
  async function boot(scripts: readonly string[], watchdogMs = 10_000): Promise<House> {
    const queue = [PROCESS_WORKER, PROCESS_WORKER, ...scripts];
    const worker = (): ProcessWorker => scriptWorker(queue.shift() ?? PROCESS_WORKER);
    return House.boot({ worker, watchdogMs });
  }

  const post = `words[${WORD.NUMBER}] = ${SYSCALL.RECEIVE}; words[${WORD.ARGS}] = 1; words[${WORD.LENGTH}] = 0; Atomics.store(words, 0, 1); Atomics.notify(words, 0);`;
  it.each([
    ['sets a status that is none', `Atomics.store(words, 0, 7); Atomics.notify(words, 0);`, FAULT.BAD_SYSCALL, 'its mailbox has status 7'],
    ['says what no worker says', `postMessage({ kind: 'memory', pid: 1 });`, FAULT.BAD_SYSCALL, 'its worker said what no worker says'],
    [
      'says a trap with a text that is none',
      `postMessage({ kind: 'trap', text: { toString: 1 } });`,
      FAULT.BAD_SYSCALL,
      'its worker said what no worker says',
    ],
    [
      'says a trap with a very long text',
      `postMessage({ kind: 'trap', text: 'a\\u0000b' + 'x'.repeat(100000) });`,
      FAULT.TRAP,
      `a b${'x'.repeat(197)}`,
    ],
    ['fails', `throw new Error('on purpose');`, FAULT.UNKNOWN, 'on purpose'],
  ])('that %s ends its process', async (_, body, reason, text) => {
    const house = await boot([script(body)]);
    const end = await house.ended(await house.run(waits()));
    expect(end).toMatchObject({ how: END.FAULT, reason });
    expect(end.text).toContain(text);
    house.sound();
  });

  it('that changes its mailbox while a call is open ends its process when the answer comes', async () => {
    const house = await boot([script(`${post} setTimeout(() => Atomics.store(words, 0, ${STATUS.IDLE}), 50);`)]);
    const pid = await house.run(waits());
    await until(() => house.supervisor.dispatcher.gateway.view.process(pid)?.state === 2);
    await new Promise((resolve) => setTimeout(resolve, 200));
    house.supervisor.send_input_to_process(pid, 'x');
    expect(await house.ended(pid)).toMatchObject({ reason: FAULT.BAD_SYSCALL, text: 'it changed its mailbox while a call was open' });
  });

  it('that never starts ends its process after the time for that', async () => {
    const queue = [PROCESS_WORKER, PROCESS_WORKER];
    const house = await House.boot({ worker: () => scriptWorker(queue.shift() ?? ''), spawnTimeoutMs: 400 });
    expect(await house.ended(await house.run(waits()))).toMatchObject({ reason: FAULT.TIMEOUT, text: 'did not start within 400 ms' });
  });

  it('that scribbles on every word of its mailbox harms nobody but itself', async () => {
    const scribble = `
      postMessage({ kind: 'started' });
      let seed = data.mailbox.byteLength;
      const random = () => (seed = (seed * 1103515245 + 12345) >>> 0) / 2 ** 32;
      const some = () => { for (let i = 0; i < 20000; i++) { words[Math.floor(random() * 16)] = Math.floor(random() * 8); bytes[64 + Math.floor(random() * 200)] = random() * 256; if (i % 50 === 0) { Atomics.store(words, 0, 1); Atomics.notify(words, 0); } } setTimeout(some, 0); };
      some();`;
    const house = await boot([PROCESS_WORKER, ...Array.from({ length: 4 }, () => script(scribble))]);
    const terminal = await house.run(echo());
    const bad: number[] = [];
    for (let i = 0; i < 4; i++) bad.push(await house.run(waits()));
    for (let round = 0; round < 5; round++) {
      await answers(house, terminal);
      house.sound();
    }
    for (const pid of bad) house.supervisor.kill_process(pid);
    await answers(house, terminal);
    const { gateway } = house.supervisor.dispatcher;
    // Whatever they asked for, they asked for themselves.
    const others = gateway.syslog.since(0).filter((e) => e.kind === 'request' && !bad.includes(e.pid) && e.pid !== 0);
    expect(new Set(others.map(({ pid }) => pid)).size).toBeLessThanOrEqual(3);
    expect(gateway.commits.verify().damage).toBeUndefined();
  });

  it('that runs on after it was terminated reaches nobody', async () => {
    const house = await boot([script(`postMessage({ kind: 'started' }); for (;;) { ${post} }`)]);
    const pid = await house.run(waits());
    await until(() => house.supervisor.dispatcher.gateway.view.process(pid)?.state === 2);
    house.supervisor.kill_process(pid);
    const calls = (): number => house.supervisor.dispatcher.gateway.syslog.since(0).filter((e) => e.pid === pid).length;
    const before = calls();
    const next = await house.run(echo());
    await answers(house, next);
    expect(calls()).toBe(before);
    house.sound();
  });
});
