// A ready-made spawn callback: binaries from beside a manifest, by name, bounded in size and time, checked against their SHA-256.

import { GpuvisorError } from '../../isa/errors.js';
import { sha256 } from '../../machine/sha256.js';
import { isSpawnName, readManifest, type ProcessManifest } from '../abi/index.js';
import { BINARY } from '../hal/process-binary.js';

export interface FetchOptions {
  /** Where manifest.json and the binaries lie: an address that ends with a slash. */
  readonly base: string | URL;
  /** Left out: `manifest.json` of that place. */
  readonly manifest?: ProcessManifest;
  /** Milliseconds for one binary. 20,000 unless told. */
  readonly timeoutMs?: number;
  /** The platform's, unless told. */
  readonly fetch?: typeof globalThis.fetch;
}

const SERVED = 'see that the file is served; in a checkout `npm run build` and `npm run build:web` make it';

/** Bytes of a manifest at most. */
const MANIFEST_BYTES = 1024 * 1024;

/** Fetches at most `most` bytes; more end the transfer. @throws GpuvisorError FETCH_FAILED, TOO_LARGE, TIMEOUT */
async function fetchBytes(address: URL, most: number, { fetch = globalThis.fetch, timeoutMs = 20_000 }: FetchOptions): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(address, { signal, credentials: 'same-origin' });
    if (!response.ok || !response.body) throw new GpuvisorError('FETCH_FAILED', `${address.pathname}: status ${response.status}`, SERVED);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
      if (length <= most) continue;
      await reader.cancel();
      throw new GpuvisorError(
        'TOO_LARGE',
        `${address.pathname}: more than the ${most} bytes that are allowed`,
        'take the file that belongs to the manifest',
      );
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  } catch (e) {
    if (e instanceof GpuvisorError) throw e;
    if (signal.aborted)
      throw new GpuvisorError('TIMEOUT', `${address.pathname}: not there within ${timeoutMs} ms`, 'try again', { cause: e });
    throw new GpuvisorError('FETCH_FAILED', `${address.pathname}: ${(e as Error).message}`, SERVED, { cause: e });
  }
}

function place(base: string | URL): URL {
  const url = new URL(base, (globalThis as { location?: { href: string } }).location?.href);
  if (!url.pathname.endsWith('/')) throw new GpuvisorError('BAD_ARGUMENT', `${url.pathname} is no folder`, 'end it with a slash');
  return url;
}

/** The manifest of a folder of binaries. @throws GpuvisorError FETCH_FAILED, TOO_LARGE, TIMEOUT; BAD_ARGUMENT for one that is none */
export async function fetchManifest(options: FetchOptions): Promise<ProcessManifest> {
  const bytes = await fetchBytes(new URL('manifest.json', place(options.base)), MANIFEST_BYTES, options);
  return readManifest(new TextDecoder().decode(bytes));
}

/**
 * A spawn callback that fetches: `supervisor.set_spawn_callback(fetchProcesses({ base: 'processes/' }))`. Names that the manifest has not are refused before
 * anything is fetched; length and SHA-256 must be those it says.
 */
export function fetchProcesses(options: FetchOptions): (type: string, name: string) => Promise<Uint8Array> {
  let manifest: Promise<ProcessManifest> | undefined = options.manifest && Promise.resolve(options.manifest);
  const base = place(options.base);
  return async (type) => {
    manifest ??= fetchManifest(options);
    // A manifest that could not be had is asked for again the next time.
    const { processes } = await manifest.catch((e: unknown) => {
      manifest = undefined;
      throw e;
    });
    const entry = isSpawnName(type) && Object.hasOwn(processes, type) ? processes[type]! : undefined;
    if (!entry) {
      const known = Object.keys(processes).join(', ');
      throw new GpuvisorError('FILE_NOT_FOUND', `no process "${type.slice(0, 80)}"; there are ${known}`, 'see the manifest');
    }
    const address = new URL(entry.file, base);
    const bytes = await fetchBytes(address, Math.min(entry.bytes, BINARY.BYTES), options);
    const hash = await sha256(bytes);
    if (bytes.length === entry.bytes && hash === entry.sha256) return bytes;
    const what = `${bytes.length} bytes with SHA-256 ${hash}; the manifest says ${entry.bytes} and ${entry.sha256}`;
    throw new GpuvisorError('BINARY_INVALID', `${address.pathname}: ${what}`, 'take binaries and manifest from the same build');
  };
}
