// Which key presses go to a machine, as what, and how a person gets out again. No DOM: what an element makes of it is in view/.
//
// A key that gives a character goes as the key that gives it on the guest's US keyboard, so that people type what stands on theirs; every other key goes by
// its place (KeyboardEvent.code). Everything goes to the machine but what the browser needs (F5, F11, F12, Meta, Ctrl+Shift with I, J, C, V) and caps lock,
// which has had its effect already. Control and the left Alt pressed together and let go without another key leave. Until something has been typed since
// the focus came, Tab still moves on, so that nobody is trapped by passing through.

import { KEYS } from '../../../src/machine/input/index.js';

/** The parts of a KeyboardEvent that matter. */
export interface KeyPress {
  readonly type: 'keydown' | 'keyup';
  /** The physical key. */
  readonly code: string;
  /** What it means: a character, or a name. */
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  /** getModifierState('AltGraph'). */
  readonly altGraph: boolean;
}

/** What is to be done about one. `browser`: leave it alone. */
export type Verdict =
  | { readonly kind: 'browser' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'swallow' }
  /** The key of this code goes down, up, or repeats. */
  | { readonly kind: 'send'; readonly code: string; readonly what: 'down' | 'up' | 'repeat' }
  /** A whole press of the character's keys, with those of `lift` up meanwhile; those of `again` go down behind it. */
  | { readonly kind: 'tap'; readonly character: string; readonly lift: readonly string[]; readonly again: readonly string[] };

const BROWSER: Verdict = { kind: 'browser' };
const SWALLOW: Verdict = { kind: 'swallow' };

const BROWSER_KEYS: ReadonlySet<string> = new Set(['F5', 'F11', 'F12', 'MetaLeft', 'MetaRight', 'CapsLock']);
/** With Ctrl+Shift: the browser's own tools, copy and paste. */
const BROWSER_CHORDS: ReadonlySet<string> = new Set(['KeyI', 'KeyJ', 'KeyC', 'KeyV']);
const LEAVE_KEYS: ReadonlySet<string> = new Set(['ControlLeft', 'ControlRight', 'AltLeft']);
const SHIFTS: readonly string[] = ['ShiftLeft', 'ShiftRight'];
/** What Windows holds down for AltGr. */
const ALT_GRAPH: readonly string[] = ['ControlLeft', 'AltRight'];

/** The key of the guest's keyboard for a character, and whether Shift belongs to it. */
const GUEST_KEYS = new Map<string, { readonly code: string; readonly shift: boolean }>();
for (const { code, plain, shifted } of KEYS) {
  for (const [character, shift] of [[plain, false] as const, [shifted, true] as const]) {
    // The number pad gives some again.
    if (character !== undefined && !GUEST_KEYS.has(character)) GUEST_KEYS.set(character, { code, shift });
  }
}

/** The keys that one focused element holds down. */
export class KeyCapture {
  /** Codes that are down here, and the code that was sent for each. */
  readonly #down = new Map<string, string>();
  /** Something was typed since the focus came. */
  #typed = false;
  /** Control and Alt are or were down together, and nothing else came between. */
  #leaving = false;

  /** Keys that the machine believes are down. */
  get held(): readonly string[] {
    return [...new Set(this.#down.values())];
  }

  /** The focus came. `typing`: by a click on the element, so that Tab goes to the machine at once. */
  focus(typing: boolean): void {
    this.#typed = typing;
    this.#leaving = false;
  }

  /** The focus went, or the window's did: the codes to release. */
  blur(): readonly string[] {
    const { held } = this;
    this.#down.clear();
    this.#typed = false;
    this.#leaving = false;
    return held;
  }

  press(key: KeyPress): Verdict {
    return key.type === 'keydown' ? this.#pressed(key) : this.#released(key.code);
  }

  #pressed(press: KeyPress): Verdict {
    const { code, key, ctrlKey, shiftKey, altKey, metaKey, repeat, altGraph } = press;
    if (code === '' || metaKey || BROWSER_KEYS.has(code)) return BROWSER;
    if (ctrlKey && shiftKey && BROWSER_CHORDS.has(code)) return BROWSER;
    if (code === 'Tab' && !this.#typed && !ctrlKey && !altKey) return BROWSER;
    if (!/^(Control|Alt|Shift)/.test(code)) this.#typed = true;
    const wanted = GUEST_KEYS.get(key);
    const tap = wanted && this.#tap(key, wanted.shift, altGraph, ctrlKey || altKey);
    if (tap) return tap;
    const sent = wanted?.code ?? code;
    if (repeat) return this.#down.has(code) ? { kind: 'send', code: sent, what: 'repeat' } : SWALLOW;
    this.#down.set(code, sent);
    const both = this.#down.has('AltLeft') && (this.#down.has('ControlLeft') || this.#down.has('ControlRight'));
    this.#leaving = both && [...this.#down.keys()].every((held) => LEAVE_KEYS.has(held));
    return { kind: 'send', code: sent, what: 'down' };
  }

  /** A character whose Shift is not as it is held here, or that AltGr gives: it is typed whole. */
  #tap(character: string, shift: boolean, altGraph: boolean, chord: boolean): Verdict | undefined {
    const held = (codes: readonly string[]): string[] => codes.filter((code) => this.#down.has(code));
    if (altGraph) {
      const lift = held([...ALT_GRAPH, ...SHIFTS]);
      for (const code of lift) this.#down.delete(code);
      return { kind: 'tap', character, lift, again: [] };
    }
    const shifts = held(SHIFTS);
    // The letter of a chord is a place on the keyboard, not an upper or lower case.
    if (chord || shift === shifts.length > 0) return undefined;
    return { kind: 'tap', character, lift: shifts, again: shifts };
  }

  #released(code: string): Verdict {
    const sent = this.#down.get(code);
    if (sent === undefined) return BROWSER;
    // The machine hears of the keys that go up by the blur that follows.
    if (this.#leaving && LEAVE_KEYS.has(code)) return { kind: 'leave' };
    this.#down.delete(code);
    return { kind: 'send', code: sent, what: 'up' };
  }
}
