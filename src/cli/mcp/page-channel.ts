// The line to the page: it dials home. The page opens a stream of events and posts results back, on loopback, with a token that only it was told.
//   GET  /mcp/events?t=TOKEN   text/event-stream: {kind: call|cancel|replaced, id, name, input}
//   POST /mcp/result?t=TOKEN   {id, result}

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ToolResult } from '../../agent/result.js';
import { aborted } from '../../agent/abort.js';
import { GpuvisorError } from '../../isa/errors.js';

/** Bytes of one result at most. */
const MAX_RESULT = 32 << 20;
/** Between two signs of life, ms: proxies and browsers end streams that are silent for long. */
const PING_MS = 15_000;

interface Waiting {
  readonly resolve: (result: ToolResult) => void;
  readonly reject: (error: GpuvisorError) => void;
}

const lost = (): GpuvisorError =>
  new GpuvisorError(
    'PAGE_LOST',
    'the page with the machines was closed or reloaded',
    'call again: the page is opened anew; hypervisor_list shows what is there',
  );

export class PageChannel {
  /** Goes into the page's address, behind #. */
  readonly token: string = randomBytes(24).toString('base64url');
  readonly #waiting = new Map<number, Waiting>();
  readonly #arrivals = new Set<() => void>();
  #stream: ServerResponse | undefined;
  #next = 1;

  constructor(
    /** Of the server: http://localhost:PORT. Known when it listens. */
    private readonly origins: () => readonly string[],
  ) {}

  /** Whether a page is there. */
  get connected(): boolean {
    return this.#stream !== undefined;
  }

  /** Calls in progress. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when a page is there, `false` when none came in `ms`. */
  async arrival(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.connected) return true;
    return new Promise((resolve, reject) => {
      const end = (act: () => void): void => {
        clearTimeout(timer);
        this.#arrivals.delete(arrived);
        signal.removeEventListener('abort', abort);
        act();
      };
      const arrived = (): void => end(() => resolve(true));
      const abort = (): void => end(() => reject(aborted()));
      const timer = setTimeout(() => end(() => resolve(false)), ms);
      this.#arrivals.add(arrived);
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  /** Has the page carry out a call. @throws GpuvisorError PAGE_LOST, ABORTED */
  async call(name: string, input: unknown, { signal, principal }: { signal: AbortSignal; principal: string }): Promise<ToolResult> {
    if (!this.connected) throw lost();
    if (signal.aborted) throw aborted();
    const id = this.#next++;
    const cancel = (): void => {
      this.#send({ kind: 'cancel', id });
      this.#waiting.get(id)?.reject(aborted());
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await new Promise<ToolResult>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        this.#send({ kind: 'call', id, name, input, principal });
      });
    } finally {
      this.#waiting.delete(id);
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Ends the line; calls in progress fail with PAGE_LOST. */
  close(): void {
    this.#stream?.end();
    this.#drop(this.#stream);
  }

  /** Answers requests that concern the line; false for all others. Other hosts, other origins and those without the token get nothing. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!url.pathname.startsWith('/mcp/')) return false;
    const origins = this.origins();
    const { host, origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const trusted =
      origins.some((o) => o === `http://${host ?? ''}`) &&
      (origin === undefined ? request.method === 'GET' : origins.includes(origin)) &&
      (site === undefined || site === 'same-origin') &&
      this.#isToken(url.searchParams.get('t') ?? '');
    if (!trusted) return refuse(response, 403, 'not for you');
    if (url.pathname === '/mcp/events' && request.method === 'GET') this.#open(response);
    else if (url.pathname === '/mcp/result' && request.method === 'POST') void this.#take(request, response);
    else return refuse(response, 404, 'there is no such thing');
    return true;
  }

  #isToken(text: string): boolean {
    const [a, b] = [Buffer.from(text), Buffer.from(this.token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }

  #open(response: ServerResponse): void {
    const old = this.#stream;
    if (old) {
      this.#send({ kind: 'replaced' });
      old.end();
      this.#drop(old);
    }
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'Cross-Origin-Resource-Policy': 'same-origin',
      Connection: 'keep-alive',
    });
    response.write(': here\n\n');
    this.#stream = response;
    const ping = setInterval(() => response.write(': ping\n\n'), PING_MS);
    response.on('close', () => {
      clearInterval(ping);
      this.#drop(response);
    });
    for (const arrived of [...this.#arrivals]) arrived();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    let size = 0;
    try {
      for await (const part of request as AsyncIterable<Buffer>) {
        size += part.length;
        // The rest is read to its end, so that the answer arrives.
        if (size <= MAX_RESULT) parts.push(part);
      }
      if (size > MAX_RESULT) return void refuse(response, 413, 'too much');
      const { id, result } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { id?: unknown; result?: unknown };
      if (typeof id !== 'number' || typeof (result as ToolResult | undefined)?.success !== 'boolean')
        return void refuse(response, 400, 'no result');
      this.#waiting.get(id)?.resolve(result as ToolResult);
      response.writeHead(204).end();
    } catch {
      if (!response.headersSent) refuse(response, 400, 'no result');
    }
  }

  #send(message: object): void {
    this.#stream?.write(`data: ${JSON.stringify(message)}\n\n`);
  }

  /** A page has gone. */
  #drop(stream: ServerResponse | undefined): void {
    if (!stream || stream !== this.#stream) return;
    this.#stream = undefined;
    for (const { reject } of [...this.#waiting.values()]) reject(lost());
  }
}

function refuse(response: ServerResponse, status: number, text: string): true {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end(`${text}\n`);
  return true;
}
