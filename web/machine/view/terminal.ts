// A console as a terminal: xterm.js, with copy and paste, and the same way out as the screen has. The machine's serial line, and the processes' consoles.

import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { copyText } from '../../shared/clipboard.js';
import { byId } from '../../shared/elements.js';
import { KeyCapture } from '../input/key-capture.js';
import { focusBehind } from './focus.js';
import { keyPressOf } from './key-press.js';

/** What a guest takes a serial terminal to have unless it is told otherwise. */
const COLUMNS = 80;
const FONT_MOST = 14;
/** Below this, fewer columns are better than smaller letters. */
const FONT_LEAST = 10;
/** What xterm keeps for its scroll bar, CSS pixels. */
const SCROLLBAR = 15;
/** Width of a letter over its size, of the fonts this page asks for. */
const LETTER = 0.602;

export interface TerminalActions {
  /** What was typed or pasted. */
  text(text: string): void;
  /** The same, when it is no text: mouse reports of old. */
  bytes(bytes: Uint8Array): void;
  /** Something that was asked for did not work. */
  readonly fail: (error: unknown) => void;
}

/** Where a terminal stands, and what is different about it. */
export interface TerminalPlace {
  /** It fills this element. */
  readonly place: HTMLElement;
  /** Who leaves it goes behind this. */
  readonly pane: HTMLElement;
  /** Name for those who do not see it. */
  readonly label?: string;
  /** A line feed alone begins a line: programs that know no terminal. */
  readonly lineFeeds?: boolean;
  /** Lines kept above the screen. */
  readonly scrollback?: number;
}

/** The serial line of the machine's page. */
function serialLine(): TerminalPlace {
  return { place: byId('terminal'), pane: byId('serial-pane') };
}

export class TerminalView {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #keys = new KeyCapture();
  readonly #place: HTMLElement;
  readonly #pane: HTMLElement;
  readonly #size: ResizeObserver;

  constructor(
    private readonly actions: TerminalActions,
    { place, pane, label, lineFeeds = false, scrollback = 5000 }: TerminalPlace = serialLine(),
  ) {
    this.#place = place;
    this.#pane = pane;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim();
    this.#terminal = new Terminal({
      cols: COLUMNS,
      rows: 24,
      fontFamily: colour('--mono'),
      fontSize: 13,
      scrollback,
      convertEol: lineFeeds,
      screenReaderMode: false,
      // What a program calls a link is none here.
      linkHandler: { activate: () => undefined },
      theme: {
        background: colour('--glass'),
        foreground: colour('--glass-ink'),
        cursor: '#8cc4ae',
        cursorAccent: '#0c0d0c',
        selectionBackground: '#3a5a50',
      },
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.open(this.#place);
    this.#terminal.onData((text) => this.actions.text(text));
    this.#terminal.onBinary((text) => this.actions.bytes(Uint8Array.from(text, (c) => c.charCodeAt(0))));
    this.#keyboard();
    if (label !== undefined) this.#terminal.textarea!.setAttribute('aria-label', label);
    this.#size = new ResizeObserver(() => this.#resize());
    this.#size.observe(this.#place);
  }

  /** Shows output; `fresh` begins with an empty terminal. `done` when it has been taken in. */
  write(output: Uint8Array | string, fresh = false, done?: () => void): void {
    if (fresh) this.#terminal.reset();
    this.#terminal.write(output, done);
  }

  clear(): void {
    this.#terminal.clear();
  }

  /** Takes it out of the page. */
  dispose(): void {
    this.#size.disconnect();
    this.#terminal.dispose();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** A paste: xterm turns line ends into carriage returns, and brackets it where the guest asked for that. */
  paste(text: string): void {
    this.#terminal.paste(text);
  }

  /** The text there is, as a person would copy it. */
  text(): string {
    const buffer = this.#terminal.buffer.active;
    const lines: string[] = [];
    for (let i = 0; i < buffer.length; i++) {
      const line = buffer.getLine(i);
      if (!line) continue;
      const text = line.translateToString(true);
      if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    return lines.join('\n').trimEnd();
  }

  /** Copies what is selected, or everything. */
  copy(): void {
    copyText(this.#terminal.getSelection() || this.text()).catch(this.actions.fail);
  }

  /** Copies what is selected, if anything. */
  #copySelection(): boolean {
    const text = this.#terminal.getSelection();
    if (text) copyText(text).catch(this.actions.fail);
    return text !== '';
  }

  #keyboard(): void {
    this.#terminal.attachCustomKeyEventHandler((event) => {
      if (event.type !== 'keydown' && event.type !== 'keyup') return true;
      if (event.type === 'keydown' && event.ctrlKey && event.shiftKey && event.code === 'KeyC' && this.#copySelection()) {
        event.preventDefault();
        return false;
      }
      const verdict = this.#keys.press(keyPressOf(event));
      if (verdict.kind === 'leave') focusBehind(this.#pane);
      return verdict.kind !== 'browser' && verdict.kind !== 'leave';
    });
    const input = this.#terminal.textarea!;
    let pressing = false;
    this.#place.addEventListener('pointerdown', () => {
      pressing = true;
      this.#keys.focus(true);
    });
    input.addEventListener('focus', () => {
      this.#keys.focus(pressing);
      pressing = false;
    });
    input.addEventListener('blur', () => this.#keys.blur());
  }

  /** As many rows as there is room for, and 80 columns as long as they can be read. */
  #resize(): void {
    const style = getComputedStyle(this.#terminal.element!);
    const width = this.#place.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - SCROLLBAR;
    if (width <= 0) return;
    const size = Math.floor((width / COLUMNS / LETTER) * 2) / 2;
    this.#terminal.options.fontSize = Math.min(FONT_MOST, size >= FONT_LEAST ? size : 12);
    const fit = this.#fit.proposeDimensions();
    if (!fit || !Number.isFinite(fit.cols) || fit.cols < 1) return;
    this.#terminal.resize(Math.min(COLUMNS, fit.cols), Math.max(4, fit.rows));
  }
}
