// The desk: it draws what the golden image shows (golden/screen/desk.png, made with GPUVISOR_UPDATE_GOLDEN=1), and does what keyboard and pointer ask it
// to, with a line on the serial line for each thing. Every test goes on from the same moment: the desk is ready.
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cartridge, bootCartridge, readCartridge } from '../../src/cartridge/index.js';
import type { BootedMachine } from '../../src/machine/boot.js';
import { keyPress, pointerEvent, textKeys } from '../../src/machine/input/index.js';
import type { Machine } from '../../src/machine/machine.js';
import { restoreSnapshot, saveSnapshot } from '../../src/machine/snapshot.js';
import { type GlyphAtlas, type Picture, crop, parseGlyphs, pictureOf, readConsole, readText } from '../../src/screen/index.js';
import { expectGolden } from '../linux/golden.js';
import { EXECUTORS, artefacts, bytes, command, settle, waitFor } from '../linux/session.js';

let cartridge: Cartridge;
let atlas: GlyphAtlas;
let ready: Uint8Array;
let machine: Machine;

const boot = (append?: string): Promise<BootedMachine> =>
  bootCartridge(cartridge, { executorFactory: EXECUTORS.reference, ...(append && { append }) });

beforeAll(async () => {
  const { deskCartridge, glyphs } = artefacts();
  cartridge = await readCartridge(bytes(deskCartridge));
  atlas = parseGlyphs(JSON.parse(readFileSync(glyphs, 'utf8')));
  const first = (await boot()).machine;
  await waitFor(first, 'desk: ready');
  await settle(first);
  ready = await saveSnapshot(first);
  first.dispose();
});
beforeEach(async () => {
  ({ machine } = await boot());
  await restoreSnapshot(machine, ready);
});
afterEach(() => machine.dispose());

/** Lets the guest take what was sent; gives the lines of the desk since the last call, without those that name keys. */
let seen = 0;
async function said({ keys = false } = {}): Promise<string[]> {
  await settle(machine);
  const text = machine.console.text().replaceAll('\r', '');
  // A line may stand behind the shell's prompt.
  const lines = [...text.slice(seen).matchAll(/desk: (.*)/g)].map(([, line]) => line!);
  seen = text.length;
  return lines.filter((line) => keys || !line.startsWith('key '));
}
beforeEach(async () => {
  seen = 0;
  await said();
});

const type = (text: string): void => machine.send(textKeys(text), 'keyboard');
const press = (...keys: string[]): void => keys.forEach((key) => machine.send(keyPress(key), 'keyboard'));
const move = (x: number, y: number): void => machine.send(pointerEvent({ type: 'move', x, y }), 'pointer');
function click(x: number, y: number, button: 'left' | 'right' = 'left'): void {
  machine.send(pointerEvent({ type: 'down', x, y, button }), 'pointer');
  machine.send(pointerEvent({ type: 'up', x, y, button }), 'pointer');
}
function drag(from: readonly [number, number], ...to: (readonly [number, number])[]): void {
  machine.send(pointerEvent({ type: 'down', x: from[0], y: from[1] }), 'pointer');
  for (const [x, y] of to) move(x, y);
  const [x, y] = to.at(-1)!;
  machine.send(pointerEvent({ type: 'up', x, y }), 'pointer');
}
const picture = async (): Promise<Picture> => pictureOf((await machine.readFramebuffer())!);
const pixel = (p: Picture, x: number, y: number): string =>
  Buffer.from(p.rgba.subarray((y * p.width + x) * 4, (y * p.width + x) * 4 + 3)).toString('hex');
const textOf = async (x: number, y: number, width: number, height: number): Promise<string> =>
  (await readText(await picture(), { atlas, region: { x, y, width, height } })).text;

const NAME = [300, 99] as const;
const SUBMIT = [260, 200] as const;
const ADD_ONE = [496, 304] as const;
const DESKTOP = '2f6278';

describe('what it draws', () => {
  test('two windows, inputs, buttons, icons, panel and pointer, pixel for pixel', async () => {
    const pixels = (await machine.readFramebuffer())!;
    expectGolden(pixels, 'desk.png');
    expect(new Set(new Uint32Array(pixels.slice().buffer)).size).toBeGreaterThan(12);
  });

  test('in the font of the console', async () => {
    expect(await textOf(20, 60, 80, 200)).toBe('Form\nCounter\nAbout');
    expect(await textOf(130, 50, 312, 204)).toMatch(/^Form\s[^]*Name[^]*E-mail[^]*Send me news[^]*Submit\s+Cancel$/);
  });

  test('the same again after every part of it was covered and uncovered', async () => {
    move(320, 440);
    await said();
    const before = (await picture()).rgba;
    drag([200, 62], [330, 190], [10, 400], [630, 10], [200, 62]);
    drag([520, 234], [100, 40], [520, 300], [90, 130], [520, 234]);
    click(56, 210); // About, over both
    drag([300, 283], [200, 90], [540, 250], [300, 283]);
    press('Escape');
    click(200, 62); // the form is on top again
    move(320, 440);
    expect((await said()).at(-1)).toBe('focus input "Name"');
    // The status line tells of the click.
    const without = (rgba: Uint8Array): Uint8Array => rgba.subarray(0, 640 * 4 * 450);
    expect(Buffer.compare(without((await picture()).rgba), without(before))).toBe(0);
  });
});

