// The machines of one supervisor: by pid, and by the names that agents and people give them (`kernel_id`). A name belongs to one process at a time; another
// machine under a name that is taken is the same process with another machine in it.

import { GpuvisorError } from '../../isa/errors.js';
import type { VmState, VmStatus } from '../../machine/virtual-machine.js';
import { errorName, KIND } from '../abi/constants.js';
import type { Effect } from '../kernel/index.js';
import type { Dispatcher } from '../supervisor/dispatcher.js';
import { VM_QUOTA, type VmBackend, type VmFactory, type VmQuota } from './vm-backend.js';
import { VmProcess } from './vm-process.js';

/** The name of the first machine, and the one that is meant when none is given. */
export const FIRST_VM = 'main_cpu';

/** Names that a machine may have. */
const KERNEL_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** A machine as a page lists it. */
export interface VmRow {
  readonly pid: number;
  readonly kernelId: string;
  /** The process that asked for it; 0 the supervisor. */
  readonly parent: number;
  readonly state: VmState | 'starting';
  readonly generation: number;
  readonly quota: VmQuota;
  /** Undefined while it is starting. */
  readonly status: VmStatus | undefined;
}

export type VmEvent =
  /** Its pid is there; its machine is not yet. */
  | { readonly kind: 'created'; readonly vm: VmProcess }
  /** Its machine is there, or another one in its place. */
  | { readonly kind: 'attached'; readonly vm: VmProcess }
  /** `text` says why, after a fault. */
  | { readonly kind: 'ended'; readonly vm: VmProcess; readonly text: string };

/** What to boot. */
export interface SpawnVm {
  /** A built-in cartridge's name, or a URL. */
  readonly kernel: string;
  /** `main_cpu` for the first and `vm2`, `vm3` and so on for others, unless told. */
  readonly kernelId?: string;
  /** MiB. */
  readonly memoryMb?: number;
  readonly quota?: Partial<VmQuota>;
  /** The process that asks for it; the supervisor unless told. */
  readonly parent?: number;
}

export class VmProcesses {
  readonly #byPid = new Map<number, VmProcess>();
  readonly #byName = new Map<string, VmProcess>();
  readonly #listeners = new Set<(event: VmEvent) => void>();
  /** Machines that are being disposed of. */
  readonly #ending = new Set<Promise<void>>();
  /** Why the last machine of a name was faulted. */
  readonly #faults = new Map<string, string>();
  readonly #boots = new Map<number, AbortController>();
  readonly #stops: (() => void)[];

  constructor(
    readonly dispatcher: Dispatcher,
    private readonly factory?: VmFactory,
    /** For machines that are given none of their own. */
    private readonly quota: VmQuota = VM_QUOTA,
  ) {
    this.#stops = [dispatcher.onEffect((effect) => this.#effect(effect))];
    if (factory) {
      this.#stops.push(
        factory.connect({
          appeared: (pid, backend) => this.appeared(pid, backend),
          gone: (pid) => void (this.#byPid.has(pid) && this.kill(pid)),
        }),
      );
    }
  }

