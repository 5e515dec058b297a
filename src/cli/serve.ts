// gpuvisor serve: the pages of web/ over HTTP on this machine, isolated (COOP and COEP), nothing outside their folder.

import { spawn } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { extname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { GpuvisorError } from '../isa/errors.js';
import { STATUS } from './errors.js';

const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
/** Where the built pages are. */
export const WEB_ROOT = join(PACKAGE, 'web-dist');
export const DEFAULT_PORT = 8080;
/** Loopback only: `navigator.gpu` needs a secure context, and http://localhost is one. */
const HOST = '127.0.0.1';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.gz': 'application/gzip',
};

const HEADERS: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
};

/** A running server. */
export interface WebServer {
  /** `http://localhost:PORT/`. */
  readonly url: string;
  close(): Promise<void>;
}

function say(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': TYPES['.txt']!, ...headers });
  response.end(`${text}\n`);
}

/** The file a path names under `root`; undefined when there is none or it is outside, links included. */
async function fileFor(root: string, path: string): Promise<string | undefined> {
  if (path.includes('\0')) return undefined;
  try {
    const file = await realpath(join(root, path));
    return file === root || file.startsWith(root + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(response, 405, 'only GET and HEAD', { Allow: 'GET, HEAD' });
  const [raw = '/', ...query] = (request.url ?? '/').split('?');
  let path: string;
  try {
    path = decodeURIComponent(raw);
  } catch {
    return say(response, 400, 'the address is not properly encoded');
  }
  let file = await fileFor(root, path);
  if (file && (await stat(file)).isDirectory()) {
    if (!path.endsWith('/')) {
      // A relative address, and one slash at its start: never another host.
      const last = raw.slice(raw.lastIndexOf('/') + 1);
      return say(response, 308, 'with a slash', { Location: `./${last}/${query.length > 0 ? `?${query.join('?')}` : ''}` });
    }
    file = await fileFor(root, join(path, 'index.html'));
  }
  const found = file ? await stat(file) : undefined;
  if (!file || !found?.isFile()) return say(response, 404, 'there is no such page');
  response.writeHead(200, { ...HEADERS, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Length': found.size });
  if (request.method === 'HEAD') return void response.end();
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** Answers requests before the files do; false leaves a request to them. */
export type Hook = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Serves the files of a folder on loopback. Port 0 takes any free one.
 * @throws GpuvisorError BAD_ARGUMENT when the port is taken, FILE_NOT_FOUND when the folder is not there
 */
export async function startServer(folder: string, port: number, hook?: Hook): Promise<WebServer> {
  if (!existsSync(folder))
    throw new GpuvisorError('FILE_NOT_FOUND', `there is no folder ${folder}`, 'build the pages with `npm run build:web`');
  const root = await realpath(folder);
  const server = createServer((request, response) => {
    if (hook?.(request, response)) return;
    answer(root, request, response).catch(() => response.destroy());
  });
  await listen(server, port);
  const address = server.address();
  const actual = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://localhost:${actual}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'is in use' : cause.code === 'EACCES' ? 'is not allowed to you' : `does not work: ${cause.message}`;
      reject(new GpuvisorError('BAD_ARGUMENT', `port ${port} ${why}`, 'choose another with --port, or --port 0 for any', { cause }));
    });
    server.listen(port, HOST, resolve);
  });
}

/** The newest change under a folder or of a file, ms. */
async function newest(path: string): Promise<number> {
  const own = await stat(path).catch(() => undefined);
  if (!own) return 0;
  if (!own.isDirectory()) return own.mtimeMs;
  const inside = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(0, ...inside);
}

/** The list of what `npm run guest` built last: the pages carry copies of it. */
async function guestManifest(): Promise<string> {
  const module = pathToFileURL(join(PACKAGE, 'guest/artifacts.mjs'));
  return ((await import(module.href)) as { guestArtifacts(): { manifest: string } }).guestArtifacts().manifest;
}

/**
 * Builds the pages when this is a checkout and they are missing or older than their sources.
 * @throws GpuvisorError FILE_NOT_FOUND outside a checkout without pages, TOOL_MISSING when Vite is not installed, INTERNAL when it fails
 */
export async function buildPages(): Promise<void> {
  const index = join(WEB_ROOT, 'index.html');
  if (!existsSync(join(PACKAGE, 'vite.config.ts'))) {
    if (existsSync(index)) return;
    throw new GpuvisorError('FILE_NOT_FOUND', `the pages are not in this installation (${index})`, 'install the package again');
  }
  const paths = ['web', 'src', 'bench', 'vite.config.ts', 'scripts/page-files.ts'].map((name) => join(PACKAGE, name));
  const sources = await Promise.all([...paths, await guestManifest()].map(newest));
  if (existsSync(index) && (await stat(index)).mtimeMs >= Math.max(...sources)) return;
  const vite = join(PACKAGE, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite)) throw new GpuvisorError('TOOL_MISSING', 'the pages are not built, and Vite is not installed', 'run `npm ci`');
  process.stderr.write('building the pages\n');
  const status = await new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: PACKAGE, stdio: ['ignore', 2, 2] });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  if (status !== 0) throw new GpuvisorError('INTERNAL', `building the pages failed with status ${status}`, '`npm run build:web` shows why');
}

/** Serves the pages until interrupted. */
export async function serve(options: { readonly port: number }): Promise<number> {
  await buildPages();
  const server = await startServer(WEB_ROOT, options.port);
  process.stdout.write(
    `${server.url}\n  ${server.url}supervisor/    processes under capabilities\n  ${server.url}conformance/   prove the hart on this GPU\n  ${server.url}bench/         measure it\nCtrl-C ends it.\n`,
  );
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await server.close();
  return STATUS.OK;
}
