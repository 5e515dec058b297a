// Elements by their looks: recall and precision on random desks of known contents (printed, with floors that hold), filters, and hostile pictures.
import { describe, expect, test } from 'vitest';
import { COLOUR_TOLERANCE, type Element, type ElementType, findElements } from '../../src/screen/index.js';
import { randomDesk } from './desks.js';
import { drawGlyphs, testAtlas } from './letters.js';
import { Tally, overlap } from './measure.js';
import { Canvas, noise, random } from './pictures.js';

const DESKS = 24;

/** Seeds that nothing was tuned on: everything before 1000 was looked at. */
const FIRST = 1000;

async function tally(letters: 'exact' | 'smooth', overlapping = false): Promise<Tally> {
  const result = new Tally();
  for (let seed = FIRST; seed < FIRST + DESKS; seed++) {
    const { canvas, truths } = randomDesk(seed, letters, overlapping);
    const found = await findElements(canvas, letters === 'exact' ? { atlas: testAtlas } : {});
    // Of two windows that overlap, what is seen of the lower one's contents is not written down.
    const known = overlapping ? truths.filter((truth) => truth.type === 'window') : truths;
    result.add(known, overlapping ? found.filter((element) => element.type === 'window') : found);
  }
  return result;
}

describe('random desks', () => {
  test('with text in the known font', async () => {
    const t = await tally('exact');
    console.log(`${DESKS} desks, known font\n${t}`);
    for (const type of ['window', 'button', 'input', 'icon', 'text'] as const) {
      expect(t.recall(type), `${type} recall`).toBeGreaterThan(0.95);
      expect(t.precision(type), `${type} precision`).toBeGreaterThan(0.95);
    }
    for (const type of ['window', 'button', 'input', 'text'] as const) expect(t.read(type), `${type} text`).toBeGreaterThan(0.95);
  });

  test('with smooth text that nobody reads', async () => {
    const t = await tally('smooth');
    console.log(`${DESKS} desks, smooth letters, no recogniser\n${t}`);
    for (const type of ['window', 'button', 'input', 'icon'] as const) {
      expect(t.recall(type), `${type} recall`).toBeGreaterThan(0.9);
      expect(t.precision(type), `${type} precision`).toBeGreaterThan(0.9);
    }
  });

  test('one window over the corner of another', async () => {
    const t = await tally('exact', true);
    console.log(`${DESKS} desks, overlapping windows\n${t}`);
    expect(t.recall('window')).toBeGreaterThan(0.9);
    expect(t.precision('window')).toBeGreaterThan(0.85);
  });

  test('no desk, no elements: an empty screen, and a console has text alone', async () => {
    expect(await findElements(new Canvas(640, 480, 0x204060), { atlas: testAtlas })).toEqual([]);
    const console = new Canvas(640, 480);
    for (let row = 0; row < 20; row++)
      drawGlyphs(console, testAtlas, 0, row * 16, `${row} drwxr-xr-x 2 root root 4096 Jan 1 00:00 lib`, 0xaaaaaa);
    const found = await findElements(console, { atlas: testAtlas });
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((element) => element.type))).toEqual(new Set(['text']));
  });
});

/** A window with a title, a label and field, two buttons; an icon beside it. */
function dialogue(): Canvas {
  const canvas = new Canvas(400, 300, 0x336699);
  canvas.rect(60, 40, 300, 200, 0xdddddd);
  canvas.frame(60, 40, 300, 200, 0x333333);
  canvas.rect(61, 41, 298, 20, 0x000080);
  drawGlyphs(canvas, testAtlas, 68, 43, 'Log in', 0xffffff);
  drawGlyphs(canvas, testAtlas, 80, 84, 'User name', 0x000000);
  canvas.rect(170, 80, 150, 24, 0xffffff);
  canvas.frame(170, 80, 150, 24, 0x444444);
  drawGlyphs(canvas, testAtlas, 176, 84, 'root', 0x000000);
  for (const [x, text, colour] of [
    [90, 'Cancel', 0xbbbbbb],
    [220, 'Sign (in)', 0x22aa22],
  ] as const) {
    canvas.rect(x, 190, 100, 28, colour);
    canvas.frame(x, 190, 100, 28, 0x333333);
    drawGlyphs(canvas, testAtlas, x + 50 - text.length * 4, 196, text, 0x000000);
  }
  canvas.rect(12, 50, 32, 32, 0xffcc00);
  canvas.rect(16, 56, 12, 12, 0xcc0000);
  canvas.rect(26, 64, 12, 14, 0x0000cc);
  drawGlyphs(canvas, testAtlas, 12, 85, 'Disk', 0xffffff);
  return canvas;
}

