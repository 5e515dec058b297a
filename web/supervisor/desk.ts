// The machines of this page: the engine is started when the first is wanted, each is a process of the supervisor, and agents act on them as principals.

import { TOOLS } from '../../src/agent/tools/specs.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import type { Supervisor } from '../../src/supervisor/supervisor/supervisor.js';
import { exposeToAgents } from '../machine/agents.js';
import { AgentCalls } from '../machine/calls.js';
import { EngineLink } from '../machine/link.js';
import type { Backend, MachineInfo } from '../machine/protocol.js';
import { AgentView } from '../machine/view/agent.js';
import { stateWord } from '../machine/view/meters.js';
import { RightsView } from '../machine/view/rights.js';
import { byId, element } from '../shared/elements.js';
import { connectMcp } from '../shared/mcp-channel.js';
import { EngineVms } from '../supervised/engine-vms.js';
import { Machines } from '../supervised/machines.js';
import { KeyedList, mark, put, type KeyedRow } from './view/keyed.js';

export interface DeskActions {
  /** What a machine had printed before it came here. */
  printed(pid: number, bytes: Uint8Array): void;
  /** Brings its console in front. */
  show(pid: number): void;
  say(sentence: string, key: string): void;
  /** Something has to be drawn. */
  changed(): void;
}

/** What the engine runs machines on: `?hart=reference` as on the machine's page. */
const wished = (): Backend => (new URLSearchParams(location.search).get('hart') === 'reference' ? 'reference' : 'gpu');

export class MachineDesk {
  readonly #link = new EngineLink();
  /** For the supervisor. */
  readonly vms = new EngineVms(this.#link);
  readonly #infos = new Map<number, MachineInfo>();
  /** Generation whose earlier text was shown, by pid. */
  readonly #told = new Map<number, number>();
  /** A canvas can be handed over once: the next machine of the name is drawn on it too. */
  readonly #canvases = new Map<string, HTMLCanvasElement>();
  readonly #rows: KeyedList<MachineInfo>;
  #machines: Machines | undefined;
  #starting: Promise<unknown> | undefined;

  constructor(private readonly actions: DeskActions) {
    this.#rows = new KeyedList(
      byId('machine-rows'),
      ({ id }) => id,
      (info) => this.#row(info),
    );
  }

  /** The supervisor runs: machines become its processes, agents its principals. */
  async attach(supervisor: Supervisor): Promise<void> {
    const machines = (this.#machines = new Machines(this.#link, supervisor.vms));
    machines.onText((pid, bytes) => this.#printed(pid, bytes));
    this.#link.onEvent((event) => {
      if (event.kind !== 'machines') return;
      this.#infos.clear();
      for (const info of event.machines) this.#infos.set(info.pid, info);
      this.actions.changed();
    });
    document.addEventListener('visibilitychange', () => this.#link.visible(!document.hidden));
    const rights = new RightsView(machines, supervisor.dispatcher.gateway, (sentence) => this.actions.say(sentence, 'rights'));
    const calls = new AgentCalls({
      call: async (name, input, principal, signal) => {
        await this.engine();
        return machines.call(name, input, { principal, signal });
      },
      began: (note) => {
        view.began(note);
        rights.changed();
      },
      ended: (note) => {
        view.ended(note);
        rights.changed();
      },
    });
    const view = new AgentView((paused) => {
      calls.pause(paused);
      this.actions.say(paused ? 'Agents are paused: their calls are denied.' : 'Agents may act again.', 'agent');
    });
    view.about(await exposeToAgents(TOOLS, calls));
    connectMcp(calls.as('mcp'));
  }

  /** Starts the engine, once. @throws GpuvisorError WEBGPU_UNAVAILABLE, and can be tried again with the other hart */
  engine(backend = wished()): Promise<unknown> {
    return (this.#starting ??= this.#link
      .start({ base: new URL('../', document.baseURI).href, backend, visible: !document.hidden, session: false })
      .catch((error: unknown) => {
        this.#starting = undefined;
        throw error;
      }));
  }

  /** Boots a Linux of its own; its pid once it runs. @throws GpuvisorError */
  async startLinux(): Promise<number> {
    await this.engine();
    return (await this.#machines!.start({ kernel: 'linux' })).pid;
  }

  /** Whether a process is a machine. */
  has(pid: number): boolean {
    return this.#machines?.vms.get(pid) !== undefined;
  }

  /** Types on the serial line of a machine. @throws GpuvisorError BUSY when it takes nothing */
  type(pid: number, text: string): void {
    if (this.#machines?.type(pid, text) === false)
      throw new GpuvisorError('BUSY', 'the machine takes no more input now', 'wait until it has read what was typed');
  }

  /** What a machine is doing, in words; undefined for what is none. */
  about(pid: number): string | undefined {
    const info = this.#infos.get(pid);
    if (!info) return this.has(pid) ? 'starting' : undefined;
    const { memoryMb, mips } = info.status;
    return `${stateWord(info)}, ${memoryMb} MiB, ${mips.toFixed(mips < 10 ? 2 : 0)} MIPS`;
  }

  /** Draws the list. */
  draw(): void {
    const infos = [...this.#infos.values()].filter(({ pid }) => this.has(pid));
    this.#rows.update(infos);
    byId('machines-about').hidden = infos.length > 0;
  }

  #printed(pid: number | undefined, bytes: Uint8Array): void {
    const vm = pid === undefined ? undefined : this.#machines?.vms.get(pid);
    if (!vm || this.#told.get(vm.pid) === vm.generation) return;
    this.#told.set(vm.pid, vm.generation);
    this.actions.printed(vm.pid, bytes);
  }

  #row({ id }: MachineInfo): KeyedRow<MachineInfo> {
    const canvas = this.#canvas(id);
    const look = element('button', { type: 'button', class: 'look', 'aria-pressed': 'false', title: 'Larger or smaller' }, canvas);
    const name = element('button', { type: 'button', class: 'link' });
    const about = element('p');
    const node = element('li', { 'data-machine': id }, look, element('div', {}, element('h3', {}, name), about));
    let at = 0;
    look.addEventListener('click', () => {
      const large = node.classList.toggle('large');
      mark(look, 'aria-pressed', String(large));
    });
    name.addEventListener('click', () => this.actions.show(at));
    const update = (info: MachineInfo): void => {
      at = info.pid;
      mark(node, 'data-pid', String(info.pid));
      mark(node, 'data-state', info.status.state);
      put(name, `${id} ${info.pid}`);
      mark(name, 'aria-label', `Console of ${id} ${info.pid}`);
      mark(look, 'aria-label', `Screen of ${id}`);
      put(about, this.about(info.pid) ?? '');
    };
    return { node, update };
  }

  #canvas(id: string): HTMLCanvasElement {
    const known = this.#canvases.get(id);
    if (known) return known;
    const canvas = element('canvas', { class: 'picture', width: '640', height: '480', 'data-screen': id });
    this.#canvases.set(id, canvas);
    // A machine that has no screen leaves it black.
    this.#machines!.screen(id, canvas).catch((error: unknown) => this.actions.say(String(error), `screen-${id}`));
    return canvas;
  }
}
