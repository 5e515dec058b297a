// Stepping through a log: the state after any of its commits, forwards at the cost of a commit, backwards from the nearest state kept on the way.

import type { PaceOptions } from '../../../src/machine/pace.js';
import { decodeRecord, type RecordHead, type StoredRecord } from '../../../src/supervisor/axiom/record.js';
import { hex, type StoredLog, type Verdict, type Walked } from '../../../src/supervisor/axiom/index.js';
import { apply, decodeState, encodeState, hashState, type Commit, type KernelState } from '../../../src/supervisor/kernel/index.js';
import { walkLog } from './walk.js';

/** Commits between two states that are kept, at first. */
const STRIDE = 500;
/** States that are kept: with more of them every other one goes, and the stride doubles. */
const KEPT = 64;

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

/** States before every `stride`-th commit, encoded. */
class Kept {
  stride = STRIDE;
  states: Uint8Array[] = [];

  see({ state, commits }: Walked): void {
    if (commits % this.stride !== 0) return;
    this.states.push(encodeState(state));
    if (this.states.length <= KEPT) return;
    this.states = this.states.filter((_, i) => i % 2 === 0);
    this.stride *= 2;
  }
}

export class Replayer {
  #state: KernelState | undefined;
  /** Commits that are applied to it. */
  #applied = 0;

  private constructor(
    /** Number of the first commit. */
    readonly first: number,
    readonly verdict: Verdict,
    private readonly records: readonly StoredRecord[],
    private readonly kept: Kept,
  ) {}

  /** Verifies the log. Damage is no error: the commits before it can be stepped through. @throws GpuvisorError ABORTED */
  static async open(log: StoredLog, options: PaceOptions = {}): Promise<Replayer> {
    const records: StoredRecord[] = [];
    const kept = new Kept();
    const verdict = await walkLog(log, options, (walked) => {
      if (walked.record) records.push(walked.record);
      kept.see(walked);
    });
    return new Replayer(log.anchor.seq, verdict, records, kept);
  }

  /** Commits that can be stepped through. */
  get length(): number {
    return this.records.length;
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
    const { stride, states } = this.kept;
    const nearest = Math.floor((wanted - 1) / stride);
    let state = this.#state;
    if (!state || wanted < this.#applied || nearest * stride > this.#applied) {
      state = this.#state = decodeState(states[nearest]!);
      this.#applied = nearest * stride;
    }
    while (this.#applied < wanted) apply(state, decodeRecord(this.records[this.#applied++]!.bytes).commit);
    const { bytes, hash } = this.records[wanted - 1]!;
    return { record: decodeRecord(bytes), hash: hex(hash), state, stateHash: hex(hashState(state)) };
  }
}
