// Which key presses go to a machine, and how a person gets out again. No DOM: what an element makes of it is in view/.
//
// Everything goes to the machine but what the browser needs (F5, F11, F12, Meta, Ctrl+Shift with I, J, C, V). Control and the left Alt pressed together and
// let go without another key leave. Until something has been typed since the focus came, Tab still moves on, so that nobody is trapped by passing through.

/** The parts of a KeyboardEvent that matter. */
export interface KeyPress {
  readonly type: 'keydown' | 'keyup';
  /** KeyboardEvent.code: the physical key. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
}

/** What is to be done about one. `browser`: leave it alone. */
export type Verdict =
  | { readonly kind: 'browser' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'send'; readonly code: string; readonly what: 'down' | 'up' | 'repeat' };

const BROWSER: Verdict = { kind: 'browser' };
const SWALLOW: Verdict = { kind: 'swallow' };

const BROWSER_KEYS: ReadonlySet<string> = new Set(['F5', 'F11', 'F12', 'MetaLeft', 'MetaRight']);
/** With Ctrl+Shift: the browser's own tools, copy and paste. */
const BROWSER_CHORDS: ReadonlySet<string> = new Set(['KeyI', 'KeyJ', 'KeyC', 'KeyV']);
const LEAVE_KEYS: ReadonlySet<string> = new Set(['ControlLeft', 'ControlRight', 'AltLeft']);

/** The keys that one focused element holds down. */
export class KeyCapture {
  readonly #down = new Set<string>();
  /** Something was typed since the focus came. */
  #typed = false;
  /** Control and Alt are or were down together, and nothing else came between. */
  #leaving = false;

  /** Keys that the machine believes are down. */
  get held(): readonly string[] {
    return [...this.#down];
  }

  /** The focus came. `typing`: by a click on the element, so that Tab goes to the machine at once. */
  focus(typing: boolean): void {
    this.#typed = typing;
    this.#leaving = false;
  }

  /** The focus went, or the window's did: the codes to release. */
  blur(): readonly string[] {
    const held = this.held;
    this.#down.clear();
    this.#typed = false;
    this.#leaving = false;
    return held;
  }

  press(key: KeyPress): Verdict {
    return key.type === 'keydown' ? this.#pressed(key) : this.#released(key.code);
  }

  #pressed(key: KeyPress): Verdict {
    const { code, ctrlKey, shiftKey, altKey, metaKey, repeat } = key;
    if (code === '' || metaKey || BROWSER_KEYS.has(code)) return BROWSER;
    if (ctrlKey && shiftKey && BROWSER_CHORDS.has(code)) return BROWSER;
    if (code === 'Tab' && !this.#typed && !ctrlKey && !altKey) return BROWSER;
    if (repeat) return this.#down.has(code) ? { kind: 'send', code, what: 'repeat' } : SWALLOW;
    this.#down.add(code);
    const modifier = /^(Control|Alt|Shift)/.test(code);
    if (!modifier) this.#typed = true;
    const both = this.#down.has('AltLeft') && (this.#down.has('ControlLeft') || this.#down.has('ControlRight'));
    this.#leaving = both && [...this.#down].every((held) => LEAVE_KEYS.has(held));
    return { kind: 'send', code, what: 'down' };
  }

  #released(code: string): Verdict {
    if (!this.#down.delete(code)) return BROWSER;
    // The machine hears of the keys that go up by the blur that follows.
    if (this.#leaving && LEAVE_KEYS.has(code)) {
      this.#down.add(code);
      return { kind: 'leave' };
    }
    return { kind: 'send', code, what: 'up' };
  }
}
