// The automatic save: the page's machine goes into the browser's database when it has come to rest, so that a reload goes on from there.
//
// A save takes the machine's memory off the GPU and deflates it, which a busy machine would feel, and nothing that begins when a page is closed can be
// relied on to end. So it is saved while it rests, now and then while it does not, and when the page is hidden.

import type { SnapshotMeta } from '../../../src/agent/host.js';
import type { SessionState } from '../protocol.js';
import { SESSION, type SnapshotShelf } from '../store/snapshots.js';
import { troubleOf } from '../../shared/work.js';

/** How often the machine is looked at, ms. */
const LOOK_MS = 1000;
/** At rest: fewer steps than this between two looks. A cursor that blinks takes some, and is not worth a save. On a slow adapter a busy machine takes no more. */
const REST_STEPS = 400_000;
/** A machine at rest is saved when its last save is older than this, ms. */
const REST_AGE_MS = 3_000;
/** A busy one when it is older than this, ms. */
const BUSY_AGE_MS = 60_000;
/** One tab keeps the session; others wait for it to close. */
const LOCK = 'gpuvisor-session';
/** The page that was here before a reload lets go of it within this, ms. */
const LOCK_MS = 3000;

/** What the machine that is to be kept is doing. */
export interface Activity {
  /** Steps so far. */
  readonly steps: number;
  /** Milliseconds it has slept so far. */
  readonly slept: number;
  /** Bytes of input that it has not taken yet. */
  readonly waiting: number;
}

/** The machine that is to be kept. */
export interface Keepable {
  /** Undefined while there is no machine. */
  activity(): Activity | undefined;
  save(): Promise<{ readonly bytes: Uint8Array; readonly meta: SnapshotMeta }>;
  /** This tab keeps the session from now on. */
  mine?(): void;
}

export class SessionKeeper {
  #state: SessionState = { kind: 'none' };
  /** There is something new. */
  #dirty = false;
  #savedAt = performance.now();
  /** Input or output since the last look: what it leads to may not be done yet. */
  #stirred = false;
  #last: Activity = { steps: 0, slept: 0, waiting: 0 };
  #saving: Promise<SessionState> | undefined;
  #mine = false;

  constructor(
    private readonly shelf: SnapshotShelf,
    private readonly machine: Keepable,
    private readonly tell: (state: SessionState) => void,
  ) {
    const { locks } = navigator;
    if (locks) {
      // Held as long as this worker lives.
      void locks.request(LOCK, () => {
        this.#mine = true;
        this.machine.mine?.();
        this.#enter({ kind: 'none' });
        return new Promise(() => undefined);
      });
      setTimeout(() => {
        if (!this.#mine) this.#enter({ kind: 'off', why: 'another tab of this page keeps its machine' });
      }, LOCK_MS);
    } else this.#mine = true;
    setInterval(() => void this.#look(), LOOK_MS);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Input or output came, or another machine. */
  touch(): void {
    this.#stirred = true;
    if (this.#dirty) return;
    this.#dirty = true;
    if (this.#state.kind === 'saved') this.#enter({ ...this.#state, newer: true });
  }

  /** The machine is exactly what is kept. */
  fresh(): void {
    this.#dirty = false;
    this.#stirred = false;
    this.#last = this.machine.activity() ?? this.#last;
    this.#savedAt = performance.now();
  }

  /** Saves now, if there is anything new. */
  async keep(): Promise<SessionState> {
    if (!this.#mine || !this.#dirty || !this.machine.activity()) return this.#state;
    this.#saving ??= this.#save().finally(() => (this.#saving = undefined));
    return this.#saving;
  }

  async #look(): Promise<void> {
    const now = this.machine.activity();
    if (!now) return;
    const rests = this.#rests(now);
    this.#last = now;
    if (!rests) this.touch();
    this.#stirred = false;
    if (performance.now() - this.#savedAt > (rests ? REST_AGE_MS : BUSY_AGE_MS)) await this.keep();
  }

  /** Nothing came or went since the last look, and the guest had nothing to do: it took no step, or slept with no input before it. */
  #rests(now: Activity): boolean {
    const { steps, slept } = this.#last;
    const taken = Math.abs(now.steps - steps);
    return !this.#stirred && taken < REST_STEPS && (taken === 0 || (now.slept > slept && now.waiting === 0));
  }

  async #save(): Promise<SessionState> {
    // What comes from here on is new again.
    this.#dirty = false;
    try {
      const { bytes, meta } = await this.machine.save();
      const { savedAt, size } = await this.shelf.put(SESSION, bytes, meta);
      this.#enter({ kind: 'saved', savedAt, size, newer: this.#dirty });
    } catch (error) {
      const savedAt = this.#state.kind === 'saved' || this.#state.kind === 'failed' ? this.#state.savedAt : undefined;
      this.#enter({ kind: 'failed', trouble: troubleOf(error), ...(savedAt && { savedAt }) });
    }
    this.#savedAt = performance.now();
    return this.#state;
  }

  #enter(state: SessionState): void {
    this.#state = state;
    this.tell(state);
  }
}
