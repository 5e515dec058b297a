// The gateway: the one way into the kernel. What is asked goes into the SysLog before it is done, every change goes into the CommitLog as it is made, and
// an answer leaves only with a receipt that says where it is logged.

import { GpuvisorError } from '../../isa/errors.js';
import { ERROR } from '../abi/index.js';
import { claimMint, type Receipt } from '../abi/receipt.js';
import {
  apply,
  describe,
  isProcessOperation,
  NO_ANSWER,
  perform,
  Step,
  type Commit,
  type Effect,
  type KernelState,
  type Limits,
  type Operation,
} from '../kernel/index.js';
import { readCommitLog, type CommitLog, type CommitLogReader } from './commitlog.js';
import { Origin } from './origin.js';
import { readSysLog, SysLog, type SysLogReader } from './syslog.js';
import { KernelView } from './view.js';
import type { LogWriter, StoreState } from './writer.js';

const mint = claimMint();

/** Time, handed in. */
export interface Clock {
  /** Microseconds, from any beginning. Never goes back; if it does, it is taken to stand still. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
}

/** The clock of the platform. */
export const PLATFORM_CLOCK: Clock = { now: () => performance.now() * 1000, wall: () => Date.now() };

/** What came of an operation. */
export interface Execution {
  /** The request's id in the SysLog. */
  readonly request: number;
  /** Negative: an error. Undefined: the process waits (its receipt comes with a later execution), or has ended. */
  readonly result: number | undefined;
  /** Data that belongs to the result. */
  readonly data: Uint8Array;
  /** Answers to syscalls, the caller's or those of others that waited: complete their mailboxes. */
  readonly receipts: readonly Receipt[];
  /** What else is to be done. */
  readonly effects: readonly Effect[];
}

/** What the gateway is made of; `openGateway` (open.ts) makes it. */
export interface GatewayParts {
  readonly state: KernelState;
  readonly log: CommitLog;
  readonly writer: LogWriter;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Records between two checkpoints; the log keeps at most two stretches. */
  readonly keep: number;
  /** Events the SysLog keeps. */
  readonly events: number;
  /** Records that may wait to be stored before processes have to wait. */
  readonly backlog: number;
}

export class Gateway {
  /** Every request and response: to read. */
  readonly syslog: SysLogReader;
  /** The chain as it is kept in memory: to read, to verify, to export. */
  readonly commits: CommitLogReader;
  /** Copies of what there is. */
  readonly view: KernelView;
  readonly #state: KernelState;
  readonly #events: SysLog;
  readonly #log: CommitLog;
  readonly #writer: LogWriter;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #keep: number;
  readonly #backlog: number;
  /** What origins of this gateway are told by. */
  readonly #realm = {};
  /** Requests without a response: of blocked processes. */
  readonly #open = new Map<number, number>();
  readonly #began: number;
  #now = 0;
  #failure: unknown;

