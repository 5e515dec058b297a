// Pictures of the pages for docs/pictures: `npx tsx scripts/pictures.ts [machine|supervisor|conformance|bench]`. Runs a little of each page in Chromium.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { buildPages, startServer, WEB_ROOT } from '../src/cli/serve.js';
import { chromiumLaunch } from './browsers.js';

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });
const only = process.argv[2];

/** How a picture is taken. */
interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}
const LOOKS: readonly Look[] = [
  { name: 'light', width: 1000, height: 900, colorScheme: 'light' },
  { name: 'dark', width: 1000, height: 900, colorScheme: 'dark' },
  { name: 'phone', width: 390, height: 844, colorScheme: 'light' },
];

async function looks(page: Page, name: string): Promise<void> {
  for (const look of LOOKS) {
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${look.name}.png`), fullPage: true });
    process.stderr.write(`docs/pictures/${name}-${look.name}.png\n`);
  }
}

const ended = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    () => !(document.getElementById('start') as HTMLButtonElement).disabled && document.getElementById('stop')!.matches(':disabled'),
    undefined,
    {
      timeout: 600_000,
    },
  );

async function conformance(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${url}conformance/`);
  await page.waitForSelector('#status:has-text("Ready")');
  await page.fill('#seed', '20261120');
  await page.fill('#count-lockstep', '512');
  await page.fill('#count-sv32', '4000');
  await page.click('#start');
  await page.waitForFunction(() => document.querySelector('[data-suite=lockstep][data-state=running]'), undefined, { timeout: 300_000 });
  await looks(page, 'conformance-running');
  await ended(page);
  await looks(page, 'conformance');
  await page.close();
}

async function bench(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${url}bench/`);
  await page.waitForSelector('#status:has-text("Ready")');
  await page.click('#start');
  await page.waitForSelector('#drawing:not([hidden])', { timeout: 300_000 });
  await page.waitForTimeout(6000);
  await page.screenshot({ path: join(folder, 'bench-running-light.png'), fullPage: true });
  await ended(page);
  await looks(page, 'bench');
  await page.close();
}

/** The machine's page after an agent has done a job in the windowed demo, a person has saved, and another call is on. */
async function machine(browser: Browser, url: string): Promise<void> {
  const call = (page: Page, name: string, input: object): Promise<unknown> =>
    page.evaluate(([tool, given]) => window.gpuvisor!.call(tool, given), [name, input] as const);
  for (const look of LOOKS) {
    const phone = look.width < 600;
    const context = await browser.newContext({
      viewport: { width: phone ? look.width : 1360, height: phone ? look.height : 1000 },
      colorScheme: look.colorScheme,
      ...(phone && { hasTouch: true, isMobile: true, deviceScaleFactor: 2 }),
    });
    const page = await context.newPage();
    const shot = async (name: string): Promise<void> => {
      await page.screenshot({ path: join(folder, `${name}-${look.name}.png`), fullPage: !phone });
      process.stderr.write(`docs/pictures/${name}-${look.name}.png\n`);
    };
    await page.goto(url);
    await page.waitForSelector('#pause:enabled', { timeout: 120_000 });
    await call(page, 'hypervisor_type', { text: 'clear; ls /mnt; head -4 /mnt/planets.csv', submit: true });
    await call(page, 'hypervisor_run', { command: 'uname -a; free', timeout_ms: 60_000 });
    await page.fill('#snapshot-name', 'before-lunch');
    await page.click('#save');
    await page.waitForSelector('[data-snapshot]');
    await page.evaluate(() => scrollTo(0, 0));
    await page.waitForSelector('.message', { state: 'detached', timeout: 20_000 });
    await shot('machine');
    if (look.name === 'light') {
      await page.goto(`${url}?boot=desk&hart=reference`);
      await page.waitForSelector('#pause:enabled', { timeout: 120_000 });
      await call(page, 'hypervisor_wait_for', { text: 'desk: ready', source: 'uart', since: 'start', timeout_ms: 60_000 });
      await call(page, 'hypervisor_type', { text: 'Ada Lovelace' });
      // Ends with the page.
      call(page, 'hypervisor_wait_for', { text: 'never', timeout_ms: 20_000 }).catch(() => undefined);
      await page.waitForTimeout(1500);
      await shot('desk');
    }
    await context.close();
  }
}

/** The supervisor's page with two terminals and two Linux, an agent that may look at one of them, a right taken back, and the record replayed. */
async function supervisor(browser: Browser, url: string): Promise<void> {
  for (const look of LOOKS) {
    const phone = look.width < 600;
    const context = await browser.newContext({
      viewport: { width: phone ? look.width : 1360, height: phone ? look.height : 1000 },
      colorScheme: look.colorScheme,
      ...(phone && { hasTouch: true, isMobile: true, deviceScaleFactor: 2 }),
    });
    const page = await context.newPage();
    const line = async (tab: string, text: string): Promise<void> => {
      await page.click(tab);
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    };
    await page.goto(`${url}supervisor/?hart=reference`);
    await page.waitForSelector('#tabs [data-name=terminal] + [data-name=terminal]', { timeout: 60_000 });
    const [one, two] = await page.locator('#tabs [data-name=terminal]').evaluateAll((tabs) => tabs.map((t) => t.dataset['pid']!));
    for (const name of ['main_cpu', 'vm2']) {
      await page.click('#start-machine');
      await page.locator(`#machine-rows [data-machine=${name}]`).waitFor({ state: 'attached', timeout: 60_000 });
    }
    await page.selectOption('#rights [data-principal=page] select[data-machine=vm2]', 'observe', { force: true });
    await page.evaluate(() => window.gpuvisor!.call('hypervisor_run', { command: 'uname -a; free' }));
    await page.evaluate(() => window.gpuvisor!.call('hypervisor_type', { kernel_id: 'vm2', text: 'rm -r /mnt' }));
    await line(`#tab-${two}`, 'spawn trapper');
    await line(`#tab-${one}`, 'request process 0 r');
    await line(`#tab-${one}`, 'ps');
    await line(`#tab-${one}`, 'caps');
    await page.waitForTimeout(1500);
    await page.evaluate((pid) => window.supervisor!.revoke_capability(Number(pid), 2), one);
    await page.waitForSelector('#badge', { state: 'hidden', timeout: 20_000 });
    if (!phone) {
      await page.click('#verify');
      await page.waitForSelector('#verdict[data-state=good]');
      await page.evaluate(() => scrollTo(0, 0));
    }
    await page.waitForTimeout(800);
    await page.screenshot({ path: join(folder, `supervisor-${look.name}.png`), fullPage: !phone });
    process.stderr.write(`docs/pictures/supervisor-${look.name}.png\n`);
    await context.close();
  }
}

await buildPages();
const server = await startServer(WEB_ROOT, 0);
const browser = await chromium.launch(chromiumLaunch());
try {
  if (!only || only === 'machine') await machine(browser, server.url);
  if (!only || only === 'supervisor') await supervisor(browser, server.url);
  if (!only || only === 'conformance') await conformance(browser, server.url);
  if (!only || only === 'bench') await bench(browser, server.url);
} finally {
  await browser.close();
  await server.close();
}
