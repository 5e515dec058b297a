// Pause, reset, boot, open; which hart; which machine; screen or serial line where there is room for one.

import type { VmState } from '../../../src/machine/virtual-machine.js';
import { byId, element } from '../../shared/elements.js';
import type { Backend, MachineInfo, Started } from '../protocol.js';

export interface ControlsActions {
  pause(): void;
  reset(): void;
  boot(name: string): void;
  open(file: File): void;
  hart(backend: Backend): void;
  show(id: string): void;
  /** Which pane is in front. */
  view(view: 'screen' | 'serial'): void;
}

const button = (id: string): HTMLButtonElement => byId<HTMLButtonElement>(id);
const select = (id: string): HTMLSelectElement => byId<HTMLSelectElement>(id);

export class ControlsView {
  #busy = true;
  #state: VmState | undefined;
  #builtins: readonly string[] = [];

  constructor(private readonly actions: ControlsActions) {
    button('pause').addEventListener('click', () => actions.pause());
    button('reset').addEventListener('click', () => actions.reset());
    byId('boot-form').addEventListener('submit', (event) => {
      event.preventDefault();
      actions.boot(select('guest').value);
    });
    const file = byId<HTMLInputElement>('file');
    button('open').addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      const chosen = file.files?.[0];
      file.value = '';
      if (chosen) actions.open(chosen);
    });
    select('hart').addEventListener('change', () => actions.hart(select('hart').value as Backend));
    select('shown').addEventListener('change', () => actions.show(select('shown').value));
    for (const view of ['screen', 'serial'] as const) button(`show-${view}`).addEventListener('click', () => this.#view(view));
  }

  /** The engine runs. */
  started({ backend, builtins, adapter }: Started): void {
    this.#builtins = builtins;
    for (const option of select('guest').options) option.disabled = !builtins.includes(option.value);
    const hart = select('hart');
    if (hart.options.length === 0 && backend === 'gpu') {
      hart.append(
        element('option', { value: 'gpu' }, adapter),
        element('option', { value: 'reference' }, 'the processor (reference hart)'),
      );
    }
    byId('hart-field').hidden = hart.options.length === 0;
    byId('adapter').hidden = hart.options.length > 0;
    hart.value = backend;
    this.busy(false);
  }

  /** What the address asks for is what is offered first. */
  guest(name: string): void {
    if ([...select('guest').options].some((option) => option.value === name)) select('guest').value = name;
  }

  hart(backend: Backend): void {
    select('hart').value = backend;
  }

  busy(busy: boolean): void {
    this.#busy = busy;
    this.#update();
  }

  state(state: VmState): void {
    this.#state = state;
    this.#update();
  }

  machines(machines: readonly MachineInfo[], shown: string | undefined): void {
    byId('shown-field').hidden = machines.length < 2;
    const list = select('shown');
    const ids = machines.map((m) => m.id);
    if ([...list.options].map((o) => o.value).join() !== ids.join()) {
      list.replaceChildren(...machines.map((m) => element('option', { value: m.id }, `${m.id} (${m.origin.title})`)));
    }
    if (shown !== undefined) list.value = shown;
  }

  #update(): void {
    const there = this.#state !== undefined && this.#state !== 'disposed';
    button('pause').disabled = this.#busy || !there || this.#state === 'halted' || this.#state === 'failed';
    const label = this.#state === 'paused' ? 'Resume' : 'Pause';
    if (button('pause').textContent !== label) button('pause').textContent = label;
    button('reset').disabled = this.#busy || !there || this.#state === 'failed';
    const nothing = this.#builtins.length === 0;
    select('guest').disabled = button('boot').disabled = this.#busy || nothing;
    button('open').disabled = this.#busy;
    select('hart').disabled = this.#busy;
  }

  #view(view: 'screen' | 'serial'): void {
    byId('stage').dataset['view'] = view;
    for (const other of ['screen', 'serial']) button(`show-${other}`).setAttribute('aria-pressed', String(other === view));
    this.actions.view(view);
  }
}
