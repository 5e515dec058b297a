// The buttons and the status line that both pages have.

import { byId } from './elements.js';
import type { RowState } from './suites.js';

/** Start, Stop, Download and the line beside them. */
export class Controls {
  readonly form = byId<HTMLFormElement>('choices');
  readonly #start = byId<HTMLButtonElement>('start');
  readonly #stop = byId<HTMLButtonElement>('stop');
  readonly #download = byId<HTMLButtonElement>('download');
  readonly #status = byId('status');

  /** `start` is called with valid inputs only. */
  constructor(actions: { readonly start: () => void; readonly stop: () => void; readonly download: () => void }) {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      actions.start();
    });
    this.#stop.addEventListener('click', () => {
      this.#stop.disabled = true;
      this.say('running', 'Stopping…');
      actions.stop();
    });
    this.#download.addEventListener('click', actions.download);
  }

  /** Nothing can be started here. */
  forbid(): void {
    this.#start.disabled = true;
  }

  say(state: RowState, sentence: string): void {
    this.#status.dataset['state'] = state;
    this.#status.textContent = sentence;
  }

  running(): void {
    this.#start.disabled = true;
    this.#stop.disabled = false;
    this.#download.disabled = true;
  }

  ended(hasReport: boolean): void {
    this.#start.disabled = false;
    this.#stop.disabled = true;
    this.#download.disabled = !hasReport;
  }
}
