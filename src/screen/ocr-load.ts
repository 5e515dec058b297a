// Loading tesseract.js: when the first recogniser is made, from where the caller says, and never from the network.

import type { Worker as TesseractWorker } from 'tesseract.js';
import { GpuvisorError } from '../isa/errors.js';

/** The longest that loading may take, ms: 7 MB, from this machine or the page's own server. */
const LOAD_MS = 60_000;

/** Where tesseract.js finds its parts: in a page URLs of its own origin, in Node a folder. */
export interface OcrPaths {
  /** The folder that holds `eng.traineddata.gz` (package `@tesseract.js-data/eng`, `4.0.0_best_int`). */
  readonly language: string;
  /** In a page or worker: `worker.min.js` of `tesseract.js`. Node has it in the package. */
  readonly worker?: string;
  /** In a page or worker: the folder with `tesseract-core*-lstm.wasm.js` of `tesseract.js-core`. Node has them in the package. */
  readonly core?: string;
}

/** The paths as absolute URLs of this origin (in a page or worker) or as they are (Node). @throws GpuvisorError BAD_ARGUMENT when they are missing or remote */
export function checkPaths({ language, worker, core }: OcrPaths): OcrPaths {
  const { location } = globalThis as { location?: { href: string; origin: string } };
  const inPage = location !== undefined;
  const given = { language, ...(inPage && { worker, core }) };
  const checked = Object.entries(given).map(([name, path]) => {
    if (typeof path !== 'string' || path === '') throw refused(name, 'missing');
    if (!inPage) {
      if (/^[a-z][a-z0-9+.-]+:/i.test(path)) throw refused(name, 'a URL, and here it must be a folder');
      return [name, path];
    }
    const url = new URL(path, location.href);
    // A worker made from a blob has the blob's address for its own; its origin is still the page's.
    if (url.origin !== location.origin) throw refused(name, `at ${url.origin}, and this page is at ${location.origin}`);
    return [name, url.href];
  });
  return Object.fromEntries(checked) as unknown as OcrPaths;
}

const refused = (name: string, why: string): GpuvisorError =>
  new GpuvisorError(
    'BAD_ARGUMENT',
    `the path of the recogniser's ${name} is ${why}`,
    'text recognition loads nothing from elsewhere: serve its files yourself',
  );

/** Starts a worker that reads English. @throws GpuvisorError FILE_NOT_FOUND when tesseract.js or its data is not there */
export async function loadTesseract(paths: OcrPaths, segmentation: string): Promise<TesseractWorker> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let endThread: (() => void) | undefined;
  try {
    if (paths.worker) await look(paths.language);
    const module = await import('tesseract.js');
    const { createWorker } = 'createWorker' in module ? module : (module as { default: typeof module }).default;
    endThread = nextThread();
    // A failure while it loads comes to the error handler alone.
    const worker = await new Promise<TesseractWorker>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`it took longer than ${LOAD_MS} ms`)), LOAD_MS);
      createWorker('eng', 1, {
        langPath: paths.language,
        ...(paths.worker && { workerPath: paths.worker }),
        ...(paths.core && { corePath: paths.core }),
        workerBlobURL: false,
        cacheMethod: 'none',
        gzip: true,
        errorHandler: (error: unknown) => {
          endThread?.();
          reject(new Error(String(error)));
        },
      }).then(resolve, reject);
    });
    endThread = undefined;
    watchFailures(worker);
    await worker.setParameters({
      tessedit_pageseg_mode: segmentation as never,
      preserve_interword_spaces: '1',
      user_defined_dpi: '300',
    });
    return worker;
  } catch (cause) {
    endThread?.();
    throw new GpuvisorError(
      'FILE_NOT_FOUND',
      `text recognition cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      'install tesseract.js and @tesseract.js-data/eng, and check the paths',
      { cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** In a page: asks whether the language data is there. Tesseract would leave its worker running when it is not. */
async function look(language: string): Promise<void> {
  const url = `${language.replace(/\/$/, '')}/eng.traineddata.gz`;
  const { ok, status, headers } = await fetch(url, { method: 'HEAD' });
  // A server of single-page applications answers everything with its page.
  if (!ok || headers.get('content-type')?.startsWith('text/html')) throw new Error(`${url} is not there (status ${status})`);
}

interface NodeThread {
  terminate(): void;
  removeAllListeners(event: 'message'): void;
}

interface NodeProcess {
  nextTick(act: () => void): void;
  once(event: 'worker', listener: (thread: NodeThread) => void): void;
  off(event: 'worker', listener: (thread: NodeThread) => void): void;
}

/**
 * In Node: ends the thread that is started right after this call. Tesseract keeps it to itself until it has loaded, and one that failed to would keep the process alive.
 * Threads are announced one tick after they are made, in order, so the first one heard of from the next tick on is that one.
 */
function nextThread(): (() => void) | undefined {
  const { process } = globalThis as { process?: NodeProcess };
  if (typeof process?.nextTick !== 'function' || typeof process.once !== 'function') return undefined;
  let thread: NodeThread | undefined;
  const heard = (started: NodeThread): void => {
    thread = started;
  };
  process.nextTick(() => {
    process.once('worker', heard);
    setTimeout(() => process.off('worker', heard));
  });
  return () => {
    // With damaged data it says that it failed and then that it is ready, which Tesseract's own listener does not survive.
    thread?.removeAllListeners('message');
    thread?.terminate();
  };
}

/** In Node a worker that dies without a listener takes the process with it; here the read's time limit is enough. */
function watchFailures(worker: TesseractWorker): void {
  const thread = (worker as { worker?: { on?(event: 'error', listener: () => void): void } }).worker;
  thread?.on?.('error', () => undefined);
}
