// Writes the log to its store: in order, in batches, never past a gap. When a batch cannot be written the log goes on in memory, and says so.

import { encodeRow, type StoredRecord } from './record.js';
import type { LogStore } from './store.js';
import type { Anchor, Head } from './verify.js';

/** Whether what happens outlives the page. */
export interface StoreState {
  /** `memory`: what happens from now on is lost with the page; what was stored before stays, and verifies. */
  readonly mode: 'stored' | 'memory';
  /** Why it is in memory. */
  readonly reason: string | undefined;
  /** The last record that is stored. */
  readonly stored: number;
  /** Records that wait to be stored. */
  readonly pending: number;
}

/** Records of one row. */
const BATCH = 512;

interface Batch {
  readonly records: StoredRecord[];
  readonly first: number;
  /** The row begins with the checkpoint that this anchor describes. */
  readonly anchor: Anchor | undefined;
}

export class LogWriter {
  readonly #store: LogStore | undefined;
  readonly #log: number;
  readonly #delay: number;
  readonly #patience: number;
  readonly #changed: () => void;
  /** Not begun yet, oldest first. */
  #queue: Batch[] = [];
  #pending = 0;
  #stored: Head;
  /** Where the log ends once everything that was begun is stored. */
  #begun: Head;
  #reason: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The writes that were begun. */
  #work: Promise<void> = Promise.resolve();
  #writing = false;

  constructor(options: {
    /** Undefined: in memory from the start, for `reason`. */
    readonly store: LogStore | undefined;
    readonly reason?: string | undefined;
    /** The store's id of the log, and where it ends. */
    readonly log: number;
    readonly head: Head;
    /** Milliseconds a record may wait for others. */
    readonly delay: number;
    /** Milliseconds the store may take for one write. */
    readonly patience: number;
    /** The state has changed to memory. */
    readonly changed: () => void;
  }) {
    this.#store = options.store;
    this.#reason = options.store ? undefined : (options.reason ?? 'there is no store');
    this.#log = options.log;
    this.#stored = this.#begun = options.head;
    this.#delay = options.delay;
    this.#patience = options.patience;
    this.#changed = options.changed;
  }

  get state(): StoreState {
    const { seq } = this.#stored;
    return { mode: this.#reason === undefined ? 'stored' : 'memory', reason: this.#reason, stored: seq, pending: this.#pending };
  }

  /** Takes a record. `anchor` when it is a checkpoint: it begins a row, so that a store can trim up to it. */
  push(record: StoredRecord, seq: number, anchor?: Anchor): void {
    if (this.#reason !== undefined) return;
    const last = this.#queue.at(-1);
    if (last && !anchor && last.records.length < BATCH) last.records.push(record);
    else this.#queue.push({ records: [record], first: seq, anchor });
    this.#pending++;
    this.#timer ??= setTimeout(() => void this.flush(), this.#delay);
  }

  /**
   * Writes what waits, one batch after another; done when all of it is stored or given up. `urgent` when the page is being left: everything goes out at
   * once, as one write. Never rejects.
   */
  flush(urgent = false): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (urgent) {
      const all = this.#queue.splice(0);
      if (all.length > 0) this.#work = Promise.all([this.#work, this.#write(all, true)]).then(() => {});
    } else if (!this.#writing) this.#work = Promise.all([this.#work, this.#pump()]).then(() => {});
    return this.#work;
  }

  async #pump(): Promise<void> {
    this.#writing = true;
    for (let batch = this.#queue.shift(); batch; batch = this.#queue.shift()) await this.#write([batch], false);
    this.#writing = false;
  }

  /** After one write has failed none is tried: what is stored is a chain without a gap. */
  async #write(batches: readonly Batch[], urgent: boolean): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const after = this.#begun;
    const { first, records } = batches.at(-1)!;
    const head = { seq: first + records.length - 1, hash: records.at(-1)!.hash };
    this.#begun = head;
    const rows = batches.map((batch) => ({ first: batch.first, bytes: encodeRow(batch.records) }));
    try {
      await this.#inTime(store.append(this.#log, rows, after, head, urgent));
      if (this.#reason !== undefined) return;
      // An urgent write may take another along, and end before it.
      if (head.seq > this.#stored.seq) this.#stored = head;
      this.#pending -= head.seq - after.seq;
      for (const { anchor } of batches) if (anchor) await this.#inTime(store.checkpoint(this.#log, anchor));
    } catch (e) {
      if (this.#reason === undefined) this.#toMemory((e as Error).message || String(e));
    }
  }

  /** A store that does not answer is as good as none. */
  async #inTime(work: Promise<void>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the store has not answered for ${this.#patience} ms`)), this.#patience);
    });
    try {
      await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives up storing. */
  #toMemory(reason: string): void {
    this.#reason = reason;
    this.#queue = [];
    this.#pending = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#changed();
  }
}
