// Who may do what: the principals of this page with their right on each machine, for the person to give and take, and the last acts that the log has.

import { type Access } from '../../../src/agent/rights.js';
import type { PrincipalRow } from '../../../src/agent/principals.js';
import type { Gateway } from '../../../src/supervisor/axiom/gateway.js';
import { byId, element } from '../../shared/elements.js';
import { ActLog } from '../../supervised/act-log.js';
import type { Machines } from '../../supervised/machines.js';

const ACCESS: readonly Access[] = ['none', 'observe', 'control'];
const NAMES: Readonly<Record<string, string>> = {
  webmcp: 'Agents through WebMCP',
  mcp: 'Agents through MCP',
  page: 'Scripts of this page',
};
/** Stands for machines that are not there yet. */
const TO_COME = 'machines to come';
/** What has changed is shown together, ms. */
const LATER_MS = 60;
/** Acts that are shown. */
const SHOWN = 12;

export class RightsView {
  readonly #list = byId('rights');
  readonly #acts = byId('acts');
  readonly #log: ActLog;
  #shape = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly machines: Machines,
    gateway: Gateway,
    private readonly say: (sentence: string) => void,
  ) {
    this.#log = new ActLog(gateway);
    machines.vms.onEvent(() => this.changed());
    machines.vms.dispatcher.onEffect(({ kind }) => (kind === 'revoked' || kind === 'cancel' || kind === 'ended') && this.changed());
    this.#show();
  }

  /** Something may look otherwise. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.#show(), LATER_MS);
  }

  #show(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.machines.principals.rows();
    const shape = JSON.stringify(rows.map(({ name, pid, machines }) => [name, pid, machines.map((m) => m.kernelId)]));
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#list.replaceChildren(...rows.map((row) => this.#row(row)));
    }
    for (const row of rows) this.#values(row);
    this.#acts.replaceChildren(
      ...this.#log.last(SHOWN).map(({ time, text, denied }) => {
        return element('li', { 'data-outcome': denied ? 'denied' : 'done' }, `${(time / 1e6).toFixed(3)} ${text}`);
      }),
    );
  }

  #row({ name, pid, machines }: PrincipalRow): HTMLElement {
    const item = element(
      'li',
      { 'data-principal': name },
      element('span', { class: 'who', title: `${name}, pid ${pid ?? '–'}` }, NAMES[name] ?? name),
    );
    for (const machine of [...machines.map((m) => m.kernelId), TO_COME]) {
      const choice = element(
        'select',
        { 'data-machine': machine },
        ...ACCESS.map((access) => element('option', { value: access }, access)),
      );
      choice.addEventListener('change', () => this.#give(name, machine, choice.value as Access));
      item.append(element('label', {}, machine, choice));
    }
    const revoke = element(
      'button',
      { type: 'button', class: 'revoke', title: 'Take every right away, and end the calls that are on' },
      'Revoke',
    );
    revoke.addEventListener('click', () => {
      this.machines.principals.revokeAll(name);
      this.say(`${NAMES[name] ?? name}: all rights are revoked.`);
      this.#show();
    });
    item.append(revoke);
    return item;
  }

  #values({ name, policy, machines }: PrincipalRow): void {
    const item = this.#list.querySelector(`[data-principal="${CSS.escape(name)}"]`)!;
    const set = (machine: string, access: Access): void => {
      const choice = item.querySelector<HTMLSelectElement>(`[data-machine="${CSS.escape(machine)}"]`)!;
      if (choice.value !== access) choice.value = access;
    };
    for (const { kernelId, access } of machines) set(kernelId, access);
    set(TO_COME, policy.boot ? 'control' : policy.machines);
  }

  #give(name: string, machine: string, access: Access): void {
    const { principals, vms } = this.machines;
    const vm = vms.named(machine);
    if (machine === TO_COME) principals.setPolicy(name, { machines: access, boot: access === 'control' });
    else if (vm) principals.setAccess(name, vm.pid, access);
    this.#show();
  }
}
