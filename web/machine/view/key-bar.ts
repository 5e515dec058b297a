// The keys that a phone's keyboard lacks. Ctrl stays down for the next key.

import { byId, element } from '../../shared/elements.js';

/** Label, name for a screen reader, key name for the screen's keyboard, and what a serial terminal sends for it. */
const KEYS: readonly { readonly label: string; readonly name: string; readonly key: string; readonly serial: string }[] = [
  { label: 'esc', name: 'Escape', key: 'Escape', serial: '\x1b' },
  { label: 'tab', name: 'Tab', key: 'Tab', serial: '\t' },
  { label: '↑', name: 'Arrow up', key: 'ArrowUp', serial: '\x1b[A' },
  { label: '↓', name: 'Arrow down', key: 'ArrowDown', serial: '\x1b[B' },
  { label: '←', name: 'Arrow left', key: 'ArrowLeft', serial: '\x1b[D' },
  { label: '→', name: 'Arrow right', key: 'ArrowRight', serial: '\x1b[C' },
  { label: '|', name: 'Vertical bar', key: '|', serial: '|' },
  { label: '/', name: 'Slash', key: '/', serial: '/' },
  { label: '-', name: 'Hyphen', key: '-', serial: '-' },
  { label: '⏎', name: 'Enter', key: 'Enter', serial: '\r' },
];

export interface KeyBarActions {
  /** A key name for the screen's keyboard, and what it is on a serial line. */
  press(key: string, serial: string): void;
  /** Brings the phone's own keyboard up. */
  keyboard(): void;
}

/** What Ctrl makes of a character on a serial line. */
export function controlCode(character: string): string | undefined {
  const code = character.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : undefined;
}

export class KeyBar {
  readonly #control = element('button', { type: 'button', 'aria-pressed': 'false' }, 'ctrl');

  constructor(actions: KeyBarActions) {
    const bar = byId('keys');
    const button = (label: string, name: string, act: () => void): HTMLButtonElement => {
      const made = element('button', { type: 'button', 'aria-label': name }, label);
      made.addEventListener('click', act);
      return made;
    };
    this.#control.addEventListener('click', () => this.#hold(this.#control.getAttribute('aria-pressed') !== 'true'));
    const keyboard = button('⌨', 'Keyboard', actions.keyboard);
    keyboard.classList.add('picture');
    bar.append(
      keyboard,
      this.#control,
      ...KEYS.map(({ label, name, key, serial }) =>
        button(label, name, () => {
          const held = this.takeControl();
          actions.press(held ? `ctrl+${key}` : key, held ? (controlCode(serial) ?? serial) : serial);
        }),
      ),
    );
    // A press must not take the focus from what is typed into: the phone's keyboard would go.
    bar.addEventListener('pointerdown', (event) => event.preventDefault());
  }

  /** Whether Ctrl is held; it is let go by asking. */
  takeControl(): boolean {
    const held = this.#control.getAttribute('aria-pressed') === 'true';
    if (held) this.#hold(false);
    return held;
  }

  #hold(held: boolean): void {
    this.#control.setAttribute('aria-pressed', String(held));
  }
}
