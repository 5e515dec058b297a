// The built pages in Chromium and Firefox, as a reader uses them: choose, start, watch, stop, download. A bug planted in the shader must show.
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DownloadingBrowser } from '../../scripts/download.js';
import { buildPages, startServer, WEB_ROOT, type WebServer } from '../../src/cli/serve.js';
import type { ConformanceReport } from '../../src/conformance/index.js';
import { GPU_MUTANTS } from '../../src/conformance/index.js';
import type { PageReport } from '../../web/bench/results.js';

const MINUTES = 60_000;
const SEED = 1;

/** Sets a number. In Firefox ESR Playwright's fill adds to what a number input has. */
const put = (page: Page, selector: string, value: number): Promise<void> =>
  page.locator(selector).evaluate((input, text) => void ((input as HTMLInputElement).value = text), String(value));

let server: WebServer;
beforeAll(async () => {
  await buildPages();
  server = await startServer(WEB_ROOT, 0);
});
afterAll(() => server.close());

describe.each(['chromium', 'firefox'] as const)('%s', (name) => {
  let browser: DownloadingBrowser;
  let page: Page;
  const wrong: string[] = [];

  beforeAll(async () => {
    browser = await DownloadingBrowser.launch(name);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.close();
    expect(wrong.splice(0)).toEqual([]);
  });

  async function open(path: string, prepare?: (page: Page) => Promise<unknown>): Promise<void> {
    page = await browser.browser.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    await prepare?.(page);
    await page.goto(server.url + path);
  }

  /** Ticks these suites and no others. */
  async function choose(...suites: string[]): Promise<void> {
    for (const box of await page.locator('.suite input[type=checkbox]').all()) {
      await box.setChecked(suites.includes((await box.getAttribute('id'))!.replace('choose-', '')));
    }
  }

  /** Waits for a run that has been started; how it ended. */
  async function ended(timeout: number): Promise<string> {
    await page.locator('#status:not([data-state=idle])').waitFor();
    await page.locator('#start:enabled').waitFor({ timeout });
    return (await page.locator('#status').getAttribute('data-state'))!;
  }

  const download = async <Report>(): Promise<Report> => JSON.parse(await browser.download(page, '#download')) as Report;

  async function conformance(counts: { sv32: number; lockstep: number }): Promise<void> {
    await page.locator('#status', { hasText: 'Ready' }).waitFor();
    await put(page, '#seed', SEED);
    await put(page, '#count-sv32', counts.sv32);
    await put(page, '#count-lockstep', counts.lockstep);
  }

  it(
    'conformance: every suite passes, and the report says how much was done',
    async () => {
      await open('conformance');
      await conformance({ sv32: 2000, lockstep: 256 });
      expect(await page.locator('[data-fact=adapter]').textContent()).not.toBe('none');
      await page.press('#seed', 'Enter');
      expect(await ended(4 * MINUTES), await page.locator('main').innerText()).toBe('passed');
      expect(await page.locator('#failures').isHidden()).toBe(true);
      for (const suite of ['programs', 'sv32', 'lockstep']) {
        const row = page.locator(`[data-suite=${suite}]`);
        expect([suite, await row.getAttribute('data-state'), await row.getAttribute('data-failures')]).toEqual([suite, 'passed', '0']);
        expect(Number(await row.getAttribute('data-done'))).toBeGreaterThan(0);
      }
      const report = await download<ConformanceReport>();
      expect(report).toMatchObject({ format: 'gpuvisor-conformance-1', seed: SEED, passed: true });
      expect(report.about['adapter']).toBeTruthy();
      expect(report.about['browser']).toMatch(name === 'firefox' ? /Firefox/ : /Chrom/);
      expect(report.suites.map((s) => `${s.suite} ${s.hart}`)).toEqual([
        'programs reference',
        'programs gpu',
        'sv32 reference',
        'sv32 gpu',
        'lockstep both',
      ]);
      for (const s of report.suites) expect([s.suite, s.failures]).toEqual([s.suite, []]);
      expect(report.suites[1]!.counts['programs']).toBeGreaterThan(150);
      expect(report.suites[3]!.counts['walks']).toBeGreaterThanOrEqual(2000);
      expect(report.suites[4]!.counts['programs']).toBe(256);
      expect(report.suites[4]!.counts['steps']).toBeGreaterThan(10_000);
    },
    5 * MINUTES,
  );

  it(
    'conformance: stop ends a long run, and another can follow',
    async () => {
      await open('conformance/');
      await conformance({ sv32: 1000, lockstep: 10_000_000 });
      await choose('lockstep');
      await page.click('#start');
      await page.locator('[data-suite=lockstep][data-done]').waitFor({ timeout: 2 * MINUTES });
      expect(await page.locator('#choose-programs').isDisabled()).toBe(true);
      await page.click('#stop');
      expect(await ended(MINUTES)).toBe('stopped');
      expect(await page.locator('[data-suite=lockstep]').getAttribute('data-state')).toBe('stopped');
      expect(await page.locator('#choose-programs').isEnabled()).toBe(true);
      await put(page, '#count-lockstep', 256);
      await page.click('#start');
      await page.locator('#status:not([data-state=stopped])').waitFor();
      expect(await ended(2 * MINUTES)).toBe('passed');
    },
    4 * MINUTES,
  );

  it(
    'bench: figures on the page and in the report, frames among them',
    async () => {
      await open('bench');
      await page.locator('#status', { hasText: 'Ready' }).waitFor();
      // Guests are the same code in both browsers; frames are each browser's own.
      const guests = name === 'chromium';
      await choose(...(guests ? ['guests', 'frames'] : ['frames']));
      await page.click('#start');
      expect(await ended(5 * MINUTES), await page.locator('main').innerText()).toBe('passed');
      expect((await page.locator('[data-table=guests] tbody tr').count()) > 1).toBe(guests);
      expect(await page.locator('[data-table=frames]').isVisible()).toBe(true);
      const report = await download<PageReport>();
      expect(report.adapter).toBeTruthy();
      expect(report.stopped).toBeUndefined();
      for (const [guest, speed] of Object.entries(report.guests ?? {})) expect([guest, speed.median > 0.01]).toEqual([guest, true]);
      expect(Object.keys(report.guests ?? {}).length > 1).toBe(guests);
      const frames = report.frames!;
      expect(frames.frames).toBeGreaterThan(10);
      expect(frames.medianFrameMs).toBeGreaterThan(0);
      expect(frames.mips).toBeGreaterThan(0.01);
      expect(frames.place).toBe('a worker');
    },
    6 * MINUTES,
  );

  it('without WebGPU both pages say so and what to do', async () => {
    for (const path of ['conformance/', 'bench/']) {
      await open(path, (p) => p.addInitScript(() => delete (Navigator.prototype as { gpu?: unknown }).gpu));
      await page.locator('#missing').waitFor();
      expect(await page.locator('#missing').innerText()).toMatch(/does not offer WebGPU[^]*Firefox/);
      expect(await page.locator('#start').isDisabled()).toBe(true);
      if (path !== 'bench/') await page.close();
    }
  });

  it('nothing is wider than a phone, and the front page leads to both', async () => {
    await open('');
    await page.setViewportSize({ width: 360, height: 740 });
    for (const id of ['to-conformance', 'to-bench']) {
      await page.click(`#${id}`);
      await page.locator('#suites li').first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
      await page.click('.mark');
      // Before its style sheets are there a page is as wide as its canvas; nobody sees it so.
      await page.locator('#screen-pane').waitFor();
      await page.waitForLoadState('load');
    }
    expect(await page.evaluate(() => [document.documentElement.scrollWidth - window.innerWidth <= 0, crossOriginIsolated])).toEqual([
      true,
      true,
    ]);
  });
});

