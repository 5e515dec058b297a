// Two Linux machines in one page, an agent that may only look at one of them, and the person who gives and takes its rights: in Chromium, with the agent where
// agents are (WebMCP). What happened is read in the page's log.
import { type Browser, type Page, chromium } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumLaunch } from '../../scripts/browsers.js';
import { buildPages, startServer, WEB_ROOT, type WebServer } from '../../src/cli/serve.js';
import { decodePicture } from '../../src/screen/index.js';
import { call, done, kept, PATIENCE, running, see, shown } from './page.js';

let server: WebServer;
let browser: Browser;
let page: Page;
const wrong: string[] = [];

beforeAll(async () => {
  await buildPages();
  server = await startServer(WEB_ROOT, 0);
  browser = await chromium.launch(chromiumLaunch('WebMCP'));
  page = await (await browser.newContext({ viewport: { width: 1360, height: 900 } })).newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(`${server.url}?hart=reference`);
  await running(page);
});
afterEach(() => {
  expect(wrong.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

type Answer = Record<string, unknown> & { readonly success: boolean; readonly error?: { readonly code: string; readonly message: string } };
/** A call of the browser's agent. */
const agent = async (name: string, input: object = {}): Promise<Answer> =>
  (await page.webmcp.callTool(name, input, { timeout: PATIENCE })) as unknown as Answer;
const choice = (principal: string, machine: string) => page.locator(`#rights [data-principal=${principal}] [data-machine="${machine}"]`);
const acts = async (): Promise<string[]> => (await page.locator('#acts li').allTextContents()).map((line) => line.replace(/^[\d.]+ /, ''));

it(
  'two machines at once: each has its pid, its console and its screen',
  async () => {
    const first = await done(page, 'hypervisor_status');
    const second = await done(page, 'hypervisor_boot', { kernel_url: 'linux', kernel_id: 'second' });
    expect(second['pid']).toBe((first['pid'] as number) + 1);
    await choice('webmcp', 'second').waitFor();
    for (const kernel_id of ['main_cpu', 'second']) {
      const ran = await done(page, 'hypervisor_run', { kernel_id, command: `echo on ${kernel_id}`, timeout_ms: 60_000 });
      expect(ran).toMatchObject({ output: `on ${kernel_id}\n`, exit_status: 0 });
    }
    // What one prints is in the other's text nowhere, and the terminal shows the machine that is shown.
    for (const [kernel_id, other] of [
      ['main_cpu', 'second'],
      ['second', 'main_cpu'],
    ]) {
      const { text } = await done(page, 'hypervisor_read_text', { kernel_id, source: 'uart' });
      expect(text).toContain(`on ${kernel_id}`);
      expect(text).not.toContain(`on ${other}`);
    }
    const terminal = page.locator('#terminal .xterm-rows');
    await terminal.getByText('on main_cpu', { exact: true }).first().waitFor();
    expect(await terminal.innerText()).not.toContain('on second');
    await page.selectOption('#shown', 'second');
    await terminal.getByText('on second', { exact: true }).first().waitFor();
    expect(await terminal.innerText()).not.toContain('on main_cpu');
    // Typed input goes to the machine that is shown, and comes back once.
    await page.click('#terminal');
    await page.keyboard.type('echo $((41+1)) typed');
    await page.keyboard.press('Enter');
    await terminal.getByText('42 typed', { exact: true }).first().waitFor();
    // And the screen is the one of the machine that is shown, pixel for pixel.
    const kernel_id = 'second';
    await done(page, 'hypervisor_type', { kernel_id, text: 'clear; echo a screen of its own', submit: true, to: 'keyboard' });
    await done(page, 'hypervisor_wait_for', { kernel_id, regex: '^a screen of its own$', source: 'screen', timeout_ms: 60_000 });
    const pictures: Buffer[] = [];
    for (const id of ['second', 'main_cpu']) {
      await page.selectOption('#shown', id);
      const { data } = await done(page, 'hypervisor_frame', { kernel_id: id });
      const { rgba } = decodePicture(new Uint8Array(Buffer.from(String(data).replace('data:image/png;base64,', ''), 'base64')));
      for (const until = Date.now() + PATIENCE; Buffer.compare((await shown(page)).rgba, rgba) !== 0;)
        expect(Date.now()).toBeLessThan(until);
      pictures.push(Buffer.from(rgba));
    }
    expect(pictures[0]!.equals(pictures[1]!)).toBe(false);
  },
  2 * PATIENCE,
);

it(
  'an agent that may only observe reads the screen and is denied input; both are in the log',
  async () => {
    expect(await choice('webmcp', 'second').inputValue()).toBe('control');
    await choice('webmcp', 'second').selectOption('observe');
    const text = await agent('hypervisor_read_text', { kernel_id: 'second' });
    expect(text).toMatchObject({ success: true, source: 'glyph', confidence: 1 });
    expect(String(text['text'])).toContain('gpuvisor');
    const denied = await agent('hypervisor_type', { kernel_id: 'second', text: 'reboot', submit: true });
    expect(denied.error).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(denied.error!.message).toMatch(/^webmcp \(pid \d+\) may not control machine second \(pid \d+\), which hypervisor_type needs/);
    // On the other machine it still may.
    expect(await agent('hypervisor_status')).toMatchObject({ success: true, kernel_id: 'main_cpu' });
    await page.locator('.acts summary').click();
    const [status, refused, read] = await acts();
    expect(read).toMatch(/^webmcp \(pid \d+\) hypervisor_read_text on second \(pid \d+\)$/);
    expect(refused).toMatch(/^webmcp \(pid \d+\) wanted to control second \(pid \d+\): PERM$/);
    expect(status).toMatch(/hypervisor_status on main_cpu/);
    expect(await page.locator('#acts [data-outcome=denied]').count()).toBe(1);
  },
  PATIENCE,
);

it(
  'Revoke ends the call that is on, and denies the next, on every machine; others go on',
  async () => {
    const waits = agent('hypervisor_wait_for', { kernel_id: 'second', text: 'never', timeout_ms: 60_000 });
    const other = call(page, 'hypervisor_wait_for', { kernel_id: 'second', text: 'at last', timeout_ms: 60_000 });
    await page.locator('[data-call=hypervisor_wait_for][data-outcome=going]').nth(1).waitFor();
    await page.click('#rights [data-principal=webmcp] .revoke');
    expect((await waits).error).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('machine second was revoked during hypervisor_wait_for') as string,
    });
    for (const [name, input] of [
      ['hypervisor_read_text', { kernel_id: 'second' }],
      ['hypervisor_type', { kernel_id: 'second', text: 'x' }],
      ['hypervisor_frame', {}],
      ['hypervisor_boot', { kernel_url: 'linux', kernel_id: 'third' }],
    ] as const) {
      expect((await agent(name, input)).error, name).toMatchObject({ code: 'PERMISSION_DENIED' });
    }
    expect(await agent('hypervisor_list')).toMatchObject({ success: true, count: 0, kernels: [], snapshots: [] });
    for (const machine of ['main_cpu', 'second', 'machines to come']) expect(await choice('webmcp', machine).inputValue()).toBe('none');
    expect((await acts()).join('\n')).toMatch(/supervisor revoked a right of webmcp \(pid \d+\); 1 of its calls ended/);
    // Scripts of the page have lost nothing.
    await done(page, 'hypervisor_run', { kernel_id: 'second', command: 'echo at last', timeout_ms: 60_000 });
    expect(await other).toMatchObject({ success: true });
    // A right that is given back works at once.
    await choice('webmcp', 'second').selectOption('observe');
    expect(await agent('hypervisor_list')).toMatchObject({ count: 1, kernels: [{ kernel_id: 'second' }] });
    expect(await agent('hypervisor_status', { kernel_id: 'second' })).toMatchObject({ success: true });
  },
  PATIENCE,
);

it(
  'a machine that is killed while agents are at work is gone with its process; the log is whole after a reload',
  async () => {
    const waits = agent('hypervisor_wait_for', { kernel_id: 'second', text: 'never', timeout_ms: 60_000 });
    await page.locator('[data-call=hypervisor_wait_for][data-outcome=going]').waitFor();
    expect(await done(page, 'hypervisor_kill', { kernel_id: 'second' })).toMatchObject({ state: 'disposed', kernels: ['main_cpu'] });
    expect((await waits).error).toMatchObject({ code: 'ABORTED' });
    await choice('webmcp', 'second').waitFor({ state: 'detached' });
    await kept(page);
    await page.reload();
    await running(page);
    await see(page, 'on main_cpu');
    const again = await done(page, 'hypervisor_list');
    expect(again).toMatchObject({ count: 1, kernels: [{ kernel_id: 'main_cpu' }] });
  },
  2 * PATIENCE,
);

/** Goes before the worker's script: its GPU devices are lost when it is told so. */
const LOSABLE = `
const devices = [];
const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (...args) {
  const device = await requestDevice.apply(this, args);
  devices.push(device);
  return device;
};
new BroadcastChannel('lose').onmessage = () => devices.splice(0).forEach((device) => device.destroy());
`;

it(
  'a device that is lost faults the process of its machine: the page and agents say so, and another machine can be booted',
  async () => {
    const other = await (await browser.newContext({ viewport: { width: 1360, height: 900 } })).newPage();
    other.on('pageerror', (error) => wrong.push(error.message));
    await other.route(/\/worker-[^/]*\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: LOSABLE + (await response.text()) });
    });
    await other.goto(server.url);
    await running(other);
    const { pid } = await done(other, 'hypervisor_status');
    const terminal = other.locator('#terminal .xterm-rows');
    await terminal.getByText('gpuvisor').first().waitFor();
    const waits = call(other, 'hypervisor_wait_for', { text: 'never', timeout_ms: 60_000 });
    await other.locator('[data-call=hypervisor_wait_for][data-outcome=going]').waitFor();
    await other.click('#terminal');
    await other.evaluate(() => new BroadcastChannel('lose').postMessage(0));
    // A guest that rests asks its device for nothing.
    await other.keyboard.type('x');
    await other.locator('#state[data-state=failed]').waitFor({ timeout: PATIENCE });
    await other.locator('#notices', { hasText: 'DEVICE_LOST' }).waitFor();
    expect((await waits).success).toBe(false);
    expect(await call(other, 'hypervisor_status')).toMatchObject({
      error: { code: 'GUEST_TRAPPED', message: expect.stringContaining('machine main_cpu failed: DEVICE_LOST') as string },
    });
    // What it showed last is still there to read.
    expect(await terminal.innerText()).toContain('gpuvisor');
    await other.locator('#acts li', { hasText: `main_cpu (pid ${String(pid)}) failed` }).waitFor({ state: 'attached' });
    const again = await done(other, 'hypervisor_boot', { kernel_url: 'mmu' });
    expect(again['pid']).toBeGreaterThan(pid as number);
    await other.locator('#state[data-state=running]').waitFor({ timeout: PATIENCE });
    await other.context().close();
  },
  2 * PATIENCE,
);
