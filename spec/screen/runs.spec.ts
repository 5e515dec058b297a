// Text of a known font anywhere: any offset, colour and neighbourhood, exactly; lines, boxes and noise are no text.
import { describe, expect, test } from 'vitest';
import { findRuns, readText } from '../../src/screen/index.js';
import { ASCII, drawGlyphs, drawSmooth, testAtlas } from './letters.js';
import { Canvas, noise, random } from './pictures.js';

const texts = (canvas: Canvas): string[] => findRuns(canvas, testAtlas).map((run) => run.text);

describe('findRuns', () => {
  test('every printable character, at every offset within a cell', () => {
    for (let offset = 0; offset < 16; offset++) {
      const canvas = new Canvas(320, 120, 0xc0c0c0);
      [0, 32, 64].forEach((from, i) =>
        drawGlyphs(canvas, testAtlas, 5 + (offset % 8), 3 + offset + i * 20, ASCII.slice(from, from + 32).join(''), 0x000000),
      );
      const runs = findRuns(canvas, testAtlas);
      // A space and marks that look like rules may be missing at the ends of a run; nothing may be wrong.
      expect(runs.map((run) => run.text)).toEqual(
        [0, 32, 64].map((from) =>
          ASCII.slice(from, from + 32)
            .join('')
            .trim(),
        ),
      );
      expect(runs[1]!.bounds).toMatchObject({ x: 5 + (offset % 8), y: 23 + offset });
    }
  });

  test('random words in random colours on random papers, 40 pictures: none wrong', () => {
    let [drawn, found, wrong] = [0, 0, 0];
    for (let seed = 0; seed < 40; seed++) {
      const next = random(seed);
      const canvas = new Canvas(400, 300, next(1 << 24));
      const all: string[] = [];
      const expected: string[] = [];
      for (let y = 4; y < 280; y += 20 + next(10)) {
        const text =
          Array.from({ length: 1 + next(30) }, () => ASCII[next(10) === 0 ? 0 : 1 + next(94)]!)
            .join('')
            .trim() || 'x';
        const [ink, paper] = [next(1 << 24), next(1 << 24)];
        const x = next(400 - text.length * 8 - 4) + 2;
        if (next(2)) canvas.rect(x - 2, y - 2, text.length * 8 + 4, 20, paper);
        drawGlyphs(canvas, testAtlas, x, y, text, ink);
        all.push(text);
        if (/[A-Za-z0-9]/.test(text)) expected.push(text);
      }
      const got = texts(canvas);
      drawn += expected.length;
      found += expected.filter((text) => got.includes(text)).length;
      wrong += got.filter((text) => !all.some((other) => other.includes(text))).length;
    }
    console.log(`unaligned glyphs: ${found} of ${drawn} texts whole, ${wrong} wrong`);
    expect(wrong).toBe(0);
    // Runs of three and more spaces part a text; marks that look like rules are left out at its ends.
    expect(found / drawn).toBeGreaterThan(0.9);
  });

  test('on a picture, a gradient or over another text colour', () => {
    const canvas = new Canvas(300, 60);
    for (let y = 0; y < 60; y++) for (let x = 0; x < 300; x++) canvas.set(x, y, (x << 15) | (y << 10) | 7);
    drawGlyphs(canvas, testAtlas, 11, 13, 'Over a gradient', 0xffffff);
    expect(texts(canvas)).toEqual(['Over a gradient']);
  });

  test('rules, boxes, fills, checkerboards and dots are no text', () => {
    const canvas = new Canvas(640, 480, 0xffffff);
    for (let i = 0; i < 12; i++) {
      canvas.frame(10 + i * 50, 10 + i * 30, 40, 24, 0x000000, 1 + (i % 3));
      canvas.rect(12 + i * 50, 400, 7 + i, 30 - i, 0x0000ff);
      canvas.rect(i * 41, 380, 1, 12, 0xff0000);
      canvas.rect(i * 41 + 20, 383, 2, 2, 0xff0000);
    }
    for (let y = 0; y < 40; y++) for (let x = 0; x < 100; x++) canvas.set(500 + x, 200 + y, (x + y) & 1 ? 0 : 0xffffff);
    expect(texts(canvas)).toEqual([]);
  });

  test('noise of any number of colours has no text', () => {
    for (const colours of [2, 3, 16, 300, 100_000]) expect(texts(noise(320, 240, colours, colours))).toEqual([]);
    expect(texts(new Canvas(1, 1))).toEqual([]);
    expect(texts(new Canvas(8, 16, 5))).toEqual([]);
  });

  test('a pointer over a letter spoils that letter alone', () => {
    const canvas = new Canvas(200, 40, 0xffffff);
    drawGlyphs(canvas, testAtlas, 9, 7, 'Settings', 0x000000);
    canvas.rect(9 + 3 * 8 + 1, 10, 4, 9, 0xff0000);
    const [run] = findRuns(canvas, testAtlas);
    expect(run!.text).toBe('Set\ufffdings');
    expect(run).toMatchObject({ visible: 8, unknown: 1, color: 0 });
  });
});

describe('readText', () => {
  test('a window on a desk: lines in reading order, with bounds and source', async () => {
    const canvas = new Canvas(640, 480, 0x336699);
    canvas.rect(101, 53, 300, 200, 0xeeeeee);
    drawGlyphs(canvas, testAtlas, 110, 60, 'Notes', 0xffffff, 0x000080);
    drawGlyphs(canvas, testAtlas, 113, 91, 'buy milk', 0x111111);
    drawGlyphs(canvas, testAtlas, 250, 91, '2x', 0x111111);
    drawGlyphs(canvas, testAtlas, 113, 108, 'call - back', 0xaa0000);
    const read = await readText(canvas, { atlas: testAtlas });
    expect(read).toMatchObject({ source: 'glyph', confidence: 1 });
    expect(read.text).toBe('Notes\nbuy milk         2x\ncall - back');
    expect(read.words.find((word) => word.text === 'milk')!.bounds).toEqual({ x: 145, y: 91, width: 32, height: 16 });
    const part = await readText(canvas, { atlas: testAtlas, region: { x: 105, y: 85, width: 120, height: 22 } });
    expect(part.text).toBe('buy milk');
    expect(part.words[0]!.bounds).toEqual({ x: 113, y: 91, width: 24, height: 16 });
  });

  test('nothing to read is certain; something that cannot be read is not', async () => {
    expect(await readText(new Canvas(640, 480, 0x112233), { atlas: testAtlas })).toMatchObject({
      text: '',
      confidence: 1,
      source: 'glyph',
    });
    expect(await readText(new Canvas(1, 1))).toMatchObject({ text: '', confidence: 1 });
    const smooth = new Canvas(200, 60, 0xffffff);
    drawSmooth(smooth, 10, 10, 'Hello', 20, 0);
    expect(await readText(smooth, { atlas: testAtlas })).toMatchObject({ text: '', confidence: 0 });
  });

  test('a region outside is refused with the size', async () => {
    await expect(readText(new Canvas(640, 480), { region: { x: 0, y: 0, width: 641, height: 1 } })).rejects.toThrow(/640x480/);
  });
});
