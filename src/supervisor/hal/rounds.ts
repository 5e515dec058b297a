// Fair rounds: whoever has rung is served once, in the order of ringing, then goes to the end. A few milliseconds at a time, then it is the page's turn.

/** Milliseconds of serving before the page has a turn. */
export const BUDGET = 8;

export class Rounds<T extends object> {
  readonly #serve: (one: T) => void;
  readonly #now: () => number;
  readonly #rung = new Set<T>();
  #scheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds served that the page has not had back yet. */
  #spent = 0;
  #last = 0;

  /** `serve` does one thing for one. `now` in milliseconds. */
  constructor(serve: (one: T) => void, now: () => number = () => performance.now()) {
    this.#serve = serve;
    this.#now = now;
  }

  /** Whether the page has its turn now. */
  get pausing(): boolean {
    return this.#timer !== undefined;
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
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    this.#scheduled = false;
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
    if (this.#spent >= BUDGET) this.#pause();
  }

  /** A task of its own: rendering, input and timers of the page come in between. */
  #pause(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#spent = 0;
      this.#last = this.#now();
      this.#run();
    }, 0);
  }
}