describe('the keyboard', () => {
  test('types into the input that has the focus, however fast it comes', async () => {
    const text = 'The quick brown fox jumped over the lazy dog; "it" cost 5\\6 <a+b>';
    type(text.slice(0, 63));
    const lines = await said({ keys: true });
    expect(lines.filter((line) => line.startsWith('key '))).toHaveLength(63);
    expect(lines.at(-1)).toBe(`input "Name" = ${JSON.stringify(text.slice(0, 63))}`);
    // The end of it shows, with the caret behind it.
    expect(await textOf(215, 89, 200, 20)).toBe(text.slice(63 - 24, 63));
    type('y');
    expect(await said()).toEqual([]); // it is full
  });

  test('edits where the caret is', async () => {
    type('adc');
    press('ArrowLeft', 'Backspace', 'b', 'Home', 'Delete', 'A', 'End', 'd');
    expect((await said()).at(-1)).toBe('input "Name" = "Abcd"');
    expect(await textOf(215, 89, 200, 20)).toBe('Abcd');
    press('CapsLock', 'e', 'shift+f', '1', 'CapsLock', 'g');
    expect((await said()).at(-1)).toBe('input "Name" = "AbcdEf1g"');
    press('ctrl+u');
    expect(await said()).toEqual(['input "Name" = ""']);
  });

  test('goes round by Tab, presses by Space, Enter and Escape', async () => {
    type('Ada');
    await said();
    press('Tab', 'Tab', 'Space', 'Tab', 'Tab', 'Tab', 'shift+Tab', 'shift+Tab');
    expect(await said()).toEqual([
      'focus input "E-mail"',
      'focus checkbox "Send me news"',
      'checkbox "Send me news" on',
      'focus button "Submit"',
      'focus button "Cancel"',
      'focus input "Name"',
      'focus button "Cancel"',
      'focus button "Submit"',
    ]);
    press('Enter');
    expect(await said()).toEqual(['clicked button "Submit" input="Ada" email="" news=on']);
    expect(await textOf(140, 224, 290, 24)).toBe('Hello, Ada.');
    press('Escape');
    expect(await said()).toEqual(['clicked button "Cancel"', 'focus input "Name"']);
    expect(await textOf(140, 224, 290, 24)).toBe('');
    press('Enter');
    expect(await said()).toEqual(['clicked button "Submit" input="" email="" news=off']);
  });

  test('names its keys', async () => {
    press('a', 'A', '"', 'Space', 'F5', 'ArrowUp', 'ctrl+c', 'alt+x', 'Numpad7');
    const lines = (await said({ keys: true })).filter((line) => line.startsWith('key '));
    expect(lines).toEqual(['key a', 'key A', 'key "', 'key Space', 'key F5', 'key ArrowUp', 'key ctrl+c', 'key alt+x', 'key 7']);
  });
});

