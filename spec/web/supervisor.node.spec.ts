// The supervisor's page as its people use it, in Chromium and Firefox: processes in workers, their consoles, rights taken back, questions answered, the
// record verified, exported, replayed, reloaded and damaged; with the keyboard alone, on a phone, beside floods, and on a host that does not isolate it.
import { type BrowserContext, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DownloadingBrowser } from '../../scripts/download.js';
import { buildPages, startServer, WEB_ROOT, type WebServer } from '../../src/cli/serve.js';
import { decodeLogFile, hex, verifyLog } from '../../src/supervisor/axiom/index.js';
import { hashState } from '../../src/supervisor/kernel/index.js';

const PATIENCE = 60_000;

let server: WebServer;
beforeAll(async () => {
  await buildPages();
  server = await startServer(WEB_ROOT, 0);
});
afterAll(() => server.close());

describe.each(['chromium', 'firefox'] as const)('%s', (name) => {
  let browser: DownloadingBrowser;
  let context: BrowserContext;
  let page: Page;
  /** Errors that no page may have. */
  const wrong: string[] = [];

  beforeAll(async () => {
    browser = await DownloadingBrowser.launch(name);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await context.close();
    expect(wrong.splice(0)).toEqual([]);
  });

  async function another(): Promise<Page> {
    const made = await context.newPage();
    made.on('pageerror', (error) => wrong.push(error.message));
    return made;
  }

  async function open(options: Parameters<DownloadingBrowser['browser']['newContext']>[0] = {}): Promise<void> {
    context = await browser.browser.newContext({ viewport: { width: 1360, height: 1000 }, ...options });
    page = await another();
    await page.goto(`${server.url}supervisor/`);
    await booted();
  }

  /** Waits until init has started what the manifest names. */
  async function booted(): Promise<void> {
    await page.locator('#state[data-state=running], #state[data-state=failed]').waitFor({ timeout: PATIENCE });
    expect(await page.locator('#state').getAttribute('data-state'), await page.locator('#notices').innerText()).toBe('running');
    await page.locator('#tab-4').waitFor({ timeout: PATIENCE });
    await see(3, '3>');
    await see(4, '4>');
  }

  /** What the console of a process shows: it is brought in front. */
  async function see(pid: number, text: string | RegExp): Promise<void> {
    await page.click(`#tab-${pid}`);
    await page.locator(`#console-${pid}`, { hasText: text }).waitFor({ timeout: PATIENCE });
  }
  const shown = (pid: number): Promise<string> => page.locator(`#console-${pid}`).innerText();

  /** Types a line into the console of a process. */
  async function type(pid: number, line: string): Promise<void> {
    await page.click(`#tab-${pid}`);
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  }

  const counts = (): Promise<Record<string, number>> => page.evaluate(() => window.supervisor!.counts());
  const row = (pid: number) => page.locator(`#process-rows tr[data-pid="${pid}"]`);

  it(
    'boots, keeps consoles apart, types to the right one, spawns, grants, revokes with a notice, and kills without a trace',
    async () => {
      await open();
      expect(
        await page.locator('#process-rows tr').evaluateAll((rows) => rows.map((r) => `${r.dataset['pid']} ${r.dataset['name']}`)),
      ).toEqual(['0 supervisor', '1 init', '2 permission_manager', '3 terminal', '4 terminal']);
      // Timers are those of whoever waits for time just now.
      const { timers: _, ...before } = await counts();
      expect(before).toMatchObject({ workers: 4, mailboxes: 4, callbacks: 4, backlogs: 0 });

      await type(3, 'echo said in three');
      await see(3, 'said in three');
      await type(4, 'echo said in four');
      await see(4, /said in four.*said in four/s);
      expect(await shown(4)).not.toContain('three');
      await see(3, 'said in three');
      expect(await shown(3)).not.toContain('four');

      // What a process writes is text, whatever it looks like.
      await type(3, 'echo <img src=x onerror=alert(1)><b id=evil>');
      await see(3, /<b id=evil>.*<b id=evil>/s);
      expect(await page.locator('#evil').count()).toBe(0);

      await type(4, 'spawn terminal');
      await see(4, 'terminal is process 5');
      await see(5, '5>');
      await expect.poll(counts).toMatchObject({ workers: 5, mailboxes: 5, callbacks: 5 });

      // What 4 gives 5 stands below it in the tree; taken from 4, it goes from 5 too, and both are told.
      await type(4, 'grant 0 5 w');
      await see(4, /process 5 has it in its slot (\d+)/);
      const slot = /process 5 has it in its slot (\d+)/.exec(await shown(4))![1]!;
      const given = page.locator(`.tree-row[data-pid="5"][data-slot="${slot}"]`);
      await given.waitFor();
      expect(await given.getAttribute('aria-level')).toBe('2');
      await given.locator('.revoke').click();
      await see(5, `notice: slot ${slot} `);
      await given.waitFor({ state: 'detached' });
      await page.locator('.tree-row[data-pid="3"][data-slot="2"] .revoke').click();
      await see(3, 'notice: slot 2 ');
      await type(3, 'spawn terminal');
      await see(3, /spawn: /);
      expect(await page.locator('#tab-6').count()).toBe(0);

      await row(5).locator('.kill').click();
      await page.locator('#tab-5[data-ended=true]').waitFor();
      await row(5).waitFor({ state: 'detached' });
      await expect.poll(counts).toMatchObject(before);
      expect(await page.evaluate(() => window.supervisor!.dispatcher.gateway.view.endpoints().some(({ owner }) => owner === 5))).toBe(
        false,
      );
      expect(await page.locator('#ended-rows [data-pid="5"]').textContent()).toBe('terminal 5 killed');

      await type(4, 'spawn trapper');
      await page
        .locator('#ended-rows [data-pid="6"]', { hasText: /^trapper 6 fault, trap: / })
        .waitFor({ timeout: PATIENCE, state: 'attached' });
      await type(4, 'exit 7');
      await page.locator('#ended-rows [data-pid="4"]', { hasText: 'exited with 7' }).waitFor({ timeout: PATIENCE, state: 'attached' });

      await page.click('#new-terminal');
      await see(7, '7>');
      await page.click('#kill-all');
      await expect.poll(counts).toMatchObject({ workers: 0, mailboxes: 0, callbacks: 0, backlogs: 0, doorbells: 0 });
      expect(await page.locator('#process-rows tr').count()).toBe(1);
      expect(await page.evaluate(() => window.supervisor!.dispatcher.gateway.view.violations())).toEqual([]);
    },
    2 * PATIENCE,
  );

  it(
    'asks the person for what the policy leaves to them, and takes the answer',
    async () => {
      await open();
      await type(3, 'request process 4 r <b id=evil>please</b>');
      const card = page.locator('.question[data-pid="3"]');
      await card.waitFor({ timeout: PATIENCE });
      expect(await card.innerText()).toMatch(/terminal 3 asks for R on process terminal 4.*<b id=evil>please<\/b>/s);
      expect(await page.locator('#evil').count()).toBe(0);
      // A card that has just come is not answered by a click that was meant for something else.
      await page.waitForTimeout(700);
      await card.locator('.deny').click();
      await see(3, /request: /);
      expect(await shown(3)).not.toContain('granted');

      await type(3, 'request process 4 r');
      await card.waitFor({ timeout: PATIENCE });
      await page.waitForTimeout(700);
      await card.locator('.allow').click();
      await see(3, /granted: slot \d+/);
      await page.locator('.tree-row[data-pid="3"][data-type="2"]').first().waitFor();
      expect(await card.count()).toBe(0);
    },
    2 * PATIENCE,
  );

  it(
    'verifies, exports, replays step by step to the live state, and goes on with the numbering after a reload',
    async () => {
      await open();
      await type(3, 'spawn terminal');
      await see(5, '5>');
      const live = await page.evaluate(() => {
        const { commits, view } = window.supervisor!.dispatcher.gateway;
        return { seq: commits.head.seq, state: [...view.stateHash()].map((b) => b.toString(16).padStart(2, '0')).join('') };
      });
      await row(5).locator('.kill').click();
      await row(5).waitFor({ state: 'detached' });

      await page.click('#verify');
      await page.locator('#verdict[data-state=good]', { hasText: /^All \d+ records hold/ }).waitFor();
      expect(Number(await page.locator('#verdict').getAttribute('data-commits'))).toBeGreaterThan(live.seq);

      const bytes = await browser.bytes(page, '#export');
      const log = decodeLogFile(new Uint8Array(bytes));
      const { damage, state } = verifyLog(log);
      expect(damage).toBeUndefined();
      const end = hex(hashState(state));
      await page.setInputFiles('#log-file', { name: 'exported.log', mimeType: 'application/octet-stream', buffer: bytes });
      await page.locator('#replay-same[data-state=good]', { hasText: 'the state the live system had there' }).waitFor();
      expect(await page.locator('#replay-hash').textContent()).toBe(end);
      // Back to where the live state was noted, and a step beside it.
      await page.locator('#replay-at').evaluate((slider, at) => {
        (slider as HTMLInputElement).value = String(at);
        slider.dispatchEvent(new Event('input'));
      }, live.seq);
      expect(await page.locator('#replay-hash').textContent()).toBe(live.state);
      expect(await page.locator('#replay-processes [data-pid="5"]').count()).toBe(1);
      await page.click('#replay-on');
      expect(await page.locator('#replay-hash').getAttribute('data-seq')).toBe(String(live.seq + 1));
      expect(await page.locator('#replay-hash').textContent()).not.toBe(live.state);
      await page.click('#replay-back');
      expect(await page.locator('#replay-hash').textContent()).toBe(live.state);

      // A byte of the file turned: as far as it is good, and the place.
      const turned = Buffer.from(bytes);
      turned[turned.length >> 1]! ^= 1;
      await page.setInputFiles('#log-file', { name: 'turned.log', mimeType: 'application/octet-stream', buffer: turned });
      await page.locator('#replay-verdict[data-state=bad]', { hasText: /Damaged at record \d+/ }).waitFor();
      await page.setInputFiles('#log-file', {
        name: 'other.log',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from('something else'),
      });
      await page.locator('.message[data-kind=trouble]', { hasText: 'does not begin with GVAXIOM1' }).waitFor();

      // At rest the page notes its state; a reload replays to the same.
      await page.waitForTimeout(1500);
      const seq = await page.evaluate(() => window.supervisor!.dispatcher.gateway.commits.head.seq);
      await page.reload();
      await booted();
      expect(await page.locator('#past').getAttribute('data-same')).toBe('true');
      expect(await page.locator('#past').textContent()).toContain('up to epoch 1');
      expect(await page.evaluate(() => window.supervisor!.dispatcher.gateway.commits.first)).toBe(seq + 1);
      await page.click('#verify');
      await page.locator('#verdict[data-state=good]').waitFor();
      expect(Number(await page.locator('#verdict').getAttribute('data-commits'))).toBeGreaterThan(seq);
    },
    2 * PATIENCE,
  );

  it(
    'refuses a damaged log with the place named, begins a new epoch that says so, and keeps the old log for reading',
    async () => {
      await open();
      await page.waitForTimeout(1500);
      await page.evaluate(turnStored);
      await page.click('#verify');
      await page.locator('#verdict[data-state=bad]', { hasText: /Damaged at record \d+ \(/ }).waitFor();
      await page.reload();
      await booted();
      const damaged = await page.locator('#past').getAttribute('data-damage');
      expect(Number(damaged)).toBeGreaterThan(1);
      expect(await page.locator('#past-notice').innerText()).toMatch(new RegExp(`damaged at record ${damaged} .* a new log has begun`));
      const note = await page.evaluate(() => {
        const { commits } = window.supervisor!.dispatcher.gateway;
        const { commit } = commits.since(commits.first, 1)[0]!;
        return commit.type === 'Genesis' ? `${commit.epoch} ${commit.note}` : commit.type;
      });
      expect(note).toMatch(new RegExp(`^2 log 1 is damaged at record ${damaged} `));
      await page.click('#verify');
      await page.locator('#verdict[data-state=good]').waitFor();
      await page.selectOption('#kept', '1');
      await page.click('#read-kept');
      await page.locator('#replay-verdict[data-state=bad]', { hasText: `Damaged at record ${damaged}` }).waitFor();
      expect(await page.locator('#replay-hash').getAttribute('data-seq')).toBe(String(Number(damaged) - 1));
    },
    2 * PATIENCE,
  );

  it(
    'stays with its reader beside floods: bounded rows, a log that stands still, a terminal that answers',
    async () => {
      await open();
      await type(4, 'spawn console-flooder');
      await type(4, 'spawn pinger');
      await page.locator('#tab-6').waitFor({ timeout: PATIENCE });
      await expect
        .poll(() => page.evaluate(() => window.supervisor!.dispatcher.gateway.syslog.total), { timeout: PATIENCE })
        .toBeGreaterThan(12_000);
      // Rows of 10,000 calls in the log; some dozens in the page.
      await expect.poll(async () => Number(await page.locator('#log-rows').getAttribute('data-count'))).toBeGreaterThanOrEqual(10_000);
      expect(await page.locator('.log-row').count()).toBeLessThan(60);
      await page.click('#tab-5');
      await type(3, 'echo still here');
      await see(3, /still here.*still here/s);

      // Scrolled away from the end it stands still.
      await page.locator('#log-rows').evaluate((box) => void (box.scrollTop = 4000));
      await page.locator('#log[data-still=true]').waitFor();
      const top = (): Promise<string[]> =>
        page.locator('.log-row:not([hidden])').evaluateAll((rows) => rows.map((r) => r.dataset['id']!).sort());
      const seen = await top();
      await expect.poll(() => page.locator('#log-newer').innerText()).toMatch(/newer$/);
      expect(await top()).toEqual(seen);
      await page.click('#log-newer');
      await page.locator('#log[data-still=false]').waitFor();

      await row(5).locator('.kill').click();
      await row(6).locator('.kill').click();
      await row(6).waitFor({ state: 'detached' });
      await page.selectOption('#log-name', 'KILL');
      await expect.poll(() => page.locator('.log-row:not([hidden]) .detail').allTextContents()).toContain('pid 6');
      expect(new Set(await page.locator('.log-row:not([hidden]) .name').allTextContents())).toEqual(new Set(['KILL']));
      await page.selectOption('#log-name', '');
      await page.fill('#log-text', 'no such text');
      await expect.poll(() => page.locator('.log-row:not([hidden])').count()).toBe(0);
      await page.click('#log-reset');
      await page.click('#log-commits');
      await page.selectOption('#log-name', 'ProcessEnded');
      await expect.poll(() => page.locator('.log-row:not([hidden]) .detail').allTextContents()).toHaveLength(2);
    },
    2 * PATIENCE,
  );

  it(
    'is used with the keyboard alone, and on a phone one pane at a time',
    async () => {
      await open({ viewport: { width: 390, height: 844 }, ...(name === 'chromium' && { hasTouch: true, isMobile: true }) });
      const panes = ['consoles', 'processes', 'capabilities', 'log', 'record'];
      for (const pane of panes) {
        await page.locator(`#show-${pane}`).focus();
        await page.keyboard.press('Enter');
        const visible = await page.locator('#stage > .view:visible').evaluateAll((views) => views.map((v) => v.dataset['view']));
        expect(new Set(visible)).toEqual(new Set([pane]));
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), pane).toBeLessThanOrEqual(0);
      }
      await page.locator('#show-consoles').focus();
      await page.keyboard.press('Enter');
      await page.locator('#tab-4').focus();
      await page.keyboard.press('ArrowLeft');
      expect(await page.locator('#tab-3').getAttribute('aria-selected')).toBe('true');
      // The terminal is behind its tab; until something is typed Tab passes through it.
      await page.locator('#console-3 textarea').focus();
      await page.keyboard.type('echo typed');
      await page.keyboard.press('Enter');
      await page.locator('#console-3', { hasText: /typed.*typed/s }).waitFor({ timeout: PATIENCE });
      await page.keyboard.down('Control');
      await page.keyboard.press('Alt');
      await page.keyboard.up('Control');
      expect(await page.evaluate(() => document.activeElement?.closest('#consoles') === null)).toBe(true);

      await page.locator('#show-capabilities').focus();
      await page.keyboard.press('Enter');
      await page.selectOption('#tree-holder', '3');
      const revoke = page.locator('.tree-row[data-pid="3"][data-slot="3"] .revoke');
      await revoke.focus();
      await page.keyboard.press('Enter');
      await revoke.waitFor({ state: 'detached' });
    },
    2 * PATIENCE,
  );

  it(
    'says what is missing on a host that does not isolate it, and reads logs all the same',
    async () => {
      await open();
      const bytes = await browser.bytes(page, '#export');
      const plain = await another();
      await plain.route('**/*', async (route) => {
        const response = await route.fetch();
        const headers = Object.fromEntries(Object.entries(response.headers()).filter(([key]) => !key.startsWith('cross-origin-')));
        await route.fulfill({ response, headers });
      });
      await plain.goto(`${server.url}supervisor/`);
      await plain.locator('#missing', { hasText: 'npx gpuvisor serve' }).waitFor();
      expect(await plain.evaluate(() => window.crossOriginIsolated)).toBe(false);
      expect(await plain.locator('#new-terminal').isDisabled()).toBe(true);
      await plain.setInputFiles('#log-file', { name: 'exported.log', mimeType: 'application/octet-stream', buffer: bytes });
      await plain.locator('#replay-same[data-state=good]').waitFor();
    },
    2 * PATIENCE,
  );
});

/** Turns a bit in the middle of the stored log. */
function turnStored(): Promise<void> {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open('gpuvisor-axiom');
    open.onerror = () => reject(open.error!);
    open.onsuccess = () => {
      const store = open.result.transaction('rows', 'readwrite').objectStore('rows');
      const read = store.getAll();
      read.onsuccess = () => {
        const rows = read.result as { first: number; bytes: Uint8Array }[];
        const row = rows[rows.length >> 1]!;
        row.bytes[row.bytes.length >> 1]! ^= 4;
        store.put(row).onsuccess = () => {
          open.result.close();
          resolve();
        };
      };
    };
  });
}
