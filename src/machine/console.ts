// The text that came out of a machine, bounded, and a way to wait for it.

/** Keeps the last `capacity` bytes that a machine printed, decoded as Latin-1 bytes or UTF-8 text on request. */
export class ConsoleLog {
  #chunks: Uint8Array[] = [];
  #length = 0;
  #dropped = 0;

  constructor(
    /** Bytes kept; older ones are dropped. */
    readonly capacity = 1 << 20,
  ) {}

  /** Bytes dropped so far because the log was full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes appended so far, dropped ones included: a place in the output. */
  get total(): number {
    return this.#dropped + this.#length;
  }

  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes.slice());
    this.#length += bytes.length;
    while (this.#length > this.capacity && this.#chunks.length > 0) {
      const first = this.#chunks[0]!;
      const excess = this.#length - this.capacity;
      if (first.length <= excess) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(excess);
      const gone = Math.min(first.length, excess);
      this.#length -= gone;
      this.#dropped += gone;
    }
  }

  /** The kept bytes. */
  bytes(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const c of this.#chunks) {
      all.set(c, at);
      at += c.length;
    }
    if (this.#chunks.length > 1) this.#chunks = [all];
    return all;
  }

  /** The kept bytes as UTF-8 text; bytes that are not UTF-8 show as U+FFFD. */
  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** Forgets what was kept; it counts as dropped. */
  clear(): void {
    this.#dropped += this.#length;
    this.#chunks = [];
    this.#length = 0;
  }
}
