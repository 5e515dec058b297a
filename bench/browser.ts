// The bench in a browser: serves the built pages, drives /bench as a reader would, and gives the report that the page lets one download.
import { DownloadingBrowser, type Place } from '../scripts/download.js';
import { buildPages, startServer, WEB_ROOT } from '../src/cli/serve.js';
import { GpuvisorError } from '../src/isa/errors.js';
import type { FullReport } from './plot.js';

/** The longest that all suites together may take, ms. */
const PATIENCE_MS = 30 * 60_000;
const LOOK_MS = 1000;

/**
 * Runs suites of the bench page, `frames` among them, in a browser of this machine; names that the page does not have are left out.
 * @throws GpuvisorError WEBGPU_UNAVAILABLE, TIMEOUT, INTERNAL with what the page says
 */
export async function benchBrowser(place: Place, suites: readonly string[], say: (text: string) => void): Promise<FullReport> {
  await buildPages();
  const server = await startServer(WEB_ROOT, 0);
  const downloading = await DownloadingBrowser.launch(place);
  try {
    const page = await downloading.browser.newPage();
    await page.goto(`${server.url}bench/`);
    const status = page.locator('#status');
    const missing = page.locator('#missing');
    await status.filter({ hasText: 'Ready' }).or(missing).and(page.locator(':visible')).first().waitFor();
    if (await missing.isVisible()) throw new GpuvisorError('WEBGPU_UNAVAILABLE', `${place}: ${await missing.innerText()}`);
    for (const box of await page.locator('.suite input[type=checkbox]').all()) {
      await box.setChecked(suites.includes((await box.getAttribute('id'))!.replace('choose-', '')));
    }
    await page.click('#start');
    const running = page.locator('.suite[data-state=running] .figures');
    for (const until = Date.now() + PATIENCE_MS; !(await page.locator('#download').isEnabled()); await page.waitForTimeout(LOOK_MS)) {
      if (Date.now() > until)
        throw new GpuvisorError('TIMEOUT', `${place}: the bench page has not ended after ${PATIENCE_MS / 60_000} minutes`);
      const [figures] = await running.allInnerTexts();
      if (figures) say(`${place}: ${figures.replace(/\s+/g, ' ')}`);
    }
    if ((await status.getAttribute('data-state')) !== 'passed')
      throw new GpuvisorError('INTERNAL', `${place}: ${await status.innerText()}`);
    return JSON.parse(await downloading.download(page, '#download')) as FullReport;
  } finally {
    await downloading.close();
    await server.close();
  }
}
