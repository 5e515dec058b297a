// What the screen showed when: numbered texts, so that a caller can ask for what is new since then.

/** Rows of text, without trailing spaces and without empty rows at the end. */
export type Rows = readonly string[];

/** The last texts of a screen, numbered from 1. */
export class ScreenLog {
  readonly #texts = new Map<number, Rows>();
  #last = 0;

  constructor(
    /** Texts kept. */
    readonly capacity: number,
  ) {}

  /** The number of the last text; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /**
   * Takes note of what a screen that changed shows, undefined when that is not known; the number of that text. One that is as the last keeps its number.
   */
  note(rows: Rows | undefined): number {
    const known = this.#texts.get(this.#last);
    if (known && rows && known.length === rows.length && known.every((row, i) => row === rows[i])) return this.#last;
    this.#last++;
    if (rows) this.remember(this.#last, rows);
    return this.#last;
  }

  /** What text `number` was, as it turned out. */
  remember(number: number, rows: Rows): void {
    this.#texts.set(number, rows);
    for (const old of this.#texts.keys()) if (this.#texts.size > this.capacity && old !== number) this.#texts.delete(old);
  }

  /** What of `rows` is new since text `number`: all of it when that is not remembered. */
  newSince(number: number, rows: Rows): string {
    const old = this.#texts.get(number);
    return (old ? newRows(old, rows) : rows).join('\n');
  }
}

/** Splits what a screen shows into rows. */
export function rowsOf(text: string): Rows {
  const rows = text.split('\n').map((row) => row.trimEnd());
  while (rows.at(-1) === '') rows.pop();
  return rows;
}

/**
 * The rows that a screen got since it showed `old`. A terminal adds below what is there and moves everything up when it is full: so the old rows, from one of them
 * on, are the first of the new ones. Of the row where the cursor stood only what was added counts: a prompt is not new because something was typed behind it.
 */
export function newRows(old: Rows, now: Rows): Rows {
  let best = 0;
  let shift = 0;
  // A screen that got shorter was cleared; nothing on it has moved up.
  const most = now.length >= old.length ? old.length - 1 : 0;
  for (let s = 0; s <= most; s++) {
    let same = 0;
    while (same < now.length && s + same < old.length && old[s + same] === now[same]) same++;
    // A row that was added to is nearly as good as the same one.
    const grown = s + same < old.length && same < now.length && old[s + same] !== '' && now[same]!.startsWith(old[s + same]!);
    // All that was on the screen must have stayed or moved: a match that breaks off in mid-screen is a coincidence, except without a move.
    if (s > 0 && s + same + (grown ? 1 : 0) < old.length) continue;
    const score = 2 * same + (grown ? 1 : 0);
    if (score > best) [best, shift] = [score, s];
  }
  const first = best === 0 ? 0 : sameFrom(old, now, shift);
  const rest = now.slice(first);
  const before = old[shift + first];
  if (best > 0 && before !== undefined && before !== '' && rest.length > 0 && rest[0]!.startsWith(before)) {
    return [rest[0]!.slice(before.length), ...rest.slice(1)];
  }
  return rest;
}

function sameFrom(old: Rows, now: Rows, shift: number): number {
  let same = 0;
  while (same < now.length && shift + same < old.length && old[shift + same] === now[same]) same++;
  return same;
}
