// The consoles: one terminal for each process that has one, in tabs. A flood fills a bounded buffer, and the terminal in front takes what fits a frame.

import { TerminalView } from '../../machine/view/terminal.js';
import { byId, element, grouped } from '../../shared/elements.js';
import { ConsoleBuffer } from '../model/console-buffer.js';
import { shownText } from '../model/words.js';
import { mark, put } from './keyed.js';

/** Characters a terminal takes in a frame. */
const A_FRAME = 32 * 1024;
/** Consoles of ended processes that stay. */
const ENDED_KEPT = 8;
/** Below this stand init and the permission manager. */
const FIRST_FREE = 3;

export interface ConsoleActions {
  /** What was typed into the console of a process. */
  input(pid: number, text: string): void;
  /** Something has to be drawn. */
  changed(): void;
  /** Something that was asked for did not work. */
  readonly fail: (error: unknown) => void;
}

class Console {
  readonly tab: HTMLButtonElement;
  readonly panel: HTMLElement;
  readonly buffer = new ConsoleBuffer();
  terminal: TerminalView | undefined;
  /** How its process ended. */
  ended: string | undefined;
  busy = false;

  constructor(
    readonly pid: number,
    readonly name: string,
    /** Line feeds begin lines: programs; a machine's serial line has its own. */
    readonly lineFeeds: boolean,
  ) {
    const called = shownText(name, 24);
    this.panel = element('div', {
      class: 'panel',
      id: `console-${pid}`,
      role: 'tabpanel',
      'aria-labelledby': `tab-${pid}`,
      'data-pid': String(pid),
    });
    this.panel.hidden = true;
    this.tab = element(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${pid}`,
        'aria-selected': 'false',
        'aria-controls': `console-${pid}`,
        tabindex: '-1',
        'data-pid': String(pid),
        'data-name': name,
      },
      element('span', { class: 'called' }, called),
      ' ',
      element('span', { class: 'pid' }, String(pid)),
    );
  }
}

export class ConsolesView {
  readonly #consoles = new Map<number, Console>();
  readonly #tabs = byId('tabs');
  readonly #panels = byId('panels');
  #front: Console | undefined;
  #chosen = false;

  constructor(private readonly actions: ConsoleActions) {
    this.#tabs.addEventListener('keydown', (event) => this.#arrows(event));
    byId('console-copy').addEventListener('click', () => this.#front?.terminal?.copy());
    byId('console-clear').addEventListener('click', () => this.#front?.terminal?.clear());
    byId('console-close').addEventListener('click', () => this.#front && this.#close(this.#front));
  }

  /** The process whose console is in front. */
  get front(): number | undefined {
    return this.#front?.pid;
  }

  has(pid: number): boolean {
    return this.#consoles.has(pid);
  }

  /** A console for a process. */
  add(pid: number, name: string, lineFeeds: boolean): void {
    if (this.#consoles.has(pid)) return;
    const made = new Console(pid, name, lineFeeds);
    this.#consoles.set(pid, made);
    made.tab.addEventListener('click', () => this.choose(pid));
    this.#tabs.append(made.tab);
    this.#panels.append(made.panel);
    byId('console-veil').hidden = true;
    // Until somebody chooses, the first of what people talk to is in front.
    if (!this.#front || (!this.#chosen && this.#front.pid < FIRST_FREE && pid >= FIRST_FREE)) this.show(pid);
  }

  /** What a process has printed. Cheap: it is shown in the next frame, or when its console comes in front. */
  write(pid: number, text: string): void {
    const at = this.#consoles.get(pid);
    if (!at) return;
    at.buffer.push(text);
    if (at === this.#front) this.actions.changed();
    else mark(at.tab, 'data-news', 'true');
  }

  /** Its process is gone: the console stays to be read. */
  ended(pid: number, how: string): void {
    const at = this.#consoles.get(pid);
    if (!at || at.ended !== undefined) return;
    at.ended = how;
    mark(at.tab, 'data-ended', 'true');
    at.buffer.push(`\r\n\u001b[0m\u001b[?25l[${how}]\r\n`);
    if (at === this.#front) this.#hint();
    const over = [...this.#consoles.values()].filter((c) => c.ended !== undefined && c !== this.#front);
    for (const old of over.slice(0, Math.max(0, over.length - ENDED_KEPT))) this.#close(old);
    this.actions.changed();
  }

  /** Somebody wants this one: it comes in front, and the keyboard goes to it. */
  choose(pid: number): void {
    this.#chosen = true;
    this.show(pid);
    this.focus();
  }

  /** Brings a console in front. */
  show(pid: number): void {
    const at = this.#consoles.get(pid);
    if (!at) return;
    for (const other of this.#consoles.values()) {
      const on = other === at;
      other.panel.hidden = !on;
      mark(other.tab, 'aria-selected', String(on));
      other.tab.tabIndex = on ? 0 : -1;
    }
    this.#front = at;
    at.tab.removeAttribute('data-news');
    at.tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    at.terminal ??= new TerminalView(
      {
        text: (text) => this.#typed(at, text),
        bytes: (bytes) => this.#typed(at, String.fromCharCode(...bytes)),
        fail: this.actions.fail,
      },
      {
        place: at.panel,
        pane: byId('consoles'),
        label: `Console of ${shownText(at.name, 32)}, pid ${pid}`,
        lineFeeds: at.lineFeeds,
        scrollback: 2000,
      },
    );
    this.#hint();
    this.actions.changed();
  }

  focus(): void {
    this.#front?.terminal?.focus();
  }

  /** Gives the terminal in front what fits a frame. Whether more waits. */
  draw(): boolean {
    const at = this.#front;
    if (!at?.terminal || at.buffer.length === 0) return false;
    if (at.busy) return true;
    const { text, dropped } = at.buffer.take(A_FRAME);
    at.busy = true;
    const gap = dropped > 0 ? `\r\n\u001b[0m[${grouped(dropped)} characters were not shown]\r\n` : '';
    at.terminal.write(gap + text, false, () => {
      at.busy = false;
      if (at.buffer.length > 0) this.actions.changed();
    });
    return false;
  }

  /** Everything a console has printed that is still there. */
  text(pid: number): string {
    return this.#consoles.get(pid)?.terminal?.text() ?? '';
  }

  #typed(at: Console, text: string): void {
    if (at.ended === undefined) this.actions.input(at.pid, text);
  }

  #close(at: Console): void {
    if (at.ended === undefined) return;
    at.terminal?.dispose();
    at.tab.remove();
    at.panel.remove();
    this.#consoles.delete(at.pid);
    if (at !== this.#front) return;
    this.#front = undefined;
    const next = [...this.#consoles.values()].at(-1);
    if (next) this.show(next.pid);
    else {
      byId('console-veil').hidden = false;
      this.#hint();
    }
  }

  #hint(): void {
    const at = this.#front;
    put(byId('console-hint'), at ? (at.ended ?? 'Click it and type; Ctrl+Alt leaves') : '');
    for (const [id, on] of [
      ['console-copy', at !== undefined],
      ['console-clear', at !== undefined],
      ['console-close', at?.ended !== undefined],
    ] as const)
      byId<HTMLButtonElement>(id).disabled = !on;
  }

  /** Left and right, home and end go through the tabs. */
  #arrows(event: KeyboardEvent): void {
    const all = [...this.#consoles.values()];
    const at = all.findIndex((c) => c === this.#front);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || all.length === 0) return;
    event.preventDefault();
    const next = all[(to + all.length) % all.length]!;
    this.#chosen = true;
    this.show(next.pid);
    next.tab.focus();
  }
}
