// Cancellation and time limits: one signal a call, made of its caller's, its machine's and its clock's; nothing is left behind when it ends.

import { GpuvisorError } from '../isa/errors.js';

/** A signal with several causes. */
export class Leash {
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends with `reason` when `other` is aborted. */
  follow(other: AbortSignal | undefined, reason: () => GpuvisorError): void {
    if (!other) return;
    const end = (): void => this.#controller.abort(reason());
    if (other.aborted) return end();
    other.addEventListener('abort', end, { once: true });
    this.#undo.push(() => other.removeEventListener('abort', end));
  }

  /** Ends with `reason` when what `listen` listens to calls; `listen` returns how to stop. */
  until(listen: (end: () => void) => () => void, reason: () => GpuvisorError): void {
    this.#undo.push(listen(() => this.#controller.abort(reason())));
  }

  /** Ends with `reason` after `ms` unless `cancel`, which it returns, is called before. */
  limit(ms: number, reason: () => GpuvisorError): () => void {
    const timer = setTimeout(() => this.#controller.abort(reason()), ms);
    const cancel = (): void => clearTimeout(timer);
    this.#undo.push(cancel);
    return cancel;
  }

  /** Lets go of every cause. */
  release(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}

/** What `work` comes to, or the signal's reason as soon as it is aborted; `work` then goes on unseen. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      work.catch(() => undefined);
      return abort();
    }
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Waits `ms`. Rejects with the signal's reason when it is aborted before. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal.addEventListener('abort', abort, { once: true });
  });
}

/** @throws the signal's reason when it is one of ours, else ABORTED */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason instanceof GpuvisorError ? signal.reason : aborted();
}

/** The error of a call that its caller gave up. */
export const aborted = (): GpuvisorError =>
  new GpuvisorError('ABORTED', 'the caller cancelled this call', 'call it again if it is still wanted');
