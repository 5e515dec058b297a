// Text recognition for pictures that are no text console: tesseract.js, from the files that the build put into ocr/ beside the page.

import type { Ocr } from '../../../src/screen/index.js';

/** Starts it; a few megabytes are loaded the first time. @throws GpuvisorError FETCH_FAILED */
export async function pageOcr(base: string): Promise<Ocr> {
  const { createOcr } = await import('../../../src/screen/ocr.js');
  const at = (path: string): string => new URL(path, base).href;
  return createOcr({ worker: at('ocr/worker.min.js'), core: at('ocr/tesseract-core-simd-lstm.wasm.js'), language: at('ocr') });
}
