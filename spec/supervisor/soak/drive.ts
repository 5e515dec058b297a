// Drives the soak page in a browser: builds it, serves it isolated, runs its parts, judges what came of them.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, firefox, type Browser, type Page } from 'playwright';
import { build } from 'vite';
import { chromiumLaunch, firefoxLaunch } from '../../../scripts/browsers.js';
import { startServer, type WebServer } from '../../../src/cli/serve.js';
import type { HostileResult } from './hostile.js';
import type { LifeResult } from './reload.js';
import type { RoundTripResult } from './round-trip.js';
import type { RoundsResult } from './rounds.js';

export type Place = 'chromium' | 'firefox';

/** How much of each part; 0 leaves it out. */
export interface Amounts {
  readonly rounds: number;
  /** Of the hostile part; the round trip takes a tenth of it, at least half a second. */
  readonly seconds: number;
  readonly reloads: number;
}

export interface ReloadsResult {
  readonly reloads: number;
  /** Records that were verified and replayed, notes that were compared, over all reloads. */
  readonly records: number;
  readonly compared: number;
  /** Lives that had notes of the one before in the log. */
  readonly lives: number;
  /** The most records behind the last note. */
  readonly beyond: number;
  readonly ms: number;
}

export interface SoakReport {
  readonly browser: string;
  readonly date: string;
  readonly cores: number;
  readonly rounds?: RoundsResult;
  readonly hostile?: HostileResult;
  readonly roundTrip?: RoundTripResult & {
    readonly rates: readonly { processes: number; perSecond: number; least: number; most: number }[];
  };
  readonly reloads?: ReloadsResult;
}

const PROCESSES = fileURLToPath(new URL('../../../dist/processes', import.meta.url));

/** The page, built and served. */
export async function serveSoak(): Promise<WebServer> {
  if (!existsSync(join(PROCESSES, 'manifest.json'))) throw new Error('the processes are not built: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-soak-'));
  const root = fileURLToPath(new URL('.', import.meta.url));
  await build({ configFile: false, root, base: './', logLevel: 'warn', build: { outDir: folder, emptyOutDir: true, target: 'es2022' } });
  cpSync(PROCESSES, join(folder, 'processes'), { recursive: true });
  const server = await startServer(folder, 0);
  return {
    url: server.url,
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export class SoakBrowser {
  private constructor(
    readonly browser: Browser,
    readonly place: Place,
    private readonly url: string,
  ) {}

  static async launch(place: Place, url: string): Promise<SoakBrowser> {
    const browser = await (place === 'chromium' ? chromium.launch(chromiumLaunch()) : firefox.launch(firefoxLaunch()));
    return new SoakBrowser(browser, place, url);
  }

  async #fresh<T>(work: (page: Page) => Promise<T>): Promise<T> {
    const page = await this.browser.newPage();
    try {
      await this.#open(page);
      return await work(page);
    } finally {
      await page.close();
    }
  }

  async #open(page: Page): Promise<void> {
    if (page.url().startsWith(this.url)) await page.reload();
    else await page.goto(this.url);
    await page.waitForFunction(() => window.soak !== undefined);
  }

  /** @throws Error when a count is another one afterwards */
  async rounds(count: number): Promise<RoundsResult> {
    const { result, workers } = await this.#fresh(async (page) => {
      const found = await page.evaluate((n) => window.soak!.rounds(n), count);
      // What was terminated may run on for two seconds.
      for (let i = 0; i < 40 && page.workers().length > 0; i++) await sleep(100);
      return { result: found, workers: page.workers().length };
    });
    const [before, after] = [JSON.stringify(result.before), JSON.stringify(result.after)];
    if (before !== after) throw new Error(`${this.place}: before ${before}, after ${after}`);
    if (workers > 0) throw new Error(`${this.place}: ${workers} workers are left in the page`);
    return result;
  }

  hostile(seconds: number): Promise<HostileResult> {
    return this.#fresh((page) => page.evaluate((n) => window.soak!.hostile(n), seconds));
  }

  async roundTrip(seconds: number): Promise<NonNullable<SoakReport['roundTrip']>> {
    const result = await this.#fresh((page) => page.evaluate((n) => window.soak!.roundTrip(n), seconds));
    const rates = [];
    for (const n of [1, 4, 16]) {
      rates.push(await this.#fresh((page) => page.evaluate(([count, time]) => window.soak!.rate(count, time), [n, seconds] as const)));
    }
    return { ...result, rates };
  }

  /** Reloads at random moments. @throws Error at the first life that finds something wrong */
  reloads(count: number): Promise<ReloadsResult> {
    const began = Date.now();
    return this.#fresh(async (page) => {
      const lives: LifeResult[] = [];
      for (let life = 0; life <= count; life++) {
        if (life > 0) await this.#open(page);
        lives.push(await page.evaluate(() => window.soak!.live()));
        if (life < count) await sleep(20 + Math.random() * 400);
      }
      const after = lives.slice(1);
      lives.forEach(({ epoch }, i) => {
        if (epoch !== i + 1) throw new Error(`${this.place}: life ${i + 1} is epoch ${epoch}`);
      });
      const sum = (of: (life: LifeResult) => number): number => after.reduce((n, life) => n + of(life), 0);
      return {
        reloads: count,
        records: sum((l) => l.found),
        compared: sum((l) => l.compared),
        lives: after.filter((l) => l.compared > 0).length,
        beyond: Math.max(0, ...after.map((l) => l.beyond)),
        ms: Date.now() - began,
      };
    });
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** All parts in one browser. `say` hears of each as it ends. */
export async function soak(place: Place, amounts: Amounts, url: string, say: (line: string) => void): Promise<SoakReport> {
  const browser = await SoakBrowser.launch(place, url);
  const part = async <T>(name: string, amount: number, work: () => Promise<T>): Promise<T | undefined> => {
    if (amount === 0) return undefined;
    const result = await work();
    say(`${place} ${name}: ${JSON.stringify(result)}`);
    return result;
  };
  try {
    const version = `${place === 'chromium' ? 'Chromium' : 'Firefox'} ${browser.browser.version().split('.')[0]}`;
    const rounds = await part('rounds', amounts.rounds, () => browser.rounds(amounts.rounds));
    const hostile = await part('hostile', amounts.seconds, () => browser.hostile(amounts.seconds));
    const roundTrip = await part('round trip', amounts.seconds, () => browser.roundTrip(Math.max(0.5, amounts.seconds / 10)));
    const reloads = await part('reloads', amounts.reloads, () => browser.reloads(amounts.reloads));
    return {
      browser: version,
      date: new Date().toISOString(),
      cores: cpus().length,
      ...(rounds && { rounds }),
      ...(hostile && { hostile }),
      ...(roundTrip && { roundTrip }),
      ...(reloads && { reloads }),
    };
  } finally {
    await browser.close();
  }
}
