// All WebAssembly processes: started, served in fair rounds, watched, stopped when the kernel says they are gone.

import { FAULT } from '../abi/index.js';
import type { Effect } from '../kernel/index.js';
import type { Dispatcher } from '../supervisor/dispatcher.js';
import { guarded } from '../supervisor/report.js';
import { BEST_WAKE, type Wake } from './doorbell.js';
import type { BinaryInfo } from './process-binary.js';
import type { ProcessWorker } from './protocol.js';
import { BUDGET, Rounds } from './rounds.js';
import { WasmProcess } from './wasm-process.js';
import { Watchdog } from './watchdog.js';

export interface HalOptions {
  /** How a worker is started. */
  readonly worker: () => ProcessWorker;
  /** Milliseconds a process may be silent; milliseconds until its code must have started. */
  readonly watchdogMs: number;
  readonly spawnTimeoutMs: number;
  /** How the main thread hears of requests. The best there is, unless told. */
  readonly wake?: Wake;
}

/** What was measured of a process. */
export interface ProcessMeters {
  readonly calls: number;
  readonly written: number;
}

export class WasmHal {
  readonly #dispatcher: Dispatcher;
  readonly #options: HalOptions;
  readonly #processes = new Map<number, { readonly process: WasmProcess; readonly detach: () => void }>();
  readonly #rounds: Rounds<WasmProcess>;
  readonly #watchdog: Watchdog<WasmProcess>;
  readonly #unhear: () => void;
  /** Where the next poll begins: behind the pid that was served last. */
  #after = 0;

  constructor(dispatcher: Dispatcher, options: HalOptions) {
    this.#dispatcher = dispatcher;
    this.#options = options;
    const { watchdogMs, spawnTimeoutMs } = options;
    const held = (): boolean => dispatcher.gateway.congested;
    this.#rounds = new Rounds((process) => void this.#serve(process), undefined, held);
    this.#watchdog = new Watchdog(Math.min(watchdogMs, spawnTimeoutMs), (process) => this.#silent(process));
    this.#unhear = dispatcher.onEffect((effect: Effect) => {
      if (effect.kind === 'ended') this.#stop(effect.pid);
    });
  }

  /** Runs a checked binary as process `pid`. The buffer is handed over to its worker. @throws whatever the platform throws when it has no worker to give */
  start(pid: number, binary: Uint8Array<ArrayBuffer>, info: BinaryInfo): void {
    const { wake = BEST_WAKE, watchdogMs, spawnTimeoutMs } = this.#options;
    const patience = { starting: spawnTimeoutMs, running: watchdogMs };
    const generation = this.#dispatcher.gateway.view.epoch;
    const process = new WasmProcess({ pid, binary, info, worker: this.#options.worker(), generation, wake, patience }, this.#events);
    this.#processes.set(pid, { process, detach: this.#dispatcher.attach(pid, (receipt) => process.answer(receipt)) });
    this.#watchdog.watch(process);
  }

  readonly #events = {
    ring: (process: WasmProcess): void => this.#rounds.ring(process),
    fault: (process: WasmProcess, reason: number, text: string): void => this.#fault(process.pid, reason, text),
  };

  /** One syscall of one process. */
  #serve(process: WasmProcess): boolean {
    const request = process.take();
    if (!request) return false;
    return guarded(`a syscall of process ${process.pid}`, () => {
      this.#dispatcher.asProcess(process.pid, { kind: 'syscall', ...request });
    });
  }

  /** One syscall of each process that has one, as far as the time of one turn goes. The number handled. */
  poll(): number {
    const pids = [...this.#processes.keys()].sort((a, b) => a - b);
    const until = performance.now() + BUDGET;
    let handled = 0;
    if (this.#dispatcher.gateway.congested) return handled;
    for (const pid of [...pids.filter((p) => p > this.#after), ...pids.filter((p) => p <= this.#after)]) {
      const entry = this.#processes.get(pid);
      if (!entry || !this.#serve(entry.process)) continue;
      this.#after = pid;
      handled++;
      if (performance.now() >= until) break;
    }
    return handled;
  }

  #silent(process: WasmProcess): void {
    const { started, pid, patience } = process;
    this.#fault(pid, FAULT.TIMEOUT, started ? `neither called nor yielded for ${patience} ms` : `did not start within ${patience} ms`);
  }

  #fault(pid: number, reason: number, text: string): void {
    if (this.#processes.has(pid))
      guarded(`the fault of process ${pid}`, () => this.#dispatcher.asSupervisor({ kind: 'fault', pid, reason, text }));
  }

  #stop(pid: number): void {
    const entry = this.#processes.get(pid);
    if (!entry) return;
    this.#processes.delete(pid);
    entry.detach();
    this.#watchdog.leave(entry.process);
    this.#rounds.leave(entry.process);
    entry.process.stop();
  }

  /** What was measured of a process; undefined for one that has no worker. */
  meters(pid: number): ProcessMeters | undefined {
    const process = this.#processes.get(pid)?.process;
    return process && { calls: process.calls, written: process.written };
  }

  /** What is held: for tests that count. */
  counts(): { readonly workers: number; readonly doorbells: number; readonly timers: number } {
    const all = [...this.#processes.values()].map(({ process }) => process);
    const sum = (of: (process: WasmProcess) => number): number => all.reduce((n, process) => n + of(process), 0);
    return { workers: all.length, doorbells: sum((p) => p.doorbells), timers: sum((p) => p.timers) + this.#watchdog.timers };
  }

  /** Stops every worker; the kernel is not asked. */
  dispose(): void {
    for (const pid of [...this.#processes.keys()]) this.#stop(pid);
    this.#rounds.stop();
    this.#unhear();
  }
}
