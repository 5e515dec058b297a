// The screen as an element: its size, the keyboard while it has the focus, the pointer over it, and the soft keyboard of a phone.

import { GpuvisorError } from '../../../src/isa/errors.js';
import { keyEvent, keyPress, keyRepeat, pointerEvent, textKeys, type PointerButton } from '../../../src/machine/input/index.js';
import { byId } from '../../shared/elements.js';
import { fitScreen, pixelAt } from '../input/geometry.js';
import { KeyCapture } from '../input/key-capture.js';
import { focusBehind } from './focus.js';
import { keyPressOf } from './key-press.js';

const BUTTONS: readonly (PointerButton | undefined)[] = ['left', 'middle', 'right'];
/** What stands in the soft keyboard's field, so that its backspace has something to delete. */
const SENTINEL = ' ';

/** What the screen does for others. */
export interface ScreenActions {
  /** Records for the keyboard or the pointer. */
  input(to: 'keyboard' | 'pointer', records: Uint8Array): void;
  /** Text to be typed, however long. */
  type(text: string): void;
  /** Something a person should read. */
  say(error: unknown): void;
  /** The keyboard goes to the screen from now on, or no longer. */
  captured(on: boolean): void;
}

export class ScreenView {
  readonly canvas = byId<HTMLCanvasElement>('screen');
  readonly #glass = byId('glass');
  readonly #soft = byId<HTMLTextAreaElement>('soft-keys');
  readonly #keys = new KeyCapture();
  /** A press of the pointer is what brings the focus. */
  #pressing = false;
  #transferred = false;
  #move: { x: number; y: number } | undefined;

