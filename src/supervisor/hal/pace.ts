// Back-pressure for consoles: what a process writes beyond its rate is taken and shown, and its answer comes later. Nothing is lost, and nothing piles up.

/** Of one process's console. */
export const PACE = {
  /** Bytes a second. */
  RATE: 262_144,
  /** Bytes at once, after a pause. */
  BURST: 65_536,
  /** What a shorter write counts, in bytes: each costs the page a callback. */
  LEAST: 256,
} as const;

/** A bucket that fills with PACE.RATE up to PACE.BURST. */
export class Pace {
  #level: number = PACE.BURST;
  #last: number;

  /** `now` in milliseconds. */
  constructor(now: number) {
    this.#last = now;
  }

  /** Takes a write of so many bytes; how long its answer has to wait, in milliseconds. */
  delay(bytes: number, now: number): number {
    this.#level = Math.min(PACE.BURST, this.#level + ((now - this.#last) * PACE.RATE) / 1000);
    this.#last = now;
    this.#level -= Math.max(PACE.LEAST, bytes);
    return this.#level >= 0 ? 0 : Math.ceil((-this.#level * 1000) / PACE.RATE);
  }
}
