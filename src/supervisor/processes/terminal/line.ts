// The line that is being typed: characters, a cursor, what came before. What there is to draw is collected in `out`, and written by whoever feeds.

import { columns } from '../rt/columns';

/** Characters a line takes; more ring the bell. */
const MOST = 1000;
/** Lines that are remembered. */
const REMEMBERED = 50;

export class Line {
  /** To be written to the console. */
  out: string = '';
  private points: u32[] = [];
  private cursor: i32 = 0;
  private readonly past: string[] = [];
  /** Which of the past is shown; past.length: the line that is new. */
  private shown: i32 = 0;
  /** The new line, while one of the past is shown. */
  private kept: string = '';

  /** What is typed. */
  get text(): string {
    let text = '';
    for (let i = 0; i < this.points.length; i++) text += String.fromCodePoint(this.points[i]);
    return text;
  }

  private width(from: i32, to: i32): i32 {
    let width = 0;
    for (let i = from; i < to; i++) width += columns(this.points[i]);
    return width;
  }

  /** Draws from the cursor on, wipes `gone` columns behind the end, and comes back. */
  private redraw(gone: i32): void {
    const end = this.points.length;
    for (let i = this.cursor; i < end; i++) this.out += String.fromCodePoint(this.points[i]);
    this.out += ' '.repeat(gone) + '\b'.repeat(gone + this.width(this.cursor, end));
  }

  /** The prompt and the line again, as they are. */
  draw(prompt: string): void {
    this.out += prompt + this.text + '\b'.repeat(this.width(this.cursor, this.points.length));
  }

  insert(point: u32): void {
    if (this.points.length >= MOST) {
      this.out += '\x07';
      return;
    }
    const tail = this.points.splice(this.cursor);
    this.points.push(point);
    for (let i = 0; i < tail.length; i++) this.points.push(tail[i]);
    this.cursor++;
    this.out += String.fromCodePoint(point);
    if (tail.length > 0) this.redraw(0);
  }

  /** Takes `count` characters at `from`, where the cursor goes. */
  private cut(from: i32, count: i32): void {
    if (count <= 0) return;
    const gone = this.width(from, from + count);
    if (from < this.cursor) this.out += '\b'.repeat(this.width(from, this.cursor));
    this.cursor = from;
    this.points.splice(from, count);
    this.redraw(gone);
  }

  backspace(): void {
    // What sits on a character goes with it.
    let from = this.cursor;
    while (from > 0) if (columns(this.points[--from]) > 0) break;
    this.cut(from, this.cursor - from);
  }

  /** The character under the cursor. */
  erase(): void {
    let end = this.cursor + 1;
    while (end < this.points.length && columns(this.points[end]) === 0) end++;
    if (this.cursor < this.points.length) this.cut(this.cursor, end - this.cursor);
  }

  /** All before the cursor. */
  eraseBefore(): void {
    this.cut(0, this.cursor);
  }

  /** All behind it. */
  eraseBehind(): void {
    this.cut(this.cursor, this.points.length - this.cursor);
  }

  /** The word before the cursor. */
  eraseWord(): void {
    let from = this.cursor;
    while (from > 0 && this.points[from - 1] === 0x20) from--;
    while (from > 0 && this.points[from - 1] !== 0x20) from--;
    this.cut(from, this.cursor - from);
  }

  left(): void {
    if (this.cursor === 0) return;
    do this.cursor--;
    while (this.cursor > 0 && columns(this.points[this.cursor]) === 0);
    this.out += '\b'.repeat(columns(this.points[this.cursor]));
  }

  right(): void {
    while (this.cursor < this.points.length) {
      this.out += String.fromCodePoint(this.points[this.cursor++]);
      if (this.cursor === this.points.length || columns(this.points[this.cursor]) > 0) return;
    }
  }

  home(): void {
    this.out += '\b'.repeat(this.width(0, this.cursor));
    this.cursor = 0;
  }

  end(): void {
    while (this.cursor < this.points.length) this.right();
  }

  private replace(text: string): void {
    this.end();
    this.eraseBefore();
    for (let i = 0; i < text.length && this.points.length < MOST; i++) {
      const point = <u32>text.codePointAt(i);
      if (point > 0xffff) i++;
      this.points.push(point);
    }
    this.cursor = this.points.length;
    this.out += text;
  }

  /** The line before (-1) or after (1) the one that is shown. */
  browse(step: i32): void {
    const to = this.shown + step;
    if (to < 0 || to > this.past.length) return;
    if (this.shown === this.past.length) this.kept = this.text;
    this.shown = to;
    this.replace(to === this.past.length ? this.kept : this.past[to]);
  }

  /** Ends the line and gives it. `keep`: it is remembered, if there is anything in it and it is not the one before. */
  take(keep: bool): string {
    const text = this.text;
    this.points = [];
    this.cursor = 0;
    if (keep && text.trim().length > 0 && (this.past.length === 0 || this.past[this.past.length - 1] !== text)) {
      this.past.push(text);
      if (this.past.length > REMEMBERED) this.past.shift();
    }
    this.shown = this.past.length;
    this.kept = '';
    return text;
  }
}
