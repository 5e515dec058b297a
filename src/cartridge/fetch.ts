// Bytes from a URL that may be anything: http and https only, bounded in size and time, streamed.

import { GpuvisorError } from '../isa/errors.js';
import { quoted } from './invalid.js';

export interface FetchOptions {
  /** The most bytes to accept. */
  readonly maxBytes: number;
  /** From the start to the last byte, ms. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
  /** Called as bytes come in; `total` is undefined while the server has not told it. */
  readonly progress?: (done: number, total: number | undefined) => void;
}

/** The longest that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** True when the text begins like a URL that `fetchBytes` takes. */
export const isHttpUrl = (text: string): boolean => /^https?:\/\//i.test(text);

/**
 * The bytes at an absolute URL. No credentials and no referrer go with the request; redirects are followed as long as they lead to http or https.
 * @throws GpuvisorError FETCH_FAILED (no http or https, unreachable, status, size, time), ABORTED
 */
export async function fetchBytes(url: string, options: FetchOptions): Promise<Uint8Array> {
  const { maxBytes, timeoutMs, signal } = options;
  const shown = url.length > 120 ? `${url.slice(0, 119)}…` : url;
  const failed = (why: string, hint: string, cause?: unknown): GpuvisorError =>
    new GpuvisorError('FETCH_FAILED', `${shown}: ${why}`, hint, cause === undefined ? undefined : { cause });
  checkUrl(url, failed);
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  if (signal?.aborted) throw aborted(shown);
  signal?.addEventListener('abort', onAbort, { once: true });
  let late = false;
  const timer = setTimeout(
    () => {
      late = true;
      stop.abort();
    },
    Math.min(timeoutMs, MAX_TIMER_MS),
  );
  try {
    const response = await (options.fetch ?? globalThis.fetch)(url, {
      signal: stop.signal,
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'follow',
    });
    if (response.url !== '' && !isHttpUrl(response.url))
      throw failed(`it leads to ${quoted(response.url)}`, 'only http and https are fetched');
    if (!response.ok) {
      await response.body?.cancel().catch(() => {});
      const said = /^[\x20-\x7e]{1,40}$/.test(response.statusText) ? ` ${response.statusText}` : '';
      throw failed(`the server answered ${response.status}${said}`, 'check the address');
    }
    return await readBody(response, maxBytes, failed, options.progress);
  } catch (e) {
    if (e instanceof GpuvisorError) throw e;
    if (signal?.aborted) throw aborted(shown, e);
    if (late) throw failed(`it took longer than ${timeoutMs} ms`, 'try again, or allow more time', e);
    throw failed('it cannot be reached', 'check the address and the network; from a page, the server must allow it (CORS)', e);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
  }
}

function aborted(url: string, cause?: unknown): GpuvisorError {
  return new GpuvisorError('ABORTED', `fetching ${url} was stopped`, 'call it again to start over', { cause });
}

function checkUrl(url: string, failed: (why: string, hint: string) => GpuvisorError): void {
  const hint = 'pass an absolute URL that begins with http:// or https://';
  if (!isHttpUrl(url)) throw failed('it is no http or https URL', hint);
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw failed('it is no valid URL', hint);
  }
  if (parsed.username !== '' || parsed.password !== '') throw failed('it carries a user name or password', 'leave them out');
}

async function readBody(
  response: Response,
  maxBytes: number,
  failed: (why: string, hint: string) => GpuvisorError,
  progress: FetchOptions['progress'],
): Promise<Uint8Array> {
  const tooLarge = (bytes: string): GpuvisorError =>
    failed(`it has ${bytes} bytes; at most ${maxBytes} are accepted here`, 'use a smaller file');
  // The length on the wire; it is the file's own unless the transfer is encoded.
  const told = response.headers.get('content-encoding') === null ? Number(response.headers.get('content-length') ?? NaN) : NaN;
  if (told > maxBytes) {
    await response.body?.cancel().catch(() => {});
    throw tooLarge(String(told));
  }
  const total = Number.isNaN(told) ? undefined : told;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) break;
    length += value!.length;
    if (length > maxBytes) {
      await reader!.cancel().catch(() => {});
      throw tooLarge('more than ' + String(maxBytes));
    }
    chunks.push(value!);
    progress?.(length, total);
  }
  if (total !== undefined && length < total) throw failed(`the connection ended after ${length} of ${total} bytes`, 'try again');
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const c of chunks) {
    bytes.set(c, at);
    at += c.length;
  }
  return bytes;
}
