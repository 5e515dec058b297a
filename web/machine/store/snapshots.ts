// Snapshots by name in the browser's database. A snapshot is replaced whole or not at all, and its hash is checked when it is read.

import { GpuvisorError } from '../../../src/isa/errors.js';
import type { SnapshotMeta } from '../../../src/agent/host.js';
import { sha256 } from '../../../src/machine/sha256.js';
import { type Database, type SnapshotRecord, writeError } from './database.js';

/** Names with this at their start are the page's own and do not show in lists. */
const OWN = '.';
/** The last state of the page's machine. */
export const SESSION = '.session';

/** The names that agents may use, so that both know all snapshots. */
const NAME = /^\.?[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** @throws GpuvisorError BAD_ARGUMENT */
function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    `${JSON.stringify(name.slice(0, 80))} is no name of a snapshot; it has 1 to 64 letters, digits, dots, dashes and underscores`,
    'call it before-upgrade',
  );
}

/** The snapshots of one origin (all tabs share them). */
export class SnapshotShelf {
  readonly #listeners = new Set<() => void>();

  constructor(private readonly database: Database) {}

  /** Calls `listener` when a named snapshot is added or deleted through this object. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps a snapshot; one of the same name is replaced. @throws GpuvisorError BAD_ARGUMENT, TOO_LARGE when the browser has no room */
  async put(name: string, bytes: Uint8Array, meta: SnapshotMeta): Promise<SnapshotRecord> {
    checkName(name);
    const record: SnapshotRecord = { name, savedAt: new Date().toISOString(), size: bytes.length, sha256: await sha256(bytes), meta };
    try {
      const both = this.database.transaction(['snapshots', 'bytes'], 'readwrite');
      await Promise.all([both.objectStore('snapshots').put(record), both.objectStore('bytes').put(bytes, name), both.done]);
    } catch (cause) {
      throw writeError(cause, bytes.length);
    }
    this.#tell(name);
    return record;
  }

  /** A snapshot, checked against its hash. @throws GpuvisorError SNAPSHOT_INVALID when it is damaged */
  async get(
    name: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly record: SnapshotRecord; readonly meta: SnapshotMeta } | undefined> {
    const both = this.database.transaction(['snapshots', 'bytes']);
    const [record, bytes] = await Promise.all([both.objectStore('snapshots').get(name), both.objectStore('bytes').get(name)]);
    if (!record || !bytes) return undefined;
    if ((await sha256(bytes)) !== record.sha256) {
      throw new GpuvisorError('SNAPSHOT_INVALID', `the snapshot ${name} is damaged: its bytes do not match their hash`, 'delete it');
    }
    return { bytes, record, meta: record.meta };
  }

  /** What is known of every named snapshot, newest first. */
  async list(): Promise<SnapshotRecord[]> {
    const all = await this.database.getAll('snapshots');
    return all.filter((r) => !r.name.startsWith(OWN)).sort((a, b) => (a.savedAt < b.savedAt ? 1 : -1));
  }

  /** Hashes of the cartridges that snapshots were booted from, the page's own included. */
  async cartridges(): Promise<Set<string>> {
    const origins = (await this.database.getAll('snapshots')).map((r) => r.meta.origin);
    return new Set(origins.flatMap(({ cartridge, disk }) => [cartridge, disk]).filter((hash) => hash !== undefined));
  }

  /** Forgets a snapshot; true when it was there. */
  async delete(name: string): Promise<boolean> {
    const both = this.database.transaction(['snapshots', 'bytes'], 'readwrite');
    const there = (await both.objectStore('snapshots').getKey(name)) !== undefined;
    await Promise.all([both.objectStore('snapshots').delete(name), both.objectStore('bytes').delete(name), both.done]);
    if (there) this.#tell(name);
    return there;
  }

  /** Gives a snapshot another name. */
  async rename(from: string, to: string): Promise<void> {
    checkName(to);
    const both = this.database.transaction(['snapshots', 'bytes'], 'readwrite');
    const [record, bytes] = await Promise.all([both.objectStore('snapshots').get(from), both.objectStore('bytes').get(from)]);
    if (record && bytes) {
      await both.objectStore('snapshots').put({ ...record, name: to });
      await both.objectStore('bytes').put(bytes, to);
      await both.objectStore('snapshots').delete(from);
      await both.objectStore('bytes').delete(from);
    }
    await both.done;
    this.#tell(to);
  }

  #tell(name: string): void {
    if (!name.startsWith(OWN)) for (const listener of this.#listeners) listener();
  }
}
