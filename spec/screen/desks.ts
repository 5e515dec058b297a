// Random user interfaces with known contents: windows, buttons, inputs, icons and labels in themes of many kinds, and between them
// what is none of these: rules, progress bars, check boxes, scroll bars, menus, gradients.

import type { ElementType, Region } from '../../src/screen/index.js';
import { drawGlyphs, drawSmooth, smoothWidth, testAtlas } from './letters.js';
import { Canvas, type Colour, random } from './pictures.js';

/** Something that was drawn. */
export interface Truth {
  readonly type: ElementType;
  readonly text: string;
  readonly bounds: Region;
}

export interface Desk {
  readonly canvas: Canvas;
  readonly truths: readonly Truth[];
  readonly theme: Theme;
}

/** How a desk is drawn. */
export interface Theme {
  readonly dark: boolean;
  /** `classic`: a bevel inside a dark line. */
  readonly edge: 'flat' | 'line' | 'bevel' | 'classic' | 'round';
  readonly letters: 'exact' | 'smooth';
  readonly desk: Colour;
  readonly window: Colour;
  readonly title: Colour;
  readonly titleInk: Colour;
  readonly ink: Colour;
  readonly button: Colour;
  readonly buttonInk: Colour;
  readonly field: Colour;
  readonly line: Colour;
  /** Title bars (and the backdrop) shade from one colour to another. */
  readonly gradient: boolean;
}

type Random = (limit: number) => number;

const LABELS = [
  'OK',
  'Cancel',
  'Save',
  'Open',
  'Close',
  'Apply',
  'Help',
  'Next',
  'Back',
  'Delete',
  'Settings',
  'Add file',
  'Run now',
  'Yes',
  'No',
  'Sign in',
];
const TITLES = ['Files', 'Terminal', 'Settings', 'Notes', 'About', 'Text Editor', 'Login', 'Calculator', 'System Monitor'];
const WORDS = [
  'User name',
  'Password',
  'Address',
  'Disk usage',
  'Network',
  'Brightness',
  'Search',
  'Size',
  'Version 12',
  'Ready',
  'Memory 64',
  'Language',
];
const CONTENTS = ['', '', 'root', 'hello world', 'http', '/home/user', '42', 'guest'];

const mix = (a: Colour, b: Colour, part: number): Colour =>
  [16, 8, 0].reduce((sum, shift) => sum | (Math.round(((a >> shift) & 255) * (1 - part) + ((b >> shift) & 255) * part) << shift), 0);
const pick = <T>(next: Random, all: readonly T[]): T => all[next(all.length)]!;
const tint = (next: Random, light: number, spread = 40): Colour =>
  [0, 1, 2].reduce((sum) => (sum << 8) | Math.max(0, Math.min(255, light + next(2 * spread + 1) - spread)), 0);

/** A theme of any kind; colours are random within what somebody could read. */
export function randomTheme(next: Random, letters: Theme['letters']): Theme {
  const dark = next(3) === 0;
  const edge = pick(next, ['flat', 'line', 'bevel', 'classic', 'round'] as const);
  const window = dark ? tint(next, 45, 8) : tint(next, 225 - next(40), 8);
  const accent = dark ? tint(next, 110, 50) : tint(next, 90, 60);
  return {
    dark,
    edge,
    letters,
    desk: dark ? tint(next, 20, 15) : tint(next, 100, 60),
    window,
    title: next(4) === 0 ? (dark ? 0x101010 : 0x303030) : mix(accent, 0x000040, 0.3),
    titleInk: 0xffffff,
    ink: dark ? 0xe8e8e8 : 0x101010,
    // A flat button has to have a colour of its own; others may have the window's.
    button:
      edge === 'flat' || edge === 'round' ? accent : next(2) ? window : dark ? mix(window, 0xffffff, 0.15) : mix(window, 0xffffff, 0.4),
    buttonInk: edge === 'flat' || edge === 'round' ? 0xffffff : dark ? 0xf0f0f0 : 0x000000,
    field: dark ? mix(window, 0x000000, 0.6) : 0xffffff,
    line: dark ? 0x909090 : 0x606060,
    gradient: next(4) === 0,
  };
}

