// The line between the MCP server and its page: who may use it, what goes over it, and what happens when the page goes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, openBrowser } from '../../src/cli/mcp/browser.js';
import { PageChannel } from '../../src/cli/mcp/page-channel.js';
import { PageCaller } from '../../src/cli/mcp/page-caller.js';
import { type WebServer, startServer } from '../../src/cli/serve.js';

let folder: string;
let web: WebServer;
let port: number;
let channel: PageChannel;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gpuvisor-channel-'));
  writeFileSync(join(folder, 'index.html'), '<p>page');
  channel = new PageChannel(() => [`http://localhost:${port}`, `http://127.0.0.1:${port}`]);
  web = await startServer(folder, 0, (q, a) => channel.handle(q, a));
  port = Number(new URL(web.url).port);
});
afterAll(async () => {
  channel.close();
  await web.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number;
  /** For streams: what came so far, and how to end it. */
  text: () => string;
  end: () => void;
}

/** A request with headers as they are given. */
function ask(path: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { Host: `localhost:${port}`, ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      const done = (): void => resolve({ status: answer.statusCode!, text: () => text, end: () => sent.destroy() });
      if (answer.headers['content-type'] === 'text/event-stream') done();
      else answer.on('end', done);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const here = (): Record<string, string> => ({ Origin: `http://localhost:${port}` });
const events = (token = channel.token, headers: Record<string, string> = {}): Promise<Answer> => ask(`/mcp/events?t=${token}`, headers);
const post = (body: unknown, headers = here(), token = channel.token): Promise<Answer> =>
  ask(`/mcp/result?t=${token}`, headers, 'POST', typeof body === 'string' ? body : JSON.stringify(body));
const until = async (test: () => boolean): Promise<void> => {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const call = (name: string, signal = new AbortController().signal): Promise<unknown> =>
  channel.call(name, { a: 1 }, { signal, principal: 'mcp' });

describe('who may use the line', () => {
  it('nobody without the token, from another origin, or by another name of this host', async () => {
    const refused: Promise<Answer>[] = [
      events('wrong'),
      events(''),
      events(`${channel.token}x`),
      ask('/mcp/events', {}),
      events(channel.token, { Origin: 'http://evil.test' }),
      events(channel.token, { Origin: 'null' }),
      events(channel.token, { Origin: `https://localhost:${port}` }),
      events(channel.token, { Origin: `http://localhost:${port + 1}` }),
      events(channel.token, { Host: `evil.test:${port}` }),
      events(channel.token, { Host: `localhost:${port}.evil.test` }),
      events(channel.token, { Host: 'localhost' }),
      events(channel.token, { 'Sec-Fetch-Site': 'cross-site' }),
      post({ id: 1, result: { success: true } }, {}),
      post({ id: 1, result: { success: true } }, { Origin: 'http://evil.test' }),
      post({ id: 1, result: { success: true } }, here(), 'wrong'),
    ];
    for (const answer of await Promise.all(refused)) expect(answer.status).toBe(403);
    expect(channel.connected).toBe(false);
    expect((await ask(`/mcp/other?t=${channel.token}`, here())).status).toBe(404);
    expect((await ask(`/mcp/events?t=${channel.token}`, here(), 'POST')).status).toBe(404);
    // The page itself is for everybody here.
    expect((await ask('/', {})).status).toBe(200);
  });
});

describe('calls', () => {
  it('go out as events, and their results come back', async () => {
    const page = await events();
    expect(page.status).toBe(200);
    expect(channel.connected).toBe(true);
    const one = call('one');
    const two = call('two');
    await until(() => page.text().includes('"two"'));
    const sent = page
      .text()
      .split('\n')
      .filter((l) => l.startsWith('data: '))
      .map((l) => JSON.parse(l.slice(6)) as { id: number; name: string });
    expect(sent).toMatchObject([
      { kind: 'call', name: 'one', input: { a: 1 }, principal: 'mcp' },
      { kind: 'call', name: 'two' },
    ]);
    expect((await post({ id: sent[1]!.id, result: { success: true, n: 2 } })).status).toBe(204);
    expect((await post({ id: sent[0]!.id, result: { success: true, n: 1 } })).status).toBe(204);
    expect(await Promise.all([one, two])).toEqual([
      { success: true, n: 1 },
      { success: true, n: 2 },
    ]);
    expect(channel.waiting).toBe(0);
    page.end();
    await until(() => !channel.connected);
  });

  it('results that are none, or too large, or for nobody, do no harm', async () => {
    const page = await events();
    const one = call('one');
    for (const body of ['', '{', 'null', '[]', '{"id":"1","result":{"success":true}}', '{"id":1}', '{"id":1,"result":7}'])
      expect((await post(body)).status, body).toBe(400);
    expect((await post({ id: 99_999, result: { success: true } })).status).toBe(204);
    await expect(post('x'.repeat(33 << 20)).then((a) => a.status)).resolves.toBe(413);
    await until(() => page.text().includes('"one"'));
    const { id } = JSON.parse(/data: (.*"one".*)/.exec(page.text())![1]!) as { id: number };
    await post({ id, result: { success: false, isError: true } });
    expect(await one).toMatchObject({ success: false });
    page.end();
    await until(() => !channel.connected);
  });

  it('are cancelled in the page when they are here', async () => {
    const page = await events();
    const controller = new AbortController();
    const one = call('one', controller.signal);
    await until(() => page.text().includes('"one"'));
    controller.abort();
    await expect(one).rejects.toMatchObject({ code: 'ABORTED' });
    await until(() => page.text().includes('"cancel"'));
    await expect(call('two', AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
    expect(channel.waiting).toBe(0);
    page.end();
    await until(() => !channel.connected);
  });

  it('fail with PAGE_LOST when the page goes, and when there is none; a page that comes later replaces the one before', async () => {
    const first = await events();
    const one = call('one');
    const lost = expect(one).rejects.toMatchObject({ code: 'PAGE_LOST' });
    first.end();
    await lost;
    await expect(call('two')).rejects.toMatchObject({ code: 'PAGE_LOST' });
    const old = await events();
    const three = call('three');
    const gone = expect(three).rejects.toMatchObject({ code: 'PAGE_LOST' });
    const fresh = await events();
    await gone;
    await until(() => old.text().includes('"replaced"'));
    expect(channel.connected).toBe(true);
    fresh.end();
    await until(() => !channel.connected);
  });
});

describe('a page that nobody opens', () => {
  it('is told of by its address, and waited for no longer than the call', async () => {
    const said: string[] = [];
    const caller = new PageCaller({ folder, port: 0, launch: false, browser: {}, say: (text) => said.push(text) });
    const url = await caller.serve();
    expect(url).toMatch(/^http:\/\/localhost:\d+\/#mcp=[\w-]{32}$/);
    const controller = new AbortController();
    const waiting = caller.call('hypervisor_list', {}, { signal: controller.signal, principal: 'mcp' });
    await until(() => said.length > 0);
    expect(said[0]).toBe(`Open ${url}`);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    await caller.close();
  });

  it('a browser that is not there is told of by name', async () => {
    await expect(openBrowser('http://localhost:1/', { path: '/no/such/browser' })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      message: expect.stringContaining('/no/such/browser') as string,
    });
    expect(findBrowser()).toBeDefined();
  });
});
