// Long work in the background: the messages, and the side that works. The other side is background.ts.

import { GpuvisorError } from '../../src/isa/errors.js';

/** A piece of long work. It stops soon after the signal, and says what it has until then. */
export type Work<Request, Progress, Report> = (
  request: Request,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
) => Promise<Report>;

/** An error that crossed from a worker. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** To the worker. */
export type Order<Request> = { readonly kind: 'start'; readonly request: Request } | { readonly kind: 'stop' };

/** From the worker. `unable`: WebGPU does not work in workers here. */
export type Answer<Progress, Report> =
  | { readonly kind: 'unable' }
  | { readonly kind: 'started' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly report: Report }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** An error as plain data. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof GpuvisorError) return { code: error.code, message: error.message, hint: error.hint };
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Please report this with the browser and the adapter.',
  };
}

interface Port<Request, Progress, Report> {
  postMessage(answer: Answer<Progress, Report>): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<Order<Request>>) => void): void;
}

/** Answers orders in a worker. */
export function serveWork<Request, Progress, Report>(work: Work<Request, Progress, Report>): void {
  const port = globalThis as unknown as Port<Request, Progress, Report>;
  const stop = new AbortController();
  const start = async (request: Request): Promise<void> => {
    const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
    if (!adapter) return port.postMessage({ kind: 'unable' });
    port.postMessage({ kind: 'started' });
    try {
      port.postMessage({
        kind: 'done',
        report: await work(request, (progress) => port.postMessage({ kind: 'progress', progress }), stop.signal),
      });
    } catch (error) {
      port.postMessage({ kind: 'trouble', trouble: troubleOf(error) });
    }
  };
  port.addEventListener('message', ({ data }) => {
    if (data.kind === 'stop') stop.abort();
    else void start(data.request);
  });
}
