// The machine's page as its people use it, in Chromium and Firefox: it resumes at the prompt, is typed into, looks like the golden picture, is paused, saved,
// reloaded, restored, and goes on; with the keyboard alone; on a phone; with files; without WebGPU; when something is damaged or full.
// golden/screen/page.png is made by this spec with GPUVISOR_UPDATE_GOLDEN=1. What agents do on it: agent.node.spec.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { type Browser, type BrowserContext, type Page, chromium, firefox } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { guestArtifacts } from '../../guest/artifacts.mjs';
import { chromiumLaunch, firefoxLaunch } from '../../scripts/browsers.js';
import { buildPages, startServer, WEB_ROOT, type WebServer } from '../../src/cli/serve.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { decodePicture } from '../../src/screen/index.js';
import { PATIENCE, done, frame, kept, running, see, shown, type } from './page.js';

const GOLDEN = fileURLToPath(new URL('../../golden/screen/page.png', import.meta.url));
/** What is not about the GPU is tried on the hart that is quicker without one. */
const QUICK = '?hart=reference';
/** Clears the screen and hides its cursor, so that what is on it does not depend on the clock; and leaves something behind in the shell. */
const TIDY = 'n=$((6*7));clear;echo -e "\\e[?25l$n"';

let server: WebServer;
beforeAll(async () => {
  await buildPages();
  server = await startServer(WEB_ROOT, 0);
});
afterAll(() => server.close());

/** Pixels that differ. */
const difference = (a: Uint8Array, b: Uint8Array): number => pixelmatch(a, b, undefined, 640, 480, { threshold: 0 });
const guestFile = (name: string): string => join(WEB_ROOT, 'guest', name);

/** Says hello on the serial line of the virt map, and turns the machine off. */
const HELLO = `
_start:
  li s0, 0x10000000
  la s1, text
1:
  lbu t0, 0(s1)
  beqz t0, 2f
  sb t0, 0(s0)
  addi s1, s1, 1
  j 1b
2:
  li t0, 0x100000
  li t1, 0x5555
  sw t1, 0(t0)
  j 2b
text: .asciz "hello from bare metal\\n"
`;

interface Place {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** Errors that no page may have. */
  wrong: string[];
}

const place = {} as Place;

async function open(query = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  place.context = await place.browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  return another(query);
}

async function another(query = ''): Promise<Page> {
  const page = await place.context.newPage();
  page.on('pageerror', (error) => place.wrong.push(error.message));
  await page.goto(server.url + query);
  place.page = page;
  return page;
}

const origin = (page: Page): Promise<string> => page.locator('#origin').innerText();
const message = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator('.message', { hasText: text }).waitFor({ timeout: PATIENCE });

