// Logs in IndexedDB. A row is written with the head it makes in one transaction, and only behind the head it follows: two pages cannot braid a log.

import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { GpuvisorError } from '../../isa/errors.js';
import { equalBytes } from './record.js';
import { DAMAGED_KEPT, takenOver, type LogInfo, type LogStore } from './store.js';
import type { Anchor, Damage, Head, Row, StoredLog } from './verify.js';

interface LogRow extends LogInfo {
  readonly head: Head;
}

interface Schema extends DBSchema {
  logs: { key: number; value: LogRow };
  /** By log and number of the first record. */
  rows: { key: [number, number]; value: Row & { readonly log: number } };
  /** Where a log begins, and where it was signed since. */
  anchors: { key: [number, number]; value: Anchor & { readonly log: number } };
}

const VERSION = 1;

const isSeq = (n: unknown): n is number => Number.isSafeInteger(n);
const isHash = (h: unknown): h is Uint8Array => h instanceof Uint8Array && h.length === 32;

/** What a database gives may be anything. @throws GpuvisorError BAD_ARGUMENT for what is no log */
function must(good: boolean, what: string): void {
  if (!good) throw new GpuvisorError('BAD_ARGUMENT', `the stored log has no ${what}`, 'its database is damaged');
}

/** Keys of one log. */
function keysOf(id: number, from = 0, to = Infinity): IDBKeyRange {
  return IDBKeyRange.bound([id, from], [id, to], false, true);
}

/** Rows on their way into the database. */
interface Begun {
  readonly tx: IDBPTransaction<Schema, ('logs' | 'rows')[], 'readwrite'>;
  readonly rows: readonly Row[];
  readonly after: Head;
  /** They were taken back, and go with this write. */
  instead: Promise<void> | undefined;
}

export class IndexedDbStore implements LogStore {
  #db: IDBPDatabase<Schema>;
  #begun: Begun | undefined;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  /** Opens the database of that name, or makes it. @throws whatever IndexedDB throws: it may be switched off, full or of a newer version */
  static async open(name = 'gpuvisor-axiom'): Promise<IndexedDbStore> {
    const db = await openDB<Schema>(name, VERSION, {
      upgrade(fresh) {
        fresh.createObjectStore('logs', { keyPath: 'id' });
        fresh.createObjectStore('rows', { keyPath: ['log', 'first'] });
        fresh.createObjectStore('anchors', { keyPath: ['log', 'seq'] });
      },
      // A newer page wants the database: let it go rather than hold it up.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase | null)?.close(),
    });
    return new IndexedDbStore(db);
  }

  /** Removes a database with all its logs. */
  static async remove(name: string): Promise<void> {
    await deleteDB(name);
  }

  async logs(): Promise<LogInfo[]> {
    const rows = await this.#db.getAll('logs');
    return rows.map(({ id, damage }) => ({ id, damage }));
  }

  async read(id: number): Promise<StoredLog> {
    const tx = this.#db.transaction(['logs', 'rows', 'anchors']);
    const [log, rows, [anchor]] = await Promise.all([
      tx.objectStore('logs').get(id),
      tx.objectStore('rows').getAll(keysOf(id)),
      tx.objectStore('anchors').getAll(keysOf(id), 1),
    ]);
    if (!log) throw new GpuvisorError('FILE_NOT_FOUND', `no log ${id}`, 'see logs()');
    must(isSeq(log.head?.seq) && isHash(log.head.hash), 'head');
    must(anchor !== undefined && isSeq(anchor.seq) && isHash(anchor.previous), 'beginning');
    must(anchor!.state === undefined || anchor!.state instanceof Uint8Array, 'checkpoint');
    for (const row of rows) must(isSeq(row.first) && row.bytes instanceof Uint8Array, `row ${row.first}`);
    return { anchor: anchor!, rows, head: log.head };
  }

  async begin(anchor: Anchor, damage: Damage | undefined): Promise<number> {
    const tx = this.#db.transaction(['logs', 'rows', 'anchors'], 'readwrite');
    const all = await tx.objectStore('logs').getAll();
    const active = all.findLast((l) => !l.damage);
    if (active && damage) await tx.objectStore('logs').put({ ...active, damage });
    for (const old of all.slice(0, Math.max(0, all.length - DAMAGED_KEPT))) {
      await tx.objectStore('logs').delete(old.id);
      await tx.objectStore('rows').delete(keysOf(old.id));
      await tx.objectStore('anchors').delete(keysOf(old.id));
    }
    const id = Math.max(0, ...all.map((l) => l.id)) + 1;
    await tx.objectStore('logs').put({ id, damage: undefined, head: { seq: anchor.seq - 1, hash: anchor.previous } });
    await tx.objectStore('anchors').put({ log: id, ...anchor });
    await tx.done;
    return id;
  }

  async append(id: number, rows: readonly Row[], after: Head, head: Head, urgent: boolean): Promise<void> {
    // A page that is being left loses what has not begun to be committed, and keeps what is committed behind it: that would be a gap.
    const back = urgent ? this.#takeBack() : undefined;
    const work = this.#write(id, [...(back?.rows ?? []), ...rows], back?.after ?? after, head, urgent);
    if (back) back.instead = work;
    return work;
  }

  /** Takes a write back that is not committed yet. */
  #takeBack(): Begun | undefined {
    const begun = this.#begun;
    try {
      begun?.tx.abort();
    } catch {
      // It is committed, or on its way.
      return undefined;
    }
    return begun;
  }

  async #write(id: number, rows: readonly Row[], after: Head, head: Head, urgent: boolean): Promise<void> {
    const tx = this.#db.transaction(['logs', 'rows'], 'readwrite', { durability: 'relaxed' });
    const begun: Begun = { tx, rows, after, instead: undefined };
    this.#begun = begun;
    const logs = tx.objectStore('logs');
    let other: Head | undefined;
    // The requests go out at once: a page that is being left has no time for answers. Two writers would make a row of the same number, and `add` refuses.
    const before = logs.get(id).then((log) => {
      if (log && log.head.seq === after.seq && equalBytes(log.head.hash, after.hash)) return;
      other = log?.head ?? { seq: 0, hash: after.hash };
      if (!urgent) tx.abort();
    });
    const added = rows.map((row) => tx.objectStore('rows').add({ log: id, ...row }));
    const written = Promise.all([before, ...added, logs.put({ id, damage: undefined, head })]);
    if (urgent) tx.commit();
    const outcome = await Promise.allSettled([written, ...added, tx.done]);
    if (this.#begun === begun) this.#begun = undefined;
    if (begun.instead) return begun.instead;
    const failed = outcome.find((o) => o.status === 'rejected');
    if (other) throw takenOver(id, other, after);
    if (failed) {
      const name = (failed.reason as Error).name;
      if (name === 'ConstraintError') throw takenOver(id, { ...after, seq: rows[0]!.first }, after);
      throw failed.reason as Error;
    }
  }

  async checkpoint(id: number, anchor: Anchor): Promise<void> {
    const tx = this.#db.transaction(['rows', 'anchors'], 'readwrite', { durability: 'relaxed' });
    const anchors = tx.objectStore('anchors');
    const last = (await anchors.getAll(keysOf(id))).at(-1);
    await anchors.put({ log: id, ...anchor });
    if (last?.state) {
      await tx.objectStore('rows').delete(keysOf(id, 0, last.seq));
      await anchors.delete(keysOf(id, 0, last.seq));
    }
    await tx.done;
  }

  close(): void {
    this.#db.close();
  }
}
