// The page and the permission manager: its questions, the page's answers, and how each request ended.

import { GpuvisorError } from '../../isa/errors.js';
import { encodeText } from '../abi/bytes.js';
import { formatAnswer, parseAsk, PID, type PermissionAsk } from '../abi/index.js';
import type { Dispatcher } from './dispatcher.js';

/** How a request ended. */
export interface PermissionOutcome {
  readonly request: number;
  readonly ok: boolean;
  readonly pid: number;
  /** The slot the process has it in, or the error's number. */
  readonly value: number;
}

interface Waiting {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly resolve: (outcome: PermissionOutcome) => void;
  readonly reject: (error: GpuvisorError) => void;
}

export class Permissions {
  readonly #dispatcher: Dispatcher;
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();

  /** `timeoutMs`: how long init has to say how a request ended. */
  constructor(dispatcher: Dispatcher, timeoutMs: number) {
    this.#dispatcher = dispatcher;
    this.#timeoutMs = timeoutMs;
  }

  /** For tests that count. */
  get timers(): number {
    return this.#waiting.size;
  }

  /** The question in a DEBUG text, when the permission manager asks it; from anybody else it is a text like any other. */
  question(from: number, text: string): PermissionAsk | undefined {
    return from === PID.PERMISSION ? parseAsk(text) : undefined;
  }

  /**
   * Answers a question. Resolves with what init says came of it.
   * @throws GpuvisorError BUSY when an answer is under way or the permission manager takes no more; TIMEOUT when nothing is heard of it
   */
  answer(request: number, allow: boolean): Promise<PermissionOutcome> {
    if (this.#waiting.has(request))
      return Promise.reject(new GpuvisorError('BUSY', `request ${request} is answered already`, 'wait for its end'));
    const data = encodeText(formatAnswer(request, allow));
    const { result = 0 } = this.#dispatcher.asSupervisor({ kind: 'input', pid: PID.PERMISSION, data });
    if (result < 0) return Promise.reject(new GpuvisorError('BUSY', 'the permission manager takes no answer now', 'ask again in a moment'));
    return new Promise((resolve, reject) => {
      const late = new GpuvisorError(
        'TIMEOUT',
        `nothing was heard of request ${request} for ${this.#timeoutMs} ms`,
        'it may be denied already',
      );
      const timer = setTimeout(() => {
        this.#waiting.delete(request);
        reject(late);
      }, this.#timeoutMs);
      this.#waiting.set(request, { timer, resolve, reject });
    });
  }

  /** Init has said how a request ended. */
  ended(outcome: PermissionOutcome): void {
    const waiting = this.#waiting.get(outcome.request);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(outcome.request);
    waiting.resolve(outcome);
  }

  dispose(): void {
    for (const [request, { timer, reject }] of this.#waiting) {
      clearTimeout(timer);
      reject(new GpuvisorError('DISPOSED', `the supervisor was disposed of before request ${request} ended`, 'make a new one'));
    }
    this.#waiting.clear();
  }
}
