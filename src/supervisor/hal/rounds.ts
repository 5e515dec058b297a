// Fair rounds: whoever has rung is served once, in the order of ringing, then goes to the end. A few milliseconds at a time, then it is the page's turn.

import { nextTurn } from './turn.js';

/** Milliseconds of serving before the page has a turn. */
export const BUDGET = 8;
/** Milliseconds between two looks whether it goes on, while everybody is held back. */
export const HOLD = 10;

export class Rounds<T extends object> {
  readonly #serve: (one: T) => void;
  readonly #now: () => number;
  readonly #held: () => boolean;
  readonly #rung = new Set<T>();
  #scheduled = false;
  /** Ends the pause that is on. */
  #resume: (() => void) | undefined;
  /** Milliseconds served that the page has not had back yet. */
  #spent = 0;
  #last = 0;

  /** `serve` does one thing for one. `now` in milliseconds. While `held` nobody is served. */
  constructor(serve: (one: T) => void, now: () => number = () => performance.now(), held: () => boolean = () => false) {
    this.#serve = serve;
    this.#now = now;
    this.#held = held;
  }

  /** Whether the page has its turn now. */
  get pausing(): boolean {
    return this.#resume !== undefined;
  }

  /** Puts one at the end of the queue; it stands there once. */
  ring(one: T): void {
    this.#rung.add(one);
    if (this.#scheduled || this.pausing) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#run());
  }

  /** Takes one out. */
  leave(one: T): void {
    this.#rung.delete(one);
  }

  /** Serves nobody any more. */
  stop(): void {
    this.#rung.clear();
    this.#resume?.();
    this.#resume = undefined;
  }

  #run(): void {
    this.#scheduled = false;
    if (this.#rung.size > 0 && this.#held()) {
      this.#pause(HOLD);
      return;
    }
    const began = this.#now();
    this.#spent = Math.max(0, this.#spent - (began - this.#last));
    const before = this.#spent;
    for (const one of this.#rung) {
      this.#rung.delete(one);
      this.#serve(one);
      this.#spent = before + this.#now() - began;
      if (this.#spent >= BUDGET) break;
    }
    this.#last = this.#now();
    if (this.#spent >= BUDGET) this.#pause(0);
  }

  /** A task of its own: rendering, input and timers of the page come in between. */
  #pause(ms: number): void {
    this.#resume = nextTurn(ms, () => {
      this.#resume = undefined;
      this.#spent = 0;
      this.#last = this.#now();
      this.#run();
    });
  }
}
