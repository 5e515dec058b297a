// Fields of 9P messages: little-endian integers, strings with a 16-bit length, qids. Messages come from the guest: every read is checked.

import { NineError } from './protocol.js';

/** Identity of a file: kind, version, and a number that is never used again. */
export interface Qid {
  readonly type: number;
  readonly version: number;
  readonly path: number;
}

/** Reads the fields of one message. @throws NineError EPROTO when it is cut short, EILSEQ for a string that is not UTF-8 */
export class Reader {
  readonly #view: DataView;
  #at: number;

  constructor(
    readonly message: Uint8Array,
    at: number,
  ) {
    this.#view = new DataView(message.buffer, message.byteOffset, message.byteLength);
    this.#at = at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.message.length - at) throw new NineError('EPROTO');
    this.#at = at + size;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** 64 bits, exactly. */
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** 64 bits; exact up to 2^53, and beyond it still larger than that. */
  size(): number {
    return Number(this.u64());
  }

  string(): string {
    const length = this.u16();
    const at = this.#take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.message.subarray(at, at + length));
    } catch {
      throw new NineError('EILSEQ');
    }
  }

  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return this.message.subarray(at, at + count);
  }

  /** @throws NineError EPROTO when there is more than what was read */
  end(): void {
    if (this.#at !== this.message.length) throw new NineError('EPROTO');
  }
}

/** Writes the fields of one message; room grows as needed. */
export class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  #room(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  get length(): number {
    return this.#at;
  }

  u8(value: number): this {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: number | bigint): this {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt(value), true);
    return this;
  }

  string(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.u16(bytes.length).bytes(bytes);
  }

  bytes(value: Uint8Array): this {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  qid(qid: Qid): this {
    return this.u8(qid.type).u32(qid.version).u64(qid.path);
  }

  /** Puts a 32-bit number where one was left out. */
  patch32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}
