// The machines of one page or process, by name. A machine is complete before it has a name, and is disposed of when it loses it.

import { bootCartridge, bootSettings } from '../cartridge/index.js';
import { GpuvisorError } from '../isa/errors.js';
import type { BootedMachine } from '../machine/boot.js';
import type { Executor, ExecutorConfig } from '../machine/executor.js';
import type { MachineOptions } from '../machine/machine.js';
import { DEFAULT_MEMORY_MB } from '../machine/map.js';
import { sha256 } from '../machine/sha256.js';
import { readSnapshotHeader, restoreSnapshot, saveSnapshot } from '../machine/snapshot.js';
import { SharedFolder } from '../machine/virtio/nine/folder.js';
import { type Ocr, parseGlyphs } from '../screen/index.js';
import { checkAborted } from './abort.js';
import type { AgentHost, Origin, SnapshotMeta } from './host.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { type BootRequest, type Source, Sources, type VmIdentity, atlasOf } from './sources.js';
import { Vm, type VmParts } from './vm.js';

/** The machine that is meant when no name is given. */
export const DEFAULT_KERNEL_ID = 'main_cpu';

/** A machine that is being made. */
interface Bringing {
  readonly id: string;
  readonly memoryMb: number;
  readonly process?: VmIdentity | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What happened to a machine. */
export interface HypervisorEvent {
  /** `state`: it runs, waits, pauses, ends. */
  readonly type: 'booted' | 'restored' | 'adopted' | 'killed' | 'state';
  readonly kernelId: string;
  readonly pid: number;
  /** The machine itself; of one that is replaced or killed, the one that goes. */
  readonly vm: Vm;
}

/** Owns machines. Whatever it is asked to do either happens as a whole or leaves everything as it was. */
export class Hypervisor {
  readonly limits: Limits;
  readonly #vms = new Map<string, Vm>();
  readonly #sources: Sources;
  readonly #listeners = new Set<(event: HypervisorEvent) => void>();
  /** Machines being made, and their memory, MiB. */
  #coming = 0;
  #comingMb = 0;
  #nextPid = 1;
  /** Whether pids come from a supervisor, with each request. */
  readonly supervised: boolean;
  readonly #pace: NonNullable<MachineOptions['pace']>;
  #ocr: Promise<Ocr> | undefined;
  #disposed = false;

  constructor(
    readonly host: AgentHost,
    options: Partial<Limits> & {
      /** The first pid that is given out; pids are never used twice. */
      readonly firstPid?: number;
      /** Pids come with each request, from a supervisor: none is given out here, and what brings none is refused. */
      readonly supervised?: boolean;
      /** `real` unless told otherwise: guests keep time with the wall clock. */
      readonly pace?: MachineOptions['pace'];
    } = {},
  ) {
    const { firstPid, supervised, pace, ...bounds } = options;
    this.limits = { ...DEFAULT_LIMITS, ...bounds };
    this.supervised = supervised ?? false;
    this.#pace = pace ?? 'real';
    this.#sources = new Sources(host, this.limits);
    if (firstPid !== undefined) this.#nextPid = firstPid;
  }

  /** The machines by kernel_id. */
  get vms(): ReadonlyMap<string, Vm> {
    return this.#vms;
  }

  /** @throws GpuvisorError NOT_BOOTED when there is no such machine and none was named, UNKNOWN_VM when one was */
  get(kernelId: string | undefined): Vm {
    const id = kernelId ?? DEFAULT_KERNEL_ID;
    const vm = this.#vms.get(id);
    if (vm) return vm;
    const others = [...this.#vms.keys()];
    if (others.length === 0) {
      throw new GpuvisorError('NOT_BOOTED', 'no machine has been booted', 'call hypervisor_boot {"kernel_url":"linux"}');
    }
    throw new GpuvisorError(
      'UNKNOWN_VM',
      `there is no machine ${id}`,
      `pass "kernel_id": there ${others.length === 1 ? 'is' : 'are'} ${others.join(', ')}`,
    );
  }

  /** Calls `listener` at every event; returns how to stop. */
  onEvent(listener: (event: HypervisorEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Boots a machine. One of the same name is replaced when the new one is ready, and stays when anything goes wrong.
   * @throws GpuvisorError KERNEL_FETCH_FAILED, FETCH_FAILED, CARTRIDGE_INVALID, TOO_LARGE, BAD_MEMORY_SIZE, ABORTED, and what bootCartridge throws
   */
  async boot(request: BootRequest): Promise<Vm> {
    const source = await this.#sources.of(request);
    const memoryMb = request.memoryMb ?? bootSettings(source.cartridge).memory_mb ?? DEFAULT_MEMORY_MB;
    const id = request.kernelId ?? DEFAULT_KERNEL_ID;
    return this.#bring('booted', { id, memoryMb, process: request.process, signal: request.signal }, async (executorFactory) =>
      this.#build(source, {
        executorFactory,
        memoryMb,
        share: new SharedFolder({ ...(request.mounts && { mounts: request.mounts }), capacity: this.limits.mountBytes }),
      }),
    );
  }

