// What one syscall takes, from one request to the next of a process that does nothing else: woken by Atomics.waitAsync, and polled once a frame as in the
// seed's example. Both in this page, one after the other; times are those of the log.
import { SYSCALL } from '../../../src/supervisor/abi/index.js';
import { median, pause, until, Ward } from './ward.js';

/** Calls that are timed together: the platform's clock is coarse (5 to 20 us). */
const GROUP = 16;

/** Microseconds between the requests of `pid` for NOP that came one directly after the other, by groups of `size`. */
function gaps(ward: Ward, pid: number, size: number): number[] {
  const events = ward.supervisor.dispatcher.gateway.syslog.since(0);
  const times: number[][] = [[]];
  for (const event of events) {
    if (event.kind !== 'request' || event.pid !== pid) continue;
    if (event.number === SYSCALL.NOP) times.at(-1)!.push(event.time);
    else times.push([]);
  }
  return times.flatMap((run) => {
    const found: number[] = [];
    for (let at = size; at < run.length; at += size) found.push((run[at]! - run[at - size]!) / size);
    return found;
  });
}

export interface RoundTripResult {
  /** Milliseconds of one syscall: median over groups of 16 calls, and over single calls when polled. */
  readonly woken: { readonly median: number; readonly calls: number };
  readonly polled: { readonly median: number; readonly calls: number };
  /** How many times as long the polled one takes. */
  readonly ratio: number;
}

export async function roundTrip(seconds: number): Promise<RoundTripResult> {
  const woken = await Ward.boot({ events: 20_000 });
  const fast = await woken.supervisor.spawn('pinger');
  await pause(seconds * 1000);
  const quick = gaps(woken, fast, GROUP);
  await woken.supervisor.dispose();

  let over = false;
  const booting = Ward.boot({ events: 20_000, wake: 'poll' });
  const polled = await booting;
  const tick = (): void => {
    polled.supervisor.poll_syscalls();
    if (!over) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const slow = await polled.supervisor.spawn('pinger');
  await pause(Math.max(0.5, seconds) * 1000);
  over = true;
  const frames = gaps(polled, slow, 1);
  await polled.supervisor.dispose();
  const [a, b] = [median(quick) / 1000, median(frames) / 1000];
  return { woken: { median: a, calls: quick.length * GROUP }, polled: { median: b, calls: frames.length }, ratio: b / a };
}

/** Syscalls a second of so many processes that do nothing else, together; the least and the most of one of them. */
export async function rate(
  processes: number,
  seconds: number,
): Promise<{ processes: number; perSecond: number; least: number; most: number }> {
  const ward = await Ward.boot();
  const { supervisor } = ward;
  const pids = await Promise.all(Array.from({ length: processes }, () => supervisor.spawn('pinger')));
  const calls = (): number[] => pids.map((pid) => supervisor.processes().find((row) => row.pid === pid)!.calls);
  await until(() => calls().every((n) => n > 100), 'all of them run');
  const [before, began] = [calls(), performance.now()];
  await pause(seconds * 1000);
  const [after, took] = [calls(), (performance.now() - began) / 1000];
  const each = after.map((n, i) => (n - before[i]!) / took);
  await supervisor.dispose();
  return { processes, perSecond: each.reduce((a, b) => a + b, 0), least: Math.min(...each), most: Math.max(...each) };
}
