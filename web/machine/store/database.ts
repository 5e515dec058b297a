// What the page keeps in this browser: one IndexedDB database. Bytes lie apart from what is known about them, so that lists cost little.

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { SnapshotMeta } from '../../../src/agent/host.js';
import { GpuvisorError } from '../../../src/isa/errors.js';

/** What is known about a snapshot. `meta` is the agent floor's. */
export interface SnapshotRecord {
  readonly name: string;
  readonly savedAt: string;
  readonly size: number;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
  readonly meta: SnapshotMeta;
}

export interface Schema extends DBSchema {
  snapshots: { key: string; value: SnapshotRecord };
  /** By a snapshot's name. */
  bytes: { key: string; value: Uint8Array };
  /** By SHA-256: cartridges that are not built in, so that what was booted from them can be restored. */
  cartridges: { key: string; value: Uint8Array };
  /** What guests have written to the disk of a built-in cartridge, by its name: a boot from cold finds it again. */
  disks: { key: string; value: Uint8Array };
}

export type Database = IDBPDatabase<Schema>;

const NAME = 'gpuvisor';
const VERSION = 1;

/** Opens the database. @throws GpuvisorError FILE_NOT_FOUND when this browser keeps nothing (private windows of some, blocked site data) */
export async function openDatabase(name = NAME): Promise<Database> {
  try {
    const database = await openDB<Schema>(name, VERSION, {
      upgrade(fresh) {
        fresh.createObjectStore('snapshots', { keyPath: 'name' });
        fresh.createObjectStore('bytes');
        fresh.createObjectStore('cartridges');
        fresh.createObjectStore('disks');
      },
      // Another tab has a newer version of the page: do not stand in its way.
      blocking: () => database.close(),
    });
    return database;
  } catch (cause) {
    throw new GpuvisorError(
      'FILE_NOT_FOUND',
      `this browser keeps nothing for this page (${cause instanceof Error ? cause.message : String(cause)})`,
      'allow site data for this page, or leave the private window; downloads work all the same',
      { cause },
    );
  }
}

/** An error of a write, said so that a person knows what to do; what was there before is still there: a transaction is all or nothing. */
export function writeError(cause: unknown, size: number): unknown {
  const full =
    cause instanceof DOMException && (cause.name === 'QuotaExceededError' || (cause.name === 'AbortError' && /quota/i.test(cause.message)));
  if (!full) return cause;
  const mb = (size / (1 << 20)).toFixed(1);
  return new GpuvisorError(
    'TOO_LARGE',
    `the browser has no room for ${mb} MiB more; nothing was overwritten`,
    'delete snapshots, or download this one instead',
    { cause },
  );
}