class Painter {
  readonly truths: Truth[] = [];
  constructor(
    readonly canvas: Canvas,
    readonly theme: Theme,
    readonly next: Random,
  ) {}

  textSize(text: string): { width: number; height: number } {
    return this.theme.letters === 'exact' ? { width: text.length * 8, height: 16 } : { width: smoothWidth(text, 9), height: 9 };
  }

  /** Text with its upper left corner at a place (exact letters: of the cell). Gives where it is. */
  text(x: number, y: number, text: string, ink: Colour): Region {
    if (this.theme.letters === 'smooth') return drawSmooth(this.canvas, x, y, text, 9, ink);
    drawGlyphs(this.canvas, testAtlas, x, y, text, ink);
    return { x, y, width: text.length * 8, height: 16 };
  }

  label(x: number, y: number, text: string): void {
    this.truths.push({ type: 'text', text, bounds: this.text(x, y, text, this.theme.ink) });
  }

  bevel(x: number, y: number, width: number, height: number, raised: boolean, face: Colour): void {
    const { canvas } = this;
    if (this.theme.edge === 'classic') {
      canvas.frame(x, y, width, height, 0x202020);
      x++;
      y++;
      width -= 2;
      height -= 2;
    }
    const light = mix(face, 0xffffff, 0.8);
    const shade = mix(face, 0x000000, 0.5);
    const [upper, lower] = raised ? [light, shade] : [shade, light];
    const thickness = 1 + this.next(2);
    for (let i = 0; i < thickness; i++) {
      canvas.rect(x + i, y + i, width - 2 * i, 1, upper);
      canvas.rect(x + i, y + i, 1, height - 2 * i, upper);
      canvas.rect(x + i, y + height - 1 - i, width - 2 * i, 1, lower);
      canvas.rect(x + width - 1 - i, y + i, 1, height - 2 * i, lower);
    }
  }

  button(x: number, y: number, width: number, height: number, text: string): void {
    const { canvas, theme } = this;
    canvas.rect(x, y, width, height, theme.button);
    if (theme.edge === 'bevel' || theme.edge === 'classic') this.bevel(x, y, width, height, true, theme.button);
    if (theme.edge === 'line') canvas.frame(x, y, width, height, theme.line);
    if (theme.edge === 'round') {
      for (const [i, cut] of [3, 2, 1].entries()) {
        for (const at of [y + i, y + height - 1 - i]) {
          canvas.rect(x, at, cut, 1, theme.window);
          canvas.rect(x + width - cut, at, cut, 1, theme.window);
        }
      }
    }
    const size = this.textSize(text);
    this.text(x + ((width - size.width) >> 1), y + ((height - size.height) >> 1), text, theme.buttonInk);
    this.truths.push({ type: 'button', text, bounds: { x, y, width, height } });
  }

  input(x: number, y: number, width: number, height: number, text: string): void {
    const { canvas, theme } = this;
    canvas.rect(x, y, width, height, theme.field);
    if (theme.edge === 'bevel' || theme.edge === 'classic') this.bevel(x, y, width, height, false, theme.window);
    else canvas.frame(x, y, width, height, theme.line);
    const size = this.textSize(text.trim());
    this.text(x + 4 + this.next(5), y + ((height - size.height) >> 1), text, theme.ink);
    this.truths.push({ type: 'input', text, bounds: { x, y, width, height } });
  }

  /** From one colour to another, left to right. */
  shade(x: number, y: number, width: number, height: number, from: Colour, to: Colour): void {
    for (let i = 0; i < width; i++) this.canvas.rect(x + i, y, 1, height, mix(from, to, i / width));
  }

