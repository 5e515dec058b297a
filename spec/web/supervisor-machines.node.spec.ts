// Machines on the supervisor's page, in Chromium and Firefox: two Linux and two terminals side by side, each console its own; an agent that may only look,
// and then not even that; what it did stands in the log.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DownloadingBrowser } from '../../scripts/download.js';
import { buildPages, startServer, WEB_ROOT, type WebServer } from '../../src/cli/serve.js';
import { decodePicture } from '../../src/screen/index.js';
import { call, done } from './page.js';
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

  /** Starts a Linux and waits for its prompt; its pid. */
  async function linux(id: string): Promise<number> {
    await at.page.click('#start-machine');
    const machine = at.page.locator(`#machine-rows [data-machine="${id}"]`);
    await machine.waitFor({ timeout: PATIENCE });
    const pid = Number(await machine.getAttribute('data-pid'));
    await at.see(pid, 'Welcome to gpuvisor');
    return pid;
  }

  it(
    'two Linux and two terminals at once: consoles, screens, an agent that may look at one of them, and is then denied',
    async () => {
      // What is tried here is not about the GPU.
      await at.open({}, '?hart=reference');
      const { page, one, two } = at;
      const main = await linux('main_cpu');
      const other = await linux('vm2');

      await at.type(main, 'echo main $((6*7))');
      await at.see(main, 'main 42');
      await at.type(other, 'echo other $((5*9))');
      await at.see(other, 'other 45');
      expect(await at.shown(other)).not.toContain('main 42');
      await at.see(main, 'main 42');
      expect(await at.shown(main)).not.toContain('other 45');
      await at.type(one, 'echo first is here');
      await at.see(one, /first is here.*first is here/s);
      await at.type(two, 'echo second is here');
      await at.see(two, /second is here.*second is here/s);

      // Each has its picture, and it is not black.
      for (const id of ['main_cpu', 'vm2']) {
        const screen = page.locator(`[data-screen="${id}"]`);
        const bright = async (): Promise<number> =>
          decodePicture(new Uint8Array(await screen.screenshot())).rgba.filter((value, i) => i % 4 < 3 && value > 128).length;
        await expect.poll(bright, { timeout: PATIENCE }).toBeGreaterThan(200);
      }

      // The agent: everything on one machine, looking at the other.
      const rights = page.locator('#rights [data-principal=page]');
      await rights.locator('select[data-machine=vm2]').selectOption('observe');
      const text = await done(page, 'hypervisor_read_text', { kernel_id: 'vm2', source: 'uart' });
      expect(text['text']).toContain('other 45');
      expect(await call(page, 'hypervisor_type', { kernel_id: 'vm2', text: 'rm' })).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });
      expect((await done(page, 'hypervisor_run', { command: 'echo $((7*7))' }))['output']).toBe('49\n');

      // Both acts stand in the log, under the agent's name.
      const agent = (await page.locator('#process-rows tr[data-name=page]').getAttribute('data-pid'))!;
      await page.selectOption('#log-pid', agent);
      await page.selectOption('#log-name', 'VM_BEGIN');
      const acts = (): Promise<string[]> =>
        page
          .locator('.log-row:not([hidden])')
          .evaluateAll((rows) =>
            rows.map(
              (r) =>
                `${r.querySelector('.detail')!.textContent!.replace(/^(no )?slot( \d+)?, |, \d+ bytes$/g, '')}: ${r.dataset['outcome']}`,
            ),
          );
      await expect
        .poll(acts)
        .toEqual([`rights R, on pid ${other}: ok`, `rights W, on pid ${other}: error`, `rights W, on pid ${main}: ok`]);

      // Taking everything back ends what is on and denies what comes.
      const going = call(page, 'hypervisor_wait_for', { text: 'never to be seen', timeout_ms: 30_000 });
      await expect.poll(() => page.evaluate(() => window.supervisor!.dispatcher.gateway.view.uses().length)).toBe(1);
      await rights.locator('.revoke').click();
      expect(await going).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });
      for (const kernel_id of ['main_cpu', 'vm2']) {
        expect(await call(page, 'hypervisor_read_text', { kernel_id })).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });
      }
      await expect.poll(() => page.locator(`.tree-row[data-pid="${agent}"][data-type="7"]`).count()).toBe(0);

      // A machine ends as every process does; its console stays to be read.
      const before = await at.counts();
      await at.row(other).locator('.kill').click();
      await page.locator(`#tab-${other}[data-ended=true]`).waitFor();
      await page.locator('#machine-rows [data-machine=vm2]').waitFor({ state: 'detached', timeout: PATIENCE });
      expect((await at.counts())['callbacks']).toBe(before['callbacks']! - 1);
      await at.see(other, 'other 45');
      await at.type(main, 'echo still $((8*8))');
      await at.see(main, 'still 64');
      await page.click('#verify');
      await page.locator('#verdict[data-state=good]').waitFor();
    },
    4 * PATIENCE,
  );
});
