// Text consoles by exact glyphs: every character in every pair of colours, cursors seen through, what is unknown said, and what is no console refused.
import { describe, expect, test } from 'vitest';
import { parseGlyphs, readConsole } from '../../src/screen/index.js';
import { ASCII, drawGlyphs, glyphFile, testAtlas } from './letters.js';
import { Canvas, noise, random } from './pictures.js';

const INKS = [0xaaaaaa, 0xffffff, 0xff5555, 0x00aa00, 0x5555ff, 0x000001];

/** Lines drawn from the top left corner of a screen. */
function screen(lines: readonly string[], height = 480, ink = 0xaaaaaa, paper = 0): Canvas {
  const canvas = new Canvas(640, height, paper);
  lines.forEach((line, row) => drawGlyphs(canvas, testAtlas, 0, row * 16, line, ink, paper));
  return canvas;
}

/** Lines of random ASCII, the last character no space. */
function randomLines(seed: number, columns = 80, rows = 30): string[] {
  const next = random(seed);
  return Array.from({ length: rows }, () => Array.from({ length: columns - 1 }, () => ASCII[next(95)]!).join('') + ASCII[1 + next(94)]!);
}

/** Inverts the lowest rows of a cell, as a cursor does. */
function cursor(canvas: Canvas, column: number, row: number, height: number, ink = 0xaaaaaa, paper = 0): void {
  for (let y = row * 16 + 16 - height; y < row * 16 + 16; y++) {
    for (let x = column * 8; x < column * 8 + 8; x++) canvas.set(x, y, canvas.get(x, y) === ink ? paper : ink);
  }
}

describe('readConsole', () => {
  test('80x30 random characters, each cell in colours of its own', () => {
    const lines = randomLines(1);
    const next = random(2);
    const canvas = new Canvas(640, 480);
    lines.forEach((line, row) => {
      [...line].forEach((char, column) => {
        const ink = INKS[next(INKS.length)]!;
        drawGlyphs(canvas, testAtlas, column * 8, row * 16, char, ink, INKS.filter((c) => c !== ink)[next(INKS.length - 1)]!);
      });
    });
    const read = readConsole(canvas, testAtlas)!;
    expect(read.text).toBe(lines.join('\n'));
    expect(read).toMatchObject({ confidence: 1, unknown: 0, columns: 80, rows: 30, source: 'glyph' });
  });

  test('lines and words stand where they are drawn; spaces at the end and empty lines at the end are left out', () => {
    const read = readConsole(screen(['', '  ls -l   /mnt  ', '', 'done', '']), testAtlas)!;
    expect(read.text).toBe('\n  ls -l   /mnt\n\ndone');
    expect(read.lines.map((line) => line.text)).toEqual(['ls -l   /mnt', 'done']);
    expect(read.lines[0]!.bounds).toEqual({ x: 16, y: 16, width: 96, height: 16 });
    expect(read.words.map((word) => [word.text, word.bounds.x, word.bounds.width])).toEqual([
      ['ls', 16, 16],
      ['-l', 40, 16],
      ['/mnt', 80, 32],
      ['done', 0, 32],
    ]);
  });

  test('an empty screen is an empty text, for certain', () => {
    expect(readConsole(new Canvas(640, 480, 0x0000aa), testAtlas)).toMatchObject({ text: '', confidence: 1, lines: [], words: [] });
  });

  test('a cursor of any height, over any character or none, does not spoil it', () => {
    const line = ASCII.slice(1).join('');
    for (const height of [1, 2, 3, 8, 15, 16]) {
      for (let i = 0; i < 94; i++) {
        const canvas = screen([line.slice(0, 80), line.slice(80)], 32);
        cursor(canvas, i % 80, Math.floor(i / 80), height);
        expect(readConsole(canvas, testAtlas)!.text, `${height} rows over ${line[i]}`).toBe(`${line.slice(0, 80)}\n${line.slice(80)}`);
      }
    }
    const blank = screen(['gpuvisor:~# ']);
    cursor(blank, 12, 0, 2);
    expect(readConsole(blank, testAtlas)).toMatchObject({ text: 'gpuvisor:~#', confidence: 1, cursor: { column: 12, row: 0 } });
  });

  test('spoilt cells are U+FFFD and lower the confidence by what they are', () => {
    const canvas = screen(['0123456789']);
    canvas.set(3 * 8 + 2, 5, 0xff0000);
    canvas.frame(5 * 8, 0, 8, 16, 0x123456);
    canvas.rect(7 * 8, 0, 4, 16, 0xaaaaaa);
    const read = readConsole(canvas, testAtlas)!;
    expect(read.text).toBe('012\ufffd4\ufffd6\ufffd89');
    expect(read.confidence).toBeCloseTo(0.7);
    expect(read.unknown).toBe(3);
    expect(read.lines[0]!.confidence).toBeCloseTo(0.7);
  });

  test('what is no console is undefined', () => {
    expect(readConsole(noise(640, 480, 2), testAtlas)).toBeUndefined();
    expect(readConsole(noise(640, 480, 5000), testAtlas)).toBeUndefined();
    const shifted = new Canvas(640, 480);
    randomLines(5, 70, 20).forEach((line, row) => drawGlyphs(shifted, testAtlas, 3, 5 + row * 16, line, 0xffffff));
    expect(readConsole(shifted, testAtlas)).toBeUndefined();
    expect(readConsole(new Canvas(7, 7), testAtlas)).toBeUndefined();
  });

  test('a region takes the cells whose middle is in it, and their confidence alone', () => {
    const canvas = screen(['abcdefgh', 'ijklmnop', 'qrstuvwx']);
    canvas.set(0, 0, 0xff0000);
    const read = readConsole(canvas, testAtlas, { x: 13, y: 10, width: 24, height: 20 })!;
    expect(read.text).toBe('klm');
    expect(read.confidence).toBe(1);
    expect(read.words[0]!.bounds).toEqual({ x: 16, y: 16, width: 24, height: 16 });
  });

  test('a picture that ends in half a cell is read as far as whole cells go', () => {
    const canvas = new Canvas(45, 20);
    drawGlyphs(canvas, testAtlas, 0, 0, 'hello', 0xffffff);
    expect(readConsole(canvas, testAtlas)!.text).toBe('hello');
  });
});