  private constructor(parts: GatewayParts) {
    this.#state = parts.state;
    this.#log = parts.log;
    this.#writer = parts.writer;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#keep = parts.keep;
    this.#backlog = parts.backlog;
    this.#began = parts.clock.now();
    this.#events = new SysLog(parts.events);
    this.syslog = readSysLog(this.#events);
    this.commits = readCommitLog(parts.log);
    this.view = new KernelView(parts.state, parts.limits);
  }

  /** A gateway, with its first commit made, and the supervisor's origin: whoever has that has everything. */
  static begin(
    parts: GatewayParts,
    genesis: Extract<Commit, { type: 'Genesis' }>,
  ): { readonly gateway: Gateway; readonly supervisor: Origin } {
    const gateway = new Gateway(parts);
    apply(gateway.#state, genesis);
    gateway.#record(genesis, 0);
    return { gateway, supervisor: Origin.of(gateway.#realm, 0) };
  }

  /** The origin of a process, for what runs it. @throws GpuvisorError PERMISSION_DENIED for everybody but the supervisor, BAD_ARGUMENT for no process */
  originOf(supervisor: Origin, pid: number): Origin {
    if (Origin.pidOf(supervisor, this.#realm) !== 0)
      throw new GpuvisorError('PERMISSION_DENIED', 'only the supervisor gives out origins', 'use the origin openGateway gave');
    if (pid === 0 || !this.#state.processes.has(pid))
      throw new GpuvisorError('BAD_ARGUMENT', `process ${pid} is not there`, 'create it first');
    return Origin.of(this.#realm, pid);
  }

  /** Microseconds of the epoch. Never goes back. */
  now(): number {
    this.#now = Math.max(this.#now, Math.floor(this.#clock.now() - this.#began));
    return this.#now;
  }

  /** Whether the log's store lags so far behind that processes should wait. They get AGAIN if they do not. */
  get congested(): boolean {
    return this.#writer.state.pending > this.#backlog / 2;
  }

  /**
   * Does one operation: the only entry there is. Errors of the caller are results: PERM for an operation of the supervisor by a process, say.
   * @throws GpuvisorError PERMISSION_DENIED for a forged origin; INTERNAL once the kernel has failed, and from then on
   */
  execute(origin: Origin, op: Operation): Execution {
    const pid = Origin.pidOf(origin, this.#realm);
    if (this.#failure)
      throw new GpuvisorError('INTERNAL', 'the kernel has failed before', 'reload; the log is whole', { cause: this.#failure });
    const now = this.now();
    const { number, args, length } = describe(op);
    const request = this.#events.request({ pid, number, args, length, time: now });
    const step = new Step(this.#state, now, this.#clock.wall(), this.#limits, (commit) => this.#record(commit, request));
    try {
      return this.#run(step, pid, op, request);
    } catch (e) {
      this.#failure = e;
      throw new GpuvisorError('INTERNAL', `the kernel failed: ${(e as Error).message}`, 'report it with the log', { cause: e });
    }
  }

  #run(step: Step, pid: number, op: Operation, request: number): Execution {
    // What ends something is always done.
    const congested = isProcessOperation(op) && op.kind !== 'vm-end' && this.#writer.state.pending > this.#backlog;
    const outcome = congested ? -ERROR.AGAIN : perform(step, pid, op);
    const receipts: Receipt[] = [];
    for (const { pid: to, result, data } of step.answers) {
      const open = this.#open.get(to);
      if (open === undefined) throw new Error(`an answer for process ${to}, which asked nothing`);
      this.#open.delete(to);
      this.#respond(to, open, result, data.length, true);
      receipts.push(mint({ pid: to, request: open, result, data }));
    }
    let own: { readonly result: number; readonly data: Uint8Array } | undefined;
    if (outcome === NO_ANSWER && this.#state.processes.has(pid)) this.#open.set(pid, request);
    else if (outcome === NO_ANSWER) this.#respond(pid, request, 0, 0, false);
    else {
      own = typeof outcome === 'number' ? { result: outcome, data: new Uint8Array(0) } : outcome;
      // A process that is gone, or has a call open already, has no mailbox to answer into.
      const syscall = op.kind === 'syscall' && this.#state.processes.has(pid) && !this.#open.has(pid);
      this.#respond(pid, request, own.result, own.data.length, syscall || op.kind !== 'syscall');
      if (syscall) receipts.push(mint({ pid, request, ...own }));
    }
    for (const effect of step.effects) {
      const open = effect.kind === 'ended' ? this.#open.get(effect.pid) : undefined;
      if (effect.kind !== 'ended' || open === undefined) continue;
      this.#open.delete(effect.pid);
      this.#respond(effect.pid, open, -ERROR.NOENT, 0, false);
    }
    if (this.#log.sinceCheckpoint >= this.#keep) this.#checkpoint(request);
    return { request, result: own?.result, data: own?.data ?? new Uint8Array(0), receipts, effects: step.effects };
  }

  #respond(pid: number, request: number, result: number, length: number, delivered: boolean): void {
    this.#events.response({ pid, request, result, length, delivered, time: this.#now });
  }

  #record(commit: Commit, causedBy: number): void {
    const record = this.#log.append(commit, { epoch: this.#state.epoch, time: this.#now, causedBy });
    this.#writer.push(record, this.#log.head.seq);
  }

  #checkpoint(causedBy: number): void {
    const { record, anchor } = this.#log.checkpoint(this.#state, { epoch: this.#state.epoch, time: this.#now, causedBy });
    this.#writer.push(record, anchor.seq, anchor);
  }

  /** Whether the log outlives the page. */
  get store(): StoreState {
    return this.#writer.state;
  }

  /** Stores what waits; done when it is stored, or given up. `urgent` when the page is being left. */
  flush(urgent = false): Promise<void> {
    return this.#writer.flush(urgent);
  }
}
