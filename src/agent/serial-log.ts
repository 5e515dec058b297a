// The serial line as a reader sees it: text without control sequences (ECMA-48), each character at a place that never changes, the newest kept.

const ESC = '\x1b';

/** What a machine printed, as text. Places count characters since the log began. */
export class SerialLog {
  readonly #decoder = new TextDecoder();
  readonly #listeners = new Set<() => void>();
  #text = '';
  #begin = 0;
  /** Of a control sequence that is not complete: text, after ESC, in CSI, in a string (OSC, DCS), after ESC in one. */
  #mode: 'text' | 'escape' | 'csi' | 'string' | 'string-escape' = 'text';
  #return = false;

  constructor(
    /** Characters kept. */
    readonly capacity: number,
  ) {}

  /** The place after the last character. */
  get end(): number {
    return this.#begin + this.#text.length;
  }

  /** The place of the first character that is kept. */
  get begin(): number {
    return this.#begin;
  }

  append(bytes: Uint8Array): void {
    const before = this.end;
    let out = '';
    for (const c of this.#decoder.decode(bytes, { stream: true })) out += this.#take(c);
    this.#text += out;
    const excess = this.#text.length - this.capacity;
    // Cut in large steps: cutting one by one would copy the whole log each time.
    if (excess > this.capacity / 4) {
      this.#text = this.#text.slice(excess);
      this.#begin += excess;
    }
    if (this.end !== before) for (const listener of this.#listeners) listener();
  }

  /** What a character adds to the text. A carriage return alone begins a new line: what it would overwrite stays readable. */
  #take(c: string): string {
    switch (this.#mode) {
      case 'escape':
        this.#mode = c === '[' ? 'csi' : ']PX^_'.includes(c) ? 'string' : c >= ' ' && c <= '/' ? 'escape' : 'text';
        return '';
      case 'csi':
        if (c >= '@' && c <= '~') this.#mode = 'text';
        return '';
      case 'string':
        if (c === '\x07') this.#mode = 'text';
        else if (c === ESC) this.#mode = 'string-escape';
        return '';
      case 'string-escape':
        this.#mode = c === '\\' ? 'text' : 'string';
        return '';
      case 'text':
    }
    if (c === '\r') {
      this.#return = true;
      return '';
    }
    const lineFeed = this.#return && c !== '\n' && c >= ' ' ? '\n' : '';
    if (c === '\n' || c >= ' ') this.#return = false;
    if (c === ESC) {
      this.#mode = 'escape';
      return '';
    }
    return c >= ' ' && c !== '\x7f' ? lineFeed + c : c === '\n' || c === '\t' ? c : '';
  }

  /** The text from `place` on, or from the first character that is kept. */
  since(place: number): string {
    return this.#text.slice(Math.max(0, place - this.#begin));
  }

  /** The last `count` lines; a last line that is empty does not count. */
  lastLines(count: number): string[] {
    const lines = this.#text.slice(-count * 400).split('\n');
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-count);
  }

  /** What stands on the line that is not finished: a prompt, when the guest waits for one. */
  get lastLine(): string {
    return this.#text.slice(this.#text.lastIndexOf('\n') + 1);
  }

  /** Calls `listener` when text was added; returns how to stop. */
  onText(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Listeners at the moment. */
  get listeners(): number {
    return this.#listeners.size;
  }
}
