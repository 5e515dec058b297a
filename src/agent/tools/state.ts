// Tools that look at machines and switch them: status, list, pause, resume, reset, kill.

import { BUILTINS } from '../host.js';
import type { Fields } from '../result.js';
import { type Vm, writeCursor } from '../vm.js';
import type { Context, Handler, OnMachine } from './tool.js';

/** What there is to say about a machine at any time. */
function state(vm: Vm): Fields {
  const { state: name, exit, error } = vm.status;
  return { kernel_id: vm.id, pid: vm.pid, state: name, exit, error };
}

async function status(vm: Vm, { hypervisor, signal }: Context): Promise<Fields> {
  const { instret, steps, mips, memoryMb, map, backend, inputWaiting, state: name } = vm.status;
  // A machine whose executor failed cannot be looked at.
  const cursor = name === 'failed' ? { serial: vm.serial.end, screen: vm.view.log.last } : await vm.read(signal, (m) => vm.here(m));
  return {
    ...state(vm),
    kernel: vm.kernel,
    mips: Math.round(mips * 100) / 100,
    instret,
    steps,
    memory_mb: memoryMb,
    map,
    backend,
    adapter: hypervisor.host.adapterName(),
    screen: vm.screenSize,
    input_waiting: inputWaiting,
    held_keys: [...vm.held.values()],
    visibility: hypervisor.host.visibility(),
    cursor: writeCursor(cursor),
  };
}

export const getStatus: Handler<OnMachine> = {
  order: 'beside',
  act: (input, context) => status(context.on(input.kernel_id), context),
};

export const list: Handler<Record<string, never>> = {
  order: 'beside',
  async act(_, { hypervisor }) {
    const { limits } = hypervisor;
    const kernels = [...hypervisor.vms.values()].map((vm) => {
      const { instret, mips, memoryMb } = vm.status;
      return { ...state(vm), kernel: vm.kernel, mips: Math.round(mips * 100) / 100, instret, memory_mb: memoryMb };
    });
    const snapshots = (await hypervisor.host.snapshots.list()).map(({ name, size, meta }) => ({
      name,
      size,
      kernel: meta.origin.name,
      memory_mb: meta.memoryMb,
      instret: meta.instret,
      saved_at: meta.savedAt,
    }));
    return {
      kernels,
      count: kernels.length,
      builtins: [...BUILTINS],
      snapshots,
      visibility: hypervisor.host.visibility(),
      limits: { machines: limits.machines, memory_mb: limits.memoryMb, mount_bytes: limits.mountBytes, snapshots: limits.snapshots },
    };
  },
};

export const pause: Handler<OnMachine> = {
  order: 'turn',
  async act(input, { on }) {
    const vm = on(input.kernel_id);
    await vm.vm.pause();
    return state(vm);
  },
};

export const resume: Handler<OnMachine> = {
  order: 'turn',
  act(input, { on }) {
    const vm = on(input.kernel_id);
    vm.checkAlive();
    vm.vm.resume();
    return Promise.resolve(state(vm));
  },
};

export const reset: Handler<OnMachine> = {
  order: 'turn',
  async act(input, { on, signal }) {
    const vm = on(input.kernel_id);
    // An executor that failed cannot be started over.
    if (vm.status.state === 'failed') vm.checkAlive();
    const cursor = await vm.read(signal, (machine) => vm.here(machine));
    await vm.vm.reset();
    vm.act = cursor;
    vm.held.clear();
    vm.pointer = undefined;
    vm.pages.forget();
    return { ...state(vm), cursor: writeCursor(cursor) };
  },
};

export const kill: Handler<OnMachine> = {
  // Not in turn: what waits on the machine ends because of it.
  order: 'beside',
  async act(input, { hypervisor }) {
    const vm = await hypervisor.kill(hypervisor.get(input.kernel_id).id);
    return { kernel_id: vm.id, pid: vm.pid, state: 'disposed', kernels: [...hypervisor.vms.keys()] };
  },
};
