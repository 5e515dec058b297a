// A log as it is read: bounded, filtered, and standing still while somebody reads.

import type { LogRow, Outcome } from './log-rows.js';

/** What is looked for. Everything left out fits. */
export interface LogFilter {
  readonly pid?: number | undefined;
  readonly name?: string | undefined;
  readonly outcome?: Outcome | undefined;
  /** In name, detail or result, whatever its case. */
  readonly text?: string | undefined;
}

/** A row's texts in small letters. Those of an answered call do not change again. */
const texts = new WeakMap<LogRow, string>();
function textOf(row: LogRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = `${row.name} ${row.detail} ${row.result}`.toLowerCase();
  if (row.outcome !== 'waits') texts.set(row, text);
  return text;
}

export function fits(row: LogRow, { pid, name, outcome, text }: LogFilter): boolean {
  if (pid !== undefined && row.pid !== pid && !row.about.includes(pid)) return false;
  if (name !== undefined && row.name !== name) return false;
  if (outcome !== undefined && row.outcome !== outcome) return false;
  return text === undefined || textOf(row).includes(text.toLowerCase());
}

export class LogModel<Row extends LogRow> {
  #rows: Row[] = [];
  #filter: LogFilter = {};
  #shown: readonly Row[] = this.#rows;
  #stale = false;
  /** What is read while it stands still. */
  #still: readonly Row[] | undefined;
  /** Number of the last row when it stopped. */
  #stoppedAt = 0;
  #dropped = 0;

  /** `kept` in rows: the newest. */
  constructor(readonly kept = 10_000) {}

  /** Rows there are, filtered or not. */
  get size(): number {
    return this.#rows.length;
  }
  /** Rows that went because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }
  get filter(): LogFilter {
    return this.#filter;
  }
  set filter(filter: LogFilter) {
    const { pid, name, outcome, text } = filter;
    this.#filter = { pid, name, outcome, text: text === '' ? undefined : text };
    this.#stale = true;
    // Another question is a new look.
    if (this.#still) this.still(true);
  }

  get #filtered(): boolean {
    const { pid, name, outcome, text } = this.#filter;
    return pid !== undefined || name !== undefined || outcome !== undefined || text !== undefined;
  }

  /** Takes new rows. `changed`: rows given before have changed, so that others may fit now. */
  add(rows: readonly Row[], changed = false): void {
    if (rows.length === 0 && !changed) return;
    for (const row of rows) this.#rows.push(row);
    // In pieces: cutting an array of 10,000 for every row is dear.
    const most = this.kept + Math.min(1000, this.kept);
    if (this.#rows.length > most) {
      this.#dropped += this.#rows.length - this.kept;
      this.#rows = this.#rows.slice(-this.kept);
    }
    this.#stale = true;
  }

  /** Stops showing what is new, or goes on. */
  still(on: boolean): void {
    if (!on) this.#still = undefined;
    else {
      this.#still = [...this.#live()];
      this.#stoppedAt = this.#rows.at(-1)?.id ?? 0;
    }
  }
  get isStill(): boolean {
    return this.#still !== undefined;
  }

  #live(): readonly Row[] {
    if (this.#stale) {
      this.#shown = this.#filtered ? this.#rows.filter((row) => fits(row, this.#filter)) : this.#rows;
      this.#stale = false;
    }
    return this.#shown;
  }

  /** The rows to show, oldest first. */
  get shown(): readonly Row[] {
    return this.#still ?? this.#live();
  }

  /** Rows that would be shown if it did not stand still. */
  get waiting(): number {
    if (!this.#still) return 0;
    const live = this.#live();
    let low = 0;
    for (let high = live.length; low < high;) {
      const middle = (low + high) >> 1;
      if (live[middle]!.id > this.#stoppedAt) high = middle;
      else low = middle + 1;
    }
    return live.length - low;
  }
}
