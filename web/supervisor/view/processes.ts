// The processes there are, and how the last ones ended.

import { PID } from '../../../src/supervisor/abi/index.js';
import type { Ended } from '../../../src/supervisor/kernel/index.js';
import type { ProcessView } from '../../../src/supervisor/axiom/index.js';
import { byId, element, grouped } from '../../shared/elements.js';
import { endedWord, kindWord, shownText, stateWord } from '../model/words.js';
import { KeyedList, mark, put, type KeyedRow } from './keyed.js';

/** A process as it is listed. */
export interface ProcessRow extends ProcessView {
  /** Of machines: what it has and how fast it is, in words. */
  readonly extra?: string | undefined;
  readonly console: boolean;
}

export interface ProcessActions {
  kill(pid: number): void;
  /** Brings its console in front. */
  show(pid: number): void;
}

export class ProcessesView {
  readonly #rows: KeyedList<ProcessRow>;
  readonly #ended: KeyedList<Ended>;

  constructor(private readonly actions: ProcessActions) {
    this.#rows = new KeyedList(
      byId('process-rows'),
      ({ pid }) => pid,
      (row) => this.#row(row),
    );
    this.#ended = new KeyedList(byId('ended-rows'), ({ pid }) => pid, endedRow);
  }

  draw(processes: readonly ProcessRow[], ended: readonly Ended[]): void {
    this.#rows.update(processes);
    put(byId('process-hint'), `${grouped(processes.length)} of at most 64`);
    this.#ended.update([...ended].reverse().slice(0, 30));
    put(byId('ended-count'), String(ended.length));
    byId('ended').hidden = ended.length === 0;
  }

  #row({ pid }: ProcessRow): KeyedRow<ProcessRow> {
    const number = element('td', { class: 'number' }, String(pid));
    const open = element('button', { type: 'button', class: 'link' });
    const plain = element('span');
    const extra = element('small');
    const name = element('td', { class: 'name' }, open, plain, extra);
    const [kind, state, parent] = [element('td'), element('td', { class: 'state' }), element('td', { class: 'number' })];
    const kill = element('button', { type: 'button', class: 'kill' }, 'Kill');
    const node = element('tr', { 'data-pid': String(pid) }, number, name, kind, state, parent, element('td', { class: 'act' }, kill));
    open.addEventListener('click', () => this.actions.show(pid));
    kill.addEventListener('click', () => this.actions.kill(pid));
    kill.hidden = pid === PID.SUPERVISOR;
    const update = (row: ProcessRow): void => {
      const called = shownText(row.name, 32);
      mark(node, 'data-name', row.name);
      mark(node, 'data-state', stateWord(row.state));
      open.hidden = !row.console;
      plain.hidden = row.console;
      put(open, row.console ? called : '');
      put(plain, row.console ? '' : called);
      put(extra, row.extra ?? '');
      put(kind, kindWord(row.kind));
      put(state, stateWord(row.state));
      put(parent, pid === PID.SUPERVISOR ? '' : String(row.parent));
      mark(open, 'aria-label', `Console of ${called} ${pid}`);
      mark(kill, 'aria-label', `Kill ${called} ${pid}`);
    };
    return { node, update };
  }
}

function endedRow(ended: Ended): KeyedRow<Ended> {
  const node = element('li', { 'data-pid': String(ended.pid), 'data-how': String(ended.how) });
  node.append(element('span', { class: 'who' }, `${shownText(ended.name, 32)} ${ended.pid}`), ` ${endedWord(ended)}`);
  return { node, update: () => undefined };
}
