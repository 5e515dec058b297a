// The CommitLog in memory: the chain as it grows, its checkpoints, and the part of it that is kept.

import { encodeState, hashState, type Commit, type KernelState } from '../kernel/index.js';
import { chain, decodeRecord, encodeRecord, encodeRow, type CommitRecord, type RecordHead, type StoredRecord } from './record.js';
import { verifyLog, type Anchor, type Head, type StoredLog, type Verdict } from './verify.js';

/** What everybody may do with the log. */
export type CommitLogReader = Readonly<Pick<CommitLog, 'head' | 'first' | 'since' | 'stored' | 'verify'>>;

export class CommitLog {
  /** Where what is kept begins. */
  #anchor: Anchor;
  #records: StoredRecord[] = [];
  #head: Head;
  /** The last checkpoint: the next one trims up to it. */
  #last: Anchor | undefined;
  #sinceCheckpoint: number;

  /** A log that goes on after `head`. `sinceCheckpoint`: records behind its last checkpoint. */
  constructor(head: Head, sinceCheckpoint = 0) {
    this.#head = head;
    this.#anchor = { seq: head.seq + 1, previous: head.hash, state: undefined };
    this.#sinceCheckpoint = sinceCheckpoint;
  }

  get head(): Head {
    return this.#head;
  }
  /** Number of the oldest record that is kept. */
  get first(): number {
    return this.#anchor.seq;
  }
  /** Records since the last checkpoint. */
  get sinceCheckpoint(): number {
    return this.#sinceCheckpoint;
  }

  append(commit: Commit, head: Omit<RecordHead, 'seq'>): StoredRecord {
    const seq = this.#head.seq + 1;
    const bytes = encodeRecord({ seq, ...head }, commit);
    const hash = chain(this.#head.hash, bytes);
    const record = { bytes, hash };
    this.#records.push(record);
    this.#head = { seq, hash };
    this.#sinceCheckpoint++;
    return record;
  }

  /**
   * Signs the state as it is now and trims what stands before the checkpoint before this one. The chain goes through: verify still holds.
   * `trimmed` is where what is kept begins; undefined for the first checkpoint of this log.
   */
  checkpoint(state: KernelState, head: Omit<RecordHead, 'seq'>): { readonly record: StoredRecord; readonly anchor: Anchor } {
    const anchor: Anchor = { seq: this.#head.seq + 1, previous: this.#head.hash, state: encodeState(state) };
    const record = this.append({ type: 'Checkpoint', state: hashState(state) }, head);
    this.#sinceCheckpoint = 0;
    if (this.#last) {
      this.#records = this.#records.slice(this.#last.seq - this.#anchor.seq);
      this.#anchor = this.#last;
    }
    this.#last = anchor;
    return { record, anchor };
  }

  /** Records from `seq` on that are kept, at most `count`. */
  since(seq: number, count = Infinity): CommitRecord[] {
    const from = Math.max(0, seq - this.#anchor.seq);
    return this.#records.slice(from, from + count).map(({ bytes, hash }) => ({ ...decodeRecord(bytes), bytes, hash }));
  }

  /** What is kept, as one piece. */
  stored(): StoredLog {
    const { seq } = this.#anchor;
    const rows = this.#records.length > 0 ? [{ first: seq, bytes: encodeRow(this.#records) }] : [];
    return { anchor: this.#anchor, rows, head: this.#head };
  }

  /** Walks what is kept from its beginning. */
  verify(): Verdict {
    return verifyLog(this.stored());
  }
}

const copyHead = ({ seq, hash }: Head): Head => ({ seq, hash: hash.slice() });

/** A log without the means to write to it, at run time too: what it gives are copies. */
export function readCommitLog(log: CommitLog): CommitLogReader {
  return Object.freeze({
    get head() {
      return copyHead(log.head);
    },
    get first() {
      return log.first;
    },
    since: (seq: number, count?: number) => log.since(seq, count).map((r) => ({ ...r, bytes: r.bytes.slice(), hash: r.hash.slice() })),
    stored: () => {
      const { anchor, rows, head } = log.stored();
      const { seq, previous, state } = anchor;
      return { anchor: { seq, previous: previous.slice(), state: state?.slice() }, rows, head: copyHead(head) };
    },
    verify: () => log.verify(),
  });
}
