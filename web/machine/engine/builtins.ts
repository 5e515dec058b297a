// The guests that the build of these pages copied beside them (guest/ in the built pages): cartridges, glyphs, the start-up snapshot.

import { GpuvisorError } from '../../../src/isa/errors.js';

/** What guest/index.json says: which files are there. Written by the build (vite.config.ts). */
export interface GuestIndex {
  readonly files: readonly string[];
}

/** Boot names, what a reader calls them, and their files. */
export const BUILTINS: Readonly<Record<string, { readonly title: string; readonly cartridge: string; readonly disk?: string }>> = {
  linux: { title: 'Linux', cartridge: 'linux.rts.png', disk: 'disk.rts.png' },
  desk: { title: 'Desk', cartridge: 'desk.rts.png' },
  mmu: { title: 'MMU example', cartridge: 'mmu.rts.png' },
};

export const LOGIN = 'login.snap';

/** Guests on the page's own host; every file is fetched once. */
export class Builtins {
  readonly #files = new Map<string, Promise<Uint8Array>>();
  #index: Promise<ReadonlySet<string>> | undefined;

  constructor(private readonly base: string) {}

  /** Which files there are; none when the guest was not built. */
  files(): Promise<ReadonlySet<string>> {
    this.#index ??= fetch(new URL('guest/index.json', this.base))
      .then(async (answer) => new Set(answer.ok ? ((await answer.json()) as GuestIndex).files : []))
      .catch(() => new Set<string>());
    return this.#index;
  }

  /** The names that can be booted. */
  async names(): Promise<string[]> {
    const files = await this.files();
    return Object.keys(BUILTINS).filter((name) => files.has(BUILTINS[name]!.cartridge));
  }

  /** A file, or undefined when the build did not bring it. @throws GpuvisorError FETCH_FAILED */
  async file(name: string): Promise<Uint8Array | undefined> {
    if (!(await this.files()).has(name)) return undefined;
    const found = this.#files.get(name) ?? this.#fetch(name);
    this.#files.set(name, found);
    // What failed may work the next time.
    found.catch(() => this.#files.delete(name));
    return found;
  }

  /** What boots under a name: cartridge, disk, glyphs. */
  async guest(name: string): Promise<{ cartridge: Uint8Array; disk?: Uint8Array; glyphs?: unknown } | undefined> {
    const known = Object.hasOwn(BUILTINS, name) ? BUILTINS[name]! : undefined;
    const [cartridge, disk, glyphs] = await Promise.all([
      known && this.file(known.cartridge),
      known?.disk === undefined ? undefined : this.file(known.disk),
      this.file('glyphs.json'),
    ]);
    if (!cartridge) return undefined;
    return { cartridge, ...(disk && { disk }), ...(glyphs && { glyphs: JSON.parse(new TextDecoder().decode(glyphs)) as unknown }) };
  }

  async #fetch(name: string): Promise<Uint8Array> {
    const url = new URL(`guest/${name}`, this.base);
    const hint = 'check the connection, and that the whole folder of the pages was copied to this host';
    let answer: Response;
    try {
      answer = await fetch(url);
    } catch (cause) {
      throw new GpuvisorError('FETCH_FAILED', `${url.href} did not come: ${String(cause)}`, hint, { cause });
    }
    if (!answer.ok) throw new GpuvisorError('FETCH_FAILED', `${url.href} did not come: status ${answer.status}`, hint);
    return new Uint8Array(await answer.arrayBuffer());
  }
}
