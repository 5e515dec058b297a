// Little-endian bytes, written and read with bounds. One value has one encoding: what reads differently than it was written is refused.

import { GpuvisorError } from '../../isa/errors.js';

const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `text` as UTF-8 bytes. */
export function encodeText(text: string): Uint8Array {
  return utf8.encode(text);
}

/** UTF-8 bytes as text, or undefined when they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function refuse(what: string): never {
  throw new GpuvisorError('BAD_ARGUMENT', what, 'the bytes are damaged, or are no such record');
}

/** Grows as it is written to. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(capacity = 128) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Makes room, and gives its place. Before the view is looked at: it may be another one afterwards. */
  #room(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(at + size, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#at = at + size;
    return at;
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
  i32(value: number): this {
    const at = this.#room(4);
    this.#view.setInt32(at, value, true);
    return this;
  }
  /** A whole number from 0 to 2^53 - 1. @throws GpuvisorError BAD_ARGUMENT outside */
  u64(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) refuse(`${value} is no whole number from 0 to 2^53 - 1`);
    const at = this.#room(8);
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
    return this;
  }
  bytes(value: Uint8Array): this {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    return this;
  }
  /** UTF-8 behind its length in 16 bits. @throws GpuvisorError BAD_ARGUMENT beyond 65,535 bytes */
  text(value: string): this {
    const bytes = utf8.encode(value);
    if (bytes.length > 0xffff) refuse(`a text of ${bytes.length} bytes; at most 65,535`);
    return this.u16(bytes.length).bytes(bytes);
  }

  /** A copy of what was written. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }
}

/** Reads what ByteWriter wrote. Every method throws GpuvisorError BAD_ARGUMENT beyond the end. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(
    bytes: Uint8Array,
    /** What the bytes are, for the error's message. */
    readonly what: string,
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.left) refuse(`${this.what}: ends at byte ${this.#bytes.length}, wants ${size} more at ${at}`);
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
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  u64(): number {
    const at = this.#take(8);
    const value = this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
    if (!Number.isSafeInteger(value)) refuse(`${this.what}: a number beyond 2^53 - 1 at byte ${at}`);
    return value;
  }
  /** A copy. */
  bytes(size: number): Uint8Array {
    const at = this.#take(size);
    return this.#bytes.slice(at, at + size);
  }
  text(): string {
    const size = this.u16();
    const text = decodeText(this.bytes(size));
    if (text === undefined) refuse(`${this.what}: a text that is not UTF-8 before byte ${this.#at}`);
    return text;
  }
  /** A value checked by the caller. */
  check<T>(value: T, good: boolean, what: string): T {
    if (!good) refuse(`${this.what}: ${what} before byte ${this.#at}`);
    return value;
  }
  /** @throws GpuvisorError BAD_ARGUMENT when bytes are left */
  end(): void {
    if (this.left > 0) refuse(`${this.what}: ${this.left} bytes too many`);
  }
}
