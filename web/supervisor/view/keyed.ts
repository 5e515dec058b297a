// A list of elements that follows a list of things: each keeps its element, so focus and selection stay where they are.

/** One thing's element, and how it is brought up to date. */
export interface KeyedRow<Item> {
  readonly node: HTMLElement;
  update(item: Item): void;
}

export class KeyedList<Item> {
  readonly #rows = new Map<string | number, KeyedRow<Item>>();

  constructor(
    private readonly parent: HTMLElement,
    private readonly key: (item: Item) => string | number,
    private readonly make: (item: Item) => KeyedRow<Item>,
  ) {}

  update(items: readonly Item[]): void {
    const wanted = new Set(items.map(this.key));
    const focus = this.#focused();
    for (const [key, row] of this.#rows) {
      if (wanted.has(key)) continue;
      row.node.remove();
      this.#rows.delete(key);
    }
    let next = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      let row = this.#rows.get(key);
      if (!row) this.#rows.set(key, (row = this.make(item)));
      row.update(item);
      if (row.node === next) next = next.nextElementSibling;
      else this.parent.insertBefore(row.node, next);
    }
    // Whose row has gone goes on in the row that stands there now.
    if (!focus || focus.control.isConnected) return;
    const row = this.parent.children[Math.min(focus.at, this.parent.children.length - 1)];
    row?.querySelector<HTMLElement>(`.${focus.control.classList[0] ?? 'none'}`)?.focus();
  }

  /** The control of a row that has the focus, and which row it is. */
  #focused(): { readonly control: Element; readonly at: number } | undefined {
    const control = document.activeElement;
    if (!control || !this.parent.contains(control)) return undefined;
    return { control, at: [...this.parent.children].findIndex((row) => row.contains(control)) };
  }

  get size(): number {
    return this.#rows.size;
  }
}

/** Sets a text where it is another one. */
export function put(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute where it is another one. */
export function mark(node: Element, name: string, value: string): void {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Fills a choice anew where what can be chosen has changed; what was chosen stays if it is still there. */
export function choices(
  select: HTMLSelectElement,
  always: number,
  options: readonly { readonly value: string; readonly text: string }[],
): void {
  const now = [...select.options].slice(always).map((o) => `${o.value}\n${o.text}`);
  if (now.length === options.length && options.every((o, i) => `${o.value}\n${o.text}` === now[i])) return;
  const { value } = select;
  while (select.options.length > always) select.options[always]!.remove();
  for (const { value: key, text } of options) select.add(new Option(text, key));
  select.value = options.some((o) => o.value === value) || value === '' ? value : '';
}
