// The watchdog: whoever neither calls nor yields for so long is told of. It counts its own looks, not the clock alone: after a pause of the page (a hidden tab,
// a sleeping computer) nobody is suspected for the time nobody looked.

/** Looks in the time allowed. */
const LOOKS = 4;

export interface Watched {
  /** Grows with everything that is heard of it. */
  readonly heard: number;
  /** It waits for the kernel, not the kernel for it. */
  readonly waits: boolean;
  /** Milliseconds it may be silent. */
  readonly patience: number;
}

export class Watchdog<T extends Watched> {
  readonly #watched = new Map<T, { heard: number; silent: number }>();
  readonly #period: number;
  readonly #expired: (one: T) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `shortest`: the shortest patience there will be, ms. */
  constructor(shortest: number, expired: (one: T) => void) {
    this.#period = Math.max(1, shortest / LOOKS);
    this.#expired = expired;
  }

  /** Timers that are set: for tests that count. */
  get timers(): number {
    return this.#timer === undefined ? 0 : 1;
  }

  watch(one: T): void {
    this.#watched.set(one, { heard: one.heard, silent: 0 });
    this.#timer ??= setTimeout(() => this.#look(), this.#period);
  }

  leave(one: T): void {
    this.#watched.delete(one);
    if (this.#watched.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    for (const [one, seen] of [...this.#watched]) {
      if (!this.#watched.has(one)) continue;
      if (one.waits || one.heard !== seen.heard) {
        seen.heard = one.heard;
        seen.silent = 0;
      } else if (++seen.silent * this.#period > one.patience) {
        this.leave(one);
        this.#expired(one);
      }
    }
    if (this.#watched.size > 0) this.#timer ??= setTimeout(() => this.#look(), this.#period);
  }
}
