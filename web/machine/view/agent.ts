// What agents do on this page, for the person who watches: a badge while a call is on, the list of calls, and a switch that denies them.

import { byId, element } from '../../shared/elements.js';

/** A call, when it begins and when it has ended. */
export interface CallNote {
  readonly id: number;
  readonly name: string;
  /** Who called: `webmcp`, `mcp`, `page`. */
  readonly principal: string;
  readonly input: unknown;
  readonly result?: unknown;
  readonly milliseconds?: number;
}

const KEPT = 200;
/** A badge that is gone at once is not seen; calls in a row are one act, ms. */
const BADGE_STAYS = 900;
/** Characters of a result that are shown; pictures are long. */
const SHOWN = 1500;

const PRINCIPALS: Readonly<Record<string, string>> = { webmcp: 'through WebMCP', mcp: 'through MCP', page: 'from a script of this page' };

/** JSON for a reader: long strings (pictures) are cut. */
export function readable(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_key, part: unknown) => (typeof part === 'string' && part.length > 400 ? `${part.slice(0, 60)}… (${part.length} characters)` : part),
    1,
  );
  return text === undefined ? '' : text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** How a call ended, in a word. */
export function outcomeOf(result: unknown): { readonly outcome: 'done' | 'failed'; readonly word: string } {
  const { success, error } = (result ?? {}) as { success?: boolean; error?: { code?: string } };
  return success === true ? { outcome: 'done', word: 'done' } : { outcome: 'failed', word: error?.code ?? 'failed' };
}

export class AgentView {
  readonly #list = byId<HTMLOListElement>('calls');
  readonly #badge = byId('badge');
  readonly #going = new Map<number, CallNote>();
  readonly #rows = new Map<number, HTMLElement>();
  #hide: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly setPaused: (paused: boolean) => void) {
    byId('agent-pause').addEventListener('click', () => this.#toggle());
    byId('badge-pause').addEventListener('click', () => this.#toggle());
  }

  /** Agents may not call while this is on. */
  get paused(): boolean {
    return byId('agent-pause').getAttribute('aria-pressed') === 'true';
  }

  /** What stands there before anybody has called. */
  about(sentence: string): void {
    byId('agent-about').textContent = sentence;
  }

  began(call: CallNote): void {
    this.#going.set(call.id, call);
    const row = this.#row(call);
    this.#rows.set(call.id, row);
    this.#list.prepend(row);
    while (this.#list.children.length > KEPT) this.#list.lastElementChild!.remove();
    this.#showBadge(call);
  }

  ended(call: CallNote): void {
    this.#going.delete(call.id);
    const row = this.#rows.get(call.id);
    this.#rows.delete(call.id);
    if (row) {
      const { outcome, word } = outcomeOf(call.result);
      row.dataset['outcome'] = outcome;
      row.querySelector('.outcome')!.textContent = word;
      row.querySelector('.took')!.textContent = `${Math.round(call.milliseconds ?? 0)} ms`;
      row.querySelector('pre')!.textContent += `\n→ ${readable(call.result)}`;
    }
    if (this.#going.size === 0) this.#hideBadge();
  }

  #row(call: CallNote): HTMLElement {
    const now = new Date();
    const time = element('time', { datetime: now.toISOString() }, now.toLocaleTimeString());
    const summary = element(
      'summary',
      { title: PRINCIPALS[call.principal] ?? call.principal },
      time,
      element('span', { class: 'tool' }, call.name),
      element('span', { class: 'outcome' }, '…'),
      element('span', { class: 'took' }),
    );
    const detail = element('pre', { tabindex: '0' }, `${PRINCIPALS[call.principal] ?? call.principal}\n${readable(call.input)}`);
    return element('li', { 'data-call': call.name, 'data-outcome': 'going' }, element('details', {}, summary, detail));
  }

  #showBadge(call: CallNote): void {
    clearTimeout(this.#hide);
    byId('badge-text').textContent = `An agent is acting: ${call.name}`;
    this.#badge.hidden = false;
    document.body.dataset['agent'] = 'acting';
  }

  #hideBadge(): void {
    this.#hide = setTimeout(() => {
      this.#badge.hidden = true;
      delete document.body.dataset['agent'];
    }, BADGE_STAYS);
  }

  #toggle(): void {
    const paused = !this.paused;
    const button = byId('agent-pause');
    button.setAttribute('aria-pressed', String(paused));
    button.textContent = paused ? 'Let agent act' : 'Pause agent';
    this.setPaused(paused);
  }
}
