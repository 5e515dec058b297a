// Saves the machine of linux.rts.png and disk.rts.png as it stands when it has booted: a prompt on the serial line and one on the screen, nothing
// going on. Starting from it takes a moment instead of a boot.
// Arguments: folder of the cartridges, glyphs.json, login.snap to write.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cartridge, bootCartridge, readCartridge } from '../../src/cartridge/index.js';
import type { BootedMachine } from '../../src/machine/boot.js';
import { restoreSnapshot, saveSnapshot } from '../../src/machine/snapshot.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { type Glyph, screenLines } from './cells.js';
import { PROMPT, runUntil, settle } from './session.js';

const [folder, glyphs, output] = process.argv.slice(2) as [string, string, string];
const read = (name: string): Promise<Cartridge> => readCartridge(readFileSync(join(folder, name)));
const linux = await read('linux.rts.png');
const disk = await read('disk.rts.png');
const make = (): Promise<BootedMachine> => bootCartridge(linux, { disk, executorFactory: (config) => new ReferenceHart(config) });

const { machine } = await make();
await runUntil(machine, PROMPT);
await settle(machine);
const font = (JSON.parse(readFileSync(glyphs, 'utf8')) as { glyphs: Glyph[] }).glyphs;
// The prompt with the cursor on the cell behind it.
const lines = screenLines((await machine.readFramebuffer())!, font);
if (!lines.some((line) => line.startsWith(PROMPT))) throw new Error(`there is no prompt on the screen:\n${lines.join('\n')}`);

const snapshot = await saveSnapshot(machine);
const again = await make();
await restoreSnapshot(again.machine, snapshot);
if ((await again.machine.digest()) !== (await machine.digest())) throw new Error('the restored machine is another one');
writeFileSync(output, snapshot);
console.log(`login.snap: ${snapshot.length} bytes, ${machine.steps} steps after reset`);