  get(pid: number): VmProcess | undefined {
    return this.#byPid.get(pid);
  }
  named(kernelId: string): VmProcess | undefined {
    return this.#byName.get(kernelId);
  }
  list(): VmProcess[] {
    return [...this.#byPid.values()];
  }

  /** Why the machine that had this name last was faulted; undefined when it was not, or another has the name. */
  fault(kernelId: string): string | undefined {
    return this.#faults.get(kernelId);
  }

  rows(): VmRow[] {
    return this.list().map((vm) => {
      const { pid, kernelId, state, generation, quota } = vm;
      return {
        pid,
        kernelId,
        parent: this.dispatcher.gateway.view.process(pid)?.parent ?? 0,
        state,
        generation,
        quota,
        status: vm.backend?.status(),
      };
    });
  }

  /** Calls `listener` when a machine comes, is replaced, or ends; returns how to stop. */
  onEvent(listener: (event: VmEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A process for a machine that is going to be there. @throws GpuvisorError BAD_ARGUMENT for a name that is taken or none; TOO_LARGE over a quota */
  create(kernelId: string, options: { readonly parent?: number; readonly quota?: Partial<VmQuota> } = {}): VmProcess {
    const { parent = 0 } = options;
    if (!KERNEL_ID.test(kernelId)) {
      const shown = JSON.stringify(kernelId.slice(0, 80));
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${shown} is no name of a machine`,
        'use letters, digits, dot, dash and underscore, 64 at most',
      );
    }
    if (this.#byName.has(kernelId)) throw new GpuvisorError('BAD_ARGUMENT', `machine ${kernelId} is there already`, 'take another name');
    const { result = 0 } = this.dispatcher.asSupervisor({ kind: 'create', name: kernelId, parent, process: KIND.VM, console: true });
    if (result < 0) throw refused(errorName(result) ?? String(result), kernelId);
    const vm = new VmProcess(this.dispatcher, result, kernelId, { ...this.quota, ...options.quota });
    this.#byPid.set(result, vm);
    this.#byName.set(kernelId, vm);
    this.#faults.delete(kernelId);
    this.#emit({ kind: 'created', vm });
    return vm;
  }

  /** Boots a machine as a process. When that fails nothing is left of it. @throws GpuvisorError as the factory says; ABORTED when it is killed meanwhile */
  async spawn(options: SpawnVm): Promise<VmProcess> {
    const { factory } = this;
    if (!factory) throw new GpuvisorError('BAD_ARGUMENT', 'this supervisor has no machines', 'make it with the option `vms`');
    const vm = this.create(options.kernelId ?? this.#freeName(), options);
    const controller = new AbortController();
    this.#boots.set(vm.pid, controller);
    const { pid, kernelId, quota } = vm;
    const { kernel, memoryMb } = options;
    const request = { pid, kernelId, kernel, quota, signal: controller.signal, ...(memoryMb !== undefined && { memoryMb }) };
    try {
      await this.bring(vm, () => factory.boot(request));
      if (this.#byPid.has(pid)) return vm;
      throw new GpuvisorError('ABORTED', `machine ${kernelId} was ended while it was booted`, 'boot it again');
    } finally {
      this.#boots.delete(pid);
    }
  }

  /**
   * Something that brings a machine into a process: the first, or another one. When none has come and none is on its way any more, the process is ended;
   * `leaving` is called before that.
   */
  async bring<T>(vm: VmProcess, work: () => Promise<T>, leaving: () => void = () => {}): Promise<T> {
    vm.coming++;
    try {
      return await work();
    } finally {
      vm.coming--;
      if (!vm.backend && vm.coming === 0 && this.#byPid.get(vm.pid) === vm) {
        leaving();
        this.kill(vm.pid);
      }
    }
  }

  /** Ends a machine and its process. @throws GpuvisorError UNKNOWN_VM */
  kill(pid: number): void {
    if (!this.#byPid.has(pid))
      throw new GpuvisorError('UNKNOWN_VM', `process ${pid} is no machine that is there`, 'list the machines first');
    this.dispatcher.asSupervisor({ kind: 'kill', pid });
  }

  /** A machine has come for a pid. One that nobody waits for any more is disposed of. */
  appeared(pid: number, backend: VmBackend): void {
    const vm = this.#byPid.get(pid);
    if (!vm) return this.#end(backend.dispose());
    vm.attach(backend);
    if (this.#byPid.get(pid) === vm) this.#emit({ kind: 'attached', vm });
  }

  /** Resolves when everything that has ended is disposed of. */
  async settled(): Promise<void> {
    await Promise.all(this.#ending);
  }

  /** For tests that count. */
  counts(): { readonly machines: number; readonly listeners: number; readonly ending: number; readonly boots: number } {
    return { machines: this.#byPid.size, listeners: this.#listeners.size, ending: this.#ending.size, boots: this.#boots.size };
  }

  /** Ends every machine and lets go of everybody. */
  async dispose(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    for (const controller of this.#boots.values()) controller.abort();
    for (const vm of this.#byPid.values()) this.#end(vm.end());
    for (const table of [this.#byPid, this.#byName, this.#faults, this.#listeners]) table.clear();
    await this.settled();
  }

  #freeName(): string {
    if (!this.#byName.has(FIRST_VM)) return FIRST_VM;
    for (let n = 2; ; n++) if (!this.#byName.has(`vm${n}`)) return `vm${n}`;
  }

  #effect(effect: Effect): void {
    if (effect.kind !== 'ended') return;
    const vm = this.#byPid.get(effect.pid);
    if (!vm) return;
    this.#byPid.delete(vm.pid);
    this.#byName.delete(vm.kernelId);
    if (effect.text !== '') this.#remember(vm.kernelId, effect.text);
    this.#boots.get(vm.pid)?.abort(new GpuvisorError('ABORTED', `machine ${vm.kernelId} was ended`, 'boot it again'));
    this.#end(vm.end());
    this.#emit({ kind: 'ended', vm, text: effect.text });
  }

  #remember(kernelId: string, text: string): void {
    this.#faults.delete(kernelId);
    this.#faults.set(kernelId, text);
    if (this.#faults.size > 64) this.#faults.delete(this.#faults.keys().next().value!);
  }

  #end(work: Promise<void>): void {
    const done = work.catch(() => undefined).finally(() => this.#ending.delete(done));
    this.#ending.add(done);
  }

  #emit(event: VmEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

function refused(code: string, kernelId: string): GpuvisorError {
  if (code === 'NOMEM') {
    return new GpuvisorError(
      'TOO_LARGE',
      `there is no room for another process (machine ${kernelId})`,
      'end a machine first: hypervisor_kill',
    );
  }
  return new GpuvisorError('BAD_ARGUMENT', `machine ${kernelId} cannot be made: ${code}`, 'check the process that asks for it');
}
