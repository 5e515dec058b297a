// Tools for snapshots: snapshot, restore, delete_snapshot.

import { GpuvisorError } from '../../isa/errors.js';
import type { AgentHost, SnapshotMeta } from '../host.js';
import type { Fields } from '../result.js';
import type { Handler, OnMachine } from './tool.js';

interface Named extends OnMachine {
  readonly name: string;
}

const described = (name: string, size: number, meta: SnapshotMeta): Fields => ({
  name,
  size,
  kernel: meta.origin.name,
  memory_mb: meta.memoryMb,
  instret: meta.instret,
  saved_at: meta.savedAt,
  sha256: meta.sha256,
});

async function missing(name: string, { snapshots }: AgentHost): Promise<GpuvisorError> {
  const names = (await snapshots.list()).map((s) => s.name);
  return new GpuvisorError(
    'FILE_NOT_FOUND',
    `there is no snapshot ${name}`,
    names.length === 0 ? 'none has been saved: call hypervisor_snapshot' : `there are ${names.join(', ')}`,
  );
}

export const snapshot: Handler<Named> = {
  order: 'turn',
  ms: (_, limits) => limits.bootMs,
  async act({ name, kernel_id }, { hypervisor, on, signal }) {
    const vm = on(kernel_id);
    const { host, limits } = hypervisor;
    const there = await host.snapshots.list();
    if (there.length >= limits.snapshots && !there.some((s) => s.name === name)) {
      throw new GpuvisorError(
        'TOO_LARGE',
        `${there.length} snapshots are saved; ${limits.snapshots} are allowed`,
        'delete one with hypervisor_delete_snapshot',
      );
    }
    const { bytes, meta } = await hypervisor.save(vm.id, signal);
    await host.snapshots.put(name, bytes, meta);
    return { ...described(name, bytes.length, meta), kernel_id: vm.id, state: vm.status.state };
  },
};

export const restore: Handler<Named> = {
  order: 'turn',
  ms: (_, limits) => limits.bootMs,
  async act({ name, kernel_id }, { hypervisor, process, signal }) {
    const found = await hypervisor.host.snapshots.get(name);
    if (!found) throw await missing(name, hypervisor.host);
    const vm = await hypervisor.restore({ kernelId: kernel_id, ...found, process, signal });
    return { ...described(name, found.bytes.length, found.meta), kernel_id: vm.id, pid: vm.pid, state: vm.status.state };
  },
};

export const deleteSnapshot: Handler<{ readonly name: string }> = {
  order: 'beside',
  async act({ name }, { hypervisor }) {
    if (!(await hypervisor.host.snapshots.delete(name))) throw await missing(name, hypervisor.host);
    return { name, deleted: true };
  },
};