  /** Takes over a machine that somebody else made, and runs it. One of the same name is replaced. @throws GpuvisorError TOO_LARGE */
  async adopt(
    kernelId: string,
    booted: VmParts['booted'],
    info: { readonly kernel: string; readonly origin?: Origin; readonly glyphs?: unknown; readonly process?: VmIdentity },
  ): Promise<Vm> {
    const { kernel, origin = { name: kernel }, glyphs, process } = info;
    const memoryMb = booted.machine.config.ramSize / (1 << 20);
    return this.#bring('adopted', { id: kernelId, memoryMb, process }, () =>
      Promise.resolve({ booted, kernel, origin, atlas: glyphs === undefined ? undefined : parseGlyphs(glyphs) }),
    );
  }

  /** Ends a machine and frees what it has. @throws GpuvisorError NOT_BOOTED, UNKNOWN_VM */
  async kill(kernelId: string): Promise<Vm> {
    const vm = this.get(kernelId);
    this.#vms.delete(vm.id);
    this.#emit('killed', vm);
    await vm.dispose();
    return vm;
  }

  /** The whole machine as bytes, and what is to be known to restore it. @throws GpuvisorError NOT_BOOTED, UNKNOWN_VM, TOO_LARGE */
  async save(kernelId: string, signal?: AbortSignal): Promise<{ bytes: Uint8Array; meta: SnapshotMeta }> {
    const vm = this.get(kernelId);
    const bytes = await vm.vm.do(async (machine) => {
      checkAborted(signal);
      return saveSnapshot(machine);
    });
    if (bytes.length > this.limits.snapshotBytes) {
      throw new GpuvisorError(
        'TOO_LARGE',
        `the snapshot has ${bytes.length} bytes; ${this.limits.snapshotBytes} are allowed`,
        'boot with less memory',
      );
    }
    const header = await readSnapshotHeader(bytes);
    const { instret, steps, map, ramSize } = header;
    return {
      bytes,
      meta: {
        origin: vm.origin,
        instret,
        steps,
        memoryMb: ramSize / (1 << 20),
        map,
        savedAt: new Date().toISOString(),
        sha256: await sha256(bytes),
      },
    };
  }

  /**
   * Makes the machine of a snapshot anew and runs it. One of the same name is replaced when the restored one is ready. When it is not known what the
   * machine was booted from, a machine of that name that is made alike takes the snapshot.
   * @throws GpuvisorError SNAPSHOT_INVALID, TOO_LARGE, and what boot throws
   */
  async restore(request: {
    kernelId?: string | undefined;
    bytes: Uint8Array;
    meta: SnapshotMeta;
    process?: VmIdentity | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<Vm> {
    const { bytes, meta, signal } = request;
    const id = request.kernelId ?? DEFAULT_KERNEL_ID;
    if ((await sha256(bytes)) !== meta.sha256) {
      throw new GpuvisorError('SNAPSHOT_INVALID', 'the snapshot is not as it was saved: its hash differs', 'restore another one');
    }
    const { ramSize } = await readSnapshotHeader(bytes);
    const memoryMb = ramSize / (1 << 20);
    const source = await this.#sources.again(meta.origin, signal);
    if (!source) return this.#restoreInPlace(id, bytes, meta.origin, request.process);
    return this.#bring('restored', { id, memoryMb, process: request.process, signal }, async (executorFactory) => {
      const parts = await this.#build(source, { executorFactory, memoryMb, share: new SharedFolder({ capacity: this.limits.mountBytes }) });
      await restoreSnapshot(parts.booted.machine, bytes);
      return parts;
    });
  }

