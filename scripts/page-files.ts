// The files that the built pages need beside their own: the guests that `npm run guest` built, the processes that `npm run build` compiled, and tesseract.js
// with its data for text recognition.

import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestArtifacts } from '../guest/artifacts.mjs';

/** A file of the pages: where it comes from, and its path below the pages' folder. */
export interface PageFile {
  readonly from: string;
  readonly to: string;
}

/** Names of guestArtifacts() and of the files in guest/. */
const GUEST: Readonly<Record<string, string>> = {
  linuxCartridge: 'linux.rts.png',
  diskCartridge: 'disk.rts.png',
  deskCartridge: 'desk.rts.png',
  mmuCartridge: 'mmu.rts.png',
  loginSnapshot: 'login.snap',
  glyphs: 'glyphs.json',
};

/** The guest's files that are there. */
export function guestFiles(): PageFile[] {
  const artefacts = guestArtifacts() as unknown as Record<string, string | boolean>;
  if (artefacts['built'] !== true) return [];
  return Object.entries(GUEST).flatMap(([key, name]) => {
    const from = artefacts[key];
    return typeof from === 'string' && existsSync(from) ? [{ from, to: `guest/${name}` }] : [];
  });
}

/** The worker, one core and the English data of tesseract.js. Every browser with WebGPU has WebAssembly's SIMD. */
export function ocrFiles(): PageFile[] {
  const require = createRequire(import.meta.url);
  const folder = (name: string): string => dirname(require.resolve(`${name}/package.json`));
  return [
    { from: join(folder('tesseract.js'), 'dist/worker.min.js'), to: 'ocr/worker.min.js' },
    { from: join(folder('tesseract.js-core'), 'tesseract-core-simd-lstm.wasm.js'), to: 'ocr/tesseract-core-simd-lstm.wasm.js' },
    { from: join(folder('@tesseract.js-data/eng'), '4.0.0_best_int/eng.traineddata.gz'), to: 'ocr/eng.traineddata.gz' },
  ];
}

/** The supervised processes and their manifest, if they are built. */
export function processFiles(): PageFile[] {
  const folder = fileURLToPath(new URL('../dist/processes', import.meta.url));
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.wasm') || name === 'manifest.json') : [];
  return names.sort().map((name) => ({ from: join(folder, name), to: `processes/${name}` }));
}

/** Puts them below `folder`, with a list of the guest's. */
export function copyPageFiles(folder: string): { readonly guests: number; readonly processes: number } {
  const guests = guestFiles();
  const processes = processFiles();
  for (const { from, to } of [...guests, ...processes, ...ocrFiles()]) {
    const target = join(folder, to);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(from, target);
    chmodSync(target, 0o644);
  }
  mkdirSync(join(folder, 'guest'), { recursive: true });
  const index = { files: guests.map(({ to }) => to.replace('guest/', '')) };
  writeFileSync(join(folder, 'guest/index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return { guests: guests.length, processes: processes.length };
}
