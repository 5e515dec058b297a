// Pictures of the pages for docs/pictures: `npx tsx scripts/pictures.ts [conformance|bench]`. Runs a little of each page in Chromium.
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

await buildPages();
const server = await startServer(WEB_ROOT, 0);
const browser = await chromium.launch(chromiumLaunch());
try {
  if (!only || only === 'index') {
    const page = await browser.newPage();
    await page.goto(server.url);
    await looks(page, 'index');
    await page.close();
  }
  if (!only || only === 'conformance') await conformance(browser, server.url);
  if (!only || only === 'bench') await bench(browser, server.url);
} finally {
  await browser.close();
  await server.close();
}
