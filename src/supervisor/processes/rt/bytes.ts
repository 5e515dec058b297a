// Little-endian bytes. A reader never reads beyond its end: it gives 0 and is not `ok` any more. A writer refuses what does not fit, and is not `ok`.

import { isUtf8 } from './utf8';

/** Longest data of one syscall. */
export const ROOM: i32 = 65536;

export class Reader {
  private at: i32 = 0;
  /** False once something was read beyond the end, or was not what it should be. */
  ok: bool = true;

  constructor(private readonly bytes: Uint8Array) {}

  get left(): i32 {
    return this.bytes.length - this.at;
  }

  private take(size: i32): usize {
    if (size < 0 || size > this.left) {
      this.ok = false;
      this.at = this.bytes.length;
      return 0;
    }
    const at = this.bytes.dataStart + <usize>this.at;
    this.at += size;
    return at;
  }

  u8(): u32 {
    const at = this.take(1);
    return at === 0 ? 0 : load<u8>(at);
  }
  u16(): u32 {
    const at = this.take(2);
    return at === 0 ? 0 : load<u16>(at);
  }
  u32(): u32 {
    const at = this.take(4);
    return at === 0 ? 0 : load<u32>(at);
  }
  u64(): u64 {
    const at = this.take(8);
    return at === 0 ? 0 : load<u64>(at);
  }
  /** `size` bytes as text; not `ok` when they are not UTF-8. */
  text(size: i32): string {
    const at = this.take(size);
    if (at === 0 || size === 0) return '';
    if (!isUtf8(at, size)) {
      this.ok = false;
      return '';
    }
    return String.UTF8.decodeUnsafe(at, size);
  }
  /** All that is left: copied to `to`, which has room for it. How many bytes. */
  copy(to: usize): i32 {
    const size = this.left;
    memory.copy(to, this.take(size), size);
    return size;
  }
  /** All that is left, as text. */
  rest(): string {
    return this.text(this.left);
  }
  /** Whether everything was read and nothing was wrong. */
  done(): bool {
    return this.ok && this.left === 0;
  }
}

const room: usize = memory.data(65536);

/** Builds the data of one syscall. There is one buffer: what is built is sent before the next is begun. */
export class Writer {
  length: i32 = 0;
  /** False once something did not fit. */
  ok: bool = true;

  get start(): usize {
    return room;
  }

  private room(size: i32): usize {
    if (size > ROOM - this.length) {
      this.ok = false;
      return 0;
    }
    const at = room + <usize>this.length;
    this.length += size;
    return at;
  }

  u8(value: u32): Writer {
    const at = this.room(1);
    if (at !== 0) store<u8>(at, <u8>value);
    return this;
  }
  u32(value: u32): Writer {
    const at = this.room(4);
    if (at !== 0) store<u32>(at, value);
    return this;
  }
  u64(value: u64): Writer {
    const at = this.room(8);
    if (at !== 0) store<u64>(at, value);
    return this;
  }
  /** What a reader has left. */
  bytes(from: Reader): Writer {
    const at = this.room(from.left);
    if (at !== 0) from.copy(at);
    return this;
  }
  /** UTF-8, without a length. */
  text(value: string): Writer {
    const size = String.UTF8.byteLength(value);
    const at = this.room(size);
    if (at !== 0) String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, at);
    return this;
  }
}

/** A writer at its beginning. */
export function write(): Writer {
  return new Writer();
}
