// The recogniser of a Node process: from the installed packages, in a process whose every way to the network is shut.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ocrLanguageFolder } from '../../src/cli/ocr.js';

const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-ocr-'));
const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Loaded into the process and, as Node does with --require, into each of its worker threads. */
const GUARD = `
const shut = (what) => () => { throw new Error('network is shut: ' + what); };
require('node:net').Socket.prototype.connect = shut('connect');
require('node:dgram').Socket.prototype.send = shut('send');
require('node:dns').lookup = shut('lookup');
globalThis.fetch = async (url) => shut('fetch ' + url)();
`;

const READ = `
import { Worker } from 'node:worker_threads';
import { createNodeOcr } from ${JSON.stringify(at('src/cli/ocr.ts'))};
import { Canvas } from ${JSON.stringify(at('spec/screen/pictures.ts'))};
import { drawSmooth } from ${JSON.stringify(at('spec/screen/letters.ts'))};
const refused = (code) => new Promise((resolve) => new Worker(code, { eval: true }).on('message', resolve).on('error', (e) => resolve(e.message)));
const shut = await refused("fetch('http://example.com/').then(() => 'open', (e) => e.message).then((m) => require('node:worker_threads').parentPort.postMessage(m))");
const canvas = new Canvas(300, 60, 0xffffff);
drawSmooth(canvas, 20, 20, 'offline reading', 14, 0);
const ocr = await createNodeOcr();
const { text } = await ocr.read(canvas);
await ocr.dispose();
console.log(JSON.stringify({ shut, text }));
`;

test('reads with the network shut, in the process and in its threads, and lets the process end', { timeout: 60_000 }, () => {
  writeFileSync(join(folder, 'guard.cjs'), GUARD);
  writeFileSync(join(folder, 'read.mts'), READ);
  const out = execFileSync(process.execPath, ['--require', join(folder, 'guard.cjs'), '--import', 'tsx', join(folder, 'read.mts')], {
    cwd: at('.'),
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect(JSON.parse(out)).toEqual({ shut: 'network is shut: fetch http://example.com/', text: 'offline reading' });
});

test('data that is not there or no data at all: told, and the process ends by itself', { timeout: 60_000 }, () => {
  const broken = mkdtempSync(join(folder, 'broken-'));
  writeFileSync(join(broken, 'eng.traineddata.gz'), 'no data');
  const script = `
    import { createOcr } from ${JSON.stringify(at('src/screen/index.ts'))};
    for (const language of [${JSON.stringify(join(folder, 'nowhere'))}, ${JSON.stringify(broken)}]) await createOcr({ language }).catch((e) => console.log(e.code));`;
  writeFileSync(join(folder, 'broken.mts'), script);
  const out = execFileSync(process.execPath, ['--import', 'tsx', join(folder, 'broken.mts')], {
    cwd: at('.'),
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(out).toBe('FILE_NOT_FOUND\nFILE_NOT_FOUND\n');
});

test('a package that is not installed is named', () => {
  expect(() => ocrLanguageFolder(`file://${folder}/nothing.js`)).toThrow(/not installed/);
});
