// A process's mailbox: 64 bytes of header, 64 KiB of data, apart from the process's memory.
//
//   word  0 status       0 idle, 1 pending, 2 ready; moves 0 -> 1 (process) -> 2 (kernel) -> 0 (process), never otherwise
//         1 number       2-4 arguments       5 result, low       6 result, high
//         7 data length  8 pid               9 generation        10-15 zero
//   byte 64 data
//
// Everything in it can be scribbled on by the process at any time. The kernel's end copies a request once, trusts no word of it, and takes the
// sender's identity from which mailbox it is, never from word 8.

import { GpuvisorError } from '../../isa/errors.js';
import { Receipt } from './receipt.js';

/** Sizes in bytes. */
export const MAILBOX = { HEADER: 64, DATA: 65536, BYTES: 65536 + 64 } as const;
export const STATUS = { IDLE: 0, PENDING: 1, READY: 2 } as const;
/** Indices of the header's words. */
export const WORD = { STATUS: 0, NUMBER: 1, ARGS: 2, RESULT_LOW: 5, RESULT_HIGH: 6, LENGTH: 7, PID: 8, GENERATION: 9 } as const;

export type MailboxBuffer = SharedArrayBuffer | ArrayBuffer;

/** Arguments of a syscall, 32 bits each, unsigned. */
export type Args = readonly [number, number, number];

/** A copy of what a process asks. */
export interface MailboxRequest {
  readonly number: number;
  readonly args: Args;
  /** Undefined when the process says it is longer than the data area: OVERFLOW. */
  readonly data: Uint8Array | undefined;
}

/** A fresh mailbox. `shared` false gives a plain ArrayBuffer, for one thread. */
export function createMailbox(pid: number, generation: number, shared = true): MailboxBuffer {
  const buffer = shared ? new SharedArrayBuffer(MAILBOX.BYTES) : new ArrayBuffer(MAILBOX.BYTES);
  const words = new Int32Array(buffer, 0, MAILBOX.HEADER / 4);
  words[WORD.PID] = pid;
  words[WORD.GENERATION] = generation;
  return buffer;
}

function views(buffer: MailboxBuffer): { words: Int32Array; data: Uint8Array } {
  if (buffer.byteLength !== MAILBOX.BYTES) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `a mailbox of ${buffer.byteLength} bytes; it has ${MAILBOX.BYTES}`,
      'make it with createMailbox',
    );
  }
  return { words: new Int32Array(buffer, 0, MAILBOX.HEADER / 4), data: new Uint8Array(buffer, MAILBOX.HEADER, MAILBOX.DATA) };
}

/** The worker's end. */
export class ProcessMailbox {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;

