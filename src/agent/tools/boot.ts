// hypervisor_boot: a cartridge and files, fetched within bounds, made into a machine that runs.

import { GpuvisorError } from '../../isa/errors.js';
import type { MountFile } from '../../machine/virtio/nine/folder.js';
import { isUrl } from '../sources.js';
import type { Context, Handler, OnMachine } from './tool.js';

interface Mount {
  readonly url: string;
  readonly path: string;
  readonly writable?: boolean;
}

interface Input extends OnMachine {
  readonly kernel_url: string;
  readonly memory_mb?: number;
  readonly mounts?: readonly Mount[];
  readonly disk_url?: string;
  readonly append?: string;
}

export const boot: Handler<Input> = {
  order: 'turn',
  ms: (_, limits) => limits.bootMs,
  async act(input, { hypervisor, process, signal }) {
    const { kernel_url, memory_mb, disk_url, append, kernel_id } = input;
    if (append !== undefined && !/^[\x20-\x7e]*$/.test(append)) {
      throw new GpuvisorError('BAD_ARGUMENT', 'append holds characters that a command line cannot have', 'use printable ASCII');
    }
    const mounts = await fetchMounts(input.mounts ?? [], hypervisor, signal);
    const vm = await hypervisor.boot({
      ...(isUrl(kernel_url) ? { url: kernel_url } : { name: kernel_url }),
      kernelId: kernel_id,
      memoryMb: memory_mb,
      mounts,
      diskUrl: disk_url,
      append,
      process,
      signal,
    });
    const { memoryMb, map, backend } = vm.status;
    return {
      status: 'booted',
      kernel: vm.kernel,
      kernel_id: vm.id,
      pid: vm.pid,
      memory_mb: memoryMb,
      map,
      backend,
      adapter: hypervisor.host.adapterName(),
      screen: vm.screenSize,
      mounts: mounts.map(({ path, bytes, writable }) => ({ path, size: bytes.length, writable: writable ?? false })),
    };
  },
};

/** The files, one after another: together they stay below the limit. */
async function fetchMounts(mounts: readonly Mount[], hypervisor: Context['hypervisor'], signal: AbortSignal): Promise<MountFile[]> {
  const { mounts: most, mountBytes } = hypervisor.limits;
  if (mounts.length > most)
    throw new GpuvisorError('TOO_LARGE', `${mounts.length} mounts; ${most} are allowed`, 'put the files into a disk cartridge');
  const files: MountFile[] = [];
  let left = mountBytes;
  for (const { url, path, writable } of mounts) {
    const bytes = await hypervisor.fetch(url, left, signal);
    left -= bytes.length;
    files.push({ path, bytes, ...(writable !== undefined && { writable }) });
  }
  return files;
}
