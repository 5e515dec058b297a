// What there is, from the gateway's view: processes, consoles, machines, capabilities, names for the log.

import { KIND, SLOT } from '../../src/supervisor/abi/index.js';
import type { ProcessView } from '../../src/supervisor/axiom/index.js';
import type { Supervisor } from '../../src/supervisor/supervisor/supervisor.js';
import { byId, grouped } from '../shared/elements.js';
import type { MachineDesk } from './desk.js';
import { CapabilitiesView } from './view/capabilities.js';
import type { ConsolesView } from './view/consoles.js';
import { put } from './view/keyed.js';
import type { LogView } from './view/log.js';
import { ProcessesView, type ProcessActions, type ProcessRow } from './view/processes.js';

export interface ListActions extends ProcessActions {
  revoke(pid: number, slot: number): void;
  /** Another part of them is to be seen. */
  changed(): void;
}

export class Lists {
  /** Processes that are there, and the last that were. */
  names: ReadonlyMap<number, string> = new Map();
  /** Whether something of them ends by itself. */
  mortal = false;
  readonly #processes: ProcessesView;
  readonly #capabilities: CapabilitiesView;

  constructor(
    private readonly others: { readonly consoles: ConsolesView; readonly desk: MachineDesk; readonly log: LogView },
    actions: ListActions,
  ) {
    this.#processes = new ProcessesView(actions);
    this.#capabilities = new CapabilitiesView(actions, () => actions.changed());
  }

  draw(supervisor: Supervisor): void {
    const { consoles, desk, log } = this.others;
    const { gateway } = supervisor.dispatcher;
    const { view } = gateway;
    const processes = view.processes();
    const ended = view.ended();
    this.names = new Map([...ended, ...processes].map(({ pid, name }) => [pid, name]));
    this.adopt(supervisor, processes);
    const rows = processes.map((process): ProcessRow => {
      return { ...process, extra: desk.about(process.pid), console: consoles.has(process.pid) };
    });
    this.#processes.draw(rows, ended);
    desk.draw();
    const caps = view.capabilities();
    const living = new Map(processes.map(({ pid, name }) => [pid, name]));
    const owners = new Map(view.endpoints().map(({ id, owner }) => [id, owner]));
    this.#capabilities.draw(caps, { names: living, owners, now: gateway.now() });
    this.mortal = caps.some(({ expiry }) => expiry !== 0);
    log.processes(this.names);
    const kept = gateway.store.mode === 'stored' ? 'the log is kept in this browser' : 'the log is in memory only';
    const counts = `Epoch ${view.epoch}: ${grouped(processes.length)} processes, ${grouped(caps.length)} capabilities; ${kept}.`;
    put(byId('origin'), processes.length > 1 ? counts : 'Everything has been ended. Loading the page again begins another epoch.');
  }

  /** Gives each process that has a console a terminal. */
  adopt(supervisor: Supervisor, processes: readonly ProcessView[] = supervisor.dispatcher.gateway.view.processes()): void {
    const { consoles } = this.others;
    for (const { pid, name, kind, slots } of processes) {
      if (consoles.has(pid) || !slots.includes(SLOT.CONSOLE)) continue;
      consoles.add(pid, name, kind !== KIND.VM);
      supervisor.register_console_callback(pid, (text) => consoles.write(pid, text));
    }
  }
}
