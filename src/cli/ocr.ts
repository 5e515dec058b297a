// Text recognition in Node: tesseract.js and its English data from the installed packages.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GpuvisorError } from '../isa/errors.js';
import { type Ocr, type OcrOptions, createOcr } from '../screen/index.js';

/** The folder of the English data, `4.0.0_best_int` of `@tesseract.js-data/eng`. @throws GpuvisorError FILE_NOT_FOUND when a package is not installed */
export function ocrLanguageFolder(from: string = import.meta.url): string {
  try {
    const { resolve } = createRequire(from);
    resolve('tesseract.js');
    const folder = join(dirname(resolve('@tesseract.js-data/eng/package.json')), '4.0.0_best_int');
    if (existsSync(join(folder, 'eng.traineddata.gz'))) return folder;
  } catch {
    // Told below.
  }
  throw new GpuvisorError('FILE_NOT_FOUND', 'text recognition is not installed', 'npm install tesseract.js @tesseract.js-data/eng');
}

/** Whether the packages are installed. */
export function ocrInstalled(): boolean {
  try {
    ocrLanguageFolder();
    return true;
  } catch {
    return false;
  }
}

/** A recogniser for this process. Dispose of it: its thread keeps Node running. @throws GpuvisorError FILE_NOT_FOUND */
export async function createNodeOcr(options: OcrOptions = {}): Promise<Ocr> {
  return createOcr({ language: ocrLanguageFolder() }, options);
}
