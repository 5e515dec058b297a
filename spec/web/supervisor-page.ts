// The supervisor's page in a browser, for its specs: opened, read, typed into.
import { type BrowserContext, type Locator, type Page } from 'playwright';
import { expect } from 'vitest';
import type { DownloadingBrowser } from '../../scripts/download.js';

/** How long anything may take on a busy machine without a GPU, ms. */
export const PATIENCE = 60_000;

type ContextOptions = Parameters<DownloadingBrowser['browser']['newContext']>[0];

export class SupervisorPage {
  /** Errors that no page may have. */
  readonly wrong: string[] = [];
  context!: BrowserContext;
  page!: Page;
  /** The two terminals that the manifest names. */
  one = 0;
  two = 0;

  constructor(
    readonly browser: DownloadingBrowser,
    readonly url: string,
  ) {}

  /** Opens the page and waits until init has started what the manifest names. */
  async open(options: ContextOptions = {}, query = ''): Promise<void> {
    this.context = await this.browser.browser.newContext({ viewport: { width: 1360, height: 1000 }, ...options });
    this.page = await this.another();
    await this.page.goto(`${this.url}supervisor/${query}`);
    await this.booted();
  }

  async another(): Promise<Page> {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.wrong.push(error.message));
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    expect(this.wrong.splice(0)).toEqual([]);
  }

  async booted(): Promise<void> {
    const { page } = this;
    await page.locator('#state[data-state=running], #state[data-state=failed]').waitFor({ timeout: PATIENCE });
    expect(await page.locator('#state').getAttribute('data-state'), await page.locator('#notices').innerText()).toBe('running');
    await page.locator('#tabs [data-name=terminal] + [data-name=terminal]').waitFor({ timeout: PATIENCE });
    const tabs = await page.locator('#tabs [data-name=terminal]').evaluateAll((all) => all.map((tab) => Number(tab.dataset['pid'])));
    [this.one, this.two] = tabs as [number, number];
    await this.see(this.one, `${this.one}>`);
    await this.see(this.two, `${this.two}>`);
  }

  /** Waits for a text on the console of a process, which is brought in front. */
  async see(pid: number, text: string | RegExp): Promise<void> {
    await this.page.click(`#tab-${pid}`);
    await this.page.locator(`#console-${pid}`, { hasText: text }).waitFor({ timeout: PATIENCE });
  }

  /** What the console of a process shows while it is in front. */
  shown(pid: number): Promise<string> {
    return this.page.locator(`#console-${pid}`).innerText();
  }

  /** Types a line into the console of a process. */
  async type(pid: number, line: string): Promise<void> {
    await this.page.click(`#tab-${pid}`);
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Has a terminal start a process; its pid. */
  async spawn(from: number, what: string): Promise<number> {
    const before = [...(await this.shownAt(from)).matchAll(/ is process \d+/g)].length;
    await this.type(from, `spawn ${what}`);
    const all = async (): Promise<RegExpMatchArray[]> => [...(await this.shown(from)).matchAll(/ is process (\d+)/g)];
    await expect.poll(async () => (await all()).length, { timeout: PATIENCE }).toBeGreaterThan(before);
    return Number((await all()).at(-1)![1]);
  }

  private async shownAt(pid: number): Promise<string> {
    await this.page.click(`#tab-${pid}`);
    return this.shown(pid);
  }

  /** What the supervisor holds. */
  counts(): Promise<Record<string, number>> {
    return this.page.evaluate(() => window.supervisor!.counts());
  }

  row(pid: number): Locator {
    return this.page.locator(`#process-rows tr[data-pid="${pid}"]`);
  }
  /** A capability in the tree. */
  cap(pid: number, slot: number | string): Locator {
    return this.page.locator(`.tree-row[data-pid="${pid}"][data-slot="${slot}"]`);
  }
  /** How a process ended, as it is listed. */
  ended(pid: number, text: string | RegExp): Promise<void> {
    return this.page.locator(`#ended-rows [data-pid="${pid}"]`, { hasText: text }).waitFor({ timeout: PATIENCE, state: 'attached' });
  }
}
