// The engine: it owns the hypervisor and the agent's tools, shows one machine, and does what the page asks.

import { Agent } from '../../../src/agent/agent.js';
import type { SnapshotMeta } from '../../../src/agent/host.js';
import { Hypervisor } from '../../../src/agent/hypervisor.js';
import type { Vm } from '../../../src/agent/vm.js';
import { HypervisorVm } from '../../../src/agent/vm-factory.js';
import type { ToolResult } from '../../../src/agent/result.js';
import { adapterName, requestAdapter } from '../../../src/gpu/index.js';
import { GpuvisorError } from '../../../src/isa/errors.js';
import { encodePicture } from '../../../src/screen/index.js';
import type { Answers, Backend, EngineEvent, MachineInfo, Origin, SessionState, SnapshotInfo, Started, Takes } from '../protocol.js';
import { Bringer, MAIN } from './bring.js';
import { Builtins, LOGIN } from './builtins.js';
import { ConsoleFeed } from './console-feed.js';
import { BrowserHost } from './host.js';
import { infoOf, titleOf } from './meta.js';
import { Painter } from './painter.js';
import { type Activity, SessionKeeper } from './session.js';
import { type Storage, openStorage } from './storage.js';
import { typeText } from './typist.js';

const STATUS_MS = 250;

type Tell = (event: EngineEvent) => void;

interface CreateOptions {
  readonly base: string;
  readonly canvas: OffscreenCanvas | undefined;
  readonly visible: boolean;
  readonly backend: Backend;
  readonly session: boolean;
}

export class Engine {
  readonly #host: BrowserHost;
  readonly #hypervisor: Hypervisor;
  readonly #agent: Agent;
  /** Of the machine that is shown. */
  readonly #painter: Painter | undefined;
  /** By a machine's name. */
  readonly #screens = new Map<string, Painter>();
  readonly #feeds = new Map<Vm, ConsoleFeed>();
  readonly #session: SessionKeeper | undefined;
  readonly #origins = new Map<string, Origin>();
  readonly #paces = new Map<string, { steps: number; at: number; pace: number }>();
  #shown = MAIN;
  readonly #bringer: Bringer;
  #unhook: (() => void) | undefined;
  #lastStatus = '';

