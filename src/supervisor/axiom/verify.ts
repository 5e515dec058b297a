// Verify and replay in one walk: every hash, every number, every commit against the state the commits before it made. What is wrong is named with its place.

import { sha256 } from '@noble/hashes/sha2.js';
import { apply, decodeState, emptyState, hashState, type KernelState } from '../kernel/index.js';
import { chain, decodeRecord, equalBytes, hex, rowRecords, type StoredRecord } from './record.js';

/** Where a log begins: with a Genesis, or, when it was trimmed, with a Checkpoint that signs `state`. */
export interface Anchor {
  /** Number of the first record. */
  readonly seq: number;
  /** Hash of the record before it; zeros when there was none. */
  readonly previous: Uint8Array;
  /** Bytes of the state the Checkpoint signs. Undefined for a Genesis. */
  readonly state: Uint8Array | undefined;
}

/** A piece of a log, as a store keeps it. */
export interface Row {
  /** Number of its first record. */
  readonly first: number;
  readonly bytes: Uint8Array;
}

/** The last record. */
export interface Head {
  readonly seq: number;
  readonly hash: Uint8Array;
}

/** A whole log, as it is stored or exported. */
export interface StoredLog {
  readonly anchor: Anchor;
  readonly rows: readonly Row[];
  readonly head: Head;
}

/** What is wrong, and where. */
export interface Damage {
  /**
   * missing, order: rows or records; bytes: no such record; hash: changed; epoch, time: goes back; refused: the commit does not fit the state;
   * state: a checkpoint signs another state; head: the log ends somewhere else; unreadable: the store gives no log at all.
   */
  readonly kind: 'missing' | 'order' | 'bytes' | 'hash' | 'epoch' | 'time' | 'refused' | 'state' | 'head' | 'unreadable';
  /** Number of the record that is the first wrong one. */
  readonly seq: number;
  /** Number of the first record of its row. */
  readonly row: number;
  readonly message: string;
}

/** How far a log is good. */
export interface Verdict {
  /** Undefined: all of it. */
  readonly damage: Damage | undefined;
  /** The state after the last good commit. */
  readonly state: KernelState;
  /** Good records. */
  readonly commits: number;
  /** Since the last Checkpoint or the beginning. */
  readonly sinceCheckpoint: number;
  /** The last good record; the one before the anchor when there is none. */
  readonly head: Head;
}

class Wrong extends Error {
  constructor(
    readonly kind: Damage['kind'],
    readonly seq: number,
    message: string,
  ) {
    super(message);
  }
}

/** How far a walk over a log has come. */
export interface Walked {
  /** After the last good commit. Not a copy: the walk changes it. */
  readonly state: KernelState;
  /** Good records so far. */
  readonly commits: number;
  /** The last of them; undefined before the first. */
  readonly record: StoredRecord | undefined;
}

/** Walks a log. */
class Walk implements Walked {
  state: KernelState;
  commits = 0;
  record: StoredRecord | undefined;
  sinceCheckpoint = 0;
  seq: number;
  hash: Uint8Array;
  time = 0;

  constructor(readonly anchor: Anchor) {
    this.seq = anchor.seq;
    this.hash = anchor.previous;
    this.state = emptyState();
  }

  /** The state a trimmed log begins with. */
  open(): void {
    if (this.anchor.state) this.state = this.#refusing('state', () => decodeState(this.anchor.state!));
  }