describe('the pointer', () => {
  test('is drawn where it is, and leaves nothing behind', async () => {
    const before = await picture();
    move(600, 20);
    await said();
    const after = await picture();
    const tip = { x: 600, y: 20, width: 11, height: 17 };
    expect(Buffer.compare(crop(after, tip).rgba, crop(before, { ...tip, x: 320, y: 410 }).rgba)).toBe(0);
    expect(pixel(after, 320, 411)).toBe(DESKTOP);
    move(639, 479);
    move(0, 0);
    await said();
    expect(pixel(await picture(), 600, 21)).toBe(DESKTOP);
  });

  test('presses a button when it is let go on it, and not when it was dragged off', async () => {
    click(...ADD_ONE);
    click(...ADD_ONE);
    drag(ADD_ONE, [300, 400]);
    expect(await said()).toEqual([
      'window "Counter" raised',
      'focus button "Add one"',
      'clicked button "Add one" count=1',
      'clicked button "Add one" count=2',
    ]);
    expect(await textOf(440, 260, 190, 24)).toBe('Count: 2');
    click(588, 304);
    expect(await said()).toEqual(['focus button "Reset"', 'clicked button "Reset" count=0']);
  });

  test('puts the caret between two letters', async () => {
    type('abef');
    click(213 + 6 + 2 * 8, NAME[1]);
    type('cd');
    expect((await said()).at(-1)).toBe('input "Name" = "abcdef"');
  });

  test('raises and drags windows; the title bar stays in view', async () => {
    drag([520, 234], [420, 200], [220, 134]);
    expect(await said()).toEqual(['window "Counter" raised', 'focus button "Add one"', 'window "Counter" moved to 134,122']);
    const after = await picture();
    expect(pixel(after, 600, 300)).toBe(DESKTOP);
    expect(await textOf(140, 122, 190, 24)).toBe('Counter');
    drag([220, 134], [0, 479]);
    expect((await said()).at(-1)).toBe('window "Counter" moved to -86,427');
    drag([20, 440], [639, 0]);
    expect((await said()).at(-1)).toMatch(/moved to \d+,0$/);
  });

  test('closes a window by its box, and opens it by its icon', async () => {
    click(428, 63);
    expect(await said()).toEqual(['window "Form" closed']);
    expect(pixel(await picture(), 200, 100)).toBe(DESKTOP);
    type(' '); // the counter has the keyboard now
    expect(await said()).toEqual(['clicked button "Add one" count=1']);
    click(56, 46);
    expect(await said()).toEqual(['clicked icon "Form"', 'window "Form" opened', 'focus input "Name"']);
    click(40, 300, 'right');
    expect(await said()).toEqual(['pointer right at 40,300']);
  });

  test('submits a form that was filled in with both, in the order in which it was sent', async () => {
    click(...NAME);
    type('Grace');
    click(300, 133);
    type('grace@example.org');
    click(280, 164);
    click(...SUBMIT);
    const lines = await said();
    expect(lines.at(-1)).toBe('clicked button "Submit" input="Grace" email="grace@example.org" news=on');
    expect(lines).toContain('checkbox "Send me news" on');
  });
});

test('on both executors: equal lines, equal screens, equal machines', { timeout: 300_000 }, async () => {
  const gpu = (await bootCartridge(cartridge, { executorFactory: EXECUTORS.gpu })).machine;
  try {
    await restoreSnapshot(gpu, ready);
    for (const each of [machine, gpu]) {
      each.send(textKeys('Ada\t'), 'keyboard');
      await settle(each);
      each.send(pointerEvent({ type: 'down', x: SUBMIT[0], y: SUBMIT[1] }), 'pointer');
      each.send(pointerEvent({ type: 'up', x: SUBMIT[0], y: SUBMIT[1] }), 'pointer');
      await settle(each);
      expect(each.console.text()).toContain('desk: clicked button "Submit" input="Ada"');
    }
    expect(gpu.console.text()).toBe(machine.console.text());
    expect(await gpu.digest()).toBe(await machine.digest());
  } finally {
    gpu.dispose();
  }
});

describe('coming and going', () => {
  const consoleLines = async (): Promise<string[] | undefined> => readConsole(await picture(), atlas)?.text.split('\n');

  test.each([
    ['Ctrl+Q', () => press('ctrl+q')],
    ['its Quit button', () => click(596, 465)],
    ['a signal', () => machine.send('killall desk\n')],
  ])('gives the console back after %s; keys go to the shell again', async (_, leave) => {
    expect(await consoleLines()).toBeUndefined();
    type('typed on the desk');
    leave();
    expect((await said()).at(-1)).toBe('quit');
    expect((await consoleLines())?.at(-1)).toBe('gpuvisor:~#');
    type('echo $((6*7)); desk\n');
    await waitFor(machine, 'desk: ready', machine.console.text().length);
    press('ctrl+q');
    await said();
    expect((await consoleLines())?.slice(-3)).toEqual(['gpuvisor:~# echo $((6*7)); desk', '42', 'gpuvisor:~#']);
  });

  test('a second desk is refused, and takes nothing from the first', async () => {
    expect(await command(machine, 'desk; echo $?')).toBe('desk: the screen is not a text console; is another desk running?\n1\n');
    await said();
    type('x');
    expect(await said()).toEqual(['input "Name" = "x"']);
  });

  test('devices that come late are used, and those that go are let go', async () => {
    const driver = '/sys/bus/virtio/drivers/virtio_input';
    const inputs = 'ls /dev/input 2>/dev/null | wc -l';
    expect(await command(machine, `cd ${driver}; for d in virtio*; do echo $d > unbind; done; cd; ${inputs}`)).toBe('0\n');
    await command(machine, `cd /sys/bus/virtio/devices; for d in virtio*; do echo $d > ${driver}/bind; done 2>/dev/null; cd`);
    expect(await command(machine, inputs)).toBe('2\n');
    expect(await said()).toEqual(expect.arrayContaining(['device keyboard "gpuvisor keyboard"', 'device pointer "gpuvisor pointer"']));
    type('found');
    expect((await said()).at(-1)).toBe('input "Name" = "found"');
    click(...ADD_ONE);
    expect((await said()).at(-1)).toBe('clicked button "Add one" count=1');
  });
});
