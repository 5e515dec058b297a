// Lines: input comes in pieces of any length and is taken apart into lines; a line into words and numbers.

import { isUtf8 } from './utf8';

/** Collects bytes to lines. A line that is too long, or is not UTF-8, is dropped whole. */
export class Lines {
  private readonly bytes: Uint8Array;
  private length: i32 = 0;
  private over: bool = false;

  /** Lines of at most `most` bytes. */
  constructor(most: i32) {
    this.bytes = new Uint8Array(most);
  }

  /** The line this byte ends, without its end; null while there is none. */
  feed(byte: u32): string | null {
    if (byte !== 0x0a) {
      if (this.length === this.bytes.length) this.over = true;
      else this.bytes[this.length++] = <u8>byte;
      return null;
    }
    const length = this.length;
    const good = !this.over && isUtf8(this.bytes.dataStart, length);
    this.length = 0;
    this.over = false;
    return good ? String.UTF8.decodeUnsafe(this.bytes.dataStart, length) : null;
  }
}

/** The words of a line, between blanks. */
export function words(line: string): string[] {
  const list: string[] = [];
  let from = -1;
  for (let i = 0; i <= line.length; i++) {
    const blank = i === line.length || line.charCodeAt(i) <= 0x20;
    if (!blank && from < 0) from = i;
    if (blank && from >= 0) {
      list.push(line.substring(from, i));
      from = -1;
    }
  }
  return list;
}

/** A decimal number without sign from 0 to `most`, or -1. */
export function number(text: string, most: i64): i64 {
  if (text.length === 0 || text.length > 16 || (text.length > 1 && text.charCodeAt(0) === 0x30)) return -1;
  let value: i64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + <i64>digit;
  }
  return value <= most ? value : -1;
}

/** The greatest pid, slot or tag. */
export const U32: i64 = 0xffffffff;
/** The greatest object id. */
export const SAFE: i64 = 0x1fffffffffffff;

/** A name that may be started: a-z, then a-z 0-9 _ -, at most 32. */
export function isName(text: string): bool {
  if (text.length === 0 || text.length > 32) return false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const letter = c >= 0x61 && c <= 0x7a;
    if (!letter && (i === 0 || !((c >= 0x30 && c <= 0x39) || c === 0x5f || c === 0x2d))) return false;
  }
  return true;
}