  #refusing<T>(kind: Damage['kind'], act: () => T): T {
    try {
      return act();
    } catch (e) {
      throw new Wrong(kind, this.seq, (e as Error).message);
    }
  }

  #need(good: boolean, kind: Damage['kind'], message: string): void {
    if (!good) throw new Wrong(kind, this.seq, message);
  }

  #take(record: StoredRecord): void {
    const { bytes, hash } = record;
    const computed = chain(this.hash, bytes);
    const { seq, epoch, time, commit } = this.#refusing('bytes', () => decodeRecord(bytes));
    this.#need(seq === this.seq, seq > this.seq ? 'missing' : 'order', `record ${seq} stands where ${this.seq} should`);
    this.#need(equalBytes(computed, hash), 'hash', `hash is ${hex(hash).slice(0, 16)}..., its bytes give ${hex(computed).slice(0, 16)}...`);
    const genesis = commit.type === 'Genesis';
    const first = this.commits === 0;
    this.#need(!first || genesis || commit.type === 'Checkpoint', 'epoch', `the log begins with ${commit.type}`);
    if (commit.type === 'Checkpoint') {
      this.#need(!first || this.anchor.state !== undefined, 'state', 'the state of the checkpoint is missing');
      const signed = first ? sha256(this.anchor.state!) : hashState(this.state);
      this.#need(equalBytes(commit.state, signed), 'state', 'the checkpoint signs another state');
      this.sinceCheckpoint = 0;
    }
    this.#need(genesis ? epoch === commit.epoch : epoch === this.state.epoch, 'epoch', `epoch ${epoch} in epoch ${this.state.epoch}`);
    this.#need(genesis || time >= this.time, 'time', `time ${time} after ${this.time}`);
    if (genesis) this.#need(equalBytes(commit.previous, this.hash), 'epoch', 'the epoch follows another log than the one before it');
    this.#refusing('refused', () => apply(this.state, commit));
    this.time = time;
    this.hash = hash;
    this.record = record;
    this.seq++;
    this.commits++;
    this.sinceCheckpoint++;
  }

  *row({ first, bytes }: Row): Generator<Walked, void> {
    this.#need(first <= this.seq, 'missing', `records ${this.seq} to ${first - 1} are missing`);
    this.#need(first >= this.seq, 'order', `a row that begins with ${first} stands where ${this.seq} should`);
    const records = rowRecords(bytes);
    for (;;) {
      const next = this.#refusing('bytes', () => records.next());
      if (next.done) return;
      this.#take(next.value);
      yield this;
    }
  }
}

/**
 * Verifies and replays a log, a record a step, for whoever has something else to do meanwhile; the first step stands before the first record.
 * Never throws for damage: says how far the log is good, and what is wrong behind that.
 */
export function* verifying(log: StoredLog): Generator<Walked, Verdict> {
  const walk = new Walk(log.anchor);
  let damage: Damage | undefined;
  let row = log.anchor.seq;
  try {
    walk.open();
    yield walk;
    for (const each of log.rows) {
      row = each.first;
      yield* walk.row(each);
    }
    const { seq, hash } = log.head;
    if (seq > walk.seq - 1) throw new Wrong('missing', walk.seq, `records ${walk.seq} to ${seq} are missing at the end`);
    if (seq < walk.seq - 1 || !equalBytes(hash, walk.hash))
      throw new Wrong('head', walk.seq - 1, 'the log does not end where its head says');
  } catch (e) {
    if (!(e instanceof Wrong)) throw e;
    damage = { kind: e.kind, seq: e.seq, row, message: e.message };
  }
  const { state, commits, sinceCheckpoint } = walk;
  return { damage, state, commits, sinceCheckpoint, head: { seq: walk.seq - 1, hash: walk.hash } };
}

/** Verifies and replays a log in one go. */
export function verifyLog(log: StoredLog): Verdict {
  const walk = verifying(log);
  for (;;) {
    const step = walk.next();
    if (step.done) return step.value;
  }
}

/** The state after each commit, oldest first: what a viewer steps through. The log must be good up to there. */
export function* replay(log: StoredLog): Generator<{ readonly seq: number; readonly state: KernelState }> {
  const state = log.anchor.state ? decodeState(log.anchor.state) : emptyState();
  for (const row of log.rows) {
    for (const { bytes } of rowRecords(row.bytes)) {
      const { seq, commit } = decodeRecord(bytes);
      apply(state, commit);
      yield { seq, state };
    }
  }
}
