// The list of suites on a page: choosing before a run, progress and verdicts during and after it.

import { duration, element, grouped } from './elements.js';

/** A suite as a reader sees it. */
export interface SuiteRow {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly chosen: boolean;
  /** What is counted, plural. */
  readonly unit: string;
  /** When the reader may say how many. */
  readonly count?: { readonly initial: number; readonly most: number };
}

export type RowState = 'idle' | 'running' | 'passed' | 'failed' | 'stopped';

export interface RowProgress {
  readonly done: number;
  readonly total: number;
  /** Left out where nothing can fail. */
  readonly failures?: number;
  readonly doing: string;
}

/** The word for each state. */
export type Verdicts = Readonly<Record<RowState, string>>;

export const VERDICTS: Verdicts = { idle: '', running: '', passed: 'passed', failed: 'failed', stopped: 'stopped' };

class Row {
  readonly #box = element('input', { type: 'checkbox' });
  readonly #count: HTMLInputElement | undefined;
  readonly #bar = element('progress', { max: '1', value: '0' });
  readonly #done = element('span', { 'data-part': 'done' });
  readonly #failures = element('span', { 'data-part': 'failures' });
  readonly #elapsed = element('span', { 'data-part': 'elapsed' });
  readonly #verdict = element('span', { class: 'verdict', 'data-part': 'verdict' });
  readonly #doing = element('span', { class: 'doing', 'data-part': 'doing' });
  readonly #progress: HTMLElement;
  readonly node: HTMLElement;
  #since = 0;

  constructor(
    readonly suite: SuiteRow,
    private readonly verdicts: Verdicts,
  ) {
    const { name, title, about, unit, count } = suite;
    this.#box.id = `choose-${name}`;
    this.#box.checked = suite.chosen;
    const label = element(
      'label',
      { for: this.#box.id },
      this.#box,
      element('span', { class: 'name' }, title),
      element('span', { class: 'about' }, about),
    );
    const choice = element('div', { class: 'choice' }, label);
    if (count) {
      this.#count = element('input', {
        type: 'number',
        id: `count-${name}`,
        min: '1',
        max: String(count.most),
        step: '1',
        required: '',
        inputmode: 'numeric',
      });
      this.#count.value = String(count.initial);
      choice.append(element('label', { class: 'field' }, this.#count, unit));
    }
    this.#bar.setAttribute('aria-label', `${title}: progress`);
    const figures = element('p', { class: 'figures' }, this.#verdict, this.#done, this.#failures, this.#elapsed, this.#doing);
    this.#progress = element('div', { class: 'progress' }, this.#bar, figures);
    this.node = element('li', { class: 'suite', 'data-suite': name, 'data-state': 'idle' }, choice, this.#progress);
    this.state('idle');
  }

  get chosen(): boolean {
    return this.#box.checked;
  }

  get count(): number {
    return this.#count ? this.#count.valueAsNumber : 0;
  }

  setCount(count: number): void {
    if (this.#count) this.#count.value = String(count);
  }

  lock(locked: boolean): void {
    this.#box.disabled = locked;
    if (this.#count) this.#count.disabled = locked;
  }

  get running(): boolean {
    return this.node.dataset['state'] === 'running';
  }

  /** Something has gone wrong in it so far. */
  get failed(): boolean {
    return Number(this.node.dataset['failures'] ?? 0) > 0;
  }

  state(state: RowState, since = performance.now()): void {
    if (state === 'running') this.#since = since;
    this.node.dataset['state'] = state;
    this.#progress.hidden = state === 'idle';
    this.#verdict.textContent = this.verdicts[state];
    if (state === 'passed') this.#bar.value = 1;
    if (state !== 'running') this.#doing.textContent = '';
  }

  /** `since`: when it began, which is before its first progress is heard of. */
  progress({ done, total, failures, doing }: RowProgress, since: number): void {
    if (!this.running) this.state('running', since);
    this.#bar.value = total > 0 ? Math.min(1, done / total) : 0;
    this.#done.textContent = `${grouped(done)} of ${grouped(Math.max(done, total))} ${this.suite.unit}`;
    this.node.dataset['done'] = String(done);
    if (failures !== undefined) {
      this.#failures.textContent = failures === 1 ? '1 failure' : `${grouped(failures)} failures`;
      this.node.dataset['failures'] = String(failures);
    }
    this.#doing.textContent = doing;
    this.tick();
  }

  tick(): void {
    if (this.running) this.#elapsed.textContent = duration((performance.now() - this.#since) / 1000);
  }

  clear(): void {
    for (const part of [this.#done, this.#failures, this.#elapsed]) part.textContent = '';
    this.#bar.value = 0;
    delete this.node.dataset['done'];
    delete this.node.dataset['failures'];
    this.state('idle');
  }
}

/** The rows, in order. */
export class SuiteList {
  readonly #rows: ReadonlyMap<string, Row>;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** When the suite that runs began: at the start, or when another was last heard of. */
  #since = 0;
  #heard = 0;
  #current = '';

  constructor(parent: HTMLElement, suites: readonly SuiteRow[], verdicts: Verdicts = VERDICTS) {
    this.#rows = new Map(suites.map((suite) => [suite.name, new Row(suite, verdicts)]));
    parent.replaceChildren(...[...this.#rows.values()].map((row) => row.node));
  }

  /** Names and counts of the suites that are ticked. */
  chosen(): { name: string; count: number }[] {
    return [...this.#rows.values()].filter((row) => row.chosen).map((row) => ({ name: row.suite.name, count: row.count }));
  }

  setCounts(counts: ReadonlyMap<string, number>): void {
    for (const [name, count] of counts) this.#rows.get(name)?.setCount(count);
  }

  /** A run begins: no more choosing, old figures go, clocks tick. */
  start(): void {
    for (const row of this.#rows.values()) {
      row.lock(true);
      row.clear();
    }
    this.#since = this.#heard = performance.now();
    this.#current = '';
    this.#timer = setInterval(() => this.#rows.forEach((row) => row.tick()), 200);
  }

  progress(name: string, progress: RowProgress): void {
    for (const row of this.#rows.values()) if (row.running && row.suite.name !== name) row.state(row.failed ? 'failed' : 'passed');
    if (this.#current !== name) {
      this.#since = this.#heard;
      this.#current = name;
    }
    this.#heard = performance.now();
    this.#rows.get(name)?.progress(progress, this.#since);
  }

  settle(name: string, state: RowState): void {
    this.#rows.get(name)?.state(state);
  }

  /** The run is over; rows that still ran did not come to their end. */
  end(): void {
    clearInterval(this.#timer);
    for (const row of this.#rows.values()) {
      row.lock(false);
      if (row.running) row.state('stopped');
    }
  }
}
