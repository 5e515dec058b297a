// Where machines come from: built-in cartridges, URLs, bytes; within the limits, and found again for a snapshot.

import { type Cartridge, fetchBytes, isHttpUrl, readCartridge } from '../cartridge/index.js';
import { GpuvisorError } from '../isa/errors.js';
import { sha256 } from '../machine/sha256.js';
import type { MountFile } from '../machine/virtio/nine/folder.js';
import { type GlyphAtlas, parseGlyphs } from '../screen/index.js';
import { type AgentHost, BUILTINS, type Builtin, type Origin } from './host.js';
import type { Limits } from './limits.js';

/** What to boot: a built-in cartridge, one at a URL, or bytes. */
export interface BootRequest {
  readonly kernelId?: string | undefined;
  /** One of BUILTINS. */
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly cartridge?: Uint8Array | undefined;
  /** What to call a cartridge that comes as bytes. */
  readonly label?: string | undefined;
  /** A disk cartridge, instead of what the kernel brings. */
  readonly diskUrl?: string | undefined;
  readonly disk?: Uint8Array | undefined;
  readonly memoryMb?: number | undefined;
  readonly mounts?: readonly MountFile[] | undefined;
  readonly append?: string | undefined;
  /** The supervisor's, for a machine that is a process. */
  readonly process?: VmIdentity | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The process that a machine is. */
export interface VmIdentity {
  readonly pid: number;
  /** What its RAM may be at most, MiB. */
  readonly memoryMb?: number | undefined;
}

/** Cartridges that were read, and what they are called. */
export interface Source {
  readonly cartridge: Cartridge;
  readonly disk: Cartridge | undefined;
  readonly glyphs: unknown;
  readonly origin: Origin;
}

/** Fetches, reads and checks cartridges. */
export class Sources {
  constructor(
    private readonly host: AgentHost,
    private readonly limits: Limits,
  ) {}

  /** The cartridges of a request. */
  async of(request: BootRequest): Promise<Source> {
    const { name, url, cartridge, label, diskUrl, disk, append, signal } = request;
    const ways = [name, url, cartridge].filter((way) => way !== undefined).length;
    if (ways !== 1) throw new GpuvisorError('BAD_ARGUMENT', `${ways} of name, url and cartridge are given`, 'give one of them');
    const extra = append === undefined ? {} : { append };
    const other = await this.#diskOf(diskUrl, disk, signal);
    if (name !== undefined) {
      const builtin = await this.#builtin(name);
      const own = other.bytes ?? builtin.disk;
      return {
        cartridge: await this.#read(builtin.cartridge, signal),
        disk: own && (await this.#read(own, signal)),
        glyphs: builtin.glyphs,
        origin: { name: `${name}.rts.png`, builtin: name, ...other.origin, ...extra },
      };
    }
    const bytes = cartridge ?? (await this.fetch('KERNEL_FETCH_FAILED', url!, this.limits.cartridgeBytes, signal));
    const read = await this.#read(bytes, signal);
    const hash = await sha256(bytes);
    if (cartridge) await this.host.keepCartridge?.(hash, bytes);
    return {
      cartridge: read,
      disk: other.bytes && (await this.#read(other.bytes, signal)),
      glyphs: undefined,
      origin: {
        name: label ?? (url === undefined ? read.meta.name : fileName(url)),
        cartridge: hash,
        ...(url !== undefined && { url }),
        ...other.origin,
        ...extra,
      },
    };
  }

  async #diskOf(
    url: string | undefined,
    bytes: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ bytes?: Uint8Array; origin: Partial<Origin> }> {
    if (url !== undefined) {
      const fetched = await this.fetch('FETCH_FAILED', url, this.limits.cartridgeBytes, signal);
      return { bytes: fetched, origin: { disk_url: url, disk: await sha256(fetched) } };
    }
    if (!bytes) return { origin: {} };
    const hash = await sha256(bytes);
    await this.host.keepCartridge?.(hash, bytes);
    return { bytes, origin: { disk: hash } };
  }

  /** The cartridges of a machine that was booted before; undefined when they cannot be found. */
  async again(origin: Origin, signal: AbortSignal | undefined): Promise<Source | undefined> {
    const find = async (hash: string | undefined, url: string | undefined): Promise<Uint8Array | undefined> => {
      const kept = hash === undefined ? undefined : await this.host.findCartridge?.(hash);
      return kept ?? (url === undefined ? undefined : this.fetch('FETCH_FAILED', url, this.limits.cartridgeBytes, signal));
    };
    const builtin = origin.builtin === undefined ? undefined : await this.#builtin(origin.builtin);
    const cartridge = builtin?.cartridge ?? (await find(origin.cartridge, origin.url));
    if (!cartridge) return undefined;
    const disk = (await find(origin.disk, origin.disk_url)) ?? builtin?.disk;
    if (!disk && origin.disk !== undefined) return undefined;
    return {
      cartridge: await this.#read(cartridge, signal),
      disk: disk && (await this.#read(disk, signal)),
      glyphs: builtin?.glyphs,
      origin,
    };
  }

  async #builtin(name: string): Promise<Builtin> {
    const found = await this.host.builtin(name);
    if (found) return found;
    throw new GpuvisorError(
      'KERNEL_FETCH_FAILED',
      `there is no built-in cartridge ${name.slice(0, 80)}`,
      `there are ${BUILTINS.join(', ')}; or pass a URL (http or https)`,
    );
  }

  #read(png: Uint8Array, signal: AbortSignal | undefined): Promise<Cartridge> {
    return readCartridge(png, { maxBytes: this.limits.contentBytes, ...(signal && { signal }) });
  }

  /** Bytes at a URL (or of a file, where the host has such), within the limits. @throws GpuvisorError `code`, ABORTED */
  async fetch(code: 'KERNEL_FETCH_FAILED' | 'FETCH_FAILED', url: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    const { host } = this;
    if (!isHttpUrl(url) && host.readFile) return host.readFile(url, maxBytes);
    try {
      return await fetchBytes(url, { maxBytes, timeoutMs: this.limits.fetchMs, fetch: host.fetch, ...(signal && { signal }) });
    } catch (e) {
      if (e instanceof GpuvisorError && e.code === 'FETCH_FAILED') throw new GpuvisorError(code, e.message, e.hint, { cause: e });
      throw e;
    }
  }
}

/** Whether a kernel_url is a URL; else it names a built-in cartridge. */
export const isUrl = (text: string): boolean => isHttpUrl(text) || text.includes(':') || text.includes('/');

/** The last part of a URL's path. */
function fileName(url: string): string {
  const path = url.split(/[?#]/)[0]!;
  const last = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last) || url;
  } catch {
    return last || url;
  }
}

/** The font of a cartridge's console. @throws GpuvisorError CARTRIDGE_INVALID */
export function atlasOf(cartridge: Cartridge, glyphs: unknown): GlyphAtlas | undefined {
  const segment = cartridge.segments.get('glyphs')?.bytes;
  if (!segment) return glyphs === undefined ? undefined : parseGlyphs(glyphs);
  if (segment.length > 4 << 20)
    throw new GpuvisorError('CARTRIDGE_INVALID', `its glyphs segment has ${segment.length} bytes`, 'a font has less than 4 MiB');
  try {
    return parseGlyphs(JSON.parse(new TextDecoder().decode(segment)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GpuvisorError('CARTRIDGE_INVALID', `its glyphs segment cannot be used: ${why}`, 'pack it anew', { cause });
  }
}
