// glyphs.json, learnt from the guest's own console at build time: with it the console's text is read exactly, whatever stands there.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootCartridge, readCartridge } from '../../src/cartridge/index.js';
import type { Machine } from '../../src/machine/machine.js';
import { restoreSnapshot } from '../../src/machine/snapshot.js';
import type { SharedFolder } from '../../src/machine/virtio/nine/index.js';
import { type ConsoleText, type GlyphAtlas, parseGlyphs, pictureOf, readConsole } from '../../src/screen/index.js';
import { EXECUTORS, artefacts, bytes, command, settle } from '../linux/session.js';

const COLUMNS = 80;
const ROWS = 30;
let machine: Machine;
let share: SharedFolder;
let atlas: GlyphAtlas;
const json = (): unknown => JSON.parse(readFileSync(artefacts().glyphs, 'utf8'));

beforeAll(async () => {
  const { linuxCartridge, diskCartridge, loginSnapshot } = artefacts();
  const booted = await bootCartridge(await readCartridge(bytes(linuxCartridge)), {
    disk: await readCartridge(bytes(diskCartridge)),
    executorFactory: EXECUTORS.reference,
  });
  ({ machine } = booted);
  share = booted.share!;
  await restoreSnapshot(machine, bytes(loginSnapshot));
  atlas = parseGlyphs(json());
});
afterAll(() => machine.dispose());

/** Puts a text on the whole screen, without its cursor, and reads it. */
async function shown(text: string): Promise<ConsoleText> {
  share.write('text', new TextEncoder().encode(`\x1b[?25l\x1b[2J\x1b[H${text}`));
  await command(machine, 'cat /shared/text > /dev/tty1');
  await settle(machine);
  return readConsole(pictureOf((await machine.readFramebuffer())!), atlas)!;
}

test('it has every character of ASCII, each bitmap once, and what else the console shows', () => {
  const { format, width, height, glyphs } = json() as {
    format: string;
    width: number;
    height: number;
    glyphs: { char: string; rows: number[] }[];
  };
  expect({ format, width, height }).toEqual({ format: 'gpuvisor-glyphs-1', width: 8, height: 16 });
  const chars = glyphs.map(({ char }) => char).join('');
  for (let code = 0x20; code < 0x7f; code++) expect(chars).toContain(String.fromCharCode(code));
  for (const char of 'äöüßéñ£│─┌┘█▒≥π') expect(chars).toContain(char);
  expect(new Set(glyphs.map(({ rows }) => rows.join())).size).toBe(glyphs.length);
  expect(glyphs.length).toBeGreaterThan(250);
});

test('a screen full of every character, shuffled, is read back without a mistake', async () => {
  const chars = atlas.glyphs.map(({ char }) => char).filter((char) => char !== ' ' && char !== '█');
  // A full block cannot be told from a space: neither has an edge. Lines end in a letter, so that blanks at their ends do not matter.
  let seed = 12345;
  const next = (): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8;
  const lines = Array.from({ length: ROWS }, () =>
    Array.from({ length: COLUMNS }, (_, column) =>
      column === COLUMNS - 1 ? 'x' : next() % 9 === 0 ? ' ' : chars[next() % chars.length]!,
    ).join(''),
  );
  // The last cell of all is left out: writing it would scroll.
  lines[ROWS - 1] = lines[ROWS - 1]!.slice(0, COLUMNS - 1);
  const read = await shown(lines.join(''));
  expect(read.unknown).toBe(0);
  expect(read.text.split('\n').map((line) => line.trimEnd())).toEqual(lines.map((line) => line.trimEnd()));
});

test('in every colour', async () => {
  const colours = Array.from({ length: 8 }, (_, ink) => Array.from({ length: 8 }, (_, paper) => [ink, paper] as const)).flat();
  const words = colours
    .filter(([ink, paper]) => ink !== paper)
    .map(([ink, paper]) => ({ text: `ink${ink}on${paper}`, code: `\x1b[3${ink};4${paper}m` }));
  const read = await shown(words.map(({ text, code }, i) => `${code}${text}\x1b[0m${i % 8 === 7 ? '\r\n' : ' '}`).join(''));
  expect(read.text.split(/\s+/).filter((word) => word !== '')).toEqual(words.map(({ text }) => text));
});

test('what it reads is what the kernel has on its screen', async () => {
  await shown('');
  await command(machine, 'cat /etc/inittab /etc/init.d/rcS > /dev/tty1; dmesg | tail -n 5 > /dev/tty1');
  await settle(machine);
  const read = readConsole(pictureOf((await machine.readFramebuffer())!), atlas)!;
  // The kernel's own copy: characters of all cells, row by row.
  const cells = await command(machine, 'cat /dev/vcs1');
  const rows = Array.from({ length: ROWS }, (_, row) => cells.slice(row * COLUMNS, (row + 1) * COLUMNS).trimEnd());
  expect(rows.filter((row) => row !== '').length).toBeGreaterThan(20);
  expect(read.text.trimEnd()).toBe(rows.join('\n').trimEnd());
});
