// The record: whether it is kept, whether it holds, as a file, and what of earlier epochs there is to read.

import type { LogInfo, Past, StoreState, Verdict } from '../../../src/supervisor/axiom/index.js';
import { byId, grouped } from '../../shared/elements.js';
import { shownText } from '../model/words.js';
import { choices, put } from './keyed.js';
import { damageWord, progressWord, verdict } from './replay.js';

/** Names that are told. */
const NAMED = 8;

/** Who was there. */
function there(processes: Past['processes']): string {
  const names = processes.filter(({ pid }) => pid !== 0).map(({ name }) => shownText(name, 32));
  if (names.length === 0) return 'nothing ran';
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `there were ${names.slice(0, NAMED).join(', ')}${more}`;
}

export interface RecordActions {
  verify(): void;
  export(): void;
  open(file: File): void;
  read(log: number): void;
}

export class RecordView {
  constructor(actions: RecordActions) {
    byId('verify').addEventListener('click', () => actions.verify());
    byId('export').addEventListener('click', () => actions.export());
    const file = byId<HTMLInputElement>('log-file');
    byId('open-log').addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      const chosen = file.files?.[0];
      file.value = '';
      if (chosen) actions.open(chosen);
    });
    byId('kept-form').addEventListener('submit', (event) => {
      event.preventDefault();
      const { value } = byId<HTMLSelectElement>('kept');
      if (value !== '') actions.read(Number(value));
    });
  }

  /** There is a log to verify and to export. */
  enable(): void {
    for (const id of ['verify', 'export']) byId<HTMLButtonElement>(id).disabled = false;
  }

  store({ mode, reason, stored, pending }: StoreState): void {
    const line = byId('store-state');
    line.dataset['mode'] = mode;
    line.dataset['pending'] = String(pending);
    const waits = pending > 0 ? `, ${grouped(pending)} on their way` : '';
    put(line, mode === 'stored' ? `In IndexedDB: record ${grouped(stored)}${waits}` : `In memory only: ${reason ?? 'there is no store'}`);
  }

  /** So much of the log has been walked. */
  verifying(done: number, total: number): void {
    verdict('verdict', 'open', progressWord(done, total));
  }

  /** `from`: number of the first record that was looked at. */
  verified({ damage, commits }: Verdict, from: number, milliseconds: number): void {
    const line = byId('verdict');
    line.dataset['commits'] = String(commits);
    if (damage) return verdict('verdict', 'bad', `${grouped(commits)} records hold. Damaged at ${damageWord(damage)}.`);
    const since = from > 1 ? `, from ${grouped(from)} on` : '';
    verdict(
      'verdict',
      'good',
      `All ${grouped(commits)} records hold${since}: hashes, order, and every commit against the state before it. ${Math.round(milliseconds)} ms.`,
    );
  }

  /** What the epochs before this one said. `same`: whether the state is the one the page had when it was left; undefined: it noted none. */
  past(past: Past | undefined, same: boolean | undefined): void {
    const line = byId('past');
    if (!past) return put(line, 'This is the first epoch in this browser.');
    const { damage, commits, epoch, processes } = past;
    const box = byId('past-notice');
    box.hidden = !damage;
    if (damage) {
      const text = `The log of the epochs before is damaged at ${damageWord(damage)}. It is kept for reading, and a new log has begun.`;
      box.textContent = text;
      line.dataset['damage'] = String(damage.seq);
      return put(line, text);
    }
    const hash =
      same === undefined
        ? ''
        : same
          ? ' Its state is the one that the page had when it was left.'
          : ' Its state is not the one that the page had when it was left.';
    line.dataset['same'] = String(same);
    put(
      line,
      `Before this: up to epoch ${epoch}, ${grouped(commits)} records, verified and replayed; at its end ${there(processes)}.${hash}`,
    );
  }

  /** The logs that the store has. */
  kept(logs: readonly LogInfo[]): void {
    const select = byId<HTMLSelectElement>('kept');
    const options = logs.map(({ id, damage }) => ({
      value: String(id),
      text: damage ? `log ${id}, damaged at ${damage.seq} (${damage.kind})` : `log ${id}, this one`,
    }));
    choices(select, 0, options.reverse());
    if (options.length > 0 && select.value === '') select.value = options[0]!.value;
    select.disabled = byId<HTMLButtonElement>('read-kept').disabled = options.length === 0;
  }
}
