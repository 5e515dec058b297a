// The wall clock of a machine in real pace, so that tests can hand in their own.

/** A clock and its timers. Milliseconds. */
export interface Clock {
  /** Time since some fixed point; never goes back. */
  now(): number;
  /** Calls `act` once after `milliseconds`; returns how to cancel that. */
  after(milliseconds: number, act: () => void): () => void;
}

/** Timers take at most 2^31-1 ms. */
const LONGEST = 0x7fffffff;

/** The platform's clock. */
export const WALL_CLOCK: Clock = {
  now: () => performance.now(),
  after(milliseconds, act) {
    const timer = setTimeout(act, Math.min(milliseconds, LONGEST));
    return () => clearTimeout(timer);
  },
};