describe.each(['chromium', 'firefox'] as const)('%s', (name) => {
  beforeAll(async () => {
    place.wrong = [];
    place.browser = await (name === 'chromium' ? chromium.launch(chromiumLaunch()) : firefox.launch(firefoxLaunch()));
  });
  afterAll(() => place.browser.close());
  afterEach(async () => {
    await place.context.close();
    expect(place.wrong.splice(0)).toEqual([]);
  });

  it(
    'resumes, is typed into, equals the golden picture, is paused, saved, reloaded, restored, and goes on',
    async () => {
      const page = await open();
      await running(page);
      expect(await origin(page)).toBe('Linux, resumed from a start-up snapshot at the login prompt.');
      expect(await page.locator('#cold').isVisible()).toBe(true);
      // What the guest printed before it was saved stands in the terminal.
      await page.locator('#terminal', { hasText: 'Welcome to gpuvisor' }).waitFor();

      // The whole prompt is there: what is behind it shows nothing.
      await type(page, TIDY, '42\ngpuvisor:~#');
      await page.click('#pause');
      await page.locator('#state[data-state=paused]').waitFor();
      const machine = await frame(page);
      if (process.env['GPUVISOR_UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, machine.png);
      const golden = decodePicture(new Uint8Array(readFileSync(GOLDEN))).rgba;
      expect(difference(machine.rgba, golden)).toBe(0);
      // The canvas may be a moment behind the machine.
      const seen = async (): Promise<[number, number, number]> => {
        const { width, height, rgba } = await shown(page);
        return [width, height, width * height === 640 * 480 ? difference(rgba, golden) : NaN];
      };
      await expect.poll(seen, { timeout: 10_000 }).toEqual([640, 480, 0]);

      const paused = await done(page, 'hypervisor_status');
      expect(paused['state']).toBe('paused');
      await page.fill('#snapshot-name', 'at-lunch');
      await page.click('#save');
      await page.locator('[data-snapshot=at-lunch]').waitFor();
      expect((await done(page, 'hypervisor_status'))['steps']).toBe(paused['steps']);

      await page.click('#pause');
      await type(page, 'n=7;echo gone', 'gone\ngpuvisor');
      // The machine comes to rest and is saved by itself.
      await kept(page);

      await page.reload();
      await running(page);
      expect(await origin(page)).toMatch(/^Linux, resumed from when you left, /);
      expect((await done(page, 'hypervisor_read_text'))['text']).toContain('gone\ngpuvisor');

      await page.getByRole('button', { name: 'Restore at-lunch' }).click();
      await page.locator('#origin', { hasText: 'restored from at-lunch' }).waitFor({ timeout: PATIENCE });
      expect(difference((await frame(page)).rgba, golden)).toBe(0);
      await type(page, 'echo $n$n', '4242\n');

      // And on the other hart, as it is.
      await page.selectOption('#hart', 'reference');
      await page.waitForFunction(() => !(document.getElementById('hart') as HTMLSelectElement).disabled);
      expect((await done(page, 'hypervisor_status'))['backend']).toBe('reference');
      await type(page, 'echo $n$n$n', '424242\n');
    },
    4 * PATIENCE,
  );

  it(
    'works with the keyboard alone, and lets go of it',
    async () => {
      const page = await open(QUICK);
      await running(page);
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/To the machine/);
      await page.keyboard.press('Enter');
      await page.focus('#screen');
      // Nothing typed yet: Tab passes by.
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('serial-copy');
      await page.keyboard.press('Shift+Tab');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('screen');
      await page.keyboard.type('ech');
      // Now it is the guest's.
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('screen');
      expect(await page.locator('#screen-hint').innerText()).toMatch(/Ctrl\+Alt leaves/);
      await page.keyboard.down('Control');
      await page.keyboard.down('Alt');
      await page.keyboard.up('Alt');
      await page.keyboard.up('Control');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('serial-copy');
      expect((await done(page, 'hypervisor_status'))['held_keys']).toEqual([]);
      await page.focus('#pause');
      await page.keyboard.press('Space');
      await page.locator('#state[data-state=paused]').waitFor();
      await page.keyboard.press('Enter');
      await page.locator('#state[data-state=running]').waitFor();
      // The serial line lets go in the same way.
      await page.focus('#serial-clear');
      await page.keyboard.press('Tab');
      await page.keyboard.type('echo $((40+2))');
      await page.keyboard.press('Enter');
      await page.locator('#terminal', { hasText: /\n?42/ }).waitFor({ timeout: PATIENCE });
      await page.keyboard.down('Control');
      await page.keyboard.down('Alt');
      await page.keyboard.up('Control');
      await page.keyboard.up('Alt');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('snapshot-name');
      // Every control has a name.
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('button, input:not([hidden]), select, canvas, textarea')]
          .filter((e) => !(e.getAttribute('aria-label') ?? e.textContent ?? '').trim() && !(e as HTMLInputElement).labels?.length)
          .map((e) => e.outerHTML),
      );
      expect(nameless).toEqual([]);
    },
    2 * PATIENCE,
  );

  it(
    'says what it cannot do without WebGPU, and runs the reference hart',
    async () => {
      // As in a browser that has none, workers included.
      const bare = await (name === 'chromium'
        ? chromium.launch({
            ...chromiumLaunch(),
            args: chromiumLaunch()
              .args!.filter((a) => !/webgpu/i.test(a))
              .concat('--disable-features=WebGPU'),
          })
        : firefox.launch({ ...firefoxLaunch(), firefoxUserPrefs: { 'dom.webgpu.enabled': false } }));
      try {
        place.context = await bare.newContext();
        const page = await another();
        await page.locator('#missing').waitFor({ timeout: PATIENCE });
        expect(await page.locator('#missing').innerText()).toMatch(/WebGPU[^]*reference hart/);
        await page.click('#use-reference');
        await running(page);
        expect(await page.locator('#missing').isHidden()).toBe(true);
        expect(await done(page, 'hypervisor_status')).toMatchObject({ backend: 'reference', kernel: 'linux.rts.png' });
        await type(page, 'echo $((6*7))', '\n42\n');
      } finally {
        await bare.close();
      }
    },
    2 * PATIENCE,
  );

  it(
    'keeps what was saved when a save is damaged, and when two tabs are open',
    async () => {
      const page = await open(QUICK);
      await running(page);
      await type(page, 'echo $((6*7))', '\n42\n');
      await page.fill('#snapshot-name', 'good');
      await page.click('#save');
      await page.locator('[data-snapshot=good]').waitFor();
      await kept(page);
      const second = await another(QUICK);
      await running(second);
      expect(await origin(second)).toMatch(/resumed from when you left/);
      await second.locator('#session[data-kind=off]', { hasText: 'another tab' }).waitFor({ timeout: PATIENCE });
      await second.close();

      await page.evaluate(damage, '.session');
      await page.reload();
      await running(page);
      await message(page, /could not be resumed[^]*kept as the snapshot unresumed/);
      expect(await origin(page)).toMatch(/start-up snapshot/);
      await page.locator('[data-snapshot=good]').waitFor();
      await page.getByRole('button', { name: 'Restore unresumed' }).click();
      await message(page, 'its bytes do not match their hash');
      expect((await done(page, 'hypervisor_status'))['state']).toBe('running');
      await page.getByRole('button', { name: 'Delete unresumed' }).click();
      await page.locator('[data-snapshot=unresumed]').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Restore good' }).click();
      await page.locator('#origin', { hasText: 'restored from good' }).waitFor({ timeout: PATIENCE });
      await see(page, '\n42\n');
    },
    3 * PATIENCE,
  );

  it(
    'fits a phone: one pane at a time, keys that its keyboard lacks, text from its keyboard',
    async () => {
      const page = await open(QUICK, {
        viewport: { width: 360, height: 740 },
        hasTouch: true,
        ...(name === 'chromium' && { isMobile: true }),
      });
      await running(page);
      // Firefox ESR does not touch for Playwright.
      const tap = (target: ReturnType<Page['locator']>): Promise<void> => (name === 'chromium' ? target.tap() : target.click());
      const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(await wide()).toBeLessThanOrEqual(0);
      expect(await page.locator('#serial-pane').isHidden()).toBe(true);
      await tap(page.getByRole('button', { name: 'Serial line' }));
      expect([await page.locator('#serial-pane').isVisible(), await page.locator('#screen-pane').isHidden()]).toEqual([true, true]);
      expect(await wide()).toBeLessThanOrEqual(0);
      await tap(page.locator('#show-screen'));
      // The phone's keyboard tells of text, not of keys.
      const keys = page.locator('#keys');
      await tap(keys.getByRole('button', { name: 'Keyboard' }));
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('soft-keys');
      await page.keyboard.insertText('echo $((6*7))x');
      await page.keyboard.press('Backspace');
      await tap(keys.getByRole('button', { name: 'Vertical bar' }));
      await page.keyboard.insertText('cat');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('soft-keys');
      await tap(keys.getByRole('button', { name: 'Enter' }));
      await see(page, 'echo $((6*7))|cat\n42\n');
      await tap(keys.getByRole('button', { name: 'Arrow up' }));
      await see(page, '42\ngpuvisor:~# echo $((6*7))|cat');
      // Ctrl stays down for the next key.
      await tap(keys.getByRole('button', { name: 'ctrl' }));
      await page.keyboard.insertText('c');
      await see(page, '|cat^C');
      // And on the serial line.
      await tap(page.locator('#show-serial'));
      await tap(keys.getByRole('button', { name: 'Slash' }));
      await tap(keys.getByRole('button', { name: 'Enter' }));
      await page.locator('#terminal', { hasText: /Permission denied|not found|Is a directory/ }).waitFor({ timeout: PATIENCE });
    },
    2 * PATIENCE,
  );
});

