// Text in any font, by tesseract.js: one worker, one read at a time, each bounded.

import { encode } from 'fast-png';
import type { Page, Word, Worker as TesseractWorker } from 'tesseract.js';
import { GpuvisorError } from '../isa/errors.js';
import { type OcrPaths, checkPaths, loadTesseract } from './ocr-load.js';
import { type Sheet, prepare } from './ocr-prepare.js';
import type { Picture } from './picture.js';
import { type ReadText, type TextPart, linesOf, meanConfidence } from './text.js';

export type { OcrPaths } from './ocr-load.js';

/** Something that recognises text. One read at a time; others wait. */
export interface Ocr {
  /** @throws GpuvisorError TIMEOUT, ABORTED, DISPOSED */
  read(p: Picture, options?: { readonly signal?: AbortSignal }): Promise<ReadText>;
  /** Ends its worker. Reads in progress end with DISPOSED; a second call does nothing. */
  dispose(): Promise<void>;
}

export interface OcrOptions {
  /** The longest a read may take, ms (20,000 unless told otherwise). */
  readonly timeoutMs?: number;
  /** Page segmentation mode of tesseract ('6', one block of lines, unless told otherwise). */
  readonly segmentation?: string;
}

/**
 * Makes a recogniser for English. Loads about 7 MB in a page, once.
 * @throws GpuvisorError BAD_ARGUMENT for paths that are missing or not local; FILE_NOT_FOUND when tesseract.js or its data cannot be loaded from there
 */
export async function createOcr(paths: OcrPaths, options: OcrOptions = {}): Promise<Ocr> {
  const local = checkPaths(paths);
  const engine = new Engine(local, { timeoutMs: 20_000, segmentation: '6', ...options });
  await engine.start();
  return engine;
}

class Engine implements Ocr {
  #worker: Promise<TesseractWorker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #stop: ((error: GpuvisorError) => void) | undefined;
  #disposed = false;

  constructor(
    private readonly paths: OcrPaths,
    private readonly options: Required<OcrOptions>,
  ) {}

  /** The worker, started if it is not. */
  start(): Promise<TesseractWorker> {
    if (this.#worker) return this.#worker;
    const worker = loadTesseract(this.paths, this.options.segmentation);
    worker.catch(() => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return (this.#worker = worker);
  }

  read(p: Picture, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ReadText> {
    const turn = this.#last.then(() => this.#read(p, signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #read(p: Picture, signal: AbortSignal | undefined): Promise<ReadText> {
    if (this.#disposed) throw disposed();
    if (signal?.aborted) throw aborted();
    const sheet = prepare(p);
    if (!sheet) return NOTHING;
    const png = encode({ width: sheet.width, height: sheet.height, depth: 8, channels: 1, data: sheet.grey }, { zlib: { level: 1 } });
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort: (() => void) | undefined;
    // A recogniser cannot be interrupted, only ended; the next read starts another.
    const stopped = new Promise<never>((_, reject) => {
      this.#stop = reject;
      timer = setTimeout(() => reject(late(this.options.timeoutMs)), this.options.timeoutMs);
      abort = () => reject(aborted());
      signal?.addEventListener('abort', abort);
    });
    try {
      const result = this.start().then((worker) => worker.recognize(png as never, {}, { text: false, blocks: true }));
      result.catch(() => undefined);
      return textOf((await Promise.race([result, stopped])).data, sheet, p);
    } catch (error) {
      void this.#end();
      throw error;
    } finally {
      clearTimeout(timer);
      if (abort) signal?.removeEventListener('abort', abort);
      this.#stop = undefined;
    }
  }

  dispose(): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    this.#disposed = true;
    this.#stop?.(disposed());
    return this.#end();
  }

  /** Ends the worker; one that is still loading, when it has loaded. */
  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.then((ready) => void ready.terminate()).catch(() => undefined);
  }
}

/** What a picture without anything that looks like text holds. */
const NOTHING: ReadText = { text: '', confidence: 0, source: 'ocr', words: [], lines: [] };

/** Tesseract's page as text, each word where it stands on the picture. */
function textOf(page: Page, sheet: Sheet, p: Picture): ReadText {
  const words = (page.blocks ?? [])
    .flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines.flatMap((line) => line.words)))
    .map((word) => wordOf(word, sheet, p))
    .filter((word) => word !== undefined);
  const lines = linesOf(words);
  return {
    text: lines.map((line) => line.text).join('\n'),
    confidence: words.length === 0 ? 0 : meanConfidence(words),
    source: 'ocr',
    words,
    lines,
  };
}

function wordOf({ text, bbox, confidence }: Word, { strips }: Sheet, p: Picture): TextPart | undefined {
  const middle = (bbox.y0 + bbox.y1) / 2;
  const strip = strips.find(({ at }) => middle >= at.y - 8 && middle < at.y + at.height + 8);
  if (!strip || text.trim() === '') return undefined;
  const across = (x: number): number => Math.max(0, Math.min(p.width, strip.from.x + (x - strip.at.x) / strip.scale));
  const down = (y: number): number => Math.max(0, Math.min(p.height, strip.from.y + (y - strip.at.y) / strip.scale));
  const [x, y] = [Math.min(p.width - 1, Math.floor(across(bbox.x0))), Math.min(p.height - 1, Math.floor(down(bbox.y0)))];
  const [right, bottom] = [Math.max(x + 1, Math.ceil(across(bbox.x1))), Math.max(y + 1, Math.ceil(down(bbox.y1)))];
  return {
    text: text.trim(),
    bounds: { x, y, width: right - x, height: bottom - y },
    confidence: Math.max(0, Math.min(1, confidence / 100)),
  };
}

const disposed = (): GpuvisorError => new GpuvisorError('DISPOSED', 'the text recogniser was disposed of', 'make a new one');
const aborted = (): GpuvisorError => new GpuvisorError('ABORTED', 'reading the text was given up', 'read again');
const late = (ms: number): GpuvisorError =>
  new GpuvisorError('TIMEOUT', `recognising the text took longer than ${ms} ms`, 'read a smaller region');
