// The real guest's screens: 20 consoles of known contents without a wrong character, and the desk's windows, buttons and fields.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeOcr } from '../../src/cli/ocr.js';
import { bootCartridge, readCartridge } from '../../src/cartridge/index.js';
import type { BootedMachine } from '../../src/machine/boot.js';
import {
  type GlyphAtlas,
  type Picture,
  encodePicture,
  findElements,
  findRuns,
  parseGlyphs,
  pictureOf,
  readConsole,
  readText,
} from '../../src/screen/index.js';
import { SharedFolder } from '../../src/machine/virtio/nine/index.js';
import { EXECUTORS, PROMPT, artefacts, bytes, command, waitFor } from '../linux/session.js';
import { letterErrors } from './measure.js';
import { random } from './pictures.js';

let atlas: GlyphAtlas;
beforeAll(() => {
  atlas = parseGlyphs(JSON.parse(readFileSync(artefacts().glyphs, 'utf8')));
});

async function boot(cartridge: string, share?: SharedFolder): Promise<BootedMachine> {
  return bootCartridge(await readCartridge(bytes(cartridge)), { executorFactory: EXECUTORS.reference, ...(share && { share }) });
}

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const ESC = '\u001b';

/** A console's contents: the text it shows and the bytes that draw it. */
interface Screen {
  readonly name: string;
  readonly rows: readonly string[];
  readonly bytes: string;
}

/** Rows at their places, each with what comes before it. */
function placed(name: string, rows: readonly string[], before: (row: number) => string = () => ''): Screen {
  const drawn = rows.map((row, i) => `${ESC}[${i + 1};1H${ESC}[0m${before(i)}${row}`);
  return { name, rows, bytes: `${ESC}[0m${ESC}[2J${drawn.join('')}${ESC}[0m` };
}

