// The snapshots that this browser keeps, and what the automatic save is doing.

import { byId, element } from '../../shared/elements.js';
import type { SessionState, SnapshotInfo } from '../protocol.js';

export interface ShelfActions {
  save(name: string): void;
  restore(name: string): void;
  download(name: string | undefined): void;
  remove(name: string): void;
}

/** Bytes as "5.1 MB". */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** A time as a reader says it: today's by the clock, others with their day. */
export function when(iso: string, now = new Date()): string {
  const time = new Date(iso);
  const clock = time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return time.toDateString() === now.toDateString() ? clock : `${time.toLocaleDateString(undefined, { dateStyle: 'medium' })}, ${clock}`;
}

/** The first "snapshot-N" that is free. Agents know snapshots by the same names, so they have no spaces. */
export function freeName(taken: readonly string[]): string {
  for (let n = 1; ; n++) if (!taken.includes(`snapshot-${n}`)) return `snapshot-${n}`;
}

export class ShelfView {
  readonly #name = byId<HTMLInputElement>('snapshot-name');
  /** The name that the page proposed: not to be kept when it is taken. */
  #proposed = '';

  constructor(private readonly actions: ShelfActions) {
    byId<HTMLFormElement>('save-form').addEventListener('submit', (event) => {
      event.preventDefault();
      actions.save(this.#name.value.trim());
    });
    byId('download').addEventListener('click', () => actions.download(undefined));
  }

  enable(on: boolean): void {
    byId<HTMLButtonElement>('save').disabled = !on;
    byId<HTMLButtonElement>('download').disabled = !on;
  }

  show(snapshots: readonly SnapshotInfo[]): void {
    byId('snapshots').replaceChildren(...snapshots.map((s) => this.#row(s)));
    if (this.#name.value === this.#proposed || snapshots.some((s) => s.name === this.#name.value)) {
      this.#proposed = freeName(snapshots.map((s) => s.name));
      this.#name.value = this.#proposed;
    }
  }

  session(session: SessionState): void {
    const line = byId('session');
    line.dataset['kind'] = session.kind;
    switch (session.kind) {
      case 'off':
        line.textContent = `Not saved by itself: ${session.why}.`;
        break;
      case 'none':
        line.textContent = 'Saved in this browser by itself, whenever the machine has come to rest; a reload goes on from there.';
        break;
      case 'saved':
        line.textContent = `Saved by itself at ${when(session.savedAt)} (${megabytes(session.size)}); a reload goes on from there.${
          session.newer ? ' What came since is saved when the machine rests.' : ''
        }`;
        line.dataset['newer'] = String(session.newer);
        break;
      case 'failed':
        line.textContent = `The automatic save failed: ${session.trouble.message}. ${session.savedAt ? `The one of ${when(session.savedAt)} is still there.` : ''}`;
    }
  }

  #row(snapshot: SnapshotInfo): HTMLElement {
    const { name, title, savedAt, size } = snapshot;
    const button = (label: string, act: () => void): HTMLButtonElement => {
      const made = element('button', { type: 'button', 'aria-label': `${label} ${name}` }, label);
      made.addEventListener('click', act);
      return made;
    };
    return element(
      'li',
      { 'data-snapshot': name },
      element(
        'span',
        { class: 'what' },
        element('strong', {}, name),
        element('small', {}, `${title} · ${when(savedAt)} · ${megabytes(size)}`),
      ),
      element(
        'span',
        { class: 'does' },
        button('Restore', () => this.actions.restore(name)),
        button('Download', () => this.actions.download(name)),
        button('Delete', () => this.actions.remove(name)),
      ),
    );
  }
}