  /** @throws GpuvisorError BAD_ARGUMENT for a buffer of another size */
  constructor(buffer: MailboxBuffer) {
    ({ words: this.#words, data: this.#data } = views(buffer));
  }

  get pid(): number {
    return this.#words[WORD.PID]! >>> 0;
  }
  get generation(): number {
    return this.#words[WORD.GENERATION]! >>> 0;
  }
  get status(): number {
    return Atomics.load(this.#words, WORD.STATUS);
  }

  /**
   * Posts a request: idle -> pending. The caller rings the doorbell.
   * @throws GpuvisorError TOO_LARGE for more data than the area holds, BUSY when a call is open
   */
  post(number: number, args: Args, data: Uint8Array = new Uint8Array(0)): void {
    if (data.length > MAILBOX.DATA)
      throw new GpuvisorError('TOO_LARGE', `${data.length} bytes; a mailbox takes ${MAILBOX.DATA}`, 'send it in parts');
    if (this.status !== STATUS.IDLE) throw new GpuvisorError('BUSY', 'a call is open in this mailbox', 'take its answer first');
    const words = this.#words;
    words[WORD.NUMBER] = number;
    for (let i = 0; i < 3; i++) words[WORD.ARGS + i] = args[i]!;
    words[WORD.LENGTH] = data.length;
    this.#data.set(data);
    Atomics.store(words, WORD.STATUS, STATUS.PENDING);
    Atomics.notify(words, WORD.STATUS);
  }

  /** Blocks until the answer is there or `timeoutMs` has gone. Only in a worker, only on shared memory. */
  wait(timeoutMs = Infinity): boolean {
    let timedOut = false;
    while (!timedOut && this.status === STATUS.PENDING) {
      timedOut = Atomics.wait(this.#words, WORD.STATUS, STATUS.PENDING, timeoutMs) === 'timed-out';
    }
    return this.status === STATUS.READY;
  }

  /** Takes the answer: ready -> idle. Undefined while there is none. */
  take(): { readonly result: number; readonly data: Uint8Array } | undefined {
    if (this.status !== STATUS.READY) return undefined;
    const words = this.#words;
    const result = words[WORD.RESULT_HIGH]! * 2 ** 32 + (words[WORD.RESULT_LOW]! >>> 0);
    const data = this.#data.slice(0, words[WORD.LENGTH]);
    Atomics.store(words, WORD.STATUS, STATUS.IDLE);
    return { result, data };
  }
}

/** The kernel's end. One call at a time: what was taken must be completed before the next is seen. */
export class KernelMailbox {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  #open = false;
  #detached = false;

  /** @throws GpuvisorError BAD_ARGUMENT for a buffer of another size */
  constructor(
    /** Whose it is: known from the worker that was given the buffer. */
    readonly pid: number,
    buffer: MailboxBuffer,
  ) {
    ({ words: this.#words, data: this.#data } = views(buffer));
  }

  /** The status word, for `Atomics.waitAsync`. */
  get words(): Int32Array {
    return this.#words;
  }

  /** A request that is pending and was not taken yet. */
  take(): MailboxRequest | undefined {
    const words = this.#words;
    if (this.#open || this.#detached || Atomics.load(words, WORD.STATUS) !== STATUS.PENDING) return undefined;
    this.#open = true;
    const length = words[WORD.LENGTH]! >>> 0;
    const data = length > MAILBOX.DATA ? undefined : new Uint8Array(length);
    data?.set(this.#data.subarray(0, length));
    return {
      number: words[WORD.NUMBER]! >>> 0,
      args: [words[WORD.ARGS]! >>> 0, words[WORD.ARGS + 1]! >>> 0, words[WORD.ARGS + 2]! >>> 0],
      data,
    };
  }

  /**
   * Writes the logged answer and wakes the worker: pending -> ready.
   * False when the mailbox is detached, or when the process has moved the status meanwhile: then nothing was written, and it broke the protocol.
   * @throws GpuvisorError PERMISSION_DENIED without a receipt for this process, INTERNAL for an answer longer than the data area
   */
  complete(receipt: Receipt): boolean {
    const { result, data } = Receipt.redeem(receipt, this.pid);
    if (data.length > MAILBOX.DATA)
      throw new GpuvisorError('INTERNAL', `an answer of ${data.length} bytes for a mailbox of ${MAILBOX.DATA}`, 'report it');
    const words = this.#words;
    const open = this.#open;
    this.#open = false;
    if (this.#detached || !open || Atomics.load(words, WORD.STATUS) !== STATUS.PENDING) return false;
    words[WORD.RESULT_LOW] = result >>> 0;
    words[WORD.RESULT_HIGH] = Math.floor(result / 2 ** 32);
    words[WORD.LENGTH] = data.length;
    this.#data.set(data);
    if (Atomics.compareExchange(words, WORD.STATUS, STATUS.PENDING, STATUS.READY) !== STATUS.PENDING) return false;
    Atomics.notify(words, WORD.STATUS);
    return true;
  }

  /** Neither read nor written any more: a terminated worker may run on for seconds. */
  detach(): void {
    this.#detached = true;
  }
}
