// The hart's state as the host holds it while the executor stands still, and which of its words the executor has yet to be told.

import { STATE_WORDS } from '../isa/state.js';
import type { Executor } from './executor.js';

export class HeldState {
  #state: Uint32Array | undefined;
  /** The state as the executor has it; undefined when it has to be told everything. */
  #sent: Uint32Array | undefined;

  constructor(private readonly executor: Executor) {}

  /** The state, to change in place; undefined before it was first asked for. */
  get known(): Uint32Array | undefined {
    return this.#state;
  }

  /** Takes the state from the executor, in place of what was held. */
  async fetch(): Promise<Uint32Array> {
    const state = await this.executor.readState();
    this.#state = state;
    this.#sent = state.slice();
    return state;
  }

  /** Holds another state; `commit` sends all of it. */
  replace(state: Uint32Array): void {
    this.#state = state.slice();
    this.#sent = undefined;
  }

  /** Sends the words that changed to the executor. */
  async commit(): Promise<void> {
    const state = this.#state!;
    const sent = this.#sent;
    if (!sent) {
      await this.executor.writeState(state);
    } else {
      const words: { offset: number; value: number }[] = [];
      for (let i = 0; i < STATE_WORDS; i++) if (state[i] !== sent[i]) words.push({ offset: i, value: state[i]! });
      if (words.length === 0) return;
      if (this.executor.patchState) await this.executor.patchState(words);
      else await this.executor.writeState(state);
    }
    this.#sent = state.slice();
  }
}
