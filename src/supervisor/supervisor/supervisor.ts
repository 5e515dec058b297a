// The Web Supervisor: the seed's public names, over gateway, workers, consoles and permissions.

import { GpuvisorError } from '../../isa/errors.js';
import { encodeText } from '../abi/bytes.js';
import { initInputs, isSpawnName, KIND, permissionInputs, PID, SIZE } from '../abi/index.js';
import { openGateway, type LogStore, type Past } from '../axiom/index.js';
import type { Effect } from '../kernel/index.js';
import { BINARY } from '../hal/process-binary.js';
import { startWorker } from '../hal/start-worker.js';
import { VmProcesses, type SpawnVm } from '../hal/vm-processes.js';
import { WasmHal } from '../hal/wasm-hal.js';
import { Consoles, type ConsoleCallback } from './console.js';
import { Dispatcher } from './dispatcher.js';
import type { SupervisorEvent } from './events.js';
import { onLeaving } from './leaving.js';
import { gatewayOptions, type SupervisorOptions } from './options.js';
import { Permissions, type PermissionOutcome } from './permissions.js';
import { guarded } from './report.js';
import { processRows, type ProcessRow } from './rows.js';
import { countRunning, stopRunning, type Counts, type Running } from './running.js';
import { Spawner, type SpawnCallback } from './spawn.js';

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #consoles: Consoles;
  readonly #listeners = new Set<(event: SupervisorEvent) => void>();
  #spawnCallback: SpawnCallback | undefined;
  #booting: Promise<void> | undefined;
  #running: Running | undefined;
  #disposed = false;

  constructor(options: SupervisorOptions = {}) {
    this.#options = options;
    this.#consoles = new Consoles((pid, characters) => this.#emit({ kind: 'output-lost', pid, characters }));
  }

  /**
   * Opens the log, makes the kernel, and starts init and the permission manager. Resolves once both run; a second call gives the same promise. It need not be
   * waited for.
   * @throws GpuvisorError SHARED_MEMORY_UNAVAILABLE where the page is not isolated; what kept init or the permission manager from starting
   */
  boot(): Promise<void> {
    if (!this.#booting) {
      this.#booting = this.#boot();
      this.#booting.catch(() => {});
    }
    return this.#booting;
  }

  async #boot(): Promise<void> {
    if (typeof SharedArrayBuffer === 'undefined') {
      const hint = 'serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';
      throw new GpuvisorError('SHARED_MEMORY_UNAVAILABLE', 'processes need SharedArrayBuffer, which this page has not', hint);
    }
    const { manifest } = this.#options;
    const onStoreLost = (): void => this.#emit({ kind: 'store-lost', reason: this.#running?.dispatcher.gateway.store.reason ?? '' });
    const opened = await openGateway({ ...gatewayOptions(this.#options), onStoreLost });
    if (this.#disposed) {
      opened.store?.close();
      throw new GpuvisorError('DISPOSED', 'the supervisor was disposed of while it booted', 'make a new one');
    }
    const dispatcher = new Dispatcher(opened.gateway, opened.supervisor, (error) => this.#failed(error));
    this.#running = this.#assemble(dispatcher, opened.past, opened.store);
    const { spawner } = this.#running;
    dispatcher.asSupervisor({ kind: 'boot' });
    this.#tell(PID.INIT, initInputs(manifest));
    this.#tell(PID.PERMISSION, permissionInputs(manifest));
    await spawner.request(PID.INIT, 'init');
    await spawner.request(PID.PERMISSION, 'permission_manager');
  }

  #assemble(dispatcher: Dispatcher, past: Past | undefined, store: LogStore | undefined): Running {
    const {
      worker = startWorker,
      watchdogMs = 10_000,
      spawnTimeoutMs = 30_000,
      memoryPages = BINARY.PAGES,
      manifest,
      wake,
    } = this.#options;
    const hal = new WasmHal(dispatcher, { worker, watchdogMs, spawnTimeoutMs, ...(wake && { wake }) });
    const emit = (event: SupervisorEvent): void => this.#emit(event);
    const spawner = new Spawner({ dispatcher, hal, manifest, spawnTimeoutMs, memoryPages, emit });
    spawner.callback = this.#spawnCallback;
    const stops = [dispatcher.onEffect((effect) => this.#effect(effect)), onLeaving(() => void dispatcher.gateway.flush(true))];
    const permissions = new Permissions(dispatcher, spawnTimeoutMs);
    return { dispatcher, hal, spawner, permissions, vms: new VmProcesses(dispatcher, this.#options.vms), past, store, stops };
  }

  /** Lines of input that stand in the queue before anything else. */
  #tell(pid: number, texts: readonly string[]): void {
    for (const text of texts) this.dispatcher.asSupervisor({ kind: 'input', pid, data: encodeText(text) });
  }

  /** The running kernel's parts. @throws GpuvisorError NOT_BOOTED before it is there, DISPOSED afterwards */
  #parts(): Running {
    if (this.#running) return this.#running;
    if (this.#disposed) throw new GpuvisorError('DISPOSED', 'this supervisor has been disposed of', 'make a new one');
    throw new GpuvisorError('NOT_BOOTED', 'the kernel is not there yet', 'wait for boot()');
  }

  /** View, logs, and the way to execute. @throws GpuvisorError NOT_BOOTED, DISPOSED */
  get dispatcher(): Dispatcher {
    return this.#parts().dispatcher;
  }
  /** Machines that are processes. @throws GpuvisorError NOT_BOOTED, DISPOSED */
  get vms(): VmProcesses {
    return this.#parts().vms;
  }
  /** What the stored log told at boot; undefined when there was none. @throws GpuvisorError NOT_BOOTED, DISPOSED */
  get past(): Past | undefined {
    return this.#parts().past;
  }

  // The seed's names.

  /** Takes the console output of processes that have no callback of their own. */
  set_console_callback(callback: ConsoleCallback): void {
    this.#consoles.legacy = callback;
  }

  /** Fetches binaries: called with (type, name), it calls `complete_spawn(name, binary)` later, or gives the bytes or a promise of them. */
  set_spawn_callback(callback: SpawnCallback): void {
    this.#spawnCallback = callback;
    if (this.#running) this.#running.spawner.callback = callback;
  }

  /**
   * Takes the console output of one process, what it has written before first. Another callback takes the place of this one; for a process that is not there
   * nothing is kept.
   */
  register_console_callback(pid: number, callback: ConsoleCallback): void {
    if (!this.#running || this.#running.dispatcher.gateway.view.process(pid)) this.#consoles.register(pid, callback);
  }

  unregister_console_callback(pid: number): void {
    this.#consoles.unregister(pid);
  }

  /** Handles the syscalls that wait, one of each process, as far as 8 ms go. The number handled; 0 before the kernel is there. Not needed: syscalls ring. */
  poll_syscalls(): number {
    return this.#running?.hal.poll() ?? 0;
  }

  /** Runs a binary as the first process of that name that waits for one. Its pid; 0 when none does, or the binary is refused (an event says why). */
  complete_spawn(name: string, binary: Uint8Array): number {
    return this.#running?.spawner.complete(name, binary) ?? 0;
  }

  /** Types text on the console of a process. False when there is no such process or its queue is full: then nothing of it, or of its last part, arrived. */
  send_input_to_process(pid: number, text: string): boolean {
    if (!this.#running) return false;
    const bytes = encodeText(text);
    for (let at = 0; at < bytes.length; at += SIZE.MESSAGE) {
      const data = bytes.slice(at, at + SIZE.MESSAGE);
      if (this.dispatcher.asSupervisor({ kind: 'input', pid, data }).result !== 0) return false;
    }
    return true;
  }

  /** Takes what a process holds in a slot, with everything that came of it; its holders are told. Whether there was something. */
  revoke_capability(pid: number, slot: number): boolean {
    return this.#running !== undefined && (this.dispatcher.asSupervisor({ kind: 'revoke', pid, slot }).result ?? 0) > 0;
  }

  /** Ends a process: worker, mailbox, callback, endpoints, capabilities. Whether it was there; the supervisor (0) cannot be killed. */
  kill_process(pid: number): boolean {
    return this.#running !== undefined && this.dispatcher.asSupervisor({ kind: 'kill', pid }).result === 0;
  }

  /** Ends every process but the supervisor, init last. */
  kill_all_processes(): void {
    const pids = this.#running?.dispatcher.gateway.view.processes().map(({ pid }) => pid) ?? [];
    for (const pid of pids.sort((a, b) => b - a)) if (pid !== PID.SUPERVISOR) this.kill_process(pid);
  }

  // Beyond the seed.

  /**
   * Starts a process of that name; `vm` with what to boot: a machine. Resolves with its pid once it runs.
   * @throws GpuvisorError NOT_BOOTED; BAD_ARGUMENT for no name; TOO_LARGE without room for another; FETCH_FAILED, TIMEOUT, BINARY_INVALID when its binary does not come or is none
   */
  async spawn(name: string, options?: SpawnVm): Promise<number> {
    const { dispatcher, spawner, vms } = this.#parts();
    if (name === 'vm' && options) return (await vms.spawn(options)).pid;
    if (!isSpawnName(name)) {
      const shown = JSON.stringify(name.slice(0, 80));
      throw new GpuvisorError('BAD_ARGUMENT', `${shown} is no name of a process`, 'a-z, then a-z 0-9 _ -, at most 32');
    }
    const { manifest } = this.#options;
    const console = manifest?.processes[name]?.console ?? true;
    const { result = 0 } = dispatcher.asSupervisor({ kind: 'create', name, parent: PID.SUPERVISOR, process: KIND.WASM, console });
    if (result > 0) return spawner.request(result, name);
    throw new GpuvisorError('TOO_LARGE', `there is no room for another process (${name})`, 'end a process first');
  }

  /** Answers a question of the permission manager. Resolves with what came of it. @throws GpuvisorError NOT_BOOTED, BUSY, TIMEOUT */
  async answer_permission(request: number, allow: boolean): Promise<PermissionOutcome> {
    return this.#parts().permissions.answer(request, allow);
  }

  /** The processes, for a page. Empty before the kernel is there. */
  processes(): ProcessRow[] {
    return this.#running ? processRows(this.#running.dispatcher.gateway.view, this.#running.hal) : [];
  }

  /** Calls `listener` with everything that happens; returns how to stop. */
  onEvent(listener: (event: SupervisorEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** What is held: for tests that count. */
  counts(): Counts {
    return countRunning(this.#running, this.#consoles, this.#listeners.size);
  }

  /** Ends every process, stores what waits, and lets go of everything. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const running = this.#running;
    if (running) {
      guarded('the end of all processes', () => this.kill_all_processes());
      stopRunning(running);
      this.#running = undefined;
      await running.vms.dispose();
      await running.dispatcher.gateway.flush();
      running.store?.close();
    }
    this.#consoles.clear();
    this.#listeners.clear();
  }

  /** The kernel has failed: nothing may run on unchecked. */
  #failed(error: unknown): void {
    const running = this.#running;
    running?.hal.dispose();
    running?.spawner.dispose();
    running?.permissions.dispose();
    void running?.vms.dispose();
    this.#emit({ kind: 'failed', error });
  }

  #effect(effect: Effect): void {
    const { spawner, permissions } = this.#parts();
    spawner.effect(effect);
    if (effect.kind === 'console') this.#consoles.write(effect.console, effect.from, effect.data);
    else if (effect.kind === 'debug') this.#debug(effect.from, effect.text);
    else if (effect.kind === 'revoked') this.#emit(effect);
    else if (effect.kind === 'permission') {
      const { request, ok, pid, value } = effect;
      permissions.ended({ request, ok, pid, value });
      this.#emit({ kind: 'permission-ended', request, ok, pid, value });
    } else if (effect.kind === 'ended') {
      this.#consoles.end(effect.pid);
      this.#emit(effect);
    }
  }

  #debug(pid: number, text: string): void {
    const question = this.#parts().permissions.question(pid, text);
    this.#emit(question ? { kind: 'permission-asked', ...question } : { kind: 'debug', pid, text });
  }

  #emit(event: SupervisorEvent): void {
    for (const listener of [...this.#listeners]) guarded(`a listener for "${event.kind}"`, () => listener(event));
  }
}