describe('parseGlyphs', () => {
  test('the specs have a different bitmap for each character', () => expect(testAtlas.glyphs.length).toBe(95));

  test('of characters that look the same, ASCII and then the lower code point is read', () => {
    const [a, zero] = ['A', '0'].map((char) => glyphFile.glyphs.find((glyph) => glyph.char === char)!.rows);
    const atlas = parseGlyphs({
      ...glyphFile,
      glyphs: [
        { char: '\u0410', rows: a },
        { char: 'A', rows: a },
        { char: '\u03b8', rows: zero },
        { char: '\u00d8', rows: zero },
        { char: '\u00a0', rows: new Array(16).fill(0) },
      ],
    });
    expect(atlas.glyphs.map((glyph) => glyph.char).sort()).toEqual([' ', 'A', '\u00d8']);
  });

  test('a bitmap and its inverse, both in the font: the console background decides', () => {
    const upper = Array.from({ length: 16 }, (_, y) => (y < 8 ? 0xff : 0));
    const atlas = parseGlyphs({
      ...glyphFile,
      glyphs: [...glyphFile.glyphs, { char: '\u2580', rows: upper }, { char: '\u2584', rows: upper.map((row) => row ^ 0xff) }],
    });
    const canvas = new Canvas(640, 480, 0x000080);
    drawGlyphs(canvas, atlas, 0, 0, '\u2584\u2580', 0xffffff);
    expect(readConsole(canvas, atlas)!.text).toBe('\u2584\u2580');
  });

  test.each([
    ['nothing', undefined],
    ['another format', { ...glyphFile, format: 'x' }],
    ['cells too wide', { ...glyphFile, width: 9 }],
    ['cells of no height', { ...glyphFile, height: 0 }],
    ['no glyphs', { ...glyphFile, glyphs: [] }],
    ['too many', { ...glyphFile, glyphs: new Array(1025).fill(glyphFile.glyphs[0]) }],
    ['two characters', { ...glyphFile, glyphs: [{ char: 'ab', rows: new Array(16).fill(0) }] }],
    ['a control character', { ...glyphFile, glyphs: [{ char: '\n', rows: new Array(16).fill(0) }] }],
    ['rows missing', { ...glyphFile, glyphs: [{ char: 'a', rows: new Array(15).fill(0) }] }],
    ['a row out of range', { ...glyphFile, glyphs: [{ char: 'a', rows: new Array(16).fill(256) }] }],
    ['a row outside the cell', { ...glyphFile, width: 4, glyphs: [{ char: 'a', rows: new Array(16).fill(1) }] }],
  ])('%s is refused', (_, json) => expect(() => parseGlyphs(json)).toThrow(/no glyph atlas/));
});