describe('findElements', () => {
  const canvas = dialogue();
  const find = (options: Parameters<typeof findElements>[1] = {}): Promise<Element[]> =>
    findElements(canvas, { atlas: testAtlas, ...options });
  const names = (elements: readonly Element[]): string[] => elements.map(({ type, text }) => `${type} ${text}`).sort();

  test('says type, text, place, colour and how the text was read', async () => {
    const all = await find();
    expect(names(all)).toEqual([
      'button Cancel',
      'button Sign (in)',
      'icon Disk',
      'input root',
      'text Disk',
      'text User name',
      'window Log in',
    ]);
    const button = all.find((element) => element.text === 'Cancel')!;
    expect(button).toMatchObject({ type: 'button', bounds: { x: 90, y: 190, width: 100, height: 28 }, color: '#bbbbbb', source: 'glyph' });
    expect(button.confidence).toBeGreaterThan(0.7);
    expect(button.confidence).toBeLessThan(1);
    expect(all.find((element) => element.type === 'input')).toMatchObject({ label: 'User name', color: '#ffffff' });
    expect(all.find((element) => element.text === 'User name')).toMatchObject({ color: '#000000', confidence: 1 });
    for (const { bounds } of all) expect(overlap(bounds, { x: 0, y: 0, width: 400, height: 300 })).toBeGreaterThan(0);
    expect(all.map((element) => element.bounds.y)).toEqual(all.map((element) => element.bounds.y).sort((a, b) => a - b));
  });

  test('one type only; type text gives the text of other elements too', async () => {
    expect(names(await find({ type: 'button' }))).toEqual(['button Cancel', 'button Sign (in)']);
    expect(names(await find({ type: 'text' }))).toEqual([
      'text Cancel',
      'text Disk',
      'text Log in',
      'text Sign (in)',
      'text User name',
      'text root',
    ]);
    await expect(find({ type: 'slider' as ElementType })).rejects.toThrow(/button, text, input, window, icon/);
  });

  test('a text pattern is a regular expression, or plain text when it is none; an input answers to its label', async () => {
    expect(names(await find({ textPattern: '^can.*l$' }))).toEqual(['button Cancel']);
    expect(names(await find({ textPattern: 'SIGN|disk', type: 'button' }))).toEqual(['button Sign (in)']);
    expect(names(await find({ textPattern: 'sign (in' }))).toEqual(['button Sign (in)']);
    expect(names(await find({ textPattern: 'user', type: 'input' }))).toEqual(['input root']);
    expect(await find({ textPattern: 'nowhere' })).toEqual([]);
  });

  test('patterns that make other engines run for years are answered, or refused for their length', async () => {
    expect(await find({ textPattern: '((a+)+)+$' })).toEqual([]);
    expect(await find({ textPattern: '(.*a){20}(.*b){20}!' })).toEqual([]);
    await expect(find({ textPattern: 'x'.repeat(201) })).rejects.toThrow(/201 characters; at most 200/);
  });

  test('a colour finds what is near it, the nearest first', async () => {
    expect(names(await find({ color: '#20b020' }))).toEqual(['button Sign (in)']);
    const grey = await find({ color: '#BBB', type: 'button' });
    expect(names(grey)).toEqual(['button Cancel']);
    expect(await find({ color: '#ff00ff' })).toEqual([]);
    const [r, far] = [0x22 + COLOUR_TOLERANCE + 1, 'aa22'];
    expect(names(await find({ color: `#${r.toString(16)}${far}`, type: 'button' }))).toEqual([]);
    for (const color of ['red', '#12345', '', '#gggggg']) await expect(find({ color })).rejects.toThrow(/#rrggbb/);
  });

  test('given up before it began', async () => {
    await expect(find({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('hostile pictures end, with few elements or none', () => {
  const drawn = (draw: (canvas: Canvas) => void): Canvas => {
    const canvas = new Canvas(640, 480, 0xffffff);
    draw(canvas);
    return canvas;
  };
  const pictures: [string, () => Canvas][] = [
    ['one pixel', () => new Canvas(1, 1)],
    ['a column', () => new Canvas(1, 480, 5)],
    ['a row', () => new Canvas(640, 1, 5)],
    ['noise of 2 colours', () => noise(640, 480, 2)],
    ['noise of 256 colours', () => noise(640, 480, 256)],
    ['noise of as many colours as pixels', () => noise(640, 480, 1 << 20)],
    ...[1, 2, 8, 12].map((size): [string, () => Canvas] => [
      `a checkerboard of ${size}`,
      () =>
        drawn((c) =>
          c.rgba.forEach(
            (_, i) =>
              i % 4 === 0 && (Math.floor(((i >> 2) % 640) / size) + Math.floor((i >> 2) / 640 / size)) % 2 && c.rgba.fill(32, i, i + 3),
          ),
        ),
    ]),
    [
      '2,000 frames',
      () => drawn((c) => Array.from({ length: 2080 }, (_, i) => c.frame((i % 52) * 12, Math.floor(i / 52) * 12, 10, 10, 0))),
    ],
    [
      'frames within frames',
      () => drawn((c) => Array.from({ length: 240 }, (_, i) => c.frame(i, i, 640 - 2 * i, 480 - 2 * i, i % 2 ? 0 : 0xff8800))),
    ],
    [
      '4,000 rectangles over one another',
      () =>
        drawn((c) => {
          const next = random(1);
          for (let i = 0; i < 4000; i++) c.rect(next(640), next(480), 2 + next(40), 2 + next(40), next(1 << 24));
        }),
    ],
  ];
  test.each(pictures)('%s', async (_, make) => {
    const canvas = make();
    const found = await findElements(canvas, { atlas: testAtlas });
    expect(found.length).toBeLessThan(20);
    for (const { bounds, confidence } of found) {
      expect(bounds.x >= 0 && bounds.y >= 0 && bounds.x + bounds.width <= canvas.width && bounds.y + bounds.height <= canvas.height).toBe(
        true,
      );
      expect(confidence >= 0 && confidence <= 1).toBe(true);
    }
  });
});
