// What a page lets its reader download. Playwright hears of it in Chromium; in Firefox ESR it does not, and the file is waited for.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, firefox, type Browser, type Page } from 'playwright';
import { chromiumLaunch, firefoxLaunch } from './browsers.js';

export type Place = 'chromium' | 'firefox';

const PATIENCE_MS = 30_000;

/** A browser whose downloads can be read. */
export class DownloadingBrowser {
  private constructor(
    readonly browser: Browser,
    readonly place: Place,
    private readonly folder: string,
  ) {}

  static async launch(place: Place): Promise<DownloadingBrowser> {
    const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-download-'));
    const options = { ...(place === 'chromium' ? chromiumLaunch() : firefoxLaunch()), downloadsPath: folder };
    return new DownloadingBrowser(await (place === 'chromium' ? chromium : firefox).launch(options), place, folder);
  }

  /** Clicks, and gives the text of the one file that comes of it. */
  async download(page: Page, selector: string): Promise<string> {
    return (await this.bytes(page, selector)).toString('utf8');
  }

  /** Clicks, and gives the bytes of the one file that comes of it. */
  async bytes(page: Page, selector: string): Promise<Buffer> {
    if (this.place === 'chromium') {
      const [file] = await Promise.all([page.waitForEvent('download', { timeout: PATIENCE_MS }), page.click(selector)]);
      return readFileSync(await file.path());
    }
    const before = new Set(readdirSync(this.folder));
    await page.click(selector);
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(100)) {
      const fresh = readdirSync(this.folder).filter((name) => !before.has(name));
      // While it is written, Firefox has a second file with .part at its end.
      if (fresh.length !== 1 || fresh[0]!.endsWith('.part')) continue;
      const bytes = readFileSync(join(this.folder, fresh[0]!));
      if (bytes.length > 0) return bytes;
    }
    throw new Error(`nothing was downloaded within ${PATIENCE_MS} ms of a click on ${selector}`);
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
