// The log's keeping on this page: who writes the database, verify, export, earlier logs, and the stamps that a replay is compared with.

import {
  decodeLogFile,
  encodeLogFile,
  hex,
  IndexedDbStore,
  type Gateway,
  type LogInfo,
  type LogStore,
  type Past,
  type StoredLog,
  type Verdict,
} from '../../src/supervisor/axiom/index.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import type { PaceOptions } from '../../src/machine/pace.js';
import { joinLogs } from './model/join.js';
import { Stamps, type Stamp, type StampStorage } from './model/stamps.js';
import { walkLog } from './model/walk.js';

const LOCK = 'gpuvisor-supervisor';
/** How long a page that is being left may hold the log, ms. */
const LOCK_MS = 1500;
/** Bytes of a file that is read as a log. */
const FILE_MOST = 2 ** 28;
/** Between two stamps that nobody asked for, ms. */
const STAMP_MS = 1000;

/** Web Storage, where the browser lets a page have it. */
function storage(): StampStorage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Becomes the one page that writes the log, for as long as it lives. @throws GpuvisorError BUSY when another tab is */
async function takeLog(): Promise<void> {
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), LOCK_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      const held = (): Promise<never> => {
        resolve();
        return new Promise(() => undefined);
      };
      locks.request(LOCK, { signal: patience.signal }, held).catch(reject);
    });
  } catch {
    throw new GpuvisorError('BUSY', 'another tab of this page keeps the log', 'close that tab, then reload this one');
  } finally {
    clearTimeout(timer);
  }
}

/** What verifying gave. */
export interface Verified {
  readonly verdict: Verdict;
  /** Number of the first record. */
  readonly from: number;
  readonly milliseconds: number;
}

export class Keeping {
  readonly #stamps = new Stamps(storage());
  #store: LogStore | undefined;
  #gateway: Gateway | undefined;
  #stamped = { seq: 0, at: 0 };

  /** Opens the store for writing: for the gateway. @throws GpuvisorError BUSY; whatever IndexedDB throws */
  async open(): Promise<LogStore> {
    await takeLog();
    return this.#reader();
  }

  async #reader(): Promise<LogStore> {
    return (this.#store ??= await IndexedDbStore.open());
  }

  /** The gateway whose log this is. */
  attach(gateway: Gateway): void {
    this.#gateway = gateway;
    addEventListener('pagehide', () => this.#stamp());
  }

  /** Notes the state now and then, once everything is stored: what a reload is compared with. `now` in milliseconds. */
  rest(now: number): void {
    const { store, commits } = this.#gateway!;
    if (store.pending > 0 || now - this.#stamped.at < STAMP_MS || commits.head.seq === this.#stamped.seq) return;
    this.#stamped = { seq: commits.head.seq, at: now };
    this.#stamp();
  }

  #stamp(): void {
    const { commits, view } = this.#gateway!;
    const { seq, hash } = commits.head;
    this.#stamps.put({ seq, head: hex(hash), state: hex(view.stateHash()) });
  }

  /** What the live system had at a record, if this browser noted it. */
  stampAt(head: string): Stamp | undefined {
    return this.#stamps.at(head);
  }

  /** Whether the log of the epochs before ended in the state that was noted; undefined: none was. */
  same(past: Past): boolean | undefined {
    const stamp = this.stampAt(hex(past.head.hash));
    return stamp && stamp.state === hex(past.stateHash);
  }

  /** The log that is written, as the store has it; undefined when there is none. */
  async #active(): Promise<StoredLog | undefined> {
    if (!this.#store || this.#gateway?.store.mode !== 'stored') return undefined;
    const active = (await this.#store.logs()).findLast((log) => !log.damage);
    return active && this.#store.read(active.id);
  }

  /** Walks the log as it is stored, or as it is in memory where it is not. `progress` in bytes. */
  async verify(progress: PaceOptions['progress']): Promise<Verified> {
    const gateway = this.#gateway!;
    await gateway.flush();
    const stored = await this.#active();
    const began = performance.now();
    const log = stored ?? gateway.commits.stored();
    const verdict = await walkLog(log, { progress });
    return { verdict, from: log.anchor.seq, milliseconds: performance.now() - began };
  }

  /** Everything there is of the log, as a file, with a stamp of the state at its end. */
  async export(): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
    const gateway = this.#gateway!;
    await gateway.flush();
    const stored = await this.#active().catch(() => undefined);
    // From here on in one go: the stamp is of the record the file ends with.
    const log = joinLogs(stored, gateway.commits.stored());
    this.#stamp();
    return { name: `gpuvisor-${log.head.seq}.log`, bytes: encodeLogFile(log) };
  }

  /** Logs that can be read, oldest first. */
  async logs(): Promise<LogInfo[]> {
    return (await this.#reader()).logs();
  }

  /** A log of the store. @throws GpuvisorError FILE_NOT_FOUND, BAD_ARGUMENT when its database is damaged */
  async read(id: number): Promise<StoredLog> {
    await this.#gateway?.flush();
    return (await this.#reader()).read(id);
  }

  /** A log from a file. @throws GpuvisorError BAD_ARGUMENT for one that is too long, or no log */
  async readFile(file: Blob): Promise<StoredLog> {
    if (file.size > FILE_MOST)
      throw new GpuvisorError('BAD_ARGUMENT', `a file of ${Math.ceil(file.size / 2 ** 20)} MiB; a log has at most ${FILE_MOST / 2 ** 20}`);
    return decodeLogFile(new Uint8Array(await file.arrayBuffer()));
  }
}
