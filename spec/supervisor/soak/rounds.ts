// Spawn and kill, over and over: what can be counted is afterwards what it was before.
import { pause, until, Ward } from './ward.js';

/** Processes of every kind: some wait, some end by themselves, some take what they can. */
const NAMES = ['terminal', 'echo', 'trapper', 'pinger', 'forger', 'mid-call', 'guesser', 'hog'];

export interface RoundsResult {
  readonly rounds: number;
  readonly before: Record<string, number>;
  readonly after: Record<string, number>;
  /** Processes whose output was seen before they were killed. */
  readonly heard: number;
  readonly ms: number;
}

export async function rounds(count: number): Promise<RoundsResult> {
  const ward = await Ward.boot();
  const { supervisor } = ward;
  await pause(300);
  const before = ward.counted();
  const began = performance.now();
  let heard = 0;
  for (let round = 0; round < count; round++) {
    const pid = await supervisor.spawn(NAMES[round % NAMES.length]!);
    let said = false;
    supervisor.register_console_callback(pid, () => (said = true));
    // Killed at any moment: before it has done anything, while it calls, after it has ended.
    if (round % 3 !== 0) await until(() => said || !supervisor.processes().some((row) => row.pid === pid), `process ${pid} says something`);
    if (round % 3 === 2) await pause(round % 11);
    supervisor.kill_process(pid);
    if (said) heard++;
    ward.sound();
  }
  const ms = performance.now() - began;
  // Init hears of the ends by messages.
  const same = (): boolean => JSON.stringify(ward.counted()) === JSON.stringify(before);
  await until(same, `counts as before: ${JSON.stringify([before, ward.counted()])}`, 10_000).catch(() => {});
  const after = ward.counted();
  await supervisor.dispose();
  return { rounds: count, before, after, heard, ms };
}
