// The capability tree: from the roots through what came of each, with a button that takes it back.

import type { CapabilityView } from '../../../src/supervisor/axiom/index.js';
import { byId, element, grouped } from '../../shared/elements.js';
import { treeOf, type TreeRow } from '../model/tree.js';
import { expiryWord, objectWord, processWord, rightsWord } from '../model/words.js';
import { KeyedList, choices, mark, put, type KeyedRow } from './keyed.js';

/** What is known beside the capabilities. */
export interface TreeContext {
  readonly names: ReadonlyMap<number, string>;
  /** Owners of endpoints. */
  readonly owners: ReadonlyMap<number, number>;
  /** Microseconds of the epoch. */
  readonly now: number;
}

export class CapabilitiesView {
  readonly #tree = byId('tree');
  readonly #closed = new Set<number>();
  readonly #list: KeyedList<TreeRow>;
  readonly #more = element('p', { class: 'more' });
  /** The row where Tab stops: the tree is one stop, the arrows go through it. */
  #at: HTMLElement | undefined;
  #context: TreeContext = { names: new Map(), owners: new Map(), now: 0 };

  constructor(
    private readonly actions: { revoke(pid: number, slot: number): void },
    private readonly changed: () => void,
  ) {
    const rows = element('div', { role: 'rowgroup' });
    this.#tree.append(rows);
    this.#tree.after(this.#more);
    this.#list = new KeyedList(
      rows,
      ({ cap }) => cap.id,
      (row) => this.#row(row),
    );
    for (const id of ['tree-holder', 'tree-type']) byId(id).addEventListener('change', changed);
    this.#tree.addEventListener('keydown', (event) => this.#arrows(event));
    this.#tree.addEventListener('focusin', (event) => this.#stop((event.target as Element).closest<HTMLElement>('.tree-row')));
  }

  draw(caps: readonly CapabilityView[], context: TreeContext): void {
    this.#context = context;
    const options = [...context.names]
      .filter(([pid]) => pid !== 0)
      .map(([pid]) => ({ value: String(pid), text: processWord(pid, context.names) }));
    const holder = byId<HTMLSelectElement>('tree-holder');
    choices(holder, 1, options);
    const type = byId<HTMLSelectElement>('tree-type').value;
    const filter = { holder: holder.value === '' ? undefined : Number(holder.value), type: type === '' ? undefined : Number(type) };
    const ids = new Set(caps.map(({ id }) => id));
    for (const id of this.#closed) if (!ids.has(id)) this.#closed.delete(id);
    const { rows, more, total } = treeOf(caps, filter, this.#closed);
    this.#list.update(rows);
    if (!this.#at?.isConnected) this.#stop(this.#tree.querySelector<HTMLElement>('.tree-row'));
    this.#more.hidden = more === 0 && rows.length > 0;
    put(this.#more, rows.length === 0 ? 'Nothing fits.' : `${grouped(more)} more: choose whose, or what about.`);
    put(byId('capability-hint'), grouped(total));
  }

  #row({ cap }: TreeRow): KeyedRow<TreeRow> {
    const fold = element('button', { type: 'button', class: 'fold', tabindex: '-1' });
    const what = element('span', { class: 'what', role: 'gridcell' });
    const holder = element('span', { class: 'holder', role: 'gridcell' });
    const rights = element('span', { class: 'rights', role: 'gridcell' });
    const expiry = element('span', { class: 'expiry', role: 'gridcell' });
    const revoke = element('button', { type: 'button', class: 'revoke', tabindex: '-1' }, 'Revoke');
    const act = element('span', { class: 'act', role: 'gridcell' }, revoke);
    const node = element(
      'div',
      { class: 'tree-row', role: 'row', 'data-cap': String(cap.id) },
      element('span', { role: 'gridcell' }, fold),
      what,
      holder,
      rights,
      expiry,
      act,
    );
    let at = cap.holder;
    fold.addEventListener('click', () => {
      if (!this.#closed.delete(cap.id)) this.#closed.add(cap.id);
      this.changed();
    });
    revoke.addEventListener('click', () => at && this.actions.revoke(at.pid, at.slot));
    const update = ({ cap: now, level, children, open, passing }: TreeRow): void => {
      const { names, owners, now: time } = this.#context;
      at = now.holder;
      node.style.setProperty('--level', String(level - 1));
      mark(node, 'aria-level', String(level));
      mark(node, 'data-passing', String(passing));
      mark(node, 'data-pid', at ? String(at.pid) : '');
      mark(node, 'data-slot', at ? String(at.slot) : '');
      mark(node, 'data-type', String(now.type));
      fold.style.visibility = children > 0 ? '' : 'hidden';
      if (children > 0) {
        mark(node, 'aria-expanded', String(open));
        mark(fold, 'aria-expanded', String(open));
        mark(fold, 'aria-label', open ? `Hide the ${children} that came of it` : `Show the ${children} that came of it`);
      } else node.removeAttribute('aria-expanded');
      const object = objectWord(now.type, now.object, names, owners);
      const who = at ? `${processWord(at.pid, names)}, slot ${at.slot}` : 'on its way in a message';
      put(what, object);
      put(holder, who);
      put(rights, rightsWord(now.rights));
      put(expiry, now.expiry === 0 ? '' : expiryWord(now.expiry, time));
      revoke.disabled = !at;
      mark(revoke, 'aria-label', `Revoke ${object} from ${who}`);
    };
    return { node, update };
  }

  /** Makes a row the one where Tab stops. */
  #stop(row: HTMLElement | null): void {
    if (!row || row === this.#at) return;
    for (const [node, index] of [
      [this.#at, '-1'],
      [row, '0'],
    ] as const)
      node?.querySelector('.revoke')!.setAttribute('tabindex', index);
    this.#at = row;
  }

  /** Up and down go from row to row, right and left unfold and fold. */
  #arrows(event: KeyboardEvent): void {
    const row = (event.target as Element).closest<HTMLElement>('.tree-row');
    if (!row || !['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    const fold = row.querySelector<HTMLElement>('.fold')!;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      if (fold.getAttribute('aria-expanded') === String(event.key === 'ArrowLeft')) fold.click();
      return;
    }
    const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
    next?.querySelector<HTMLElement>('.revoke')?.focus();
  }
}
