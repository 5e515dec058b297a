// An outside judge for elements and OCR: dialogues drawn by Chromium and by Firefox with their own widgets and fonts, in six styles, their places asked from the browser.
import { type Browser, chromium, firefox } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumLaunch, firefoxLaunch } from '../../scripts/browsers.js';
import { createNodeOcr } from '../../src/cli/ocr.js';
import { type Ocr, decodePicture, findElements, readText } from '../../src/screen/index.js';
import type { Truth } from './desks.js';
import { Tally, letterErrors } from './measure.js';

const STYLES: Readonly<Record<string, string>> = {
  plain: '',
  large: 'body, button, input { font: 16px sans-serif }',
  dark: `body { background: #1e1e24; color: #eee } section { background: #2b2b33; border: 1px solid #555 } header { background: #3a3a6a }
    button { background: #444455; color: #fff; border: 1px solid #888; padding: 4px 12px } input { background: #111; color: #eee; border: 1px solid #777; padding: 3px }`,
  rounded: `body { background: #e0e4ea } section { background: #fff; border-radius: 8px; box-shadow: 0 2px 8px #0004 } header { background: #1565c0; border-radius: 8px 8px 0 0 }
    button { background: #1976d2; color: #fff; border: 0; border-radius: 4px; padding: 8px 16px } input { border: 1px solid #999; border-radius: 4px; padding: 6px }`,
  serif: `body { font: 15px serif; background: #c8d0c0 } section { background: #f4f0e4; border: 2px solid #555 } header { background: #705030; color: #ffe }
    button { background: #e0d8c0; border: 2px outset #ccc } input { border: 2px inset #bbb; background: #fffff4 }`,
  shaded: `body { background: linear-gradient(135deg, #27435f, #7fa0b8) } header { background: linear-gradient(#5577cc, #334488) }
    button { background: linear-gradient(#fdfdfd, #d8d8d8); border: 1px solid #777; padding: 3px 10px }`,
};

const dialogue = (css: string): string => `<style>
  * { box-sizing: border-box }
  body { margin: 0; width: 640px; height: 480px; overflow: hidden; background: #557799; font: 13px sans-serif }
  section { position: absolute; background: #eee; border: 1px solid #333 }
  header { background: #224; color: #fff; padding: 5px 8px; font-weight: bold }
  main { padding: 12px } main div { margin: 8px 0 } b { font-weight: normal }
  ${css}</style>
  <section style="left: 40px; top: 30px; width: 330px"><header>Account settings</header><main>
    <div><b>Change what others see of you</b></div>
    <div><b>User name</b> <input value="grace" style="width: 150px"></div>
    <div><b>Password</b> <input style="width: 150px"></div>
    <div><input type="checkbox"> <b>Remember me</b></div>
    <div><button>Save changes</button> <button>Cancel</button></div></main></section>
  <section style="left: 400px; top: 120px; width: 200px"><header>Message</header><main>
    <div><b>The disk is nearly full</b></div><button>Clean up</button> <button>Later</button></main></section>`;

/** What is on the page, from the page. */
const truthsOf = (): Truth[] =>
  [...document.querySelectorAll<HTMLElement>('section, button, input:not([type]), b')].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const kinds: Record<string, Truth['type']> = { SECTION: 'window', BUTTON: 'button', INPUT: 'input', B: 'text' };
    const text =
      element.tagName === 'SECTION'
        ? element.querySelector('header')!.textContent!
        : ((element as HTMLInputElement).value || element.textContent)!;
    return {
      type: kinds[element.tagName]!,
      text,
      bounds: { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) },
    };
  });

let ocr: Ocr;
beforeAll(async () => {
  ocr = await createNodeOcr();
}, 60_000);
afterAll(() => ocr.dispose());

describe.each([
  ['Chromium', chromium, chromiumLaunch],
  ['Firefox', firefox, firefoxLaunch],
] as const)('%s', (name, type, launch) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await type.launch(launch());
  }, 60_000);
  afterAll(() => browser.close());

  test('windows, buttons, inputs and text of its own widgets', { timeout: 120_000 }, async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 480 } });
    const tally = new Tally();
    let [letters, errors] = [0, 0];
    for (const css of Object.values(STYLES)) {
      await page.setContent(dialogue(css));
      const truths = await page.evaluate(truthsOf);
      const picture = decodePicture(new Uint8Array(await page.screenshot()));
      const with_ = { ocr: () => Promise.resolve(ocr) };
      tally.add(truths, await findElements(picture, with_), 0.5);
      const places = truths.map((t) => (t.type === 'window' ? { ...t, bounds: { ...t.bounds, height: 32 } } : t));
      const score = letterErrors(places, (await readText(picture, with_)).words);
      letters += score.letters;
      errors += score.errors;
    }
    console.log(`${name}, ${Object.keys(STYLES).length} styles of widgets: ${errors} of ${letters} letters wrong by OCR\n${tally}`);
    expect(errors / letters).toBeLessThan(0.05);
    for (const kind of ['window', 'button', 'input', 'text'] as const) {
      expect(tally.recall(kind), `${kind} recall`).toBeGreaterThanOrEqual(0.9);
      expect(tally.precision(kind), `${kind} precision`).toBeGreaterThanOrEqual(0.9);
    }
  });
});
