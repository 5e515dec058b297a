// The machine's page in a browser, for its specs: opened, looked at, asked.
import { decodePicture } from '../../src/screen/index.js';
import type { ToolResult } from '../../src/agent/result.js';
import type { Page } from 'playwright';

/** How long anything may take on a busy machine without a GPU, ms. */
export const PATIENCE = 120_000;

/** Waits until a machine runs, or is otherwise there. */
export async function running(page: Page): Promise<void> {
  await page.locator('#pause:enabled, #state[data-state=failed]').first().waitFor({ timeout: PATIENCE });
  if ((await page.locator('#state').getAttribute('data-state')) === 'failed') throw new Error(await page.locator('#notices').innerText());
  await page.locator('#state[data-state=running], #state[data-state=waiting]').waitFor({ timeout: PATIENCE });
}

/** Calls a tool from a script of the page. */
export function call(page: Page, name: string, input: object = {}): Promise<ToolResult> {
  return page.evaluate(([tool, given]) => window.gpuvisor!.call(tool, given), [name, input] as const);
}

/** The same, which must work. */
export async function done(page: Page, name: string, input: object = {}): Promise<Record<string, unknown>> {
  const result = await call(page, name, input);
  if (!result.success) throw new Error(`${name}: ${JSON.stringify(result)}`);
  return result;
}

/** Where the output stands now. */
export const here = async (page: Page): Promise<string> => String((await done(page, 'hypervisor_status'))['cursor']);

/** Waits for text on the screen or the serial line, from the start unless told otherwise. */
export async function see(page: Page, text: string, since = 'start'): Promise<void> {
  for (const until = Date.now() + PATIENCE; ;) {
    const result = await call(page, 'hypervisor_wait_for', { text, since, timeout_ms: 20_000 });
    if (result.success) return;
    if (result.error.code !== 'TIMEOUT' || Date.now() > until) throw new Error(result.error.message);
  }
}

/** Types into the screen as a person does, Enter behind it, and waits for what comes of it. */
export async function type(page: Page, text: string, expected: string): Promise<void> {
  const since = await here(page);
  await page.click('#screen');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await see(page, expected, since);
}

/** Waits until everything is saved: the page looks now and then whether there is something new, so it gets the time to look first. */
export async function kept(page: Page): Promise<void> {
  await page.waitForTimeout(4000);
  await page.locator('#session[data-kind=saved][data-newer=false]').waitFor({ timeout: PATIENCE });
}

/** What the browser shows of the screen, 640x480 pixels. */
export async function shown(page: Page): Promise<{ width: number; height: number; rgba: Uint8Array }> {
  await page.locator('#screen').scrollIntoViewIfNeeded();
  return decodePicture(new Uint8Array(await page.locator('#screen').screenshot({ animations: 'disabled' })));
}

/** What a tool gives of it. */
export async function frame(page: Page): Promise<{ png: Uint8Array; rgba: Uint8Array }> {
  const { data } = await done(page, 'hypervisor_frame');
  const png = new Uint8Array(Buffer.from(String(data).replace('data:image/png;base64,', ''), 'base64'));
  return { png, rgba: decodePicture(png).rgba };
}
