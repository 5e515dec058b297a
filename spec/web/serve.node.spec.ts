// gpuvisor serve: isolation headers, types, folders, and nothing from outside the folder.
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type WebServer } from '../../src/cli/serve.js';

let folder: string;
let server: WebServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gpuvisor-serve-'));
  const root = join(folder, 'root');
  mkdirSync(join(root, 'page'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<p>front');
  writeFileSync(join(root, 'page', 'index.html'), '<p>page');
  writeFileSync(join(root, 'a b.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  mkdirSync(join(folder, 'root-beside'));
  writeFileSync(join(folder, 'root-beside', 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  server = await startServer(root, 0);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The path is sent as it stands: fetch would tidy it. */
function get(path: string, method = 'GET'): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: Number(new URL(server.url).port), path, method }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('startServer', () => {
  it('serves pages isolated, with their types', async () => {
    const { status, headers, text } = await get('/');
    expect(status).toBe(200);
    expect(text).toBe('<p>front');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
    });
    expect((await get('/a%20b.js?x=1')).headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('sends a folder without a slash to the one with it, on this host and with its query', async () => {
    const answer = await get('/page?q=1');
    expect([answer.status, answer.headers['location']]).toEqual([308, './page/?q=1']);
    expect((await get('/page/')).text).toBe('<p>page');
    expect(await (await fetch(`${server.url}page`)).text()).toBe('<p>page');
    expect(String((await get('//page')).headers['location'] ?? '')).not.toMatch(/^\/\//);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/page/../../secret.txt',
    '/..\\secret.txt',
    '/../root-beside/secret.txt',
    '/link.txt',
    '/%00',
    '/none.js',
  ])('has nothing at %s', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    expect(text).not.toContain('secret');
  });

  it('refuses what it does not do', async () => {
    expect((await get('/', 'POST')).status).toBe(405);
    expect((await get('/%zz')).status).toBe(400);
    const head = await get('/', 'HEAD');
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '8']);
  });

  it('says when a port is taken or a folder is missing', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startServer(folder, port)).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: `port ${port} is in use` });
    await expect(startServer(join(folder, 'none'), 0)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