  /** A block of a few colours: a square with shapes in it. */
  icon(x: number, y: number, side: number, caption = ''): void {
    const { canvas, next } = this;
    const colours = [tint(next, 200, 55), tint(next, 110, 90), tint(next, 50, 50), tint(next, 240, 15)];
    canvas.rect(x, y, side, side, colours[1]!);
    const unit = Math.floor(side / 4);
    for (let i = 0; i < next(4); i++) {
      canvas.rect(x + next(3) * unit + 1, y + next(3) * unit + 1, unit + next(unit), unit + next(unit), pick(next, colours));
    }
    // Two more colours that nothing covers: an icon has several.
    canvas.rect(x + 1 + next(unit), y + 1 + next(unit), unit + 1, unit + 1 + next(unit), colours[3]!);
    canvas.rect(x + 2 * unit + next(unit), y + 2 * unit, unit, 2 * unit - 2, colours[2]!);
    canvas.frame(x, y, side, side, colours[2]!);
    this.truths.push({ type: 'icon', text: caption, bounds: { x, y, width: side, height: side } });
    if (caption) this.label(Math.max(1, x + ((side - this.textSize(caption).width) >> 1)), y + side + 3, caption);
  }

  /** Things that are no element of any kind we look for. */
  distraction(x: number, y: number, width: number): number {
    const { canvas, theme, next } = this;
    const kind = next(4);
    if (kind === 0) {
      canvas.rect(x, y + 4, width, 1 + next(2), theme.line);
      return 14;
    }
    if (kind === 1) {
      // A progress bar.
      const long = Math.min(width, 120 + next(100));
      canvas.rect(x, y, long, 12, mix(theme.window, 0x000000, 0.15));
      canvas.rect(x, y, Math.floor((long * (1 + next(8))) / 10), 12, theme.title);
      return 24;
    }
    if (kind === 2) {
      // A check box and what it is for.
      canvas.rect(x, y + 1, 13, 13, theme.field);
      canvas.frame(x, y + 1, 13, 13, theme.line);
      if (next(2)) for (let i = 0; i < 7; i++) canvas.rect(x + 3 + i, y + 4 + i, 1, 1, theme.ink);
      this.label(x + 22, y, pick(next, WORDS));
      return 26;
    }
    for (let i = 0; i < 2; i++) {
      const words = Array.from({ length: 2 + next(3) }, () => pick(next, WORDS).toLowerCase()).join(' ');
      const fits = Math.floor(width / (this.theme.letters === 'exact' ? 8 : 9));
      this.label(x, y + i * 18, words.slice(0, fits).trim());
    }
    return 46;
  }

  window(x: number, y: number, width: number, height: number): void {
    const { canvas, theme, next } = this;
    const bar = 18 + next(8);
    canvas.rect(x, y, width, height, theme.window);
    const edge = theme.edge === 'line' || theme.edge === 'round' ? 1 : theme.edge === 'bevel' ? 2 : theme.edge === 'classic' ? 3 : 0;
    if (edge === 1) canvas.frame(x, y, width, height, theme.line);
    if (edge >= 2) this.bevel(x, y, width, height, true, theme.window);
    if (theme.gradient)
      this.shade(x + edge, y + edge, width - 2 * edge, bar, theme.title, mix(theme.title, theme.dark ? 0x000000 : 0xffffff, 0.35));
    else canvas.rect(x + edge, y + edge, width - 2 * edge, bar, theme.title);
    const title = pick(next, TITLES);
    this.text(x + edge + 6, y + edge + ((bar - this.textSize(title).height) >> 1), title, theme.titleInk);
    this.truths.push({ type: 'window', text: title, bounds: { x, y, width, height } });
    let [top, right] = [y + bar + 10, x + width - 10];
    if (next(2)) {
      // A button that closes it, with a cross.
      const side = 14;
      const [bx, by] = [x + width - edge - side - 3, y + edge + ((bar - side) >> 1)];
      const face = mix(theme.window, 0xff0000, next(2) ? 0.6 : 0);
      canvas.rect(bx, by, side, side, face);
      if (edge >= 2) this.bevel(bx, by, side, side, true, face);
      else if (theme.edge === 'line') canvas.frame(bx, by, side, side, theme.line);
      for (let i = 0; i < 6; i++) {
        canvas.rect(bx + 4 + i, by + 4 + i, 1, 1, theme.ink);
        canvas.rect(bx + 9 - i, by + 4 + i, 1, 1, theme.ink);
      }
      this.truths.push({ type: 'button', text: '', bounds: { x: bx, y: by, width: side, height: side } });
    }
    if (next(4) === 0) {
      // A menu: words on a strip of their own colour.
      canvas.rect(x + edge, y + edge + bar, width - 2 * edge, 20, mix(theme.window, theme.dark ? 0xffffff : 0x000000, 0.08));
      for (const [i, word] of ['File', 'Edit', 'View'].entries())
        this.label(x + edge + 8 + i * 60, y + edge + bar + (theme.letters === 'exact' ? 2 : 6), word);
      top += 24;
    }
    if (next(4) === 0) {
      // A scroll bar with its thumb.
      right -= 16;
      canvas.rect(
        x + width - edge - 14,
        top - 8,
        14,
        y + height - edge - top + 8,
        mix(theme.window, theme.dark ? 0xffffff : 0x000000, 0.15),
      );
      canvas.rect(x + width - edge - 12, top + next(60), 10, 40, mix(theme.window, theme.dark ? 0xffffff : 0x000000, 0.45));
    }
    this.content(x + 10, top, right - x - 10, y + height - 10 - top);
  }

