// The page's end of the line to the engine: requests with answers, input, events. The engine is a worker, or runs on the page where WebGPU does not
// work in workers.

import { GpuvisorError, type ErrorCode } from '../../src/isa/errors.js';
import type { Trouble } from '../shared/work.js';
import {
  type Act,
  type Answers,
  type Backend,
  type EngineEvent,
  type FromEngine,
  PROTOCOL_VERSION,
  type Started,
  type Takes,
  type ToEngine,
} from './protocol.js';

/** One side of a channel: a worker, or a message port. */
interface Line {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: GpuvisorError) => void;
}

/** An error that the engine reported, as it was thrown there. */
export function errorOf({ code, message, hint }: Trouble): GpuvisorError {
  return new GpuvisorError(code as ErrorCode, message, hint);
}

/** A running engine. */
export class EngineLink {
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #line: Line | undefined;
  #next = 1;
  /** Where the engine runs. */
  place: 'a worker' | 'the page' = 'a worker';

  /** Starts the engine. @throws GpuvisorError WEBGPU_UNAVAILABLE; INTERNAL when the worker's script does not load */
  async start(options: { base: string; canvas?: OffscreenCanvas; backend: Backend; visible: boolean; session: boolean }): Promise<Started> {
    this.#line ??= await this.#open(options.backend);
    return this.ask('start', { version: PROTOCOL_VERSION, ...options }, { transfer: options.canvas ? [options.canvas] : [] });
  }

  /** A worker that can do what is asked of it, or else a port to an engine on the page. */
  async #open(backend: Backend): Promise<Line> {
    const worker = new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module' });
    const able = await new Promise<boolean>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromEngine>) => {
        if (data.kind === 'ready') resolve(true);
        else if (data.kind === 'unable') resolve(backend === 'reference' || !('gpu' in navigator));
      });
      worker.addEventListener('error', (event) => {
        const error = new GpuvisorError('INTERNAL', `the worker failed: ${event.message || 'its script did not load'}`, 'reload the page');
        this.#fail(error);
        reject(error);
      });
    });
    if (able) {
      worker.addEventListener('message', (event: MessageEvent<FromEngine>) => this.#receive(event.data));
      return worker;
    }
    worker.terminate();
    this.place = 'the page';
    const { serveEngine } = await import('./engine/serve.js');
    const { port1, port2 } = new MessageChannel();
    serveEngine(port2);
    port1.addEventListener('message', (event: MessageEvent<FromEngine>) => this.#receive(event.data));
    port1.start();
    port2.start();
    return port1;
  }

  /** Asks for something. The signal asks the engine to give it up; it answers all the same. @throws GpuvisorError as the engine says */
  ask<A extends Act>(act: A, takes: Takes<A>, options: { transfer?: Transferable[]; signal?: AbortSignal } = {}): Promise<Answers<A>> {
    const line = this.#line;
    if (!line)
      return Promise.reject(
        new GpuvisorError('NOT_BOOTED', 'the engine has not been started', 'the page is loading: call again in a second'),
      );
    const id = this.#next++;
    const { signal } = options;
    const cancel = (): void => this.#post({ kind: 'cancel', id });
    return new Promise<Answers<A>>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#post({ kind: 'ask', id, act, takes }, options.transfer);
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel);
    }).finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Bytes for the serial line, or records for a device of the machine that is shown. */
  input(to: 'uart' | 'keyboard' | 'pointer', bytes: Uint8Array): void {
    this.#post({ kind: 'input', to, bytes });
  }

  /** Whether there is anybody to draw for. */
  visible(visible: boolean): void {
    this.#post({ kind: 'visible', visible });
  }

  /** Calls `listener` with everything that happens; returns how to stop. */
  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #post(message: ToEngine, transfer: Transferable[] = []): void {
    this.#line?.postMessage(message, transfer);
  }

  #receive(message: FromEngine): void {
    if (message.kind === 'event') {
      for (const listener of [...this.#listeners]) listener(message.event);
      return;
    }
    if (message.kind !== 'answer' && message.kind !== 'trouble') return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(errorOf(message.trouble));
  }

  /** The engine is gone: whoever waits hears of it. */
  #fail(error: GpuvisorError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