describe('a planted bug', () => {
  it(
    'shows as a failure with its disassembly, on the page and in the report',
    async () => {
      const mutant = GPU_MUTANTS.find((m) => m.name === 'SLT compares unsigned')!;
      const browser = await DownloadingBrowser.launch('chromium');
      try {
        const page = await browser.browser.newPage();
        let planted = 0;
        await page.route('**/assets/worker-*.js', async (route) => {
          const answer = await route.fetch();
          const text = await answer.text();
          // The list of planted bugs has the text too, quoted: the shader's own ends its line.
          const edited = text.replace(
            new RegExp(`(^|[^'"\`])${mutant.find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!['"\`])`),
            (_, before: string) => {
              planted++;
              return before + mutant.replace;
            },
          );
          await route.fulfill({ response: answer, body: edited });
        });
        await page.goto(`${server.url}conformance/`);
        await page.locator('#status', { hasText: 'Ready' }).waitFor();
        await put(page, '#seed', SEED);
        await put(page, '#count-lockstep', 32);
        await page.uncheck('#choose-sv32');
        await page.click('#start');
        await page.locator('#download:enabled').waitFor({ timeout: 4 * MINUTES });
        expect(planted).toBe(1);
        expect(await page.locator('#status').getAttribute('data-state')).toBe('failed');
        expect(await page.locator('[data-suite=programs]').getAttribute('data-state')).toBe('failed');
        const shown = await page.locator('#failure-list').innerText();
        expect(shown).toMatch(/Programs on the GPU: FAIL slt /);
        expect(shown).toMatch(/\bslti?\b/);
        expect(await page.locator('#failure-list pre').count()).toBeGreaterThan(0);
        const report = JSON.parse(await browser.download(page, '#download')) as ConformanceReport;
        expect(report.passed).toBe(false);
        expect(report.suites.find((s) => s.suite === 'programs' && s.hart === 'reference')!.passed).toBe(true);
      } finally {
        await browser.close();
      }
    },
    5 * MINUTES,
  );
});
