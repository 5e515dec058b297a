// Where a log outlives the page: the contract of a store, and one in memory.

import { GpuvisorError } from '../../isa/errors.js';
import type { Anchor, Damage, Head, Row, StoredLog } from './verify.js';
import { equalBytes } from './record.js';

/** A log of a store. One is active; damaged ones are kept for reading. */
export interface LogInfo {
  readonly id: number;
  /** Why it is kept and not gone on with. Undefined for the active one. */
  readonly damage: Damage | undefined;
}

/** Damaged logs a store keeps; the oldest goes when there is one more. */
export const DAMAGED_KEPT = 4;

/**
 * Keeps logs. Calls come one after another: each waits for the one before. Everything it gives is judged by `verifyLog`; it judges nothing itself.
 * Every method but `close` throws when the store cannot do it (full, closed, taken away).
 */
export interface LogStore {
  /** Every log, oldest first. The active one is the last without damage. */
  logs(): Promise<LogInfo[]>;
  /** @throws GpuvisorError FILE_NOT_FOUND when there is no such log */
  read(id: number): Promise<StoredLog>;
  /** Begins a log, which is active from then on; the one that was active is kept with its damage. The id of the new one. */
  begin(anchor: Anchor, damage: Damage | undefined): Promise<number>;
  /**
   * Puts rows behind the log. All of them are there, or none. `urgent`: the page is being left.
   * @throws GpuvisorError BUSY when the log does not end with `after`: someone else writes it
   */
  append(id: number, rows: readonly Row[], after: Head, head: Head, urgent: boolean): Promise<void>;
  /** Notes a checkpoint, and drops what stands before the checkpoint before it. */
  checkpoint(id: number, anchor: Anchor): Promise<void>;
  close(): void;
}

/** What a second writer meets. */
export function takenOver(id: number, head: Head, after: Head): GpuvisorError {
  return new GpuvisorError(
    'BUSY',
    `log ${id} ends with record ${head.seq}, not ${after.seq}: another page writes it`,
    'close the other page, then reload this one',
  );
}

interface MemoryLog {
  readonly id: number;
  damage: Damage | undefined;
  /** The oldest is where the log begins. */
  anchors: Anchor[];
  rows: Row[];
  head: Head;
}

/** A store that lives as long as it is held: for tests, and where there is no IndexedDB. */
export class MemoryStore implements LogStore {
  #logs: MemoryLog[] = [];
  #next = 1;

  async logs(): Promise<LogInfo[]> {
    return this.#logs.map(({ id, damage }) => ({ id, damage }));
  }

  #log(id: number): MemoryLog {
    const log = this.#logs.find((l) => l.id === id);
    if (!log) throw new GpuvisorError('FILE_NOT_FOUND', `no log ${id}`, 'see logs()');
    return log;
  }

  async read(id: number): Promise<StoredLog> {
    const { anchors, rows, head } = this.#log(id);
    return { anchor: anchors[0]!, rows: [...rows], head };
  }

  async begin(anchor: Anchor, damage: Damage | undefined): Promise<number> {
    const active = this.#logs.findLast((l) => !l.damage);
    if (active) active.damage = damage;
    while (this.#logs.length > DAMAGED_KEPT) this.#logs.shift();
    const id = this.#next++;
    this.#logs.push({ id, damage: undefined, anchors: [anchor], rows: [], head: { seq: anchor.seq - 1, hash: anchor.previous } });
    return id;
  }

  async append(id: number, rows: readonly Row[], after: Head, head: Head): Promise<void> {
    const log = this.#log(id);
    if (log.head.seq !== after.seq || !equalBytes(log.head.hash, after.hash)) throw takenOver(id, log.head, after);
    log.rows.push(...rows);
    log.head = head;
  }

  async checkpoint(id: number, anchor: Anchor): Promise<void> {
    const log = this.#log(id);
    const last = log.anchors.at(-1)!;
    if (last.state) {
      log.rows = log.rows.filter((row) => row.first >= last.seq);
      log.anchors = [last];
    }
    log.anchors.push(anchor);
  }

  close(): void {
    // Nothing is held.
  }
}
