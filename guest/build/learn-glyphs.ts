// Learns the console's font from the guest itself: boots it, has it put every character at a known cell of the screen, and writes what stands
// there as glyphs.json. Then it has the characters shown again in another order, and reads them back.
// Arguments: Image, initramfs, glyphs.json to write.

import { readFileSync, writeFileSync } from 'node:fs';
import { bootLinux } from '../../src/machine/boot.js';
import type { Machine } from '../../src/machine/machine.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { CELL, type Glyph, cellRows } from './cells.js';
import { PROMPT, command, runUntil, settle } from './session.js';

/** ASCII, Latin-1, and what else code page 437 has: what a console with 256 glyphs may be able to show. Of characters that look alike the first is kept. */
const CANDIDATES = [
  ...range(0x20, 0x7e),
  ...range(0xa1, 0xff).filter((char) => char !== '\u00ad'), // a soft hyphen is not shown
  ...'☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂₧ƒ⌐░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αΓπΣστΦΘΩδ∞φε∩≡≥≤⌠⌡≈∙√ⁿ■',
];
/** No font has it: what the console shows in place of a character that it does not have. */
const ABSENT = '\u{10fffd}';
const IN_A_LINE = 40;
const CLEAR = '\x1b[?25l\x1b[0m\x1b[2J';

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
}

/** Shows the characters, IN_A_LINE in each line from the first, and gives the bitmap of each cell. */
async function show(machine: Machine, characters: readonly string[]): Promise<number[][]> {
  const print = (text: string): Promise<void> => command(machine, `printf '${octal(text)}' > /dev/tty1`);
  await print(CLEAR);
  for (let at = 0; at < characters.length; at += IN_A_LINE) {
    await print(`\x1b[${at / IN_A_LINE + 1};1H${characters.slice(at, at + IN_A_LINE).join('')}`);
  }
  const pixels = (await machine.readFramebuffer())!;
  return characters.map((_, i) => cellRows(pixels, i % IN_A_LINE, Math.floor(i / IN_A_LINE)));
}

/** As the shell's printf takes it, whatever the terminal would make of the bytes. */
function octal(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

async function learn(machine: Machine): Promise<Glyph[]> {
  const [absent, ...shown] = await show(machine, [ABSENT, ...CANDIDATES]);
  const glyphs = new Map<string, Glyph>();
  CANDIDATES.forEach((char, i) => {
    const rows = shown[i]!;
    // The console's stand-in is a character of its own: it is kept under that name alone.
    const standIn = rows.join() === absent!.join() && char !== '■';
    if (!standIn && !glyphs.has(rows.join())) glyphs.set(rows.join(), { char, rows });
  });
  return [...glyphs.values()];
}

/** Reads the glyphs back, from other cells. Throws when one is read as another. */
async function check(machine: Machine, glyphs: readonly Glyph[]): Promise<void> {
  const names = new Map(glyphs.map(({ char, rows }) => [rows.join(), char]));
  const order = glyphs.map((glyph) => glyph.char).reverse();
  const read = (await show(machine, order)).map((rows) => names.get(rows.join()));
  const wrong = order.findIndex((char, i) => read[i] !== char);
  if (wrong >= 0) throw new Error(`${JSON.stringify(order[wrong])} was read back as ${JSON.stringify(read[wrong])}`);
  const missing = range(0x20, 0x7e).filter((char) => !glyphs.some((glyph) => glyph.char === char));
  if (missing.length > 0) throw new Error(`the font does not tell these apart from others: ${missing.join(' ')}`);
}

const [image, initramfs, output] = process.argv.slice(2) as [string, string, string];
const { machine } = await bootLinux({
  executorFactory: (config) => new ReferenceHart(config),
  kernel: readFileSync(image),
  initramfs: readFileSync(initramfs),
});
await runUntil(machine, PROMPT);
await settle(machine);
const glyphs = await learn(machine);
await check(machine, glyphs);
const lines = glyphs.map((glyph) => `    ${JSON.stringify(glyph)}`);
writeFileSync(
  output,
  `{\n  "format": "gpuvisor-glyphs-1",\n  "width": ${CELL.width},\n  "height": ${CELL.height},\n  "glyphs": [\n${lines.join(',\n')}\n  ]\n}\n`,
);
console.log(`${glyphs.length} glyphs of ${CANDIDATES.length} characters`);
