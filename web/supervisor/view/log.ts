// The live log: calls or commits, filtered, standing still while it is read.

import { OPERATION, SYSCALL } from '../../../src/supervisor/abi/index.js';
import type { Gateway } from '../../../src/supervisor/axiom/index.js';
import { COMMIT_TYPES } from '../../../src/supervisor/kernel/index.js';
import { byId, element, grouped } from '../../shared/elements.js';
import { LogModel } from '../model/log-model.js';
import { CallJoiner, CommitRow, type CallRow, type LogRow, type Outcome } from '../model/log-rows.js';
import { clockWord, processWord } from '../model/words.js';
import { choices, put } from './keyed.js';
import { VirtualRows } from './virtual-rows.js';

const ROW = 24;
/** Events and commits taken at a time: more come the next time. */
const TAKEN = 4000;

type Which = 'calls' | 'commits';

const OPERATIONS = [...Object.keys(SYSCALL), ...Object.keys(OPERATION)];

export class LogView {
  readonly #calls = new LogModel<CallRow>();
  readonly #commits = new LogModel<CommitRow>();
  readonly #joiner = new CallJoiner();
  readonly #rows: VirtualRows<LogRow>;
  readonly #newer = byId<HTMLButtonElement>('log-newer');
  #which: Which = 'calls';
  #gateway: Gateway | undefined;
  #names: ReadonlyMap<number, string> = new Map();
  #event = 1;
  #seq = 1;

  constructor(private readonly changed: () => void) {
    this.#rows = new VirtualRows<LogRow>({
      box: byId('log-rows'),
      height: ROW,
      make: () => logRow(),
      fill: (node, row) => this.#fill(node, row),
      followed: (following) => this.#still(!following),
    });
    for (const which of ['calls', 'commits'] as const) byId(`log-${which}`).addEventListener('click', () => this.#show(which));
    const form = byId<HTMLFormElement>('log-filter');
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', () => this.#filter());
    form.addEventListener('reset', () => setTimeout(() => this.#filter()));
    this.#newer.addEventListener('click', () => {
      this.#still(false);
      this.#rows.follow();
      byId('log-rows').focus();
    });
    this.#operations();
  }

  /** Begins to read the logs of a gateway, from the beginning of its epoch. */
  open(gateway: Gateway): void {
    this.#gateway = gateway;
    this.#seq = gateway.commits.first;
  }

  get #model(): LogModel<LogRow> {
    return (this.#which === 'calls' ? this.#calls : this.#commits) as LogModel<LogRow>;
  }

  /** Takes what is new; whether there is more than should be taken at a time. */
  take(): boolean {
    const gateway = this.#gateway;
    if (!gateway) return false;
    const { syslog, commits } = gateway;
    // What the ring has dropped meanwhile is gone: go on with what there is.
    this.#event = Math.max(this.#event, syslog.dropped + 1);
    const events = syslog.since(this.#event, TAKEN);
    this.#event += events.length;
    const { rows, touched } = this.#joiner.add(events);
    this.#calls.add(rows, touched);
    this.#seq = Math.max(this.#seq, commits.first, commits.head.seq - this.#commits.kept);
    const records = this.#seq > commits.head.seq ? [] : commits.since(this.#seq, TAKEN);
    this.#seq += records.length;
    this.#commits.add(records.map((record) => new CommitRow(record)));
    return events.length === TAKEN || records.length === TAKEN;
  }

  /** Draws what is in sight. */
  draw(names: ReadonlyMap<number, string>): void {
    this.#names = names;
    const model = this.#model;
    this.#rows.draw(model.shown);
    const { waiting } = model;
    this.#newer.hidden = !model.isStill;
    put(this.#newer, waiting === 0 ? 'To the newest' : `${grouped(waiting)} newer`);
    byId('log-rows').dataset['count'] = String(model.shown.length);
    const gateway = this.#gateway;
    const all = gateway ? (this.#which === 'calls' ? gateway.syslog.total : gateway.commits.head.seq) : 0;
    const unit = this.#which === 'calls' ? 'events' : 'commits';
    const some = model.shown.length === model.size ? '' : `${grouped(model.shown.length)} shown of `;
    put(byId('log-hint'), `${some}${grouped(all)} ${unit}`);
  }

  /** The processes that can be filtered for. */
  processes(names: ReadonlyMap<number, string>): void {
    const options = [...names].map(([pid]) => ({ value: String(pid), text: processWord(pid, names) }));
    choices(byId<HTMLSelectElement>('log-pid'), 1, options);
  }

  #show(which: Which): void {
    if (which === this.#which) return;
    this.#model.still(false);
    this.#which = which;
    for (const other of ['calls', 'commits']) byId(`log-${other}`).setAttribute('aria-pressed', String(other === which));
    byId('log').dataset['which'] = which;
    // Commits are done; the names are others.
    const outcome = byId<HTMLSelectElement>('log-outcome');
    outcome.disabled = which === 'commits';
    if (which === 'commits') outcome.value = '';
    this.#operations();
    this.#filter();
    this.#rows.follow();
  }

  #operations(): void {
    const names = this.#which === 'calls' ? OPERATIONS : COMMIT_TYPES;
    choices(
      byId<HTMLSelectElement>('log-name'),
      1,
      names.map((name) => ({ value: name, text: name })),
    );
  }

  #filter(): void {
    const value = (id: string): string => byId<HTMLInputElement | HTMLSelectElement>(id).value;
    const pid = value('log-pid');
    this.#model.filter = {
      pid: pid === '' ? undefined : Number(pid),
      name: value('log-name') || undefined,
      outcome: (value('log-outcome') || undefined) as Outcome | undefined,
      text: value('log-text').trim(),
    };
    this.changed();
  }

  #still(on: boolean): void {
    this.#model.still(on);
    byId('log').dataset['still'] = String(on);
    this.changed();
  }

  #fill(node: HTMLElement, row: LogRow): void {
    const [time, who, name, detail, result] = node.children;
    node.dataset['id'] = String(row.id);
    node.dataset['outcome'] = row.outcome;
    node.dataset['pid'] = String(row.pid);
    node.dataset['name'] = row.name;
    node.dataset['result'] = row.result;
    put(time!, clockWord(row.time));
    put(who!, processWord(row.pid, this.#names));
    put(name!, row.name);
    put(detail!, row.detail);
    put(result!, row.result);
    const whole = `#${row.id}  ${row.detail}`;
    if ((detail as HTMLElement).title !== whole) (detail as HTMLElement).title = whole;
  }
}

const CELLS = ['time', 'who', 'name', 'detail', 'result'];
function logRow(): HTMLElement {
  return element('div', { class: 'log-row', role: 'row' }, ...CELLS.map((name) => element('span', { class: name, role: 'cell' })));
}
