// Long work on the thread it was called on: it lets others have a turn, says how far it is, and stops when it is told to.

import { GpuvisorError } from '../isa/errors.js';
import { turn } from './turn.js';

/** How the caller follows work and ends it. */
export interface PaceOptions {
  /** Called now and then with the amount done; `total` stays the same during one call, and the last call has `done === total`. */
  readonly progress?: (done: number, total: number) => void;
  /** Ends the work with ABORTED. */
  readonly signal?: AbortSignal;
}

/** Work goes on for this long before others get a turn, ms: half a frame. */
const TURN_MS = 8;

/** The pace of one piece of work of `total` units. */
export class Pace {
  #done = 0;
  #last = -Infinity;

  constructor(
    readonly total: number,
    readonly what: string,
    readonly options: PaceOptions,
  ) {
    this.check();
  }

  /** @throws GpuvisorError ABORTED */
  check(): void {
    if (this.options.signal?.aborted) throw new GpuvisorError('ABORTED', `${this.what} was stopped`, 'call it again to start over');
  }

  /** So much more is done; a turn for others when it is time. @throws GpuvisorError ABORTED */
  async add(units: number): Promise<void> {
    this.#done = Math.min(this.total, this.#done + units);
    if (performance.now() - this.#last < TURN_MS) return;
    this.options.progress?.(this.#done, this.total);
    await turn();
    this.#last = performance.now();
    this.check();
  }

  /** All is done. @throws GpuvisorError ABORTED */
  finish(): void {
    this.check();
    this.#done = this.total;
    this.options.progress?.(this.total, this.total);
  }
}
