// Reads a picture inside a worker, for the spec: what the page's machine worker does.

import { type Picture, createOcr } from '../../src/screen/index.js';
import { ocrPaths } from './ocr-paths.js';

self.onmessage = async ({ data }: MessageEvent<Picture>) => {
  const ocr = await createOcr(await ocrPaths());
  const { text, source } = await ocr.read(data);
  await ocr.dispose();
  self.postMessage({ text, source });
};
