// Opening: the stored log is verified and replayed, and a new epoch begins behind it. A damaged log is kept, named, and not gone on with.

import { emptyState, hashState, LIMITS, type Ended, type KernelState, type Limits } from '../kernel/index.js';
import { CommitLog } from './commitlog.js';
import { Gateway, PLATFORM_CLOCK, type Clock } from './gateway.js';
import type { Origin } from './origin.js';
import { NO_HASH } from './record.js';
import type { LogStore } from './store.js';
import { verifyLog, type Anchor, type Damage, type Head, type StoredLog, type Verdict } from './verify.js';
import { LogWriter } from './writer.js';

export interface GatewayOptions {
  /** Where the log is kept. A function is called to open it, and may fail. Left out: in memory. */
  readonly store?: LogStore | (() => Promise<LogStore>) | undefined;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /** Records between two checkpoints; memory and store keep at most two such stretches. 10,000 unless told. */
  readonly keep?: number;
  /** Events the SysLog keeps. 10,000 unless told. */
  readonly events?: number;
  /** Records that may wait for the store. 20,000 unless told. */
  readonly backlog?: number;
  /** Milliseconds a record may wait for others before they are stored together. 20 unless told. */
  readonly delay?: number;
  /** Milliseconds the store may take for one write before the log goes to memory. 10,000 unless told. */
  readonly patience?: number;
  /** The log has gone to memory (`gateway.store` says why). */
  readonly onStoreLost?: () => void;
}

/** What the log of earlier epochs told. */
export interface Past {
  /** The last epoch; 0 when this is the first. */
  readonly epoch: number;
  /** Its last good record. */
  readonly head: Head;
  /** Records that were verified and replayed. */
  readonly commits: number;
  /** SHA-256 of the state they made. */
  readonly stateHash: Uint8Array;
  /** Processes that were there when it stopped. */
  readonly processes: readonly { readonly pid: number; readonly name: string }[];
  readonly ended: readonly Ended[];
  /** Where the log is damaged. It is kept in the store for reading, and a new log has begun. */
  readonly damage: Damage | undefined;
  /** The store's id of the log. */
  readonly log: number;
}

export interface Opened {
  readonly gateway: Gateway;
  /** The supervisor's origin. Whoever has it may do everything. */
  readonly supervisor: Origin;
  /** Undefined when there was no log. */
  readonly past: Past | undefined;
  /** The store that is written, if there is one. */
  readonly store: LogStore | undefined;
}

interface Found {
  readonly log: number;
  readonly verdict: Verdict;
  /** The highest number that was seen, even behind the damage: it is never given again. */
  readonly seen: number;
}

function unreadable(error: unknown): Damage {
  return { kind: 'unreadable', seq: 0, row: 0, message: (error as Error).message || String(error) };
}

/** Reads and judges the active log. */
async function find(store: LogStore): Promise<Found | undefined> {
  const active = (await store.logs()).findLast((log) => !log.damage);
  if (!active) return undefined;
  let log: StoredLog;
  try {
    log = await store.read(active.id);
  } catch (e) {
    const verdict = { damage: unreadable(e), state: emptyState(), commits: 0, sinceCheckpoint: 0, head: { seq: 0, hash: NO_HASH } };
    return { log: active.id, verdict, seen: 0 };
  }
  const verdict = verifyLog(log);
  return { log: active.id, verdict, seen: Math.max(verdict.head.seq, log.head.seq, log.rows.at(-1)?.first ?? 0) };
}

function pastOf({ log, verdict }: Found): Past {
  const { state, head, commits, damage } = verdict;
  const processes = [...state.processes.values()].map(({ pid, name }) => ({ pid, name }));
  return {
    epoch: state.epoch,
    head,
    commits,
    stateHash: hashState(state),
    processes,
    ended: state.ended.map((e) => ({ ...e })),
    damage,
    log,
  };
}

/** Where the new epoch begins. */
interface Beginning {
  readonly store: LogStore | undefined;
  readonly reason?: string;
  readonly log: number;
  readonly head: Head;
  readonly sinceCheckpoint: number;
  readonly state: KernelState;
  readonly note: string;
  readonly past: Past | undefined;
}

const FRESH: Head = { seq: 0, hash: NO_HASH };

async function beginning(options: GatewayOptions): Promise<Beginning> {
  const fresh = { store: undefined, log: 0, head: FRESH, sinceCheckpoint: 0, state: emptyState(), note: '', past: undefined };
  let store: LogStore;
  let found: Found | undefined;
  try {
    if (!options.store) return fresh;
    store = typeof options.store === 'function' ? await options.store() : options.store;
    found = await find(store);
  } catch (e) {
    return { ...fresh, reason: (e as Error).message || String(e) };
  }
  const past = found && pastOf(found);
  if (found && !found.verdict.damage) {
    const { head, sinceCheckpoint, state } = found.verdict;
    return { store, log: found.log, head, sinceCheckpoint, state, note: '', past };
  }
  const damage = found?.verdict.damage;
  const head = { seq: found?.seen ?? 0, hash: NO_HASH };
  const state = emptyState(found?.verdict.state.epoch ?? 0);
  const note = damage ? `log ${found!.log} is damaged at record ${damage.seq} (${damage.kind})` : '';
  const anchor: Anchor = { seq: head.seq + 1, previous: NO_HASH, state: undefined };
  try {
    return { store, log: await store.begin(anchor, damage), head, sinceCheckpoint: 0, state, note, past };
  } catch (e) {
    return { ...fresh, head, state, note, past, reason: (e as Error).message || String(e) };
  }
}

/** Opens the log and begins an epoch behind it. Always gives a gateway: where storing fails, one that runs in memory and says so. */
export async function openGateway(options: GatewayOptions = {}): Promise<Opened> {
  const {
    clock = PLATFORM_CLOCK,
    keep = 10_000,
    events = 10_000,
    backlog = 20_000,
    delay = 20,
    patience = 10_000,
    onStoreLost = () => {},
  } = options;
  const { store, reason, log, head, sinceCheckpoint, state, note, past } = await beginning(options);
  const writer = new LogWriter({ store, reason, log, head, delay, patience, changed: onStoreLost });
  const commits = new CommitLog(head, sinceCheckpoint);
  const limits = { ...LIMITS, ...options.limits };
  const parts = { state, log: commits, writer, clock, limits, keep, events, backlog };
  const genesis = { type: 'Genesis' as const, epoch: state.epoch + 1, wall: clock.wall(), previous: head.hash, note };
  return { ...Gateway.begin(parts, genesis), past, store };
}
