// One step of the kernel: the commits it makes, the answers it gives, what the outside has to do. Handlers read the state and commit; they change nothing themselves.

import { ERROR, type RevokeReason } from '../abi/index.js';
import type { Commit } from './commit.js';
import type { Limits } from './quota.js';
import { apply } from './reduce.js';
import type { Ended, KernelState, Process } from './state.js';

/** The answer to a syscall: now, or long after it was asked. */
export interface Answer {
  readonly pid: number;
  /** Negative: an error. */
  readonly result: number;
  readonly data: Uint8Array;
}

/** What the floors above have to do. */
export type Effect =
  | { readonly kind: 'console'; readonly console: number; readonly from: number; readonly data: Uint8Array }
  | { readonly kind: 'debug'; readonly from: number; readonly text: string }
  /** A pid is reserved for a process of that name: fetch it, start it, or kill it. */
  | { readonly kind: 'spawn'; readonly pid: number; readonly name: string; readonly by: number }
  /** Init's word on a permission request. */
  | { readonly kind: 'permission'; readonly request: number; readonly ok: boolean; readonly pid: number; readonly value: number }
  /** The process is gone: detach its mailbox, stop its worker. */
  | ({ readonly kind: 'ended' } & Ended)
  /** A capability was taken from its holder. */
  | {
      readonly kind: 'revoked';
      readonly pid: number;
      readonly slot: number;
      readonly type: number;
      readonly object: number;
      readonly reason: RevokeReason;
    }
  /** A machine has console input in its queue. It never blocks in RECEIVE, because it also writes: take it now. */
  | { readonly kind: 'input'; readonly pid: number }
  /** Stop what is being done to the machine: the right to it is gone, or one of the two is. */
  | { readonly kind: 'cancel'; readonly use: number; readonly pid: number; readonly vm: number };

/** A notice that waits until the step's changes are all made. */
export interface Notice {
  readonly pid: number;
  readonly slot: number;
  readonly type: number;
  readonly object: number;
  readonly reason: RevokeReason;
}

export const NO_DATA = new Uint8Array(0);

/** A result with data for the mailbox. */
export interface Reply {
  readonly result: number;
  readonly data: Uint8Array;
}
/** The caller is blocked or gone: its answer does not come from the handler. */
export const NO_ANSWER = Symbol('no answer');
/** What a handler gives: a result (negative: an error, and then nothing was committed), a result with data, or nothing yet. */
export type Outcome = number | Reply | typeof NO_ANSWER;

export class Step {
  readonly answers: Answer[] = [];
  readonly effects: Effect[] = [];
  /** Filled by removals, emptied by `settle` (capabilities.ts). */
  readonly notices: Notice[] = [];
  /** Endpoints from which perhaps nobody can receive any more. */
  readonly loose = new Set<number>();

  constructor(
    readonly state: KernelState,
    /** Microseconds since the epoch began; never goes back. */
    readonly now: number,
    /** Milliseconds since 1970. */
    readonly wall: number,
    readonly limits: Limits,
    /** Takes each commit once it is applied. */
    readonly log: (commit: Commit) => void,
  ) {}

  commit(commit: Commit): void {
    apply(this.state, commit);
    this.log(commit);
  }

  answer(pid: number, result: number, data: Uint8Array = NO_DATA): void {
    this.answers.push({ pid, result, data });
  }

  process(pid: number): Process | undefined {
    return this.state.processes.get(pid);
  }
}

/** The negative result of an error. */
export function err(name: keyof typeof ERROR): number {
  return -ERROR[name];
}
