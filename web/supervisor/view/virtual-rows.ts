// Many rows of one height, of which only those in sight are in the page. At the end it follows what comes; scrolled away from the end it stands still.

import { element } from '../../shared/elements.js';

/** Rows drawn beyond the edges. */
const MARGIN = 6;

export interface VirtualOptions<Item> {
  readonly box: HTMLElement;
  /** Height of a row, CSS pixels. */
  readonly height: number;
  /** An empty row. */
  make(): HTMLElement;
  fill(node: HTMLElement, item: Item): void;
  /** The reader has left the end, or come back to it. */
  followed(following: boolean): void;
}

export class VirtualRows<Item> {
  readonly #space = element('div', { class: 'space', role: 'rowgroup' });
  readonly #pool: HTMLElement[] = [];
  #items: readonly Item[] = [];
  #following = true;
  #top = 0;

  constructor(private readonly options: VirtualOptions<Item>) {
    const { box } = options;
    box.append(this.#space);
    box.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.draw(this.#items)).observe(box);
  }

  get following(): boolean {
    return this.#following;
  }

  /** Shows these rows; at the end if it is followed. */
  draw(items: readonly Item[]): void {
    this.#items = items;
    const { box, height } = this.options;
    const room = box.clientHeight;
    if (room === 0) return;
    const full = `${items.length * height}px`;
    if (this.#space.style.height !== full) this.#space.style.height = full;
    box.setAttribute('aria-rowcount', String(items.length));
    if (this.#following) {
      const end = Math.max(0, items.length * height - room);
      if (Math.abs(box.scrollTop - end) > 1) box.scrollTop = end;
    }
    this.#fill(room);
  }

  /** Follows the end from now on. */
  follow(): void {
    this.#following = true;
    this.draw(this.#items);
  }

  #fill(room: number): void {
    const { box, height, make, fill } = this.options;
    const first = Math.max(0, Math.floor(box.scrollTop / height) - MARGIN);
    const count = Math.min(this.#items.length - first, Math.ceil(room / height) + 2 * MARGIN);
    while (this.#pool.length < count) {
      const node = make();
      node.style.height = `${height}px`;
      this.#pool.push(node);
      this.#space.append(node);
    }
    this.#pool.forEach((node, i) => {
      node.hidden = i >= count;
      if (i >= count) return;
      node.style.transform = `translateY(${(first + i) * height}px)`;
      node.setAttribute('aria-rowindex', String(first + i + 1));
      fill(node, this.#items[first + i]!);
    });
  }

  #scrolled(): void {
    const { box, height, followed } = this.options;
    const up = box.scrollTop < this.#top;
    this.#top = box.scrollTop;
    const atEnd = box.scrollTop + box.clientHeight >= this.#items.length * height - height / 2;
    // Growing moves the end away; only going up is leaving it.
    if (this.#following && up && !atEnd) {
      this.#following = false;
      followed(false);
    } else if (!this.#following && atEnd) {
      this.#following = true;
      followed(true);
    }
    this.#fill(box.clientHeight);
  }
}
