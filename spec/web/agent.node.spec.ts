// Agents on the machine's page, as agents come: through Chromium's own WebMCP (page.webmcp of Playwright). The seed's two examples, adapted only in waiting on
// conditions instead of the clock; a job in the windowed demo, done by looking and clicking; and what the person who watches sees and may stop.
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumLaunch } from '../../scripts/browsers.js';
import { TOOLS } from '../../src/agent/tools/specs.js';
import { buildPages, startServer, WEB_ROOT, type WebServer } from '../../src/cli/serve.js';
import { decodePicture } from '../../src/screen/index.js';
import { PATIENCE, running } from './page.js';

interface Element {
  readonly type: string;
  readonly text: string;
  readonly bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}
type Tool = (input?: object) => Promise<Record<string, unknown>>;

let server: WebServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const wrong: string[] = [];

beforeAll(async () => {
  await buildPages();
  server = await startServer(WEB_ROOT, 0);
  browser = await chromium.launch(chromiumLaunch('WebMCP'));
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(async () => {
  await context.close();
  expect(wrong.splice(0)).toEqual([]);
});

/** Opens the page; without the flag's effect there would be no tools, and nothing else wrong. */
async function open(query: string): Promise<void> {
  context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  page = await context.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(server.url + query);
  expect(await page.evaluate(() => typeof (document as { modelContext?: unknown }).modelContext)).toBe('object');
  await running(page);
  await page.locator('#agent-about', { hasText: `${TOOLS.length} tools are registered` }).waitFor();
}

/** A tool as the browser's agent calls it; a failure is an error here. */
const tool =
  (name: string): Tool =>
  async (input = {}) => {
    const result = (await page.webmcp.callTool(name, input, { timeout: PATIENCE })) as Record<string, unknown>;
    if (result['success'] !== true) throw new Error(`${name}: ${JSON.stringify(result)}`);
    return result;
  };
const hypervisor_boot = tool('hypervisor_boot');
const hypervisor_read_text = tool('hypervisor_read_text');
const hypervisor_input = tool('hypervisor_input');
const hypervisor_frame = tool('hypervisor_frame');
const hypervisor_wait_for = tool('hypervisor_wait_for');
const hypervisor_find_element = tool('hypervisor_find_element');
const hypervisor_set_page_table = tool('hypervisor_set_page_table');
const hypervisor_map_page = tool('hypervisor_map_page');

describe('the examples of the seed', () => {
  it(
    'boot a cartridge, read the prompt, type ls, read the listing, take a frame',
    async () => {
      await open('?boot=mmu');
      expect((await page.webmcp.tools()).map((t) => t.name).sort()).toEqual(TOOLS.map((t) => t.name).sort());

      const booted = await hypervisor_boot({ kernel_url: `${server.url}guest/linux.rts.png`, memory_mb: 64 });
      expect(booted).toMatchObject({ success: true, status: 'booted', kernel: 'linux.rts.png' });
      for (const until = Date.now() + PATIENCE; ;) {
        const waited = (await page.webmcp.callTool('hypervisor_wait_for', {
          text: 'gpuvisor:~# ',
          source: 'screen',
          timeout_ms: 20_000,
        })) as Record<string, unknown>;
        if (waited['success'] === true) break;
        expect(Date.now(), JSON.stringify(waited)).toBeLessThan(until);
      }
      const screen = await hypervisor_read_text({});
      expect(screen).toMatchObject({ success: true, confidence: 1, source: 'glyph' });
      expect(screen['text']).toMatch(/gpuvisor:~# ?$/);

      await hypervisor_input({ type: 'keydown', key: 'l' });
      await hypervisor_input({ type: 'keydown', key: 's' });
      await hypervisor_input({ type: 'keydown', key: 'Enter' });
      await hypervisor_wait_for({ regex: '# $', source: 'screen', timeout_ms: 60_000 });
      expect((await hypervisor_read_text({}))['text']).toMatch(/gpuvisor:~# ls\nREADME\ngpuvisor:~# ?$/);

      const taken = await hypervisor_frame({});
      expect(taken).toMatchObject({ success: true, width: 640, height: 480 });
      const png = Buffer.from(String(taken['data']).replace('data:image/png;base64,', ''), 'base64');
      const { rgba } = decodePicture(new Uint8Array(png));
      expect(rgba.filter((v, i) => i % 4 === 0 && v > 64).length).toBeGreaterThan(5000);
      expect(await page.locator('#origin').innerText()).toBe('linux.rts.png, booted from cold.');
    },
    3 * PATIENCE,
  );

  it(
    'set the root of a page table and map a page: the guest reads through it',
    async () => {
      await open('?boot=mmu');
      await hypervisor_wait_for({ text: 'mmu: ready', since: 'start' });
      expect(await hypervisor_set_page_table({ kernel_id: 'main_cpu', root_pa: '0x03000000' })).toMatchObject({
        satp: '0x80003000',
        mode: 'Sv32',
        root_ppn: '0x3000',
      });
      await hypervisor_wait_for({ text: 'mmu: page fault at 0x80000000', since: 'start', timeout_ms: 60_000 });
      expect(await hypervisor_map_page({ va: '0x80000000', pa: '0x00000000', flags: 7 })).toMatchObject({
        va: '0x80000000',
        pa: '0x00000000',
        // V, R, W, X, and A and D, which the hart would otherwise fault for.
        pte: '0x000000cf',
        pte_addr: '0x03000800',
        description: 'Mapped VA 0x80000000 -> PA 0x00000000',
      });
      await hypervisor_wait_for({ text: 'This text stands at physical address 0.', since: 'start', timeout_ms: 60_000 });
    },
    2 * PATIENCE,
  );
});

it(
  'an agent does a job in the windowed demo: it fills a form in, submits it, and counts to three',
  async () => {
    await open('?boot=desk&hart=reference');
    await hypervisor_wait_for({ text: 'desk: ready', source: 'uart', since: 'start', timeout_ms: 60_000 });
    const find = async (element_type: string, text_pattern: string): Promise<Element> => {
      const { elements } = (await hypervisor_find_element({ element_type, text_pattern })) as { elements?: Element[] };
      expect(elements, `${element_type} ${text_pattern}`).toHaveLength(1);
      return elements![0]!;
    };
    const click = async ({ bounds }: Element): Promise<void> => {
      const at = { x: Math.floor(bounds.x + bounds.width / 2), y: Math.floor(bounds.y + bounds.height / 2) };
      await hypervisor_input({
        events: [
          { type: 'mousemove', ...at },
          { type: 'mousedown', ...at },
          { type: 'mouseup', ...at },
        ],
      });
    };
    await click(await find('input', 'Name'));
    await tool('hypervisor_type')({ text: 'Ada Lovelace' });
    await click(await find('input', 'E-mail'));
    await tool('hypervisor_type')({ text: 'ada@example.org' });
    await click(await find('button', 'Submit'));
    await hypervisor_wait_for({
      text: 'desk: clicked button "Submit" input="Ada Lovelace" email="ada@example.org"',
      source: 'uart',
      since: 'start',
      timeout_ms: 60_000,
    });
    const add = await find('button', 'Add one');
    for (let n = 1; n <= 3; n++) {
      await click(add);
      await hypervisor_wait_for({ text: `count=${n}`, source: 'uart', since: 'start', timeout_ms: 60_000 });
    }
    await find('text', 'Count: 3');
  },
  2 * PATIENCE,
);

describe('the person who watches', () => {
  it(
    'sees that an agent acts, what it called, and can stop it',
    async () => {
      await open('?hart=reference');
      const waiting = page.webmcp.callTool('hypervisor_wait_for', { text: 'never', timeout_ms: 60_000 });
      await page.locator('#badge', { hasText: 'An agent is acting: hypervisor_wait_for' }).waitFor();
      expect(await page.locator('[data-call=hypervisor_wait_for]').getAttribute('data-outcome')).toBe('going');

      await page.click('#badge-pause');
      expect(await waiting).toMatchObject({ success: false, isError: true, error: { code: 'PERMISSION_DENIED' } });
      await page.locator('#badge').waitFor({ state: 'hidden' });
      expect(await page.locator('[data-call=hypervisor_wait_for] .outcome').innerText()).toBe('PERMISSION_DENIED');
      for (const { name } of TOOLS.slice(0, 3)) {
        expect(await page.webmcp.callTool(name, {})).toMatchObject({ success: false, error: { code: 'PERMISSION_DENIED' } });
      }
      // The person's own hands are free.
      await page.click('#pause');
      await page.locator('#state[data-state=paused]').waitFor();
      await page.click('#pause');

      await page.click('#agent-pause');
      const run = await tool('hypervisor_run')({ command: 'echo $((6*7))' });
      expect(run).toMatchObject({ output: '42\n', exit_status: 0 });
      const call = page.locator('[data-call=hypervisor_run]');
      expect(await call.getAttribute('data-outcome')).toBe('done');
      await call.locator('summary').click();
      expect(await call.locator('pre').innerText()).toMatch(/through WebMCP[^]*echo \$\(\(6\*7\)\)[^]*"exit_status": 0/);

      // A script of the page has the same tools, and may give a call up.
      const given = await page.evaluate(async () => {
        const { call, tools } = window.gpuvisor!;
        const controller = new AbortController();
        const waits = call('hypervisor_wait_for', { text: 'never' }, { signal: controller.signal });
        setTimeout(() => controller.abort(), 100);
        return [tools.length, await waits] as const;
      });
      expect(given).toMatchObject([TOOLS.length, { success: false, error: { code: 'ABORTED' } }]);
    },
    2 * PATIENCE,
  );
});
