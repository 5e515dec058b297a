// Every call of an agent on this page, whichever way it comes: it is shown while it is on, noted, can be cancelled, and is denied while agents are paused.

import { GpuvisorError } from '../../src/isa/errors.js';
import { type ToolResult, failure } from '../../src/agent/result.js';
import type { CallNote } from './view/agent.js';

export type Call = (name: string, input: unknown, options?: { readonly signal?: AbortSignal }) => Promise<ToolResult>;

/** Where calls go, and who wants to know of them. */
export interface CallEnds {
  call(name: string, input: unknown, principal: string, signal: AbortSignal): Promise<ToolResult>;
  began(note: CallNote): void;
  ended(note: CallNote): void;
}

export class AgentCalls {
  readonly #going = new Map<number, AbortController>();
  #next = 1;
  #paused = false;

  constructor(private readonly ends: CallEnds) {}

  /** Denies calls from now on, those that are on included; or lets them in again. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) for (const controller of this.#going.values()) controller.abort();
  }

  /** Gives up every call that is on. */
  cancel(): void {
    for (const controller of this.#going.values()) controller.abort();
  }

  /** Calls of one principal. They never throw: failures are results. */
  as(principal: string): Call {
    return (name, input, options = {}) => this.#call(principal, name, input, options.signal);
  }

  async #call(principal: string, name: string, input: unknown, signal: AbortSignal | undefined): Promise<ToolResult> {
    const id = this.#next++;
    const began = performance.now();
    const note: CallNote = { id, name, principal, input };
    this.ends.began(note);
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    this.#going.set(id, controller);
    let result: ToolResult;
    try {
      result = this.#paused ? failure(denied()) : await this.ends.call(name, input, principal, controller.signal);
      // Whoever gave it up is told why.
      if (this.#paused && !result.success && result.error.code === 'ABORTED') result = failure(denied());
    } catch (error) {
      result = failure(error);
    }
    signal?.removeEventListener('abort', abort);
    this.#going.delete(id);
    this.ends.ended({ ...note, result, milliseconds: performance.now() - began });
    return result;
  }
}

const denied = (): GpuvisorError =>
  new GpuvisorError(
    'PERMISSION_DENIED',
    'the person at this page has paused agents',
    'ask them to let the agent act again, then repeat the call',
  );