  async #restoreInPlace(id: string, bytes: Uint8Array, origin: Origin, process: VmIdentity | undefined): Promise<Vm> {
    const vm = this.#vms.get(id);
    if (!vm || (this.supervised && vm.pid !== process?.pid)) {
      throw new GpuvisorError(
        'FILE_NOT_FOUND',
        `the snapshot is of a machine booted from ${origin.name}, which is not here any more`,
        'boot the same cartridge first, then restore',
      );
    }
    await vm.vm.restore(bytes);
    vm.pages.forget();
    this.#emit('restored', vm);
    return vm;
  }

  /** Text recognition, started when it is first asked for; undefined when the host has none. */
  ocr(): (() => Promise<Ocr>) | undefined {
    const start = this.host.ocr;
    if (!start) return undefined;
    return () => {
      this.#ocr ??= start().catch((e: unknown) => {
        this.#ocr = undefined;
        throw e;
      });
      return this.#ocr;
    };
  }

  /** Ends everything. A second call does nothing. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const ocr = this.#ocr;
    this.#ocr = undefined;
    const vms = [...this.#vms.values()];
    this.#vms.clear();
    await Promise.all(vms.map((vm) => vm.dispose()));
    this.#listeners.clear();
    await ocr?.then((o) => o.dispose()).catch(() => undefined);
  }

  /** Makes a machine within the limits and gives it its name; leaves nothing behind when that fails. */
  async #bring(
    type: 'booted' | 'restored' | 'adopted',
    { id, memoryMb, process, signal }: Bringing,
    make: (executorFactory: AgentHost['executorFactory']) => Promise<VmParts>,
  ): Promise<Vm> {
    this.#checkRoom(id, memoryMb);
    this.#checkProcess(id, memoryMb, process);
    this.#coming++;
    this.#comingMb += memoryMb;
    const made: Executor[] = [];
    let parts: VmParts | undefined;
    try {
      parts = await make(async (config: ExecutorConfig) => {
        const executor = await this.host.executorFactory(config);
        made.push(executor);
        checkAborted(signal);
        return executor;
      });
      checkAborted(signal);
      if (this.#disposed) throw new GpuvisorError('DISPOSED', 'the hypervisor was disposed of', 'make a new one');
    } catch (e) {
      parts?.booted.machine.dispose();
      for (const executor of made) executor.dispose();
      throw e;
    } finally {
      this.#coming--;
      this.#comingMb -= memoryMb;
    }
    const old = this.#vms.get(id);
    const pid = process?.pid ?? this.#nextPid++;
    const vm = new Vm(id, pid, old?.pid === pid ? old.generation + 1 : 1, parts, this.limits);
    this.#vms.set(id, vm);
    vm.vm.onChange(() => this.#emit('state', vm));
    if (old) {
      this.#emit('killed', old);
      await old.dispose();
    }
    this.#emit(type, vm);
    // It may have been killed by a listener.
    if (!vm.gone) vm.vm.resume();
    return vm;
  }

  #checkRoom(id: string, memoryMb: number): void {
    const { machines, memoryMb: most } = this.limits;
    const others = [...this.#vms.values()].filter((vm) => vm.id !== id).length + this.#coming;
    if (others >= machines) {
      throw new GpuvisorError(
        'TOO_LARGE',
        `${others} machines are there; ${machines} are allowed`,
        'end one with hypervisor_kill, or boot onto its kernel_id',
      );
    }
    const used = [...this.#vms.values()].reduce((sum, vm) => sum + vm.status.memoryMb, this.#comingMb);
    if (used + memoryMb > most) {
      throw new GpuvisorError(
        'TOO_LARGE',
        `${memoryMb} MiB on top of ${used} MiB in use; ${most} MiB are allowed in all`,
        'ask for less with memory_mb, or end a machine with hypervisor_kill first',
      );
    }
  }

  /** @throws GpuvisorError PERMISSION_DENIED without a pid where there must be one, TOO_LARGE over the process's quota */
  #checkProcess(id: string, memoryMb: number, process: VmIdentity | undefined): void {
    if (this.supervised && !process) {
      throw new GpuvisorError('PERMISSION_DENIED', `machine ${id} has no process`, 'have the supervisor boot it');
    }
    if (process?.memoryMb !== undefined && memoryMb > process.memoryMb) {
      throw new GpuvisorError(
        'TOO_LARGE',
        `${memoryMb} MiB; process ${process.pid} may have ${process.memoryMb} MiB`,
        `ask for at most {"memory_mb":${process.memoryMb}}`,
      );
    }
  }

  async #build(
    { cartridge, disk, glyphs, origin }: Source,
    options: { executorFactory: AgentHost['executorFactory']; memoryMb: number; share: SharedFolder },
  ): Promise<VmParts> {
    const booted: BootedMachine = await bootCartridge(cartridge, {
      ...options,
      ...(disk && { disk }),
      ...(origin.append !== undefined && { append: origin.append }),
      machine: { pace: this.#pace },
    });
    try {
      return { booted, kernel: origin.name, origin, atlas: atlasOf(cartridge, glyphs) };
    } catch (e) {
      booted.machine.dispose();
      throw e;
    }
  }

  /** Bytes at a URL, within the limits. @throws GpuvisorError FETCH_FAILED, ABORTED */
  fetch(url: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#sources.fetch('FETCH_FAILED', url, maxBytes, signal);
  }

  #emit(type: HypervisorEvent['type'], vm: Vm): void {
    for (const listener of this.#listeners) listener({ type, kernelId: vm.id, pid: vm.pid, vm });
  }
}