function screens(all: readonly string[]): Screen[] {
  const next = random(7);
  const row = (from: readonly string[], length = 80): string => Array.from({ length }, () => from[next(from.length)]!).join('');
  const rows = (from: readonly string[], count = 30): string[] => Array.from({ length: count }, () => row(from));
  const words = 'the of and a to in is you that it he was for on are as with his they I'.split(' ');
  const prose = (): string[] =>
    Array.from({ length: 30 }, () =>
      Array.from({ length: 14 }, () => words[next(words.length)])
        .join(' ')
        .slice(0, 80),
    );
  const listing = Array.from(
    { length: 28 },
    (_, i) =>
      `-rw-r--r-- ${next(9)} root  root ${String(next(999999)).padStart(7)} Jan ${String(i + 1).padStart(2)} 0${next(9)}:${10 + next(49)} file_${i}.[ch]`,
  );
  const hex = Array.from({ length: 30 }, (_, i) =>
    `${(i * 16).toString(16).padStart(8, '0')}  ${Array.from({ length: 16 }, () => next(256).toString(16).padStart(2, '0')).join(' ')}  |${row(ASCII, 16)}|`.slice(
      0,
      80,
    ),
  );
  // A full block is a cell of one colour, as a space is: nothing can tell them apart.
  const other = all.filter((char) => char > '~' && char !== '\u2588');
  return [
    placed('nothing', []),
    placed('one character', ['x']),
    placed('every printable character', [ASCII.slice(0, 48).join(''), ASCII.slice(48).join('')]),
    ...[1, 2, 3, 4].map((i) => placed(`random characters, full, ${i}`, rows(ASCII))),
    placed('letters that look alike', rows([...'Il1|!iO0oQD5S2Z8B6G'])),
    placed('punctuation', rows([...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'])),
    placed('dots, dashes and rules', rows([..." .,:;'`-_=~^"])),
    placed('prose', prose()),
    placed('a directory', listing),
    placed('a hex dump', hex),
    placed('sixteen inks', rows(ASCII), (i) => `${ESC}[${i % 2 ? 1 : 0};${31 + (i % 7)}m`),
    placed('eight papers', rows(ASCII, 28), (i) => `${ESC}[${37 - (i % 7)};${40 + (i % 7)}m`),
    placed('inverse', rows(ASCII), () => `${ESC}[7m`),
    placed('bold, dim, underlined, blinking and inverse', rows(ASCII), (i) => `${ESC}[${[1, 2, 4, 5, 7][i % 5]}m`),
    placed(
      'every other glyph of the font',
      [0, 1, 2].map((i) => other.slice(i * 53, (i + 1) * 53).join('')),
    ),
    placed('other glyphs among letters', rows([...ASCII, ...other])),
    placed('spaces: columns, indents and ends', ['  a', '', '        b         c', 'd' + ' '.repeat(78) + 'e', '   ', ' f ']),
  ];
}

const shown = (rows: readonly string[]): string =>
  rows
    .map((row) => row.trimEnd())
    .join('\n')
    .trimEnd();

describe('the text console', () => {
  const share = new SharedFolder();
  let booted: BootedMachine;
  beforeAll(async () => {
    booted = await boot(artefacts().linuxCartridge, share);
    await waitFor(booted.machine, PROMPT);
  }, 120_000);
  afterAll(() => booted.machine.dispose());

  async function draw(screen: string): Promise<Picture> {
    share.write('screen', new TextEncoder().encode(screen));
    await command(booted.machine, 'cat /shared/screen > /dev/tty1');
    await booted.machine.settle(100_000_000);
    return pictureOf((await booted.machine.readFramebuffer())!);
  }

  test('20 screens: no character wrong', { timeout: 240_000 }, async () => {
    const all = screens(atlas.glyphs.map((glyph) => glyph.char));
    expect(all).toHaveLength(20);
    let [characters, wrong] = [0, 0];
    const sizes = new Map<string, number>();
    for (const { name, rows, bytes: drawn } of all) {
      const picture = await draw(drawn);
      const read = await readText(picture, { atlas });
      expect(read.source).toBe('glyph');
      const want = shown(rows);
      if (read.text !== want) {
        const got = read.text.split('\n');
        rows.forEach(
          (row, i) =>
            row.trimEnd() !== (got[i] ?? '') && console.log(`${name}, row ${i}\n  ${JSON.stringify(row)}\n  ${JSON.stringify(got[i])}`),
        );
      }
      [...want].forEach((char, i) => char !== [...read.text][i] && wrong++);
      characters += [...want].length;
      expect(read.text, name).toBe(want);
      expect(read.confidence, name).toBe(1);
      sizes.set(name, encodePicture(picture).length);
    }
    console.log(
      `20 console screens: ${wrong} of ${characters} characters wrong; PNG files: ${[...sizes].map(([name, size]) => `${name} ${size}`).join(', ')}`,
    );
    expect(wrong).toBe(0);
    // What people have on their consoles; 2,400 random characters are two to three times that.
    for (const name of ['prose', 'a directory', 'dots, dashes and rules']) expect(sizes.get(name), name).toBeLessThan(10_000);
  });

  test('the cursor is seen through on every character, and a screen of the shell is as it was typed', { timeout: 60_000 }, async () => {
    for (const [column, char] of [...'gy_,W~'].entries()) {
      const read = readConsole(await draw(`${ESC}[2J${ESC}[H${'gy_,W~'}${ESC}[1;${column + 1}H`), atlas)!;
      expect(read.text).toBe('gy_,W~');
      expect(read, char).toMatchObject({ confidence: 1, unknown: 0 });
    }
    const read = await readText(await draw(`${ESC}[2J${ESC}[Hgpuvisor:~# uname -m\r\nriscv32\r\n`), {
      atlas,
      region: { x: 0, y: 16, width: 640, height: 16 },
    });
    expect(read.text).toBe('riscv32');
  });
});

describe('the desk', () => {
  let booted: BootedMachine;
  let picture: Picture;
  beforeAll(async () => {
    booted = await boot(artefacts().deskCartridge);
    for (let i = 0; i < 400; i++) {
      await booted.machine.run(1_000_000);
      if (i % 10 !== 9) continue;
      picture = pictureOf((await booted.machine.readFramebuffer())!);
      if (findRuns(picture, atlas).some((run) => run.text.includes('Submit'))) break;
    }
    // What was being drawn is done.
    await booted.machine.run(5_000_000);
    picture = pictureOf((await booted.machine.readFramebuffer())!);
  }, 120_000);
  afterAll(() => booted.machine.dispose());

  test('its text, exactly', async () => {
    const read = await readText(picture, { atlas });
    expect(read.source).toBe('glyph');
    expect(read.confidence).toBeGreaterThan(0.9);
    for (const text of ['Form', 'Name', 'E-mail', 'Send me news', 'Submit', 'Cancel', 'Counter', 'Count: 0', 'Add one', 'Reset', 'Quit']) {
      expect(read.text).toContain(text);
    }
    expect(read.text).not.toContain('\ufffd');
  });

  test('its windows, buttons, inputs and icons', async () => {
    const found = await findElements(picture, { atlas });
    const of = (type: string): string[] =>
      found
        .filter((element) => element.type === type)
        .map((element) => element.text)
        .sort();
    expect(of('window')).toEqual(['Counter', 'Form']);
    // The two without a label close the windows.
    expect(of('button')).toEqual(['', '', 'Add one', 'Cancel', 'Quit', 'Reset', 'Submit']);
    expect(
      found
        .filter((element) => element.type === 'input')
        .map((element) => element.label)
        .sort(),
    ).toEqual(['E-mail', 'Name']);
    expect(of('icon')).toEqual(expect.arrayContaining(['About', 'Counter', 'Form']));
    const [submit] = await findElements(picture, { atlas, type: 'button', textPattern: 'submit' });
    expect(submit!.bounds.width).toBeGreaterThan(60);
  });

  test('its text by OCR alone: the letter error rate, printed', { timeout: 60_000 }, async () => {
    const ocr = await createNodeOcr();
    try {
      const exact = await readText(picture, { atlas });
      const read = await readText(picture, { ocr: () => Promise.resolve(ocr) });
      expect(read.source).toBe('ocr');
      const truths = exact.words.map((word) => ({ type: 'text' as const, text: word.text, bounds: word.bounds }));
      const { letters, errors } = letterErrors(truths, read.words);
      console.log(`OCR on the desk: ${errors} of ${letters} letters wrong (${((100 * errors) / letters).toFixed(1)} %); by glyphs 0`);
      expect(errors / letters).toBeLessThan(0.2);
    } finally {
      await ocr.dispose();
    }
  });
});
