// What processes ask for: one card a question, in the page's own words, with the process's own set apart. Nobody answering is a no.

import { SERVICE, type PermissionAsk } from '../../../src/supervisor/abi/services.js';
import { byId, element } from '../../shared/elements.js';
import { deedWord, objectWord, processWord, shownText } from '../model/words.js';
import { put } from './keyed.js';

/** A card that has just come under a finger is not answered by it, ms. */
const ARMED = 600;
/** Before the permission manager gives up by itself, ms. */
const SOONER = 2000;

interface Open {
  readonly card: HTMLElement;
  readonly timer: ReturnType<typeof setInterval>;
  readonly pid: number;
}

export class QuestionsView {
  readonly #place = byId('questions');
  readonly #open = new Map<number, Open>();

  constructor(private readonly answer: (request: number, allow: boolean) => void) {}

  /** Shows a question until it is answered or its time is over. */
  ask(ask: PermissionAsk, names: ReadonlyMap<number, string>): void {
    if (this.#open.has(ask.request) || this.#open.size >= SERVICE.ASKING) return;
    const { request, pid, type, object, rights, reason } = ask;
    const began = performance.now();
    const until = began + SERVICE.ASK_TIME - SOONER;
    const left = element('small', { class: 'left' });
    const allow = element('button', { type: 'button', class: 'allow' }, 'Allow');
    const deny = element('button', { type: 'button', class: 'deny primary' }, 'Deny');
    const who = processWord(pid, names);
    const what = `${deedWord(type, rights)} ${objectWord(type, object, names)}`;
    const card = element(
      'div',
      {
        class: 'question',
        role: 'group',
        'aria-label': `${who} asks to ${what}`,
        'data-request': String(request),
        'data-pid': String(pid),
      },
      element('p', {}, element('strong', {}, who), ' asks to ', element('strong', {}, what), '. ', left),
      ...(reason === '' ? [] : [element('p', { class: 'reason' }, 'It says: ', element('q', {}, shownText(reason, 200)))]),
      element('div', { class: 'does' }, deny, allow),
    );
    const act = (yes: boolean) => () => {
      if (performance.now() - began >= ARMED) this.#end(request, yes);
    };
    allow.addEventListener('click', act(true));
    deny.addEventListener('click', act(false));
    const tick = (): void => {
      const seconds = Math.ceil((until - performance.now()) / 1000);
      put(left, `Denied in ${seconds} s if nobody answers.`);
      if (seconds <= 0) this.#end(request, false);
    };
    this.#open.set(request, { card, timer: setInterval(tick, 1000), pid });
    tick();
    this.#place.append(card);
  }

  /** The permission manager has decided: nothing is left to answer. */
  over(request: number): void {
    this.#take(request);
  }

  /** A process is gone: so are its questions. */
  ended(pid: number): void {
    for (const [request, open] of this.#open) if (open.pid === pid) this.#take(request);
  }

  #end(request: number, allow: boolean): void {
    if (this.#take(request)) this.answer(request, allow);
  }

  #take(request: number): boolean {
    const open = this.#open.get(request);
    if (!open) return false;
    clearInterval(open.timer);
    open.card.remove();
    this.#open.delete(request);
    return true;
  }
}
