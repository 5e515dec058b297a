// A doorbell at one mailbox: tells when the process has put a request in. `Atomics.waitAsync` where there is one (10 µs); elsewhere the worker says it.

import { STATUS, WORD } from '../abi/index.js';

type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
) => { readonly async: false } | { readonly async: true; readonly value: Promise<unknown> };

const waitAsync = (Atomics as unknown as { waitAsync?: WaitAsync }).waitAsync?.bind(Atomics);

/** How the main thread hears of requests. `poll`: only when `poll_syscalls` is called. */
export type Wake = 'wait' | 'message' | 'poll';

/** The best there is here. */
export const BEST_WAKE: Wake = waitAsync ? 'wait' : 'message';

/** Looks at a status that a process keeps changing, before it is left to the next round. */
const LOOKS = 4;

export class Doorbell {
  readonly #words: Int32Array;
  readonly #wake: Wake;
  readonly #ring: () => void;
  #waiting = false;
  #released = false;

  /** `words`: the mailbox's header. `ring`: look into the mailbox. */
  constructor(words: Int32Array, wake: Wake, ring: () => void) {
    this.#words = words;
    this.#wake = wake;
    this.#ring = ring;
  }

  /** Whether a waiter is registered with the platform. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Rings when a request is there, now or later, once. */
  arm(): void {
    if (this.#wake !== 'wait' || this.#waiting || this.#released) return;
    for (let look = 0; look < LOOKS; look++) {
      const status = Atomics.load(this.#words, WORD.STATUS);
      // A request; or what is no status at all, which whoever looks into the mailbox judges.
      if (status !== STATUS.IDLE && status !== STATUS.READY) break;
      const wait = waitAsync!(this.#words, WORD.STATUS, status);
      if (!wait.async) continue;
      this.#waiting = true;
      void wait.value.then(() => this.#woken());
      return;
    }
    this.#ring();
  }

  #woken(): void {
    this.#waiting = false;
    this.arm();
  }

  /** Never rings again, and leaves no waiter behind. */
  release(): void {
    this.#released = true;
    if (this.#waiting) Atomics.notify(this.#words, WORD.STATUS);
  }
}
