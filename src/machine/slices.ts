// How long a run may be, so that whoever drives a machine gets to look at input, limits and messages often enough.

/** Slice lengths, in steps. */
const FIRST = 500_000;
const LEAST = 20_000;
const MOST = 200_000_000;

/** The length of the next slice, learnt from the last ones. */
export class SliceLength {
  #steps = FIRST;

  constructor(
    /** How long a slice should take, ms. */
    readonly targetMs: number,
  ) {}

  /** Steps of the next slice. */
  get steps(): number {
    return this.#steps;
  }

  /** A slice of `steps` took `ms` of running, sleep left out. */
  learn(steps: number, ms: number): void {
    if (steps <= LEAST / 2 || ms <= 0.5) return;
    this.#steps = Math.round(Math.min(MOST, Math.max(LEAST, Math.min(this.#steps * 4, (steps / ms) * this.targetMs))));
  }
}
