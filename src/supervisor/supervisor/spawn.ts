// Spawning: a pid is reserved, the page is asked for a binary, the binary is checked and run. What does not come in time, or is no such binary, is ended,
// and leaves nothing behind.

import { sha256 } from '@noble/hashes/sha2.js';
import { GpuvisorError } from '../../isa/errors.js';
import { SLOT, type ManifestEntry, type ProcessManifest } from '../abi/index.js';
import { hex } from '../axiom/record.js';
import type { Effect } from '../kernel/index.js';
import { checkBinary } from '../hal/process-binary.js';
import type { WasmHal } from '../hal/wasm-hal.js';
import type { Dispatcher } from './dispatcher.js';
import type { SupervisorEvent } from './events.js';
import { guarded } from './report.js';

/**
 * Asked for a binary: `type` names the file, `name` what is spawned; here they are the same. It calls `complete_spawn(name, binary)`, or gives the bytes (or a
 * promise of them). When it throws or rejects the process is ended.
 */
export type SpawnCallback = (type: string, name: string) => unknown;

interface Pending {
  readonly pid: number;
  readonly name: string;
  readonly timer: ReturnType<typeof setTimeout>;
  readonly resolve: (pid: number) => void;
  readonly reject: (error: GpuvisorError) => void;
  /** Whether the page has been asked. */
  asked: boolean;
}

export interface SpawnerParts {
  readonly dispatcher: Dispatcher;
  readonly hal: WasmHal;
  readonly manifest: ProcessManifest | undefined;
  readonly spawnTimeoutMs: number;
  readonly memoryPages: number;
  readonly emit: (event: SupervisorEvent) => void;
}

export class Spawner {
  readonly #parts: SpawnerParts;
  /** By pid, so in the order they were asked for. */
  readonly #pending = new Map<number, Pending>();
  #callback: SpawnCallback | undefined;

  constructor(parts: SpawnerParts) {
    this.#parts = parts;
  }

  /** Who fetches binaries. What has been asked for before is asked for now. */
  set callback(callback: SpawnCallback | undefined) {
    this.#callback = callback;
    for (const pending of [...this.#pending.values()]) this.#ask(pending);
  }

  /** For tests that count. */
  get timers(): number {
    return this.#pending.size;
  }

  /** Has the page asked for the binary of a process that is there. Resolves with its pid once it runs. @throws GpuvisorError when it never will */
  request(pid: number, name: string): Promise<number> {
    const work = new Promise<number>((resolve, reject) => {
      const late = new GpuvisorError(
        'TIMEOUT',
        `no binary of ${name} within ${this.#parts.spawnTimeoutMs} ms`,
        'see what the spawn callback does',
      );
      const timer = setTimeout(() => this.#fail(pid, late), this.#parts.spawnTimeoutMs);
      this.#pending.set(pid, { pid, name, timer, resolve, reject, asked: false });
    });
    // Whoever does not wait for it hears of it by the event.
    work.catch(() => {});
    const pending = this.#pending.get(pid)!;
    this.#ask(pending);
    return work;
  }

  #ask(pending: Pending): void {
    const callback = this.#callback;
    const { pid, name } = pending;
    if (!callback || pending.asked) return;
    pending.asked = true;
    const failed = (e: unknown): void =>
      this.#fail(
        pid,
        new GpuvisorError('FETCH_FAILED', `no binary of ${name}: ${e instanceof Error ? e.message : String(e)}`, 'see the cause', {
          cause: e,
        }),
      );
    // Not before whoever asked has the pid.
    queueMicrotask(() => {
      try {
        void Promise.resolve(callback(name, name))
          .then((bytes) => bytes instanceof Uint8Array && this.#complete(pid, bytes))
          .catch(failed);
      } catch (e) {
        failed(e);
      }
    });
  }

  /** Gives the binary to the first process of that name that waits for one. Its pid, or 0. */
  complete(name: string, binary: Uint8Array): number {
    for (const pending of this.#pending.values()) if (pending.name === name) return this.#complete(pending.pid, binary);
    return 0;
  }

  #complete(pid: number, given: Uint8Array): number {
    const { dispatcher, hal, manifest, memoryPages, emit } = this.#parts;
    const pending = this.#pending.get(pid);
    if (!pending) return 0;
    const { name } = pending;
    try {
      // A copy: nobody changes it behind the check, and the caller keeps its own.
      const binary = new Uint8Array(given);
      const info = checkBinary(binary, memoryPages);
      if (manifest) checkEntry(name, manifest, binary);
      if (manifest && !manifest.processes[name]!.console) dispatcher.asSupervisor({ kind: 'revoke', pid, slot: SLOT.CONSOLE });
      hal.start(pid, binary, info);
    } catch (e) {
      const code =
        e instanceof GpuvisorError
          ? e
          : new GpuvisorError('INTERNAL', `no worker for ${name}: ${String(e)}`, 'see the cause', { cause: e });
      this.#fail(pid, code);
      return 0;
    }
    this.#settle(pending);
    dispatcher.asSupervisor({ kind: 'start', pid });
    emit({ kind: 'started', pid, name });
    pending.resolve(pid);
    return pid;
  }

  #settle(pending: Pending): void {
    clearTimeout(pending.timer);
    this.#pending.delete(pending.pid);
  }

  /** It will not come: the process ends. */
  #fail(pid: number, error: GpuvisorError): void {
    const pending = this.#pending.get(pid);
    if (!pending) return;
    this.#settle(pending);
    this.#parts.emit({ kind: 'spawn-failed', pid, name: pending.name, message: error.message });
    guarded(`the end of process ${pid}`, () => this.#parts.dispatcher.asSupervisor({ kind: 'kill', pid }));
    pending.reject(error);
  }

  /** A process has ended: if it waited for its binary, it does no more. */
  ended(pid: number): void {
    const pending = this.#pending.get(pid);
    if (!pending) return;
    this.#settle(pending);
    pending.reject(new GpuvisorError('ABORTED', `process ${pid} (${pending.name}) was ended before its binary came`, 'spawn it again'));
  }

  /** Init's own requests. */
  effect(effect: Effect): void {
    if (effect.kind === 'spawn') void this.request(effect.pid, effect.name);
    else if (effect.kind === 'ended') this.ended(effect.pid);
  }

  dispose(): void {
    for (const { pid } of [...this.#pending.values()]) this.ended(pid);
    this.#callback = undefined;
  }
}

/** @throws GpuvisorError BINARY_INVALID when the manifest has not this binary under that name */
function checkEntry(name: string, manifest: ProcessManifest, binary: Uint8Array): void {
  const entry: ManifestEntry | undefined = Object.hasOwn(manifest.processes, name) ? manifest.processes[name] : undefined;
  const wrong = (what: string): GpuvisorError =>
    new GpuvisorError('BINARY_INVALID', `the binary of ${name}: ${what}`, 'take binaries and manifest from the same build');
  if (!entry) throw wrong('the manifest does not name it');
  if (entry.bytes !== binary.length) throw wrong(`${binary.length} bytes; the manifest says ${entry.bytes}`);
  const hash = hex(sha256(binary));
  if (hash !== entry.sha256) throw wrong(`SHA-256 ${hash}; the manifest says ${entry.sha256}`);
}
