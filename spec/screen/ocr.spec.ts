// Text recognition by tesseract.js in Node, in pages and in workers: what is read, where, how surely; given up, too slow, ended; and nothing from the network.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GpuvisorError } from '../../src/isa/errors.js';
import { type Ocr, createOcr, readText } from '../../src/screen/index.js';
import { drawGlyphs, drawSmooth, testAtlas } from './letters.js';
import { randomDesk } from './desks.js';
import { letterErrors } from './measure.js';
import { inBrowser, ocrPaths } from './ocr-paths.js';
import { Canvas, noise } from './pictures.js';

/** Two lines of smooth text. */
function page(ink = 0x202020, paper = 0xf4f4f0): Canvas {
  const canvas = new Canvas(420, 120, paper);
  drawSmooth(canvas, 20, 20, 'The quick brown fox', 14, ink);
  drawSmooth(canvas, 20, 70, 'jumps over the lazy dog', 11, ink);
  return canvas;
}
const TEXT = 'The quick brown fox\njumps over the lazy dog';
const squeezed = (text: string): string => text.replace(/ +/g, ' ');

let ocr: Ocr;
beforeAll(async () => {
  ocr = await createOcr(await ocrPaths());
});
afterAll(() => ocr.dispose());

describe('reads', () => {
  test('dark on light and light on dark alike, with the places of lines and words', async () => {
    for (const p of [page(), page(0xf0f0f0, 0x102030), page(0xffee88, 0x803010)]) {
      const read = await ocr.read(p);
      expect(squeezed(read.text)).toBe(TEXT);
      expect(read.source).toBe('ocr');
      expect(read.confidence).toBeGreaterThan(0.8);
      expect(read.confidence).toBeLessThan(1);
      const fox = read.words.find((word) => word.text === 'fox')!.bounds;
      // 16 letters of 12.6 pixels on its left.
      expect(Math.abs(fox.x - 221)).toBeLessThan(5);
      expect(Math.abs(fox.y - 20)).toBeLessThan(5);
      expect(Math.abs(fox.width - 36)).toBeLessThan(7);
      expect(read.lines).toHaveLength(2);
      expect(Math.abs(read.lines[1]!.bounds.y - 69)).toBeLessThan(5);
    }
  });

  test('random desks in smooth letters: the letter error rate', async () => {
    let [letters, errors] = [0, 0];
    for (let seed = 2000; seed < 2006; seed++) {
      const { canvas, truths } = randomDesk(seed, 'smooth');
      const read = await readText(canvas, { ocr: () => Promise.resolve(ocr) });
      expect(read.source).toBe('ocr');
      const places = truths
        .map((t) => (t.type === 'window' ? { ...t, bounds: { ...t.bounds, height: 28 } } : t))
        .filter((t) => t.type !== 'icon');
      const score = letterErrors(places, read.words);
      letters += score.letters;
      errors += score.errors;
    }
    console.log(`OCR on 6 random desks: ${errors} of ${letters} letters wrong, ${((100 * errors) / letters).toFixed(1)} %`);
    expect(errors / letters).toBeLessThan(0.06);
  });

  test('nothing where nothing is, and little confidence in noise', async () => {
    expect(await ocr.read(new Canvas(300, 100, 0x445566))).toMatchObject({ text: '', confidence: 0, words: [] });
    expect((await ocr.read(noise(200, 100, 2))).confidence).toBeLessThan(0.6);
    expect(await ocr.read(new Canvas(1, 1))).toMatchObject({ text: '' });
  });

  test('only what glyphs do not explain: exact words stay exact, and the whole says ocr', async () => {
    const canvas = page();
    drawGlyphs(canvas, testAtlas, 25, 98, 'l1|I0O [exact]', 0x202020);
    const read = await readText(canvas, { atlas: testAtlas, ocr: () => Promise.resolve(ocr) });
    expect(squeezed(read.text)).toBe(`${TEXT}\nl1|I0O [exact]`);
    expect(read.source).toBe('ocr');
    const asked = await readText(canvas, { atlas: testAtlas });
    expect(asked.text).toBe('l1|I0O [exact]');
    expect(asked.confidence).toBeLessThan(0.5);
  });

  test('a region, in pixels of the whole picture', async () => {
    const read = await readText(page(), { ocr: () => Promise.resolve(ocr), region: { x: 10, y: 60, width: 400, height: 40 } });
    expect(squeezed(read.text)).toBe('jumps over the lazy dog');
    expect(Math.abs(read.words[0]!.bounds.y - 69)).toBeLessThan(5);
  });

  test('several at once, one after the other', async () => {
    const all = await Promise.all([ocr.read(page()), ocr.read(new Canvas(50, 50)), ocr.read(page(0xffffff, 0))]);
    expect(all.map((read) => squeezed(read.text))).toEqual([TEXT, '', TEXT]);
  });

  test('is not asked for a screen in the known font, nor for an empty one', async () => {
    const canvas = new Canvas(320, 64);
    drawGlyphs(canvas, testAtlas, 0, 0, 'gpuvisor:~# uname', 0xaaaaaa);
    const never = (): Promise<Ocr> => Promise.reject(new Error('asked'));
    expect(await readText(canvas, { atlas: testAtlas, ocr: never })).toMatchObject({ text: 'gpuvisor:~# uname', source: 'glyph' });
    expect(await readText(new Canvas(320, 64, 7), { atlas: testAtlas, ocr: never })).toMatchObject({ text: '', confidence: 1 });
    await expect(readText(page(), { atlas: testAtlas, ocr: never })).rejects.toThrow('asked');
  });
});

