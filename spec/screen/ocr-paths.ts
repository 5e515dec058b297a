// Where the specs' recogniser finds its parts: the installed packages, in Node as files, in a browser through the test server.

import type { OcrPaths } from '../../src/screen/index.js';

/** True in a page or a worker. */
export const inBrowser = typeof document !== 'undefined' || 'WorkerGlobalScope' in globalThis;

const PACKAGES = '../../node_modules';

/** The paths for this runtime. */
export async function ocrPaths(): Promise<OcrPaths> {
  if (inBrowser) {
    const at = (path: string): string => new URL(`${PACKAGES}/${path}`, import.meta.url).href;
    return {
      language: at('@tesseract.js-data/eng/4.0.0_best_int'),
      worker: at('tesseract.js/dist/worker.min.js'),
      core: at('tesseract.js-core'),
    };
  }
  // The name is put together so that no bundler follows it into a page.
  const node = (await import(/* @vite-ignore */ ['..', '..', 'src', 'cli', 'ocr.js'].join('/'))) as typeof import('../../src/cli/ocr.js');
  return { language: node.ocrLanguageFolder() };
}
