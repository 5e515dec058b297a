// Machines, principals and agents' calls of a page, under its supervisor. What both pages with machines hold: the machine's page makes it of a gateway of
// its own (world.ts), the supervisor's page of its Supervisor:
//
//   const link = new EngineLink();
//   const supervisor = new Supervisor({ vms: new EngineVms(link), ... });
//   await supervisor.boot();
//   const machines = new Machines(link, supervisor.vms);
//   await link.start({ base: document.baseURI, backend, visible: true, session: false });
//   const { pid } = await machines.start({ kernel: 'linux' });            // main_cpu, then vm2, vm3 ...
//   machines.onText((pid, bytes) => ...);                                  // what a machine had printed when it came; what it prints then is its console's
//   await machines.screen('main_cpu', canvas);                             // a canvas each, drawn by the engine
//   machines.type(pid, 'ls\r'); machines.kill(pid);
//   machines.principals.setAccess('webmcp', pid, 'observe');
//   await machines.call('hypervisor_status', {}, { principal: 'page' });

import { Principals, TRUSTED } from '../../src/agent/principals.js';
import type { ToolResult } from '../../src/agent/result.js';
import { SupervisedAgent, type SupervisedCallOptions } from '../../src/agent/supervised.js';
import { ERROR, SIZE } from '../../src/supervisor/abi/constants.js';
import type { VmProcess } from '../../src/supervisor/hal/vm-process.js';
import { FIRST_VM, type SpawnVm, type VmProcesses, type VmRow } from '../../src/supervisor/hal/vm-processes.js';
import type { EngineLink } from '../machine/link.js';
import type { Place } from '../machine/protocol.js';

/** The ways in which agents come to a page. Each has control of machines and may boot until the person takes that away. */
export const AGENTS = ['webmcp', 'mcp', 'page'] as const;

/** Typed text that may wait for a process, bytes; and how long until it is tried again, ms. */
const WAITING = 1 << 16;
const AGAIN_MS = 20;

export class Machines {
  readonly principals: Principals;
  readonly #agent: SupervisedAgent;
  /** Typed, and not yet in the process's queue. */
  readonly #typed = new Map<number, Uint8Array>();
  readonly #stops: (() => void)[];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly link: EngineLink,
    readonly vms: VmProcesses,
  ) {
    this.principals = new Principals(vms);
    for (const name of AGENTS) this.principals.add(name, TRUSTED);
    this.#agent = new SupervisedAgent(vms, this.principals, (name, input, { signal, principal, process }) =>
      link.ask('call', { name, input, principal, ...(process && { process }) }, { signal }),
    );
    this.#stops = [vms.onEvent((event) => event.kind === 'ended' && this.#typed.delete(event.vm.pid))];
  }

  /** A tool call of a principal. Always resolves (src/agent/result.ts). */
  call(name: string, input: unknown, options: SupervisedCallOptions): Promise<ToolResult> {
    return this.#agent.call(name, input, options);
  }

  /** Boots a machine as the supervisor. Resolves once it runs. @throws GpuvisorError */
  start(what: SpawnVm): Promise<VmProcess> {
    return this.vms.spawn(what);
  }

  /** Something of the engine that brings a machine of this name, the first or another one: `ask` is told the place. @throws what `ask` throws */
  bring<T>(id: string | undefined, ask: (place: Place) => Promise<T>): Promise<T> {
    const name = id ?? FIRST_VM;
    const vm = this.vms.named(name) ?? this.vms.create(name);
    return this.vms.bring(vm, () => ask({ id: name, process: { pid: vm.pid, memoryMb: vm.quota.memoryMb } }));
  }

  /** @throws GpuvisorError UNKNOWN_VM */
  kill(pid: number): void {
    this.vms.kill(pid);
  }

  rows(): VmRow[] {
    return this.vms.rows();
  }

  /** Types on a machine's serial line, as its console input. False when so much waits already that this was dropped, or there is no such machine. */
  type(pid: number, text: string | Uint8Array): boolean {
    if (!this.vms.get(pid)) return false;
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const before = this.#typed.get(pid) ?? new Uint8Array();
    if (before.length + bytes.length > WAITING) return false;
    const all = new Uint8Array(before.length + bytes.length);
    all.set(before);
    all.set(bytes, before.length);
    this.#typed.set(pid, all);
    this.#flush();
    return true;
  }

  /** What a machine has printed before it came here (a restored one, say), and again when it is shown; undefined when nothing is shown. */
  onText(listener: (pid: number | undefined, bytes: Uint8Array, shown: boolean) => void): () => void {
    return this.link.onEvent((event) => event.kind === 'text' && listener(event.pid, event.bytes, event.shown));
  }

  /** What a machine prints, as text of its process's console. */
  onConsole(listener: (pid: number, bytes: Uint8Array) => void): () => void {
    return this.vms.dispatcher.onEffect(
      (effect) => effect.kind === 'console' && this.vms.get(effect.console) && listener(effect.console, effect.data),
    );
  }

  /** Draws the screen of the machine of this name on a canvas from now on, whichever machine has the name. A canvas can be given once. */
  async screen(id: string, canvas: HTMLCanvasElement): Promise<void> {
    const surface = canvas.transferControlToOffscreen();
    await this.link.ask('screen', { id, canvas: surface }, { transfer: [surface] });
  }

  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
    clearTimeout(this.#timer);
    this.#typed.clear();
    this.#agent.dispose();
    this.principals.dispose();
  }

  /** Puts what was typed into the queues, as far as there is room. */
  #flush(): void {
    for (const [pid, bytes] of this.#typed) {
      let at = 0;
      for (; at < bytes.length; at += SIZE.MESSAGE) {
        const data = bytes.slice(at, at + SIZE.MESSAGE);
        if (this.vms.dispatcher.asSupervisor({ kind: 'input', pid, data }).result === -ERROR.AGAIN) break;
      }
      if (at < bytes.length) this.#typed.set(pid, bytes.slice(at));
      else this.#typed.delete(pid);
    }
    clearTimeout(this.#timer);
    this.#timer = this.#typed.size > 0 ? setTimeout(() => this.#flush(), AGAIN_MS) : undefined;
  }
}
