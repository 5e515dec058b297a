// What the page has to say: one list of messages that stay until they are read, with at most one of each kind.

import { GpuvisorError } from '../../../src/isa/errors.js';
import { byId, element } from '../../shared/elements.js';

const MOST = 4;
/** What is no trouble goes by itself, ms. */
const NOTE_MS = 6000;

/** Something that can be done about a message. */
export interface Remedy {
  readonly label: string;
  act(): void;
}

export class Messages {
  readonly #list = byId('notices');

  /** Shows a sentence, and a second one in small. A message of the same `key` takes the place of the last. */
  say(sentence: string, options: { small?: string; key?: string; kind?: 'note' | 'trouble'; remedies?: readonly Remedy[] } = {}): void {
    const { small, key = sentence, kind = 'note', remedies = [] } = options;
    const text = element('p', {}, sentence, ...(small ? [element('small', {}, small)] : []));
    const does = element('span', { class: 'does' });
    const box = element(
      'div',
      { class: 'message', 'data-kind': kind, 'data-key': key, ...(kind === 'trouble' && { role: 'alert' }) },
      text,
      does,
    );
    for (const { label, act } of [...remedies, { label: 'Dismiss', act: () => undefined }]) {
      const button = element('button', { type: 'button', class: 'link' }, label);
      button.addEventListener('click', () => {
        box.remove();
        act();
      });
      does.append(button);
    }
    this.dismiss(key);
    this.#list.append(box);
    if (kind === 'note' && remedies.length === 0) setTimeout(() => box.remove(), NOTE_MS);
    while (this.#list.children.length > MOST) this.#list.firstElementChild!.remove();
  }

  /** Shows an error with its next step. */
  trouble(error: unknown, options: { key?: string; remedies?: readonly Remedy[] } = {}): void {
    if (error instanceof GpuvisorError) {
      const hint = error.hint && error.hint[0]!.toUpperCase() + error.hint.slice(1);
      this.say(`${capital(error.message)}.`.replace(/\.\.$/, '.'), {
        key: error.code,
        ...options,
        kind: 'trouble',
        ...(hint && { small: `${hint}${/[.?!]$/.test(hint) ? '' : '.'}` }),
      });
    } else {
      this.say(`Something went wrong: ${error instanceof Error ? error.message : String(error)}`, {
        key: 'INTERNAL',
        ...options,
        kind: 'trouble',
        small: 'Please report this with the browser and the adapter.',
      });
    }
  }

  /** Takes a message away. */
  dismiss(key: string): void {
    for (const box of this.#list.children) if ((box as HTMLElement).dataset['key'] === key) box.remove();
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
