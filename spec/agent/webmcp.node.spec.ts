// Chromium's own document.modelContext: the tools are registered by the library in a page, and called as agents of the browser call them.
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, type Page, chromium } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumLaunch } from '../../scripts/browsers.js';
import { TOOLS } from '../../src/agent/tools/specs.js';
import { bareEcho } from './guests.js';

let server: Server;
let browser: Browser;
let page: Page;
/** Playwright's way to the browser's tools. */
interface WebMcp {
  tools(): Promise<{ name: string; description: string; inputSchema?: object; annotations?: Record<string, boolean> }[]>;
  callTool(name: string, input: object): Promise<Record<string, unknown>>;
}
const agent = (): WebMcp => (page as unknown as { webmcp: WebMcp }).webmcp;

beforeAll(async () => {
  const entry = fileURLToPath(new URL('./webmcp-page.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: { input: entry, output: { format: 'es', inlineDynamicImports: true } },
    },
  });
  const output = (Array.isArray(built) ? built[0]! : built) as { output: { type: string; code?: string }[] };
  const code = output.output.find((chunk) => chunk.type === 'chunk')!.code!;
  const cartridge = await bareEcho();
  server = createServer((request, response) => {
    if (request.url === '/page.js') return void response.setHeader('Content-Type', 'text/javascript').end(code);
    if (request.url === '/echo.rts.png') return void response.end(cartridge);
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const launch = chromiumLaunch();
  // Of several such arguments the last would win.
  const args = (launch.args ?? []).filter((a) => !a.startsWith('--enable-features='));
  browser = await chromium.launch({ ...launch, args: [...args, '--enable-features=WebMCP'] });
  page = await browser.newPage();
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => 'registration' in window);
});
afterAll(async () => {
  await browser.close();
  server.close();
  server.closeAllConnections();
});

describe('document.modelContext of Chromium', () => {
  it('is there: else all that follows would prove nothing', async () => {
    expect(await page.evaluate(() => typeof (document as { modelContext?: unknown }).modelContext)).toBe('object');
  });

  it('takes every tool', async () => {
    expect(await page.evaluate(() => (window as unknown as { registration: { failed: unknown[] } }).registration.failed)).toEqual([]);
    const tools = await agent().tools();
    expect(tools.map((t) => t.name).sort()).toEqual(TOOLS.map((t) => t.name).sort());
    const status = tools.find((t) => t.name === 'hypervisor_status')!;
    expect(status.inputSchema).toEqual(JSON.parse(JSON.stringify(TOOLS.find((t) => t.name === 'hypervisor_status')!.inputSchema)));
    expect(status.annotations).toMatchObject({ readOnly: true });
    expect(tools.find((t) => t.name === 'hypervisor_run')!.annotations).toMatchObject({ untrustedContent: true });
  });

  it('calls them: a machine boots, is typed to, answers; mistakes arrive as they were made', async () => {
    const origin = new URL(page.url()).origin;
    expect(await agent().callTool('hypervisor_status', {})).toMatchObject({ success: false, isError: true, error: { code: 'NOT_BOOTED' } });
    expect(await agent().callTool('hypervisor_boot', { kernel_url: `${origin}/echo.rts.png` })).toMatchObject({
      success: true,
      status: 'booted',
      kernel: 'echo.rts.png',
    });
    expect(await agent().callTool('hypervisor_type', { text: 'hello' })).toMatchObject({ success: true });
    expect(await agent().callTool('hypervisor_wait_for', { text: 'hello' })).toMatchObject({ matched: 'hello', source: 'uart' });
    expect(await agent().callTool('hypervisor_boot', { kernel_url: 7, zz: true })).toMatchObject({ error: { code: 'BAD_ARGUMENT' } });
  });

  it("a call that the browser's agent cancels ends here", async () => {
    const cdp = await page.context().newCDPSession(page);
    const send = cdp.send.bind(cdp) as unknown as (method: string, params?: object) => Promise<Record<string, unknown>>;
    const on = cdp.on.bind(cdp) as unknown as (event: string, listener: (e: never) => void) => void;
    const frames = new Map<string, string>();
    on('WebMCP.toolsAdded', (e: { tools: { name: string; frameId: string }[] }) => e.tools.forEach((t) => frames.set(t.name, t.frameId)));
    const responded = new Promise<{ status: string }>((resolve) => on('WebMCP.toolResponded', resolve));
    await send('WebMCP.enable');
    while (!frames.has('hypervisor_wait_for')) await new Promise((resolve) => setTimeout(resolve, 10));
    const { invocationId } = await send('WebMCP.invokeTool', {
      frameId: frames.get('hypervisor_wait_for'),
      toolName: 'hypervisor_wait_for',
      input: { text: 'never', timeout_ms: 60_000 },
    });
    await send('WebMCP.cancelInvocation', { invocationId });
    expect((await responded).status).toBe('Canceled');
    await page.waitForFunction(() => (window as unknown as { calls: { outcome?: string }[] }).calls.at(-1)?.outcome === 'ABORTED');
  });

  it('and forgets them when they are taken back', async () => {
    await page.evaluate(() => (window as unknown as { registration: { unregister(): void } }).registration.unregister());
    expect(await agent().tools()).toEqual([]);
  });
});