describe('ends', () => {
  const code = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'it was read',
      (error: unknown) => (error instanceof GpuvisorError ? error.code : String(error)),
    );

  test('when it is given up, before or while it reads, and reads again afterwards', async () => {
    expect(await code(ocr.read(page(), { signal: AbortSignal.abort() }))).toBe('ABORTED');
    const controller = new AbortController();
    const read = code(ocr.read(page(), { signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort();
    expect(await read).toBe('ABORTED');
    expect(squeezed((await ocr.read(page())).text)).toBe(TEXT);
  });

  test('after its time', async () => {
    const hasty = await createOcr(await ocrPaths(), { timeoutMs: 1 });
    expect(await code(hasty.read(randomDesk(1, 'smooth').canvas))).toBe('TIMEOUT');
    await hasty.dispose();
  });

  test('when it is disposed of', async () => {
    const short = await createOcr(await ocrPaths());
    const read = code(short.read(page()));
    await new Promise((resolve) => setTimeout(resolve, 1));
    await short.dispose();
    await short.dispose();
    expect(await read).toBe('DISPOSED');
    expect(await code(short.read(page()))).toBe('DISPOSED');
  });
});

describe('loads nothing from elsewhere', () => {
  test('paths that are missing or remote are refused', async () => {
    const paths = await ocrPaths();
    const remote = 'https://example.com/ocr';
    await expect(createOcr({ ...paths, language: remote })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(createOcr({} as never)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    if (inBrowser) {
      await expect(createOcr({ ...paths, worker: `${remote}/worker.min.js` })).rejects.toThrow(/example\.com/);
      await expect(createOcr({ ...paths, core: remote })).rejects.toThrow(/example\.com/);
      await expect(createOcr({ language: paths.language })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    }
  });

  if (inBrowser) {
    test('a folder without the data is told, and no worker is left', async () => {
      const paths = await ocrPaths();
      await expect(createOcr({ ...paths, language: new URL('./nowhere', paths.language).href })).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
      });
    });

    /** The worker's script behind a guard that lets it load from this server alone. */
    const guarded = (script: string): string => {
      const guard = `
        const local = (url) => { if (new URL(url, ${JSON.stringify(location.href)}).origin !== ${JSON.stringify(location.origin)}) throw new Error('not local: ' + url); return url; };
        const [load, get, open] = [importScripts, fetch, XMLHttpRequest.prototype.open];
        self.importScripts = (...urls) => load(...urls.map(local));
        self.fetch = async (url, options) => get(local(url.url ?? url), options);
        XMLHttpRequest.prototype.open = function (method, url, ...rest) { return open.call(this, method, local(url), ...rest); };
        importScripts(${JSON.stringify(script)});`;
      return URL.createObjectURL(new Blob([guard], { type: 'text/javascript' }));
    };

    test('its worker runs behind a guard', async () => {
      const paths = await ocrPaths();
      const behind = await createOcr({ ...paths, worker: guarded(paths.worker!) });
      expect(squeezed((await behind.read(page())).text)).toBe(TEXT);
      await behind.dispose();
      // The guard does refuse.
      await expect(createOcr({ ...paths, worker: guarded('https://example.com/worker.js') })).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
      });
    });

    test('in a worker', async () => {
      const worker = new Worker(new URL('./ocr-worker.ts', import.meta.url), { type: 'module' });
      const answer = await new Promise<{ text: string; source: string }>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data as { text: string; source: string });
        worker.onerror = (event) => reject(new Error(event.message));
        const { width, height, rgba } = page();
        worker.postMessage({ width, height, rgba });
      });
      worker.terminate();
      expect(squeezed(answer.text)).toBe(TEXT);
      expect(answer.source).toBe('ocr');
    });
  }
});
