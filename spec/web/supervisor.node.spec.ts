// The supervisor's page as its people use it, in Chromium and Firefox: processes in workers, their consoles, rights taken back, questions answered, the
// record verified, exported, replayed, reloaded and damaged; with the keyboard alone, on a phone, beside floods, and on a host that does not isolate it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DownloadingBrowser } from '../../scripts/download.js';
import { buildPages, startServer, WEB_ROOT, type WebServer } from '../../src/cli/serve.js';
import { decodeLogFile, hex, verifyLog } from '../../src/supervisor/axiom/index.js';
import { hashState } from '../../src/supervisor/kernel/index.js';
import { PATIENCE, SupervisorPage } from './supervisor-page.js';

let server: WebServer;
beforeAll(async () => {
  await buildPages();
  server = await startServer(WEB_ROOT, 0);
});
afterAll(() => server.close());

describe.each(['chromium', 'firefox'] as const)('%s', (name) => {
  let browser: DownloadingBrowser;
  let at: SupervisorPage;

  beforeAll(async () => {
    browser = await DownloadingBrowser.launch(name);
    at = new SupervisorPage(browser, server.url);
  });
  afterAll(() => browser.close());
  afterEach(() => at.close());

  it(
    'boots, keeps consoles apart, types to the right one, spawns, grants, revokes with a notice, and kills without a trace',
    async () => {
      await at.open();
      const { page, one, two } = at;
      const rows = await page.locator('#process-rows tr').evaluateAll((all) => all.map((r) => r.dataset['name']));
      expect(rows.slice(0, 3)).toEqual(['supervisor', 'init', 'permission_manager']);
      expect(rows.slice(3).sort()).toEqual(['mcp', 'page', 'terminal', 'terminal', 'webmcp']);
      // At rest: a process that runs has its doorbell armed. Timers are those of whoever waits for time just now.
      await expect.poll(() => at.counts()).toMatchObject({ workers: 4, mailboxes: 4, callbacks: 4, backlogs: 0, doorbells: 0 });
      const { timers: _, ...before } = await at.counts();

      await at.type(one, 'echo said in the first');
      await at.see(one, /said in the first.*said in the first/s);
      await at.type(two, 'echo said in the second');
      await at.see(two, /said in the second.*said in the second/s);
      expect(await at.shown(two)).not.toContain('first');
      await at.see(one, 'said in the first');
      expect(await at.shown(one)).not.toContain('second');

      // What a process writes is text, whatever it looks like.
      await at.type(one, 'echo <img src=x onerror=alert(1)><b id=evil>');
      await at.see(one, /<b id=evil>.*<b id=evil>/s);
      expect(await page.locator('#evil').count()).toBe(0);

      const child = await at.spawn(two, 'terminal');
      await at.see(child, `${child}>`);
      await expect.poll(() => at.counts()).toMatchObject({ workers: 5, mailboxes: 5, callbacks: 5 });

      // What one process gives another stands below its own in the tree. Taken back in the page it is gone, and its holder reads so.
      await at.type(two, `grant 0 ${child} w`);
      await at.see(two, /has it in its slot \d+/);
      const slot = /has it in its slot (\d+)/.exec(await at.shown(two))![1]!;
      await at.cap(child, slot).waitFor();
      expect(await at.cap(child, slot).getAttribute('aria-level')).toBe('2');
      await at.cap(child, slot).locator('.revoke').click();
      await at.see(child, `notice: slot ${slot} `);
      await at.cap(child, slot).waitFor({ state: 'detached' });
      await at.cap(one, 2).locator('.revoke').click();
      await at.see(one, 'notice: slot 2 ');
      await at.type(one, 'spawn terminal');
      await at.see(one, /spawn: /);
      expect((await at.counts())['workers']).toBe(5);

      await at.row(child).locator('.kill').click();
      await page.locator(`#tab-${child}[data-ended=true]`).waitFor();
      await at.row(child).waitFor({ state: 'detached' });
      await expect.poll(() => at.counts()).toMatchObject(before);
      const owners = await page.evaluate(() => window.supervisor!.dispatcher.gateway.view.endpoints().map(({ owner }) => owner));
      expect(owners).not.toContain(child);
      expect(await page.locator(`#ended-rows [data-pid="${child}"]`).textContent()).toBe(`terminal ${child} killed`);

      const trapper = await at.spawn(two, 'trapper');
      await at.ended(trapper, /^trapper \d+ fault, trap: /);
      await at.type(two, 'exit 7');
      await at.ended(two, 'exited with 7');

      await page.click('#new-terminal');
      await at.see(trapper + 1, `${trapper + 1}>`);
      await page.click('#kill-all');
      await page.locator('.message[data-key=kill]').getByRole('button', { name: 'Kill all' }).click();
      await expect.poll(() => at.counts()).toMatchObject({ workers: 0, mailboxes: 0, callbacks: 0, backlogs: 0, doorbells: 0 });
      await expect.poll(() => page.locator('#process-rows tr').count()).toBe(1);
      expect(await page.evaluate(() => window.supervisor!.dispatcher.gateway.view.violations())).toEqual([]);
    },
    2 * PATIENCE,
  );

  it(
    'asks the person for what the policy leaves to them, and takes the answer',
    async () => {
      await at.open();
      const { page, one, two } = at;
      await at.type(one, `request process ${two} r <b id=evil>please</b>`);
      const card = page.locator(`.question[data-pid="${one}"]`);
      await card.waitFor({ timeout: PATIENCE });
      expect(await card.innerText()).toContain(`terminal ${one} asks to see process terminal ${two}.`);
      expect(await card.innerText()).toContain('It says: <b id=evil>please</b>');
      expect(await page.locator('#evil').count()).toBe(0);
      // A card that has just come is not answered by a click that was meant for something else.
      await page.waitForTimeout(700);
      await card.locator('.deny').click();
      await at.see(one, /request: /);
      expect(await at.shown(one)).not.toContain('granted');

      await at.type(one, `request process ${two} r`);
      await card.waitFor({ timeout: PATIENCE });
      await page.waitForTimeout(700);
      await card.locator('.allow').click();
      await at.see(one, /granted: slot \d+/);
      await page.locator(`.tree-row[data-pid="${one}"][data-type="2"]`).first().waitFor();
      expect(await card.count()).toBe(0);
    },
    2 * PATIENCE,
  );

  it(
    'copies a console, and says so when the browser does not let it',
    async () => {
      await at.open();
      const { page, one } = at;
      await at.type(one, 'echo to be copied');
      await at.see(one, /to be copied.*to be copied/s);
      const clipboard = (does: string): Promise<unknown> =>
        page.evaluate(`Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: ${does} } })`);
      await clipboard('(text) => Promise.resolve(void (globalThis.copied = text))');
      await page.click('#console-copy');
      await expect.poll(() => page.evaluate('globalThis.copied')).toMatch(/> echo to be copied\nto be copied\n/);
      await clipboard(`() => Promise.reject(new DOMException('no', 'NotAllowedError'))`);
      await page.click('#console-copy');
      await page.locator('#notices', { hasText: 'the browser did not let the page write to the clipboard' }).waitFor();
    },
    PATIENCE,
  );

  it(
    'verifies, exports, replays step by step to the live state, and goes on with the numbering after a reload',
    async () => {
      await at.open();
      const { page, one } = at;
      const child = await at.spawn(one, 'terminal');
      await at.see(child, `${child}>`);
      const live = await page.evaluate(() => {
        const { commits, view } = window.supervisor!.dispatcher.gateway;
        return { seq: commits.head.seq, state: [...view.stateHash()].map((b) => b.toString(16).padStart(2, '0')).join('') };
      });
      await at.row(child).locator('.kill').click();
      await at.row(child).waitFor({ state: 'detached' });

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
      expect(await page.locator(`#replay-processes [data-pid="${child}"]`).count()).toBe(1);
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
      await at.booted();
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
      await at.open();
      const { page } = at;
      await page.waitForTimeout(1500);
      await page.evaluate(turnStored);
      await page.click('#verify');
      await page.locator('#verdict[data-state=bad]', { hasText: /Damaged at record \d+ \(/ }).waitFor();
      await page.reload();
      await at.booted();
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
      await at.open();
      const { page, one, two } = at;
      const flooder = await at.spawn(two, 'console-flooder');
      const pinger = await at.spawn(two, 'pinger');
      await expect
        .poll(() => page.evaluate(() => window.supervisor!.dispatcher.gateway.syslog.total), { timeout: PATIENCE })
        .toBeGreaterThan(12_000);
      // Rows of 10,000 calls in the log; some dozens in the page.
      await expect.poll(async () => Number(await page.locator('#log-rows').getAttribute('data-count'))).toBeGreaterThanOrEqual(10_000);
      expect(await page.locator('.log-row').count()).toBeLessThan(60);
      await page.click(`#tab-${flooder}`);
      await at.type(one, 'echo still here');
      await at.see(one, /still here.*still here/s);

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

      await at.row(flooder).locator('.kill').click();
      await at.row(pinger).locator('.kill').click();
      await at.row(pinger).waitFor({ state: 'detached' });
      await page.selectOption('#log-name', 'KILL');
      await expect.poll(() => page.locator('.log-row:not([hidden]) .detail').allTextContents()).toContain(`pid ${pinger}`);
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
      await at.open({ viewport: { width: 390, height: 844 }, ...(name === 'chromium' && { hasTouch: true, isMobile: true }) });
      const { page, one, two } = at;
      const panes = ['consoles', 'processes', 'capabilities', 'log', 'record'];
      for (const pane of panes) {
        await page.locator(`#show-${pane}`).focus();
        await page.keyboard.press('Enter');
        const visible = await page.locator('#stage .view:visible').evaluateAll((views) => views.map((v) => v.dataset['view']));
        expect(new Set(visible)).toEqual(new Set([pane]));
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), pane).toBeLessThanOrEqual(0);
      }
      await page.locator('#show-consoles').focus();
      await page.keyboard.press('Enter');
      await page.locator(`#tab-${two}`).focus();
      await page.keyboard.press('ArrowLeft');
      expect(await page.locator(`#tab-${one}`).getAttribute('aria-selected')).toBe('true');
      // The terminal is behind its tab; until something is typed Tab passes through it.
      await page.locator(`#console-${one} textarea`).focus();
      await page.keyboard.type('echo typed');
      await page.keyboard.press('Enter');
      await page.locator(`#console-${one}`, { hasText: /typed.*typed/s }).waitFor({ timeout: PATIENCE });
      await page.keyboard.down('Control');
      await page.keyboard.press('Alt');
      await page.keyboard.up('Control');
      expect(await page.evaluate(() => document.activeElement?.closest('#consoles') === null)).toBe(true);

      await page.locator('#show-capabilities').focus();
      await page.keyboard.press('Enter');
      await page.selectOption('#tree-holder', String(one));
      const revoke = at.cap(one, 3).locator('.revoke');
      await revoke.focus();
      await page.keyboard.press('Enter');
      await revoke.waitFor({ state: 'detached' });
      // The focus stays in the tree, which is one stop: arrows go through it, Tab leaves it.
      const inTree = (): Promise<boolean> => page.evaluate(() => document.activeElement?.matches('.tree-row .revoke') === true);
      expect(await inTree()).toBe(true);
      await page.keyboard.press('ArrowUp');
      expect(await inTree()).toBe(true);
      await page.keyboard.press('Tab');
      expect(await inTree()).toBe(false);
    },
    2 * PATIENCE,
  );

  it(
    'writes its log in one tab only; and says what is missing on a host that does not isolate it, but reads logs all the same',
    async () => {
      await at.open();
      const { page } = at;
      const bytes = await browser.bytes(page, '#export');
      const second = await at.another();
      await second.goto(`${server.url}supervisor/`);
      await second
        .locator('#store-state[data-mode=memory]', { hasText: 'another tab of this page keeps the log' })
        .waitFor({ timeout: PATIENCE });
      await second.locator('#tabs [data-name=terminal] + [data-name=terminal]').waitFor({ timeout: PATIENCE });
      expect(await page.locator('#store-state').getAttribute('data-mode')).toBe('stored');
      await second.close();
      const plain = await at.another();
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
