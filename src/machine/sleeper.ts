// Sleep on the wall clock, which whoever has business may cut short.

import type { Clock } from './clock.js';

export class Sleeper {
  #end: (() => void) | undefined;
  #woken = false;
  #milliseconds = 0;

  constructor(private readonly clock: Clock) {}

  /** Slept through so far, ms. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Ends the sleep that is on. */
  rouse(): void {
    this.#end?.();
  }

  /** Ends the sleep that is on, or the next one before it begins when none is. */
  wake(): void {
    this.#woken = true;
    this.#end?.();
  }

  /** Sleeps, unless it was woken before or `awake` says that there is something to do. How long it was, ms, and whether it was cut short. */
  async sleep(milliseconds: number, awake: boolean): Promise<{ readonly slept: number; readonly cut: boolean }> {
    const began = this.clock.now();
    const cut = await this.#until(milliseconds, awake);
    const slept = this.clock.now() - began;
    this.#milliseconds += slept;
    return { slept, cut };
  }

  #until(milliseconds: number, awake: boolean): Promise<boolean> {
    if (this.#woken || awake) {
      this.#woken = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const done = (cut: boolean): void => {
        cancel();
        this.#end = undefined;
        this.#woken = false;
        resolve(cut);
      };
      const cancel = this.clock.after(milliseconds, () => done(false));
      this.#end = () => done(true);
    });
  }
}
