// Every hostile process at once beside a healthy terminal, for as long as it is told: how long the terminal takes to answer, and whether an invariant breaks.
import { startWorker, type ProcessWorker } from '../../../src/supervisor/index.js';
import { median, pause, Ward } from './ward.js';

const PROBES = ['spinner', 'console-flooder', 'queue-flooder', 'forger', 'guesser', 'hog', 'trapper', 'mid-call'];

/** Not WebAssembly but a script with the mailbox in its hands: random words and bytes, as fast as it goes. */
const SCRIBBLER = `onmessage = ({ data }) => {
  const [words, bytes] = [new Int32Array(data.mailbox, 0, 16), new Uint8Array(data.mailbox)];
  postMessage({ kind: 'started' });
  const random = (below) => Math.floor(Math.random() * below);
  setInterval(() => {
    for (let i = 0; i < 2000; i++) {
      words[random(16)] = random(8) ? random(80) : random(2 ** 32);
      bytes[64 + random(65536)] = random(256);
      Atomics.store(words, 0, random(3));
      Atomics.notify(words, 0);
    }
  }, 1);
};`;

export interface HostileResult {
  readonly seconds: number;
  /** Echo of one key on the healthy terminal, ms. */
  readonly echo: { readonly samples: number; readonly median: number; readonly p99: number; readonly worst: number };
  /** Between two frames of the page, ms. */
  readonly frames: { readonly count: number; readonly median: number; readonly worst: number };
  /** How often each was started; how they ended, by `how/reason`. */
  readonly started: Record<string, number>;
  readonly ended: Record<string, number>;
  /** Times the invariants were checked; all held. */
  readonly checked: number;
  readonly syscalls: number;
  readonly commits: number;
  readonly characters: number;
}

export async function hostile(seconds: number): Promise<HostileResult> {
  const scribbling = URL.createObjectURL(new Blob([SCRIBBLER], { type: 'text/javascript' }));
  let scribble = false;
  const worker = (): ProcessWorker => (scribble ? new Worker(scribbling) : startWorker());
  const ward = await Ward.boot({ watchdogMs: 2000, worker });
  const { supervisor } = ward;
  const { gateway } = supervisor.dispatcher;
  const terminal = await supervisor.spawn('terminal');
  let screen = '';
  supervisor.register_console_callback(terminal, (text) => (screen += text));
  await pause(500);

  const [started, ended]: [Record<string, number>, Record<string, number>] = [{}, {}];
  const names = new Map<number, string>();
  let characters = 0;
  let over = false;
  const start = async (name: string): Promise<void> => {
    if (over) return;
    started[name] = (started[name] ?? 0) + 1;
    try {
      scribble = name === 'scribbler';
      const spawning = supervisor.spawn(scribble ? 'pinger' : name);
      // The binary comes a moment later, and with it the worker: nobody else is started meanwhile.
      const pid = await spawning;
      names.set(pid, name);
      supervisor.register_console_callback(pid, (text) => (characters += text.length));
    } finally {
      scribble = false;
    }
  };
  // One after another, also those that are started again.
  let line = Promise.resolve();
  const enqueue = (name: string): void => void (line = line.then(() => start(name)).catch((e: unknown) => console.warn(String(e))));
  supervisor.onEvent((event) => {
    if (event.kind !== 'ended') return;
    const name = names.get(event.pid);
    if (name === undefined) return;
    names.delete(event.pid);
    const how = `${name} ${event.how}/${event.reason}`;
    ended[how] = (ended[how] ?? 0) + 1;
    setTimeout(() => enqueue(name), 200);
  });
  for (const name of [...PROBES, 'scribbler']) enqueue(name);
  await line;

  const [latencies, frames]: [number[], number[]] = [[], []];
  let last = performance.now();
  const frame = (now: number): void => {
    frames.push(now - last);
    last = now;
    if (!over) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const until = performance.now() + seconds * 1000;
  let checked = 0;
  while (performance.now() < until) {
    const before = screen.length;
    const began = performance.now();
    if (!supervisor.send_input_to_process(terminal, 'x')) throw new Error('the healthy terminal takes no input');
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (screen.length > before) resolve();
        else if (performance.now() - began > 30_000) reject(new Error('the healthy terminal has not answered for 30 s'));
        else channel.port2.postMessage(0);
      };
      const channel = new MessageChannel();
      channel.port1.onmessage = look;
      look();
    });
    latencies.push(performance.now() - began);
    if (latencies.length % 40 === 0) supervisor.send_input_to_process(terminal, '\x15');
    ward.sound();
    checked++;
    // Some only wait, or hold what they have: killed in the middle they are started again, elsewhere in what they do.
    const some = [...names.keys()];
    if (checked % 20 === 0) supervisor.kill_process(some[checked % some.length]!);
    await pause(20);
  }
  over = true;
  const sorted = [...latencies].sort((a, b) => a - b);
  const syscalls = supervisor.processes().reduce((sum, row) => sum + row.calls, 0);
  const echo = { samples: sorted.length, median: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)]!, worst: sorted.at(-1)! };
  const drawn = { count: frames.length, median: median(frames), worst: Math.max(...frames) };
  const { damage } = gateway.commits.verify();
  if (damage) throw new Error(`the chain is damaged: ${damage.message}`);
  const commits = gateway.commits.head.seq;
  await supervisor.dispose();
  return { seconds, echo, frames: drawn, started, ended, checked, syscalls, commits, characters };
}
