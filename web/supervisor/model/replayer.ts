// Stepping through a log: the state after any of its commits, forwards at the cost of a commit, backwards from the nearest state kept on the way.

import { decodeRecord, rowRecords, type RecordHead, type StoredRecord } from '../../../src/supervisor/axiom/record.js';
import { hex, verifyLog, type StoredLog, type Verdict } from '../../../src/supervisor/axiom/index.js';
import {
  apply,
  decodeState,
  emptyState,
  encodeState,
  hashState,
  type Commit,
  type KernelState,
} from '../../../src/supervisor/kernel/index.js';

/** Commits between two states that are kept. */
const STRIDE = 500;

/** One step of a replay. */
export interface ReplayStep {
  readonly record: RecordHead & { readonly commit: Commit };
  /** The record's hash, hexadecimal. */
  readonly hash: string;
  /** As it is behind the commit. To read: it changes with the next step. */
  readonly state: KernelState;
  /** SHA-256 of the state, hexadecimal. */
  readonly stateHash: string;
}

export class Replayer {
  readonly verdict: Verdict;
  /** Number of the first commit. */
  readonly first: number;
  readonly #records: StoredRecord[] = [];
  /** States before every STRIDE-th commit, encoded. */
  readonly #kept: Uint8Array[];
  #state: KernelState;
  /** Commits that are applied to it. */
  #applied = 0;

  /** Verifies the log. Damage is no error: the commits before it can be stepped through. */
  constructor(log: StoredLog) {
    this.verdict = verifyLog(log);
    this.first = log.anchor.seq;
    const { commits } = this.verdict;
    for (const row of log.rows) {
      if (this.#records.length >= commits) break;
      for (const record of rowRecords(row.bytes)) {
        if (this.#records.push(record) >= commits) break;
      }
    }
    const begin = commits > 0 && log.anchor.state ? decodeState(log.anchor.state) : emptyState();
    this.#kept = [encodeState(begin)];
    this.#state = begin;
  }

  /** Commits that can be stepped through. */
  get length(): number {
    return this.#records.length;
  }
  /** Number of the last of them. */
  get last(): number {
    return this.first + this.length - 1;
  }
  /** SHA-256 of the state at the end, hexadecimal. */
  get stateHash(): string {
    return hex(hashState(this.verdict.state));
  }

  /** The state after commit `seq`; the nearest there is for a number outside. Undefined when there is no commit at all. */
  at(seq: number): ReplayStep | undefined {
    if (this.length === 0) return undefined;
    const wanted = Math.min(Math.max(Math.trunc(seq) - this.first, 0), this.length - 1) + 1;
    if (wanted < this.#applied) {
      const stride = Math.floor((wanted - 1) / STRIDE);
      this.#state = decodeState(this.#kept[stride]!);
      this.#applied = stride * STRIDE;
    }
    while (this.#applied < wanted) {
      if (this.#applied % STRIDE === 0) this.#kept[this.#applied / STRIDE] ??= encodeState(this.#state);
      apply(this.#state, decodeRecord(this.#records[this.#applied]!.bytes).commit);
      this.#applied++;
    }
    const { bytes, hash } = this.#records[wanted - 1]!;
    return { record: decodeRecord(bytes), hash: hex(hash), state: this.#state, stateHash: hex(hashState(this.#state)) };
  }
}
