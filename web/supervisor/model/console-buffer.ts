// What a console has printed and no terminal has shown yet: bounded, so that a flood costs memory and time once, not for ever.

/** How much is kept, characters: some 3,000 lines. */
export const CONSOLE_KEPT = 256 * 1024;

export class ConsoleBuffer {
  #chunks: string[] = [];
  #length = 0;
  #dropped = 0;

  /** `kept` in characters. */
  constructor(private readonly kept = CONSOLE_KEPT) {}

  /** Characters that wait. */
  get length(): number {
    return this.#length;
  }

  /** Takes what was printed; the oldest goes when it is too much. */
  push(text: string): void {
    if (text === '') return;
    this.#chunks.push(text);
    this.#length += text.length;
    while (this.#length > this.kept) this.#drop(this.#length - this.kept);
  }

  #drop(excess: number): void {
    const first = this.#chunks[0]!;
    if (first.length <= excess) {
      this.#chunks.shift();
      this.#length -= first.length;
      this.#dropped += first.length;
      return;
    }
    // From a line's beginning if there is one near: half an escape sequence would colour everything behind it.
    const line = first.indexOf('\n', excess);
    const cut = line >= 0 && line - excess < 1024 ? line + 1 : excess;
    this.#chunks[0] = first.slice(cut);
    this.#length -= cut;
    this.#dropped += cut;
  }

  /** The oldest that waits, at most about `most` characters, and how many were dropped before it. */
  take(most: number): { readonly text: string; readonly dropped: number } {
    const dropped = this.#dropped;
    this.#dropped = 0;
    const parts: string[] = [];
    let room = most;
    while (room > 0 && this.#chunks.length > 0) {
      const first = this.#chunks[0]!;
      if (first.length <= room) this.#chunks.shift();
      else this.#chunks[0] = first.slice(room);
      parts.push(first.slice(0, room));
      room -= Math.min(room, first.length);
    }
    this.#length -= most - room;
    return { text: parts.join(''), dropped };
  }
}