  /** Rows of labels, inputs, buttons and icons, as many as fit. */
  content(x: number, y: number, width: number, height: number): void {
    const { next } = this;
    let row = y;
    while (row + 40 < y + height) {
      const kind = next(5);
      if (kind === 4) row += this.distraction(x, row, width);
      else if (kind === 0) {
        const text = pick(next, WORDS);
        const left = this.textSize(text).width + 12;
        if (left + 60 > width) break;
        const tall = 20 + next(8);
        this.label(x, row + ((tall - this.textSize(text).height) >> 1), text);
        this.input(x + left, row, Math.min(width - left, 70 + next(120)), tall, pick(next, CONTENTS).slice(0, 6).trim());
        row += tall + 10;
      } else if (kind === 1) {
        const tall = 20 + next(10);
        let at = x;
        for (let i = 0; i <= next(3); i++) {
          const text = pick(next, LABELS);
          const wide = this.textSize(text).width + 12 + next(30);
          if (at + wide > x + width) break;
          this.button(at, row, wide, tall, text);
          at += wide + 8 + next(10);
        }
        row += tall + 10;
      } else if (kind === 2) {
        this.label(x, row, pick(next, WORDS));
        row += 26;
      } else {
        const side = pick(next, [16, 24, 32]);
        for (let i = 0, at = x; i <= next(4) && at + side < x + width; i++, at += side + 14) this.icon(at, row, side);
        row += side + 12;
      }
    }
  }
}

/** A desk of 640x480 with one to three windows that do not touch, and icons on the backdrop. `overlap`: two windows, one over the other's corner. */
export function randomDesk(seed: number, letters: Theme['letters'], overlap = false): Desk {
  const next = random(seed);
  const theme = randomTheme(next, letters);
  const canvas = new Canvas(640, 480, theme.desk);
  const painter = new Painter(canvas, theme, next);
  if (theme.gradient) painter.shade(0, 0, 640, 480, theme.desk, mix(theme.desk, 0x000000, 0.5));
  if (overlap) {
    painter.window(30 + next(30), 20 + next(30), 330 + next(60), 260 + next(60));
    // Only what is still to be seen counts: the second window's own contents, and both windows.
    painter.truths.splice(1);
    painter.window(250 + next(40), 190 + next(40), 300 + next(40), 200 + next(40));
    return { canvas, truths: painter.truths, theme };
  }
  const columns = 1 + next(2);
  for (let i = 0; i < columns; i++) {
    const room = columns === 1 ? 520 : 250;
    const width = room - next(room / 4);
    const x = 70 + i * 285 + next(room - width + 1);
    if (next(3) === 0) {
      painter.window(x, 10 + next(10), width, 200 + next(20));
      painter.window(x, 250 + next(10), width, 180 + next(30));
    } else painter.window(x, 10 + next(60), width, 300 + next(90));
  }
  for (let i = 0; i < next(5); i++)
    painter.icon(14, 20 + i * 80, 32 + next(3) * 8, next(2) ? '' : pick(next, ['Files', 'Web', 'Disk', 'Mail']));
  return { canvas, truths: painter.truths, theme };
}
