// Bytes from a URL: bounded in size and time, http and https only, streamed; every failure has its code and says why.
import { describe, expect, test } from 'vitest';
import { type FetchOptions, fetchBytes } from '../../src/cartridge/index.js';
import { noise, refusal } from './forge.js';

const URL_OF = 'https://example.test/linux.rts.png';

/** A server: what it answers, in pieces; `cancelled` tells whether the reader let go. */
function serve(
  pieces: readonly Uint8Array[],
  init: ResponseInit = {},
  pause?: Promise<unknown>,
): { fetch: typeof fetch; cancelled: () => boolean; seen: RequestInit[] } {
  let cancelled = false;
  const seen: RequestInit[] = [];
  const answer = (_url: unknown, request: RequestInit): Promise<Response> => {
    seen.push(request);
    let n = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(c) {
        if (n === 1) await pause;
        if (n < pieces.length) c.enqueue(pieces[n++]!);
        else c.close();
      },
      cancel: () => void (cancelled = true),
      start: (c) => request.signal!.addEventListener('abort', () => !cancelled && c.error(new DOMException('aborted', 'AbortError'))),
    });
    return Promise.resolve(new Response(body, init));
  };
  return { fetch: answer as typeof fetch, cancelled: () => cancelled, seen };
}

const get = (options: Partial<FetchOptions>, url = URL_OF): Promise<Uint8Array> =>
  fetchBytes(url, { maxBytes: 10_000, timeoutMs: 60_000, ...options });
const failure = (options: Partial<FetchOptions>, url?: string, code = 'FETCH_FAILED'): Promise<string> => refusal(get(options, url), code);

test('pieces become one, with progress, without credentials', async () => {
  const bytes = noise(3000);
  const pieces = [bytes.slice(0, 1), bytes.slice(1, 1000), bytes.slice(1000)];
  const seen: [number, number | undefined][] = [];
  const server = serve(pieces, { headers: { 'content-length': '3000' } });
  expect(await get({ ...server, progress: (...p) => seen.push(p) })).toEqual(bytes);
  expect(seen).toEqual([
    [1, 3000],
    [1000, 3000],
    [3000, 3000],
  ]);
  expect(server.seen[0]).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer' });
  expect(await get(serve([]))).toEqual(new Uint8Array(0));
});

describe('size', () => {
  test('told beforehand', async () => {
    const server = serve([noise(10)], { headers: { 'content-length': '10001' } });
    expect(await failure(server)).toMatch(/has 10001 bytes; at most 10000/);
  });

  test('found out on the way: it stops there', async () => {
    const server = serve(Array.from({ length: 1000 }, () => noise(6000)));
    expect(await failure(server)).toMatch(/more than 10000 bytes/);
    expect(server.cancelled()).toBe(true);
  });

  test('a length that lies', async () => {
    expect(await failure(serve([noise(6000), noise(6000)], { headers: { 'content-length': '5' } }))).toMatch(/more than 10000/);
    expect(await failure(serve([noise(10)], { headers: { 'content-length': '50' } }))).toMatch(/ended after 10 of 50 bytes/);
  });

  test('exactly the limit is fine', async () => {
    expect((await get(serve([noise(10_000)]))).length).toBe(10_000);
  });
});

describe('what is not fetched', () => {
  const never = (() => {
    throw new Error('it was asked for');
  }) as unknown as typeof fetch;

  const urls: [string, RegExp][] = [
    ['file:///etc/passwd', /no http or https URL/],
    ['javascript:alert(1)', /no http or https URL/],
    ['data:text/plain,hi', /no http or https URL/],
    ['blob:https://a/b', /no http or https URL/],
    ['ftp://a/b', /no http or https URL/],
    ['linux.rts.png', /no http or https URL/],
    ['/linux.rts.png', /no http or https URL/],
    ['', /no http or https URL/],
    [' https://a', /no http or https URL/],
    ['https://', /no valid URL/],
    ['https://user:secret@a/b', /carries a user name or password/],
  ];
  test.each(urls)('%s', async (url, message) => {
    const said = await failure({ fetch: never }, url);
    expect(said).toMatch(message);
  });

  test('a long URL is cut in what is said', async () => {
    expect((await failure({ fetch: never }, `x:${'y'.repeat(5000)}`)).length).toBeLessThan(300);
  });

  test('statuses other than success', async () => {
    expect(await failure(serve([noise(10)], { status: 404, statusText: 'Not Found' }))).toMatch(/answered 404 Not Found/);
    expect(await failure(serve([noise(10)], { status: 500 }))).toMatch(/answered 500/);
    // A reason that would steer a terminal is left out.
    expect(await failure(serve([noise(10)], { status: 404, statusText: 'No\u009b31m' }))).toMatch(/answered 404$/);
  });

  test('a server that cannot be reached', async () => {
    const fetch = (() => Promise.reject(new TypeError('fetch failed'))) as typeof globalThis.fetch;
    expect(await failure({ fetch })).toMatch(/cannot be reached/);
  });
});

describe('time and abort', () => {
  const forever = new Promise<never>(() => {});

  test('a server that stops in the middle', async () => {
    expect(await failure({ ...serve([noise(10), noise(10)], {}, forever), timeoutMs: 50 })).toMatch(/longer than 50 ms/);
  });

  test('a time longer than a timer takes is no time at once', async () => {
    expect(await get({ ...serve([noise(10)]), timeoutMs: 1e12 })).toEqual(noise(10));
  });

  test('a server that never answers', async () => {
    const fetch = ((_: unknown, { signal }: RequestInit) =>
      new Promise((_resolve, reject) =>
        signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
      )) as typeof globalThis.fetch;
    expect(await failure({ fetch, timeoutMs: 50 })).toMatch(/longer than 50 ms/);
    const stop = new AbortController();
    const going = failure({ fetch, signal: stop.signal }, URL_OF, 'ABORTED');
    stop.abort();
    expect(await going).toMatch(/was stopped/);
  });

  test('aborted before, and in the middle', async () => {
    expect(await failure({ ...serve([noise(10)]), signal: AbortSignal.abort() }, URL_OF, 'ABORTED')).toMatch(/was stopped/);
    const stop = new AbortController();
    const server = serve([noise(10), noise(10)], {}, forever);
    const going = failure({ ...server, signal: stop.signal, progress: () => stop.abort() }, URL_OF, 'ABORTED');
    expect(await going).toMatch(/was stopped/);
  });
});
