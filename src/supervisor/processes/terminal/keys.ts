// Keys: the bytes a terminal sends, over as many pieces as they come in, and what each does to the line.

import { Decoder } from '../rt/utf8';
import { Line } from './line';

/** What a key asks of the terminal itself. */
export enum Key {
  /** Nothing more: the line has seen to it. */
  NONE,
  ENTER,
  /** Ctrl-C. */
  BREAK,
  /** Ctrl-L. */
  CLEAR,
}

/** Where an escape sequence is. */
enum Escape {
  NONE,
  /** ESC came. */
  BEGUN,
  /** ESC [ came, or ESC O. */
  INSIDE,
}

export class Keys {
  private readonly decoder: Decoder = new Decoder();
  private escape: Escape = Escape.NONE;
  /** The first number of an escape sequence. */
  private parameter: u32 = 0;
  /** LF after CR is the same key. */
  private afterReturn: bool = false;

  /** One byte. */
  feed(byte: u32, line: Line): Key {
    if (this.escape !== Escape.NONE) return this.sequence(byte, line);
    const newline = byte === 0x0a && this.afterReturn;
    this.afterReturn = byte === 0x0d;
    if (newline) return Key.NONE;
    const point = this.decoder.feed(byte);
    if (point < 0) return Key.NONE;
    if (point >= 0x20 && point !== 0x7f && (point < 0x80 || point >= 0xa0)) {
      line.insert(<u32>point);
      return Key.NONE;
    }
    return this.control(point, line);
  }

  private control(point: i32, line: Line): Key {
    switch (point) {
      case 0x0d:
      case 0x0a:
        return Key.ENTER;
      case 0x03:
        return Key.BREAK;
      case 0x0c:
        return Key.CLEAR;
      case 0x08:
      case 0x7f:
        line.backspace();
        break;
      case 0x01:
        line.home();
        break;
      case 0x05:
        line.end();
        break;
      case 0x0b:
        line.eraseBehind();
        break;
      case 0x15:
        line.eraseBefore();
        break;
      case 0x17:
        line.eraseWord();
        break;
      case 0x1b:
        this.escape = Escape.BEGUN;
        break;
    }
    return Key.NONE;
  }

  /** Inside ESC [ numbers letter. */
  private sequence(byte: u32, line: Line): Key {
    if (this.escape === Escape.BEGUN) {
      this.escape = byte === 0x5b || byte === 0x4f ? Escape.INSIDE : Escape.NONE;
      this.parameter = 0;
      // ESC and then a control character: that one counts.
      return this.escape === Escape.NONE && byte < 0x20 ? this.feed(byte, line) : Key.NONE;
    }
    if (byte >= 0x30 && byte <= 0x39) this.parameter = min(this.parameter * 10 + (byte - 0x30), 999);
    if (byte >= 0x20 && byte < 0x40) return Key.NONE;
    this.escape = Escape.NONE;
    if (byte < 0x20) return this.feed(byte, line);
    switch (byte) {
      case 0x41:
        line.browse(-1);
        break;
      case 0x42:
        line.browse(1);
        break;
      case 0x43:
        line.right();
        break;
      case 0x44:
        line.left();
        break;
      case 0x48:
        line.home();
        break;
      case 0x46:
        line.end();
        break;
      case 0x7e:
        if (this.parameter === 3) line.erase();
        else if (this.parameter === 1) line.home();
        else if (this.parameter === 4) line.end();
        break;
    }
    return Key.NONE;
  }
}
