// The engine's machines as a supervisor's: each by its pid, across the line to the worker.

import { GpuvisorError } from '../../src/isa/errors.js';
import type { VmStatus } from '../../src/machine/virtual-machine.js';
import type { VmBackend, VmFactory, VmRequest } from '../../src/supervisor/hal/vm-backend.js';
import type { EngineLink } from '../machine/link.js';
import type { EngineEvent, MachineInfo } from '../machine/protocol.js';

/** A machine of the engine. What it tells of itself came with the engine's last word: four a second, and at every change of state. */
class EngineVm implements VmBackend {
  readonly gathers = true;
  readonly console = new Set<(bytes: Uint8Array) => void>();
  readonly changes = new Set<() => void>();
  readonly pid: number;
  readonly generation: number;
  #status: VmStatus;

  constructor(
    private readonly link: EngineLink,
    { pid, generation, status }: MachineInfo,
  ) {
    this.pid = pid;
    this.generation = generation;
    this.#status = status;
  }

  status(): VmStatus {
    return this.#status;
  }

  hear(status: VmStatus): void {
    const before = this.#status.state;
    this.#status = status;
    if (status.state !== before) for (const listener of [...this.changes]) listener();
  }

  onConsole(listener: (bytes: Uint8Array) => void): () => void {
    this.console.add(listener);
    return () => void this.console.delete(listener);
  }

  onChange(listener: () => void): () => void {
    this.changes.add(listener);
    return () => void this.changes.delete(listener);
  }

  async send(bytes: Uint8Array): Promise<void> {
    await this.link.ask('send', { pid: this.pid, bytes });
  }

  limit(share: number): void {
    // One that has gone meanwhile needs no bound.
    this.link.ask('limit', { pid: this.pid, share }).catch(() => undefined);
  }

  async dispose(): Promise<void> {
    await this.link.ask('end', { pid: this.pid });
  }
}

/** Machines behind `link`. */
export class EngineVms implements VmFactory {
  readonly #vms = new Map<number, EngineVm>();

  constructor(private readonly link: EngineLink) {}

  connect({ appeared, gone }: Parameters<VmFactory['connect']>[0]): () => void {
    const hear = (event: EngineEvent): void => {
      if (event.kind === 'appeared') {
        const vm = new EngineVm(this.link, event.machine);
        this.#vms.set(vm.pid, vm);
        appeared(vm.pid, vm);
      } else if (event.kind === 'console') {
        for (const listener of this.#vms.get(event.pid)?.console ?? []) listener(event.bytes);
      } else if (event.kind === 'machines') {
        for (const { pid, generation, status } of event.machines) {
          const vm = this.#vms.get(pid);
          if (vm?.generation === generation) vm.hear(status);
        }
        const there = new Set(event.machines.map(({ pid }) => pid));
        for (const pid of this.#vms.keys()) {
          if (there.has(pid)) continue;
          this.#vms.delete(pid);
          gone(pid);
        }
      }
    };
    return this.link.onEvent(hear);
  }

  async boot({ pid, kernelId: id, kernel, memoryMb, quota, signal }: VmRequest): Promise<void> {
    const place = { id, process: { pid, memoryMb: quota.memoryMb }, ...(memoryMb !== undefined && { memoryMb }) };
    if (/[:/]/.test(kernel)) await this.link.ask('boot', { url: kernel, ...place }, { signal });
    else await this.link.ask('open', { prefer: 'login', name: kernel, ...place }, { signal });
    if (signal.aborted) throw new GpuvisorError('ABORTED', `machine ${id} was ended while it was booted`, 'boot it again');
  }
}