  constructor(private readonly actions: ScreenActions) {
    this.#keyboard();
    this.#pointer();
    this.#softKeyboard();
    const sizes = new ResizeObserver(() => this.#fit());
    sizes.observe(this.#glass);
    // What stands above may move it.
    sizes.observe(document.body);
    document.addEventListener('fullscreenchange', () => this.#fit());
    byId('screen-full').addEventListener('click', () => void this.#fullScreen());
  }

  /** The canvas, to be drawn to by somebody else; it can be handed over once. */
  transfer(): OffscreenCanvas | undefined {
    if (this.#transferred) return undefined;
    this.#transferred = true;
    return this.canvas.transferControlToOffscreen();
  }

  /** A line over the picture; none for ''. */
  veil(text: string): void {
    byId('veil').textContent = text;
  }

  /** A key of the key bar. @throws GpuvisorError BAD_ARGUMENT */
  key(name: string): void {
    this.actions.input('keyboard', keyPress(name));
  }

  /** Brings the phone's keyboard up, or takes it away. */
  toggleSoftKeyboard(): void {
    if (document.activeElement === this.#soft) this.#soft.blur();
    else this.#soft.focus();
  }

  /** What a letter typed on the soft keyboard is made into; the key bar's Ctrl sets it. */
  chord: (character: string) => string | undefined = () => undefined;

  #fit(): void {
    const { clientWidth, clientHeight } = this.#glass;
    if (clientWidth === 0) return;
    const full = document.fullscreenElement === this.#glass;
    const width = clientWidth - 2 * parseFloat(getComputedStyle(this.#glass).paddingLeft);
    const fit = fitScreen({ width, height: full ? clientHeight : Infinity }, devicePixelRatio);
    this.canvas.style.width = `${fit.width}px`;
    this.canvas.style.height = `${fit.height}px`;
    this.canvas.dataset['crisp'] = String(fit.crisp);
    this.#align();
  }

  /** Onto the display's pixels: lines of text above it end between them. */
  #align(): void {
    const { style } = this.canvas;
    style.translate = 'none';
    const { x, y } = this.canvas.getBoundingClientRect();
    const off = (place: number): number => Math.round(place * devicePixelRatio) / devicePixelRatio - place;
    style.translate = `${off(x + scrollX)}px ${off(y + scrollY)}px`;
  }

  async #fullScreen(): Promise<void> {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await this.#glass.requestFullscreen();
      this.canvas.focus();
    } catch {
      this.actions.say(new GpuvisorError('BAD_ARGUMENT', 'this browser shows no element on the full screen', 'make the window larger'));
    }
  }

  #keyboard(): void {
    const { canvas } = this;
    const press = (event: KeyboardEvent): void => {
      const verdict = this.#keys.press(keyPressOf(event));
      if (verdict.kind === 'browser') return;
      event.preventDefault();
      event.stopPropagation();
      if (verdict.kind === 'leave') {
        if (document.fullscreenElement) void document.exitFullscreen();
        focusBehind(byId('screen-pane'));
      } else if (verdict.kind === 'send') this.#key(verdict.code, verdict.what);
      else if (verdict.kind === 'tap') {
        for (const code of verdict.lift) this.#key(code, 'up');
        this.actions.input('keyboard', keyPress(verdict.character));
        for (const code of verdict.again) this.#key(code, 'down');
      }
    };
    canvas.addEventListener('keydown', press);
    canvas.addEventListener('keyup', press);
    canvas.addEventListener('focus', () => {
      this.#keys.focus(this.#pressing);
      this.actions.captured(true);
    });
    canvas.addEventListener('blur', () => {
      for (const code of this.#keys.blur()) this.#key(code, 'up');
      this.actions.captured(false);
    });
    // Ctrl+Shift+V, and the browser's menu.
    document.addEventListener('paste', (event) => {
      if (document.activeElement !== canvas) return;
      event.preventDefault();
      this.actions.type(event.clipboardData?.getData('text/plain') ?? '');
    });
  }

  /** A key that the guest's keyboard does not have is nobody's mistake. */
  #key(code: string, what: 'down' | 'up' | 'repeat'): void {
    try {
      this.actions.input('keyboard', what === 'repeat' ? keyRepeat(code) : keyEvent(code, what === 'down'));
    } catch (e) {
      if (!(e instanceof GpuvisorError)) throw e;
    }
  }

  #pointer(): void {
    const { canvas } = this;
    const at = (event: PointerEvent): { x: number; y: number } =>
      pixelAt({ x: event.clientX, y: event.clientY }, canvas.getBoundingClientRect());
    const send = (type: 'move' | 'down' | 'up', place: { x: number; y: number }, button?: PointerButton): void =>
      this.actions.input('pointer', pointerEvent({ type, ...place, ...(button && { button }) }));
    const flush = (): void => {
      if (this.#move) send('move', this.#move);
      this.#move = undefined;
    };
    canvas.addEventListener('pointermove', (event) => {
      // One move a frame is as much as can be seen.
      if (!this.#move) requestAnimationFrame(flush);
      this.#move = at(event);
    });
    canvas.addEventListener('pointerdown', (event) => {
      const button = BUTTONS[event.button];
      if (!button) return;
      this.#pressing = true;
      canvas.focus({ preventScroll: true });
      this.#pressing = false;
      this.#keys.focus(true);
      canvas.setPointerCapture(event.pointerId);
      flush();
      send('down', at(event), button);
    });
    const up = (event: PointerEvent): void => {
      const button = BUTTONS[event.button];
      if (!button) return;
      flush();
      send('up', at(event), button);
    };
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', (event) => send('up', at(event), 'left'));
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  }

  /** Soft keyboards tell of text, not of keys. */
  #softKeyboard(): void {
    const soft = this.#soft;
    soft.value = SENTINEL;
    let composing = false;
    const take = (): void => {
      if (composing) return;
      const { value } = soft;
      soft.value = SENTINEL;
      if (value.length < SENTINEL.length) return this.key('Backspace');
      const text = value.startsWith(SENTINEL) ? value.slice(SENTINEL.length) : value;
      const chord = text.length === 1 ? this.chord(text) : undefined;
      try {
        this.actions.input('keyboard', chord ? keyPress(chord) : textKeys(text));
      } catch (e) {
        this.actions.say(e);
      }
    };
    soft.addEventListener('compositionstart', () => (composing = true));
    soft.addEventListener('compositionend', () => {
      composing = false;
      take();
    });
    soft.addEventListener('input', take);
    soft.addEventListener('focus', () => {
      soft.setSelectionRange(SENTINEL.length, SENTINEL.length);
      this.actions.captured(true);
    });
    soft.addEventListener('blur', () => this.actions.captured(false));
  }
}
