// Runs in the worker of a process: its WebAssembly between memory, mailbox and three functions. `npm run generate` bundles it into
// process-worker.generated.ts, from which the supervisor starts its workers.

import { ERROR, SYSCALL } from '../abi/constants.js';
import { MAILBOX, ProcessMailbox } from '../abi/mailbox.js';
import type { FromProcess, ToProcess } from './protocol.js';

/** The worker's side of a worker. */
export interface ProcessScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: FromProcess): void;
}

const INVAL = BigInt(-ERROR.INVAL);
const OVERFLOW = BigInt(-ERROR.OVERFLOW);

/** What a process can call: module `env`. Numbers are taken as unsigned. */
export function processImports(
  memory: WebAssembly.Memory,
  mailbox: ProcessMailbox,
  ring: () => void,
): {
  readonly memory: WebAssembly.Memory;
  syscall(number: number, a0: number, a1: number, a2: number, data: number, length: number): bigint;
  answer_length(): number;
  answer(to: number, capacity: number): number;
} {
  let last: Uint8Array = new Uint8Array(0);
  return {
    memory,
    syscall(number, a0, a1, a2, data, length) {
      const [at, size] = [data >>> 0, length >>> 0];
      if (at + size > memory.buffer.byteLength) return INVAL;
      if (size > MAILBOX.DATA) return OVERFLOW;
      mailbox.post(number, [a0, a1, a2], new Uint8Array(memory.buffer, at, size));
      ring();
      mailbox.wait();
      const answer = mailbox.take();
      if (!answer) throw new Error('the mailbox is damaged');
      last = answer.data;
      return BigInt(answer.result);
    },
    answer_length: () => last.length,
    answer(to, capacity) {
      const [at, room] = [to >>> 0, capacity >>> 0];
      const size = Math.min(last.length, room, Math.max(0, memory.buffer.byteLength - at));
      if (size > 0) new Uint8Array(memory.buffer, at, size).set(last.subarray(0, size));
      return size;
    },
  };
}

/** Waits for the one message, and runs the process. */
export function serveProcess(scope: ProcessScope): void {
  scope.onmessage = ({ data }: MessageEvent<ToProcess>) => {
    scope.onmessage = null;
    const { binary, initialPages, memoryPages, bell } = data;
    const mailbox = new ProcessMailbox(data.mailbox);
    const ring = bell ? (): void => scope.postMessage({ kind: 'call' }) : (): void => {};
    let start: () => void;
    try {
      const memory = new WebAssembly.Memory({ initial: initialPages, maximum: memoryPages });
      const env = processImports(memory, mailbox, ring);
      const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), { env });
      start = instance.exports['_start'] as () => void;
    } catch (e) {
      scope.postMessage({ kind: 'refused', text: String(e) });
      return;
    }
    scope.postMessage({ kind: 'started' });
    try {
      start();
    } catch (e) {
      scope.postMessage({ kind: 'trap', text: String(e) });
      return;
    }
    mailbox.post(SYSCALL.EXIT, [0, 0, 0]);
    ring();
  };
}
