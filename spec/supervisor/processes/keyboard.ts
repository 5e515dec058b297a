// The terminal without a worker: its binary runs in this thread against a real kernel, with all that is typed in its queue before it starts, until it waits.
import { ERROR, KIND, SYSCALL } from '../../../src/supervisor/abi/index.js';
import { openGateway, type Effect } from '../../../src/supervisor/index.js';
import { binaries } from './built.js';
import { Screen } from './screen.js';

const WAITS = 'the process waits';
const terminal = new WebAssembly.Module(binaries['terminal'] as BufferSource);

/** What came of typing these pieces: the screen, and what else there was to see. */
export async function typed(
  pieces: readonly (string | Uint8Array)[],
  /** Milliseconds since 1970. */
  wall = Date.now(),
  /** Every so many calls one is refused with AGAIN, as when the log's store lags; 0: none is. */
  lag = 0,
): Promise<{
  readonly screen: Screen;
  readonly effects: readonly Effect[];
  readonly text: string;
  readonly end: string;
  readonly pages: number;
}> {
  const clock = { now: () => performance.now() * 1000, wall: () => wall };
  const { gateway, supervisor } = await openGateway({ clock, limits: { queue: 4096, queueBytes: 1 << 24, processBytes: 1 << 24 } });
  for (const op of [{ kind: 'boot' }, { kind: 'start', pid: 1 }] as const) gateway.execute(supervisor, op);
  const pid = gateway.execute(supervisor, { kind: 'create', name: 'terminal', parent: 1, process: KIND.WASM, console: true }).result!;
  gateway.execute(supervisor, { kind: 'start', pid });
  const origin = gateway.originOf(supervisor, pid);
  for (const piece of pieces) {
    const data = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
    if (gateway.execute(supervisor, { kind: 'input', pid, data }).result !== 0) throw new Error('the queue is full');
  }
  const screen = new Screen();
  const decoder = new TextDecoder();
  const effects: Effect[] = [];
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 256 });
  let text = '';
  let calls = 0;
  let last: Uint8Array = new Uint8Array(0);
  const env = {
    memory,
    syscall(number: number, a0: number, a1: number, a2: number, at: number, length: number): bigint {
      // Nobody wakes a sleeper here.
      if (number === SYSCALL.SLEEP) return 0n;
      if (lag > 0 && ++calls % lag === 0) return BigInt(-ERROR.AGAIN);
      const data = new Uint8Array(memory.buffer, at, length).slice();
      const done = gateway.execute(origin, { kind: 'syscall', number, args: [a0 >>> 0, a1 >>> 0, a2 >>> 0], data });
      for (const effect of done.effects) {
        if (effect.kind !== 'console') effects.push(effect);
        else text += decoder.decode(effect.data, { stream: true });
      }
      if (done.result === undefined) throw new Error(WAITS);
      last = done.data;
      return BigInt(done.result);
    },
    answer_length: (): number => last.length,
    answer(to: number, capacity: number): number {
      const part = last.subarray(0, capacity);
      new Uint8Array(memory.buffer).set(part, to);
      return part.length;
    },
  };
  let end = 'returned';
  try {
    (new WebAssembly.Instance(terminal, { env }).exports['_start'] as () => void)();
  } catch (e) {
    end = (e as Error).message;
  }
  screen.write(text);
  return { screen, effects, text, end: end === WAITS ? 'waits' : end, pages: memory.buffer.byteLength / 65536 };
}
