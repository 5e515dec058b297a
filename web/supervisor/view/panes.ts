// Where there is room for one pane only: which it is. Elsewhere all are there.

import { byId } from '../../shared/elements.js';

export class Panes {
  constructor(private readonly changed: () => void) {
    for (const button of document.querySelectorAll<HTMLElement>('.switch [data-shows]')) {
      button.addEventListener('click', () => this.show(button.dataset['shows']!));
    }
  }

  /** Brings the panes of a name in front. */
  show(name: string): void {
    for (const button of document.querySelectorAll<HTMLElement>('.switch [data-shows]')) {
      button.setAttribute('aria-pressed', String(button.dataset['shows'] === name));
    }
    for (const pane of byId('stage').querySelectorAll<HTMLElement>('.view')) {
      pane.dataset['front'] = String(pane.dataset['view'] === name);
    }
    document.body.dataset['shows'] = name;
    this.changed();
  }
}
