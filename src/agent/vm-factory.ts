// A hypervisor as the place where a supervisor's machines run, both in one realm.

import { GpuvisorError } from '../isa/errors.js';
import type { VmBackend, VmFactory, VmRequest } from '../supervisor/hal/vm-backend.js';
import type { Hypervisor } from './hypervisor.js';
import { isUrl } from './sources.js';
import type { Vm } from './vm.js';

/** How often room for input is looked for, ms. */
const LOOK_MS = 20;
/** Bytes of input that may wait in front of the next piece. */
const LOW = 4096;

/** One machine of a hypervisor. */
export class HypervisorVm implements VmBackend {
  readonly gathers = false;

  constructor(
    private readonly vm: Vm,
    private readonly end: () => Promise<unknown>,
  ) {}

  status(): Vm['status'] {
    return this.vm.status;
  }

  onConsole(listener: (bytes: Uint8Array) => void): () => void {
    return this.vm.vm.onConsole(listener);
  }

  onChange(listener: () => void): () => void {
    return this.vm.vm.onChange(listener);
  }

  async send(bytes: Uint8Array): Promise<void> {
    const { vm } = this;
    const { machine } = vm;
    while (machine.inputWaiting > LOW && !vm.gone) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    if (vm.gone) throw new GpuvisorError('DISPOSED', `machine ${vm.id} is gone`, 'boot it again');
    machine.send(bytes);
  }

  limit(share: number): void {
    this.vm.vm.share = share;
  }

  async dispose(): Promise<void> {
    if (!this.vm.gone) await this.end();
  }
}

/** The machines of `hypervisor`, which must be a supervised one. */
export class HypervisorVms implements VmFactory {
  constructor(readonly hypervisor: Hypervisor) {
    if (!hypervisor.supervised) {
      throw new GpuvisorError('BAD_ARGUMENT', 'this hypervisor gives out pids itself', 'make it with {"supervised": true}');
    }
  }

  connect({ appeared, gone }: Parameters<VmFactory['connect']>[0]): () => void {
    const known = new WeakSet<Vm>();
    return this.hypervisor.onEvent(({ type, kernelId, pid, vm }) => {
      if (type === 'state') return;
      if (type !== 'killed') {
        // A snapshot that was put into a machine makes it no other one.
        if (known.has(vm)) return;
        known.add(vm);
        appeared(pid, new HypervisorVm(vm, () => this.#end(vm)));
      } else if (this.hypervisor.vms.get(kernelId)?.pid !== pid) gone(pid);
    });
  }

  async boot({ pid, kernelId, kernel, memoryMb, quota, signal }: VmRequest): Promise<void> {
    await this.hypervisor.boot({
      ...(isUrl(kernel) ? { url: kernel } : { name: kernel }),
      kernelId,
      process: { pid, memoryMb: quota.memoryMb },
      memoryMb,
      signal,
    });
  }

  async #end(vm: Vm): Promise<void> {
    if (this.hypervisor.vms.get(vm.id) === vm) await this.hypervisor.kill(vm.id);
  }
}
