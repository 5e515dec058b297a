// The ways in which a machine comes to the engine: the saved session, the start-up snapshot, what is built in, and files.

import type { Origin as BootOrigin } from '../../../src/agent/host.js';
import type { Hypervisor } from '../../../src/agent/hypervisor.js';
import type { Vm } from '../../../src/agent/vm.js';
import { inspectCartridge } from '../../../src/cartridge/index.js';
import { GpuvisorError } from '../../../src/isa/errors.js';
import { troubleOf } from '../../shared/work.js';
import type { Answers, DroppedFile, EngineEvent, MachineInfo, Origin, Place, Takes, Unresumed } from '../protocol.js';
import { SESSION } from '../store/snapshots.js';
import { BUILTINS, type Builtins, LOGIN } from './builtins.js';
import { fileKind } from './files.js';
import { metaOf, titleOf } from './meta.js';
import { packFile } from './pack-file.js';
import type { Storage } from './storage.js';

/** The page's own machine: the one that is kept. */
export const MAIN = 'main_cpu';

/** What it works with. */
export interface BringerParts {
  readonly hypervisor: Hypervisor;
  readonly builtins: Builtins;
  readonly storage: Storage;
  /** The machine that is shown. */
  shown(): Vm | undefined;
  /** Says where a machine came from. */
  named(origin: Origin, id: string): MachineInfo;
  /** There is nothing about the page's machine to keep yet. */
  fresh(): void;
  tell(event: EngineEvent): void;
}

export class Bringer {
  /** What is done to a machine before it runs, by its name. */
  readonly #prepare = new Map<string, (vm: Vm) => void>();

  constructor(private readonly parts: BringerParts) {}

  /** A machine is there, and does not run yet. */
  prepare(vm: Vm): void {
    this.#prepare.get(vm.id)?.(vm);
  }

  /** What the page begins with. */
  async open({ prefer, name, memoryMb, ...place }: Takes<'open'>): Promise<Answers<'open'>> {
    const { id, process } = place;
    let unresumed: Unresumed | undefined;
    if (prefer === 'session' && id === MAIN && this.parts.storage.shelf) {
      try {
        const kept = await this.parts.storage.shelf.get(SESSION);
        if (kept) {
          const { origin } = kept.meta;
          await this.parts.hypervisor.restore({ kernelId: MAIN, process, bytes: kept.bytes, meta: kept.meta });
          this.parts.fresh();
          return { machine: this.parts.named({ how: 'session', title: titleOf(origin), savedAt: kept.record.savedAt }, MAIN) };
        }
      } catch (error) {
        unresumed = await this.#setAside(error);
      }
    }
    if (prefer !== 'cold' && name === 'linux' && memoryMb === undefined && (await this.parts.builtins.files()).has(LOGIN)) {
      try {
        return { machine: await this.#login(place), ...(unresumed && { unresumed }) };
      } catch (error) {
        // It is of another build: there is still the long way.
        unresumed ??= { trouble: troubleOf(error) };
      }
    }
    return { machine: await this.#bootBuiltin(name, place, { memoryMb }), ...(unresumed && { unresumed }) };
  }

  /** A session that cannot be resumed is not lost: it becomes a snapshot. */
  async #setAside(error: unknown): Promise<Unresumed> {
    const taken = new Set((await this.parts.storage.shelf!.list()).map((s) => s.name));
    let keptAs = 'unresumed';
    for (let n = 2; taken.has(keptAs); n++) keptAs = `unresumed-${n}`;
    await this.parts.storage.shelf!.rename(SESSION, keptAs);
    return { trouble: troubleOf(error), keptAs };
  }

  async #login({ id, process }: Place): Promise<MachineInfo> {
    const bytes = (await this.parts.builtins.file(LOGIN))!;
    const meta = await metaOf(bytes, { name: BUILTINS['linux']!.cartridge, builtin: 'linux' });
    await this.parts.hypervisor.restore({ kernelId: id, process, bytes, meta });
    // Everybody has it: nothing to keep yet.
    if (id === MAIN) this.parts.fresh();
    return this.parts.named({ how: 'login', title: titleOf({ name: '', builtin: 'linux' }), snapshot: LOGIN }, id);
  }

  async #bootBuiltin(
    name: string,
    { id, process }: Place,
    options: { readonly disk?: Uint8Array; readonly memoryMb?: number | undefined } = {},
  ): Promise<MachineInfo> {
    // The disk keeps what was written, as a disk does: that of the page's own machine.
    const overlay = options.disk || id !== MAIN ? undefined : await this.parts.storage.disks?.get(name);
    if (overlay) this.#prepare.set(id, (vm) => vm.disk?.overlay.restore(overlay));
    try {
      await this.parts.hypervisor.boot({ kernelId: id, process, name, ...options });
    } finally {
      this.#prepare.delete(id);
    }
    return this.parts.named({ how: 'cold', title: titleOf({ name, builtin: name }) }, id);
  }

  async boot(what: Takes<'boot'>, signal: AbortSignal): Promise<MachineInfo> {
    const { id, process, memoryMb } = what;
    const place = { id, process };
    if ('name' in what) return this.#bootBuiltin(what.name, place, { memoryMb });
    if ('url' in what) {
      const { kernel } = await this.parts.hypervisor.boot({ kernelId: id, process, url: what.url, memoryMb, signal });
      return this.parts.named({ how: 'cold', title: kernel }, id);
    }
    const { file } = what;
    const kind = fileKind(file.name, file.bytes);
    if (kind === 'snapshot') return this.#restoreFile(file, place);
    if (kind === 'cartridge' && (await inspectCartridge(file.bytes)).type === 'disk')
      return this.#bootBuiltin('linux', place, { disk: file.bytes });
    this.parts.tell({ kind: 'progress', doing: `Reading ${file.name}`, done: 0, total: 1 });
    const linux = kind === 'image' ? await this.parts.builtins.guest('linux') : undefined;
    const cartridge = kind === 'cartridge' ? file.bytes : await packFile(kind, file, linux?.cartridge, signal);
    await this.parts.hypervisor.boot({ kernelId: id, process, cartridge, label: file.name, disk: linux?.disk, memoryMb, signal });
    return this.parts.named({ how: 'cold', title: file.name }, id);
  }

  /** A snapshot file does not say what its machine was booted from: the machines that are known are tried, the one that is shown first. */
  async #restoreFile(file: DroppedFile, { id, process }: Place): Promise<MachineInfo> {
    const current = this.parts.shown()?.origin;
    const names = await this.parts.builtins.names();
    const origins: BootOrigin[] = [
      ...(current ? [current] : []),
      ...names.map((name) => ({ name: BUILTINS[name]!.cartridge, builtin: name })),
    ];
    let first: unknown;
    for (const origin of origins) {
      try {
        await this.parts.hypervisor.restore({ kernelId: id, process, bytes: file.bytes, meta: await metaOf(file.bytes, origin) });
        return this.parts.named({ how: 'snapshot', title: titleOf(origin), snapshot: file.name }, id);
      } catch (error) {
        if (!(error instanceof GpuvisorError && error.code === 'SNAPSHOT_INVALID')) throw error;
        first ??= error;
      }
    }
    throw (
      first ??
      new GpuvisorError('SNAPSHOT_INVALID', `${file.name} fits no machine that is known here`, 'drop the cartridge it was taken with first')
    );
  }
}
