// UTF-8 as RFC 3629 has it: no overlong form, no surrogate, nothing beyond U+10FFFF.

/** Bytes that a sequence beginning with `first` has; 0 when none begins so. */
export function sequence(first: u32): i32 {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

/** Whether `next` may be the second byte after `first`. */
export function follows(first: u32, next: u32): bool {
  const least: u32 = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most: u32 = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return next >= least && next <= most;
}

/** Whether `length` bytes at `at` are UTF-8. */
export function isUtf8(at: usize, length: i32): bool {
  const end = at + <usize>length;
  while (at < end) {
    const first: u32 = load<u8>(at);
    const size = sequence(first);
    if (size === 0 || at + <usize>size > end) return false;
    for (let i = 1; i < size; i++) {
      const next: u32 = load<u8>(at + <usize>i);
      if (i === 1 ? !follows(first, next) : (next & 0xc0) !== 0x80) return false;
    }
    at += <usize>size;
  }
  return true;
}

/** Puts bytes together to code points, over as many pieces as they come in. */
export class Decoder {
  private first: u32 = 0;
  private size: i32 = 0;
  private seen: i32 = 0;
  private point: u32 = 0;

  /** The code point this byte completes; -1 while one is incomplete; U+FFFD for what is not UTF-8. */
  feed(byte: u32): i32 {
    if (this.seen > 0) {
      if (this.seen === 1 ? follows(this.first, byte) : (byte & 0xc0) === 0x80) {
        this.point = (this.point << 6) | (byte & 0x3f);
        if (++this.seen < this.size) return -1;
        this.seen = 0;
        return <i32>this.point;
      }
      this.seen = 0;
      // What began is broken off, and this byte begins anew; of the two one sign is shown.
      if (byte < 0x80) return <i32>byte;
    }
    this.size = sequence(byte);
    if (this.size === 1) return <i32>byte;
    if (this.size === 0) return 0xfffd;
    this.first = byte;
    this.seen = 1;
    this.point = byte & (0x7f >> this.size);
    return -1;
  }
}
