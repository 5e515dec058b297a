// The bytes of a file in memory: they grow and shrink, and what was never written reads as zero.

const SPARE = 16 << 20;

export class Content {
  #bytes: Uint8Array;
  #size: number;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes.slice();
    this.#size = bytes.length;
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /** A copy of at most `count` bytes from `offset`; nothing beyond the end. */
  read(offset: number, count: number): Uint8Array {
    return offset >= this.#size ? new Uint8Array(0) : this.#bytes.slice(offset, Math.min(this.#size, offset + count));
  }

  /** A copy of all of it. */
  all(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  /** Stores bytes at `offset`; a gap before them is zero. Whoever calls has checked the size. */
  write(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > this.#size) this.resize(offset + bytes.length);
    this.#bytes.set(bytes, offset);
  }

  resize(size: number): void {
    if (size > this.#bytes.length || size < this.#bytes.length / 4) {
      const larger = new Uint8Array(size > this.#bytes.length ? Math.max(size, Math.min(2 * this.#bytes.length, size + SPARE)) : size);
      larger.set(this.#bytes.subarray(0, Math.min(this.#size, size)));
      this.#bytes = larger;
    } else if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }
}
