// The ready-made spawn callback, with a fetch that is handed in.
import { describe, expect, it } from 'vitest';
import type { ProcessManifest } from '../../../src/supervisor/index.js';
import { fetchManifest, fetchProcesses } from '../../../src/supervisor/index.js';
import { waits } from '../wasm.js';

const hex = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((b) => b.toString(16).padStart(2, '0')).join('');

const binary = waits();
const entry = async (file: string) => ({ file, bytes: binary.length, sha256: await hex(binary), console: true });
async function manifest(): Promise<ProcessManifest> {
  const processes = { init: await entry('init.wasm'), permission_manager: await entry('permission_manager.wasm') };
  return { processes, boot: [] } as unknown as ProcessManifest;
}

/** A server with these files; what was asked for. */
function serve(files: Record<string, BodyInit | (() => Response | Promise<Response>)>): { fetch: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  const fetch = async (address: RequestInfo | URL, options?: RequestInit): Promise<Response> => {
    const { pathname } = new URL(String(address));
    asked.push(pathname);
    options?.signal?.throwIfAborted();
    const file = Object.hasOwn(files, pathname) ? files[pathname] : undefined;
    if (file === undefined) return new Response('none', { status: 404 });
    return typeof file === 'function' ? file() : new Response(file);
  };
  return { fetch: fetch as typeof globalThis.fetch, asked };
}
const base = 'http://host/at/';

describe('fetchProcesses', () => {
  it('reads the manifest once, and gives the binaries it names', async () => {
    const { fetch, asked } = serve({
      '/at/manifest.json': JSON.stringify(await manifest()),
      '/at/init.wasm': binary,
      '/at/permission_manager.wasm': binary,
    });
    const callback = fetchProcesses({ base, fetch });
    expect(await callback('init', 'init')).toEqual(binary);
    expect(await callback('permission_manager', 'permission_manager')).toEqual(binary);
    expect(asked).toEqual(['/at/manifest.json', '/at/init.wasm', '/at/permission_manager.wasm']);
  });

  it.each(['../secret', 'init.wasm', 'constructor', '__proto__', '', 'INIT', 'x'.repeat(10_000)])(
    'fetches nothing for %.20s',
    async (name) => {
      const { fetch, asked } = serve({});
      await expect(fetchProcesses({ base, fetch, manifest: await manifest() })(name, name)).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
      });
      expect(asked).toEqual([]);
    },
  );

  it('refuses another binary, a shorter one, and one that is not there', async () => {
    const other = binary.slice();
    other[other.length - 1]! ^= 1;
    const told = await manifest();
    for (const [file, code] of [
      [other, 'BINARY_INVALID'],
      [binary.slice(1), 'BINARY_INVALID'],
      [undefined, 'FETCH_FAILED'],
    ] as const) {
      const { fetch } = serve(file ? { '/at/init.wasm': file } : {});
      await expect(fetchProcesses({ base, fetch, manifest: told })('init', 'init')).rejects.toMatchObject({ code });
    }
  });

  it('stops reading at the length the manifest names', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          pulled++;
          controller.enqueue(new Uint8Array(1000));
        },
      },
      { highWaterMark: 0 },
    );
    const { fetch } = serve({ '/at/init.wasm': () => new Response(endless) });
    await expect(fetchProcesses({ base, fetch, manifest: await manifest() })('init', 'init')).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(pulled).toBeLessThan(10);
  });

  it('gives up after its time', async () => {
    const never = (_: unknown, options?: RequestInit): Promise<Response> =>
      new Promise((_resolve, reject) => options!.signal!.addEventListener('abort', () => reject(options!.signal!.reason as Error)));
    const callback = fetchProcesses({ base, fetch: never as typeof fetch, manifest: await manifest(), timeoutMs: 20 });
    await expect(callback('init', 'init')).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('asks for the manifest again when it could not be had', async () => {
    const text = JSON.stringify(await manifest());
    let there = false;
    const { fetch } = serve({
      '/at/manifest.json': () => (there ? new Response(text) : new Response('', { status: 503 })),
      '/at/init.wasm': binary,
    });
    const callback = fetchProcesses({ base, fetch });
    await expect(callback('init', 'init')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    there = true;
    expect(await callback('init', 'init')).toEqual(binary);
  });

  it('wants a folder, and a manifest that is one', async () => {
    expect(() => fetchProcesses({ base: 'http://host/at' })).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }) as Error);
    const { fetch } = serve({ '/at/manifest.json': '{"boot":[]}' });
    await expect(fetchManifest({ base, fetch })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});