describe('chromium alone', () => {
  beforeAll(async () => {
    place.browser = await chromium.launch(chromiumLaunch());
  });
  afterAll(() => place.browser.close());
  afterEach(async () => {
    await place.context.close();
    expect(place.wrong.splice(0)).toEqual([]);
  });

  it(
    'takes files: a program, a snapshot, a kernel image; and says what it cannot boot',
    async () => {
      const page = await open('?boot=mmu');
      await running(page);
      expect(await origin(page)).toBe('MMU example, booted from cold.');
      const choose = (file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> =>
        page.setInputFiles('#file', file as never);

      await choose({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
      await message(page, 'notes.txt (5 bytes) is nothing that boots here');
      expect((await done(page, 'hypervisor_status'))['kernel']).toBe('mmu.rts.png');

      const broken = readFileSync(guestFile('linux.rts.png'));
      broken[broken.length >> 1]! ^= 1;
      await choose({ name: 'broken.rts.png', mimeType: 'image/png', buffer: broken });
      await message(page, 'The cartridge cannot be used');
      expect((await done(page, 'hypervisor_status'))['kernel']).toBe('mmu.rts.png');
      await page.locator('.message[data-key=CARTRIDGE_INVALID] button').click();

      // A bare program for the map without a screen: it says one thing on the serial line, and ends.
      const { elf } = assemble(HELLO);
      await choose({ name: 'hello.elf', mimeType: 'application/octet-stream', buffer: Buffer.from(elf) });
      await page.locator('#origin', { hasText: 'hello.elf, booted from cold.' }).waitFor({ timeout: PATIENCE });
      await page.locator('#terminal', { hasText: 'hello' }).waitFor({ timeout: PATIENCE });
      await page.locator('#veil', { hasText: /turned itself off|no screen/ }).waitFor();

      // On the other hart from here on.
      await page.selectOption('#hart', 'reference');
      await page.waitForFunction(() => !(document.getElementById('hart') as HTMLSelectElement).disabled);
      expect(await done(page, 'hypervisor_status')).toMatchObject({ backend: 'reference', kernel: 'hello.elf' });

      // Dropped, as a hand does it.
      const data = await page.evaluateHandle(
        ([name, base64]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
          return transfer;
        },
        ['login.snap', readFileSync(guestFile('login.snap')).toString('base64')] as const,
      );
      await page.dispatchEvent('body', 'dragenter', { dataTransfer: data });
      await page.locator('#drop').waitFor();
      await page.dispatchEvent('body', 'drop', { dataTransfer: data });
      await page.locator('#origin', { hasText: 'Linux, restored from login.snap.' }).waitFor({ timeout: PATIENCE });
      expect(await page.locator('#drop').isHidden()).toBe(true);
      await type(page, 'echo $((6*7))', '\n42\n');

      // A picture that is no cartridge is only a picture.
      await choose({ name: 'holiday.png', mimeType: 'image/png', buffer: readFileSync(GOLDEN) });
      await message(page, 'The cartridge cannot be used');
      await see(page, '42');

      await choose(guestArtifacts().image);
      await page.locator('#origin', { hasText: 'Image, booted from cold.' }).waitFor({ timeout: PATIENCE });
      await see(page, 'Welcome to gpuvisor');
      await type(page, 'ls /mnt/README', '/mnt/README\n');

      // What was dropped is kept as long as something that is saved needs it.
      await kept(page);
      expect(await page.evaluate(cartridges)).toBeGreaterThan(0);
      await page.selectOption('#guest', 'mmu');
      await page.click('#boot');
      await page.locator('#origin', { hasText: 'MMU example, booted from cold.' }).waitFor({ timeout: PATIENCE });
      await kept(page);
      await page.reload();
      await running(page);
      await expect.poll(() => page.evaluate(cartridges), { timeout: PATIENCE }).toBe(0);
    },
    3 * PATIENCE,
  );

  it(
    'boots from cold, with the disk as it was left, and goes on while nobody looks',
    async () => {
      const page = await open(QUICK);
      await running(page);
      await done(page, 'hypervisor_run', { command: 'echo kept > /mnt/note; sync' });
      await kept(page);
      await page.click('#cold');
      await page.locator('#origin', { hasText: 'Linux, booted from cold.' }).waitFor({ timeout: PATIENCE });
      expect(await page.locator('#cold').isHidden()).toBe(true);
      // A headless browser hides no page: the page is told that it is.
      await page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { value: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await see(page, 'Welcome to gpuvisor');
      expect(await done(page, 'hypervisor_status')).toMatchObject({ visibility: 'hidden' });
      const { output } = await done(page, 'hypervisor_run', { command: 'cat /mnt/note' });
      expect(output).toBe('kept\n');
    },
    3 * PATIENCE,
  );

  it(
    'says that there is no room for a snapshot, and keeps the others',
    async () => {
      const page = await open('bench/');
      const session = await place.context.newCDPSession(page);
      // Room for one. The database looks at this when it is opened.
      await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin, quotaSize: 4 << 20 });
      await page.goto(server.url + QUICK);
      await running(page);
      await page.fill('#snapshot-name', 'first');
      await page.click('#save');
      await page.locator('[data-snapshot=first]').waitFor();
      await done(page, 'hypervisor_run', { command: 'n=7' });
      await page.fill('#snapshot-name', 'first');
      await page.click('#save');
      await message(page, /no room for .* MiB more; nothing was overwritten/);
      await page.locator('#session[data-kind=failed]', { hasText: 'no room' }).waitFor({ timeout: PATIENCE });
      await page.getByRole('button', { name: 'Restore first' }).click();
      await page.locator('#origin', { hasText: 'restored from first' }).waitFor({ timeout: PATIENCE });
      expect((await done(page, 'hypervisor_run', { command: 'echo "n is $n"' }))['output']).toBe('n is \n');
    },
    2 * PATIENCE,
  );
});

describe('firefox alone', () => {
  it(
    'runs the engine on the page where workers have no WebGPU',
    async () => {
      const launch = firefoxLaunch();
      const browser = await firefox.launch({
        ...launch,
        firefoxUserPrefs: { ...launch.firefoxUserPrefs, 'dom.webgpu.workers.enabled': false },
      });
      try {
        place.context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
        const page = await another();
        await running(page);
        expect(await done(page, 'hypervisor_status')).toMatchObject({ backend: 'gpu' });
        await done(page, 'hypervisor_run', { command: 'true', timeout_ms: 60_000 });
        expect(place.wrong).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    2 * PATIENCE,
  );
});

/** How many cartridges are kept. */
function cartridges(): Promise<number> {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open('gpuvisor');
    open.onerror = () => reject(open.error!);
    open.onsuccess = () => {
      open.result.transaction('cartridges').objectStore('cartridges').count().onsuccess = (event) => {
        open.result.close();
        resolve((event.target as IDBRequest<number>).result);
      };
    };
  });
}

/** Turns a bit of a kept snapshot. */
function damage(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open('gpuvisor');
    open.onerror = () => reject(open.error!);
    open.onsuccess = () => {
      const store = open.result.transaction('bytes', 'readwrite').objectStore('bytes');
      const read = store.get(name);
      read.onsuccess = () => {
        const bytes = read.result as Uint8Array;
        bytes[bytes.length >> 1]! ^= 4;
        store.put(bytes, name).onsuccess = () => {
          open.result.close();
          resolve();
        };
      };
    };
  });
}
