// The only caller of gateway.execute: answers go to mailboxes, effects to whoever listens, and what waits for time gets it.

import { GpuvisorError } from '../../isa/errors.js';
import type { Receipt } from '../abi/receipt.js';
import type { Execution, Gateway, Origin } from '../axiom/index.js';
import type { Effect, Operation, ProcessOperation, SupervisorOperation } from '../kernel/index.js';
import { guarded } from './report.js';

/** The longest a timer is set for, ms: browsers wrap around at 2^31. */
const LONGEST = 3_600_000;

/** Executes operations and carries out what comes of them: answers go to mailboxes, effects to whoever listens. The only caller of gateway.execute. */
export class Dispatcher {
  readonly #supervisor: Origin;
  readonly #origins = new Map<number, Origin>();
  readonly #answers = new Map<number, (receipt: Receipt) => void>();
  readonly #listeners = new Set<(effect: Effect) => void>();
  readonly #queue: Effect[] = [];
  #carrying = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer is set for, microseconds of the epoch. */
  #due = Infinity;
  #disposed = false;
  #failed = false;

  constructor(
    /** View, logs and store: to read. */
    readonly gateway: Gateway,
    supervisor: Origin,
    /** Called once, when the kernel has failed: nothing is executed from then on. */
    private readonly failed: (error: unknown) => void = () => {},
  ) {
    this.#supervisor = supervisor;
  }

  /** Does what only the supervisor may. @throws GpuvisorError INTERNAL once the kernel has failed, DISPOSED after dispose */
  asSupervisor(op: SupervisorOperation): Execution {
    return this.#execute(this.#supervisor, op);
  }

  /**
   * An operation of a process: a worker's syscall, a VM's console write, a principal's act on a machine.
   * @throws GpuvisorError BAD_ARGUMENT when there is no such process; INTERNAL once the kernel has failed, DISPOSED after dispose
   */
  asProcess(pid: number, op: ProcessOperation): Execution {
    let origin = this.#origins.get(pid);
    if (!origin) this.#origins.set(pid, (origin = this.gateway.originOf(this.#supervisor, pid)));
    return this.#execute(origin, op);
  }

  /** Where answers for `pid` go, late and immediate ones; one taker a process, the last. Returns how to detach. */
  attach(pid: number, complete: (receipt: Receipt) => void): () => void {
    this.#answers.set(pid, complete);
    return () => {
      if (this.#answers.get(pid) === complete) this.#answers.delete(pid);
    };
  }

  /** Called with every effect, in order, after the answers. Returns how to stop. A listener that throws does not stop the others. */
  onEffect(listener: (effect: Effect) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takers of answers, listeners, timers that are set: for tests that count. */
  counts(): { readonly answers: number; readonly listeners: number; readonly timers: number; readonly origins: number } {
    const timers = this.#timer === undefined ? 0 : 1;
    return { answers: this.#answers.size, listeners: this.#listeners.size, timers, origins: this.#origins.size };
  }

  /** Stops the clock and lets go of everybody. */
  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const table of [this.#answers, this.#origins, this.#listeners]) table.clear();
    this.#queue.length = 0;
  }

  #execute(origin: Origin, op: Operation): Execution {
    if (this.#disposed) throw new GpuvisorError('DISPOSED', 'this supervisor has been disposed of', 'make a new one');
    let execution: Execution;
    try {
      execution = this.gateway.execute(origin, op);
    } catch (e) {
      if ((e as GpuvisorError).code === 'INTERNAL') this.#fail(e);
      throw e;
    }
    // Before the answers: one that is refused makes another operation, whose effects come behind these.
    this.#queue.push(...execution.effects);
    const outermost = !this.#carrying;
    this.#carrying = true;
    for (const receipt of execution.receipts) {
      const complete = this.#answers.get(receipt.pid);
      if (complete) guarded(`the mailbox of process ${receipt.pid}`, () => complete(receipt));
    }
    if (outermost) this.#carry();
    this.#setClock();
    return execution;
  }

  /** Hands the effects out, those that come up meanwhile too. */
  #carry(): void {
    for (let effect = this.#queue.shift(); effect; effect = this.#queue.shift()) {
      const { kind } = effect;
      if (kind === 'ended') this.#origins.delete(effect.pid);
      for (const listener of [...this.#listeners]) guarded(`a listener for "${kind}"`, () => listener(effect!));
    }
    this.#carrying = false;
  }

  #setClock(): void {
    const due = this.#disposed || this.#failed ? undefined : this.gateway.view.nextDue();
    if (due === undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#due = Infinity;
    } else if (this.#timer === undefined || due < this.#due) {
      clearTimeout(this.#timer);
      this.#due = due;
      this.#timer = setTimeout(() => this.#tick(), Math.min(LONGEST, Math.max(0, Math.ceil((due - this.gateway.now()) / 1000))));
    }
  }

  #tick(): void {
    this.#timer = undefined;
    this.#due = Infinity;
    const due = this.gateway.view.nextDue();
    if (due === undefined || due > this.gateway.now()) this.#setClock();
    else guarded('the clock', () => this.asSupervisor({ kind: 'tick' }));
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    guarded('what hears of the kernel’s failure', () => this.failed(error));
  }
}