  private constructor(
    options: CreateOptions,
    private readonly builtins: Builtins,
    private readonly storage: Storage,
    private readonly tell: Tell,
  ) {
    this.#host = new BrowserHost({ base: options.base, builtins, snapshots: storage.snapshots, cartridges: storage.cartridges });
    this.#host.backend = options.backend;
    this.#host.seen = options.visible;
    this.#hypervisor = new Hypervisor(this.#host, { supervised: true });
    this.#agent = new Agent(this.#hypervisor);
    this.#bringer = new Bringer({
      hypervisor: this.#hypervisor,
      builtins,
      storage,
      tell,
      shown: () => this.#hypervisor.vms.get(this.#shown),
      named: (origin, id) => this.#named(origin, id),
      fresh: () => this.#session?.fresh(),
    });
    this.#painter = options.canvas && new Painter(options.canvas);
    this.#painter?.visible(options.visible);
    if (storage.shelf && options.session) {
      storage.shelf.onChange(() => tell({ kind: 'snapshots' }));
      this.#session = new SessionKeeper(
        storage.shelf,
        { activity: () => this.#activity(), save: () => this.#saveSession(), mine: () => void this.#prune() },
        (session) => tell({ kind: 'session', session }),
      );
    } else tell({ kind: 'session', session: { kind: 'off', why: options.session ? storage.why : 'this page keeps no machine' } });
    this.#hypervisor.onEvent(({ type, kernelId, vm }) => {
      if (type === 'killed') this.#gone(kernelId, vm);
      else if (type === 'state') this.#status();
      else this.#appeared(kernelId, type === 'restored' ? 'snapshot' : 'cold');
    });
    setInterval(() => this.#status(), STATUS_MS);
  }

  /** @throws GpuvisorError WEBGPU_UNAVAILABLE */
  static async create(options: CreateOptions, tell: Tell): Promise<Engine> {
    if (options.backend === 'gpu') await requestAdapter();
    return new Engine(options, new Builtins(options.base), await openStorage(), tell);
  }

  async started(): Promise<Started> {
    const files = await this.builtins.files();
    const { backend } = this.#host;
    return {
      backend,
      adapter: backend === 'gpu' ? adapterName(await requestAdapter()) : 'the reference hart, on the processor',
      builtins: await this.builtins.names(),
      login: files.has(LOGIN),
    };
  }

  /** What the page begins with. */
  open(takes: Takes<'open'>): Promise<Answers<'open'>> {
    return this.#bringer.open(takes);
  }

  boot(what: Takes<'boot'>, signal: AbortSignal): Promise<MachineInfo> {
    return this.#bringer.boot(what, signal);
  }

  async pause(): Promise<MachineInfo> {
    await this.#vm().vm.pause();
    return this.#info(this.#shown);
  }

  async resume(): Promise<MachineInfo> {
    this.#vm().vm.resume();
    return this.#info(this.#shown);
  }

  async reset(): Promise<MachineInfo> {
    await this.#vm().vm.reset();
    this.#painter?.changed();
    this.#screens.get(this.#shown)?.changed();
    const { title } = this.#origins.get(this.#shown)!;
    return this.#named({ how: 'cold', title }, this.#shown);
  }

  /** The machine goes on, as it is, on the other hart; so does every one that is made from now on. */
  async move(backend: Backend): Promise<Started> {
    if (backend === this.#host.backend) return this.started();
    if (backend === 'gpu') await requestAdapter();
    const vm = this.#hypervisor.vms.get(this.#shown);
    const before = this.#host.backend;
    try {
      if (vm) {
        const { bytes, meta } = await this.#hypervisor.save(vm.id);
        const origin = this.#origins.get(vm.id)!;
        this.#host.backend = backend;
        const paused = vm.status.state === 'paused';
        const moved = await this.#hypervisor.restore({ kernelId: vm.id, process: { pid: vm.pid }, bytes, meta });
        if (paused) await moved.vm.pause();
        this.#named(origin, vm.id);
      } else this.#host.backend = backend;
    } catch (error) {
      this.#host.backend = before;
      throw error;
    }
    return this.started();
  }

  async show(id: string): Promise<MachineInfo> {
    const vm = this.#hypervisor.vms.get(id);
    if (!vm) throw new GpuvisorError('UNKNOWN_VM', `there is no machine ${id}`, `there are ${[...this.#hypervisor.vms.keys()].join(', ')}`);
    this.#shown = id;
    this.#attach(vm);
    this.#status();
    return this.#info(id);
  }

  async type(to: 'keyboard' | 'uart', text: string, signal: AbortSignal): Promise<object> {
    await typeText(this.#vm().vm, to, text, signal);
    return {};
  }

  /** Serial input, a piece at a time. */
  async send(pid: number, bytes: Uint8Array): Promise<object> {
    await this.#process(pid).send(bytes);
    return {};
  }

  async limit(pid: number, share: number): Promise<object> {
    this.#process(pid).limit(share);
    return {};
  }

  async end(pid: number): Promise<object> {
    const vm = this.#byPid(pid);
    if (vm) await this.#hypervisor.kill(vm.id);
    return {};
  }

  async screen(id: string, canvas: OffscreenCanvas): Promise<object> {
    const painter = new Painter(canvas);
    painter.visible(this.#host.seen);
    this.#screens.get(id)?.show(undefined);
    this.#screens.set(id, painter);
    painter.show(this.#hypervisor.vms.get(id)?.vm);
    return {};
  }

  async drawing(): Promise<Answers<'drawing'>> {
    return [...this.#screens].map(([id, { drawn, readMs }]) => ({ id, drawn, readMs }));
  }

  #byPid(pid: number): Vm | undefined {
    return [...this.#hypervisor.vms.values()].find((vm) => vm.pid === pid);
  }

  #process(pid: number): HypervisorVm {
    const vm = this.#byPid(pid);
    if (!vm) throw new GpuvisorError('DISPOSED', `process ${pid} has no machine`, 'boot one');
    return new HypervisorVm(vm, () => this.#hypervisor.kill(vm.id));
  }

  input(to: 'uart' | 'keyboard' | 'pointer', bytes: Uint8Array): void {
    const vm = this.#hypervisor.vms.get(this.#shown);
    if (!vm) return;
    try {
      vm.machine.send(bytes, to);
    } catch {
      // No such device, or the guest has not looked at what is there: as with a real one, what there is no room for is lost.
      this.tell({ kind: 'dropped', to });
    }
  }

  visible(visible: boolean): void {
    this.#host.seen = visible;
    for (const painter of [this.#painter, ...this.#screens.values()]) painter?.visible(visible);
    if (!visible) void this.#session?.keep();
  }

  async save(name: string): Promise<SnapshotInfo> {
    const { bytes, meta } = await this.#hypervisor.save(this.#vm().id);
    await this.storage.snapshots.put(name, bytes, meta);
    void navigator.storage?.persist?.().catch(() => false);
    return infoOf({ name, size: bytes.length, meta });
  }

  async restore({ name, id, process }: Takes<'restore'>): Promise<MachineInfo> {
    const found = await this.storage.snapshots.get(name);
    if (!found) throw new GpuvisorError('FILE_NOT_FOUND', `there is no snapshot ${name}`, 'it may have been deleted in another tab');
    await this.#hypervisor.restore({ kernelId: id, process, bytes: found.bytes, meta: found.meta });
    return this.#named({ how: 'snapshot', title: titleOf(found.meta.origin), snapshot: name, savedAt: found.meta.savedAt }, id);
  }

  async remove(name: string): Promise<object> {
    await this.storage.snapshots.delete(name);
    return {};
  }

  async snapshots(): Promise<SnapshotInfo[]> {
    return (await this.storage.snapshots.list()).map(infoOf);
  }

  async export(name: string | undefined): Promise<Answers<'export'>> {
    if (name === undefined) {
      const vm = this.#vm();
      const { bytes } = await this.#hypervisor.save(vm.id);
      return { name: `${vm.kernel.replace(/\.rts\.png$/, '')}.snap`, bytes };
    }
    const found = await this.storage.snapshots.get(name);
    if (!found) throw new GpuvisorError('FILE_NOT_FOUND', `there is no snapshot ${name}`);
    return { name: `${name}.snap`, bytes: found.bytes };
  }

  async picture(): Promise<Answers<'picture'>> {
    const vm = this.#vm();
    const sight = await vm.vm.do((machine) => vm.view.see(machine));
    if (!sight) throw new GpuvisorError('NO_SCREEN', 'this machine has no screen', 'read its serial line');
    return { bytes: encodePicture(sight.picture) };
  }

  async text(): Promise<Answers<'text'>> {
    const vm = this.#vm();
    const sight = await vm.vm.do((machine) => vm.view.see(machine));
    if (!sight?.text) throw new GpuvisorError('NO_SCREEN', 'the screen shows no text console', 'take a picture of it instead');
    return { text: sight.text.text };
  }

  async keep(): Promise<SessionState> {
    return this.#session?.keep() ?? { kind: 'off', why: this.storage.why };
  }

  async forget(): Promise<object> {
    await this.storage.disks?.delete('linux');
    return {};
  }

  call({ name, input, principal, process }: Takes<'call'>, signal: AbortSignal): Promise<ToolResult> {
    return this.#agent.call(name, input, { signal, principal, ...(process && { process }) });
  }

  /** Cartridges whose snapshots are gone take room. What has been dropped but is not saved yet belongs to this tab, which has just begun. */
  async #prune(): Promise<void> {
    const { shelf, cartridges } = this.storage;
    if (shelf && this.#hypervisor.vms.size === 0) await cartridges?.prune(await shelf.cartridges());
  }

  #activity(): Activity | undefined {
    const machine = this.#hypervisor.vms.get(MAIN)?.machine;
    return machine && { steps: machine.steps, slept: machine.idleMilliseconds, waiting: machine.inputWaiting };
  }

  async #saveSession(): Promise<{ bytes: Uint8Array; meta: SnapshotMeta }> {
    const vm = this.#hypervisor.vms.get(MAIN)!;
    const saved = await this.#hypervisor.save(MAIN);
    if (vm.origin.builtin && vm.disk) await this.storage.disks?.put(vm.origin.builtin, vm.disk.overlay.save());
    return saved;
  }

  #vm(): Vm {
    const vm = this.#hypervisor.vms.get(this.#shown);
    if (!vm) throw new GpuvisorError('NOT_BOOTED', 'no machine has been booted', 'boot one');
    return vm;
  }

  /** A machine came, or took another's place. It does not run yet. */
  #appeared(id: string, how: Origin['how']): void {
    const vm = this.#hypervisor.vms.get(id)!;
    this.#bringer.prepare(vm);
    this.#origins.set(id, { how, title: titleOf(vm.origin) });
    const { pid } = vm;
    if (!this.#feeds.has(vm)) {
      this.tell({ kind: 'appeared', machine: this.#info(id) });
      const feed = new ConsoleFeed(vm.vm, (bytes) => this.tell({ kind: 'console', pid, bytes }));
      this.#feeds.set(vm, feed);
      this.tell({ kind: 'text', pid, bytes: feed.before(), shown: false });
      this.#screens.get(id)?.show(vm.vm);
    }
    if (id === this.#shown || !this.#hypervisor.vms.has(this.#shown)) {
      this.#shown = id;
      this.#attach(vm);
    }
    if (id === MAIN) this.#session?.touch();
    this.#status();
  }

  #gone(id: string, vm: Vm): void {
    this.#feeds.get(vm)?.stop();
    this.#feeds.delete(vm);
    // Another took its place.
    if (this.#hypervisor.vms.has(id)) return;
    this.#origins.delete(id);
    this.#paces.delete(id);
    this.#screens.get(id)?.show(undefined);
    if (id === this.#shown && (this.#hypervisor.vms.size > 0 || vm.status.state !== 'failed')) {
      const other = this.#hypervisor.vms.values().next().value;
      if (other) this.#shown = other.id;
      this.#attach(other);
    }
    this.#status();
  }

  #attach(vm: Vm | undefined): void {
    this.#unhook?.();
    this.#painter?.show(vm?.vm);
    const bytes = (vm && this.#feeds.get(vm)?.before()) ?? new Uint8Array();
    this.tell({ kind: 'text', pid: vm?.pid, bytes, shown: true });
    const touch = (): void => void (vm?.id === MAIN && this.#session?.touch());
    const stops = vm && [vm.vm.onChange(() => this.#status()), vm.machine.onInput(touch), vm.vm.onConsole(touch)];
    this.#unhook = () => stops?.forEach((stop) => stop());
  }

  #named(origin: Origin, id = MAIN): MachineInfo {
    this.#origins.set(id, origin);
    this.#status();
    return this.#info(id);
  }

  #info(id: string): MachineInfo {
    const vm = this.#hypervisor.vms.get(id)!;
    return {
      id,
      pid: vm.pid,
      generation: vm.generation,
      origin: this.#origins.get(id)!,
      status: vm.status,
      pace: this.#paces.get(id)?.pace ?? 0,
    };
  }

  /** Tells how the machines are, when that has changed. */
  #status(): void {
    const now = performance.now();
    for (const [id, vm] of this.#hypervisor.vms) {
      const last = this.#paces.get(id);
      const { steps } = vm.machine;
      if (!last || steps < last.steps) this.#paces.set(id, { steps, at: now, pace: 0 });
      else if (now - last.at >= STATUS_MS * 0.9)
        this.#paces.set(id, { steps, at: now, pace: (steps - last.steps) / (now - last.at) / 1000 });
    }
    const machines = [...this.#hypervisor.vms.keys()].map((id) => this.#info(id));
    const shown = this.#hypervisor.vms.has(this.#shown) ? this.#shown : undefined;
    const text = JSON.stringify([machines, shown]);
    if (text === this.#lastStatus) return;
    this.#lastStatus = text;
    this.tell({ kind: 'machines', machines, shown });
  }
}
