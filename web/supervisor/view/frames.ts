// Drawing at most once a frame, whatever happens in between.

export class Frames {
  #asked = false;

  constructor(private readonly draw: (now: number) => void) {}

  /** Something changed. */
  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame((now) => {
      this.#asked = false;
      this.draw(now);
    });
  }
}

/** Lets through at most one in `every` milliseconds, and never loses the last. */
export class Seldom {
  #last = -Infinity;
  #due = false;

  constructor(private readonly every: number) {}

  /** Something changed. */
  mark(): void {
    this.#due = true;
  }

  /** Somebody waits for it: the next time is time. */
  hurry(): void {
    this.#due = true;
    this.#last = -Infinity;
  }

  /** Whether it is time. `now` in milliseconds. */
  take(now: number): boolean {
    if (!this.#due || now - this.#last < this.every) return false;
    this.#due = false;
    this.#last = now;
    return true;
  }

  get waits(): boolean {
    return this.#due;
  }
}
