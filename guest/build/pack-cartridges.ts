// Packs the guest as cartridges (docs/cartridge.md): Linux, its disk, Linux that starts with the desk, and the bare program of demos/mmu.S.
// Arguments: Image, initramfs, disk image, glyphs.json, mmu.S, version of the contents, folder to write into.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CartridgeContents, type CartridgeSegment, packCartridge, readCartridge } from '../../src/cartridge/index.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { DEFAULT_BOOTARGS } from '../../src/machine/boot.js';
import { DEFAULT_MEMORY_MB, FRAMEBUFFER, MEMORY_MAPS, UART_IRQ } from '../../src/machine/map.js';

const MAP = MEMORY_MAPS.visual;

const segment = (name: string, bytes: Uint8Array, type = name): CartridgeSegment => ({ name, type, bytes });

/** How a machine is made of the cartridge; `bootargs` for Linux. */
function boot(bootargs?: string): CartridgeSegment {
  const settings = { ...(bootargs !== undefined && { bootargs }), memory_mb: DEFAULT_MEMORY_MB, map: MAP.name };
  return segment('boot', new TextEncoder().encode(JSON.stringify(settings)));
}

/** demos/mmu.S for the visual map, as ELF. */
function assembleMmu(path: string): Uint8Array {
  const symbols = {
    UART_BASE: MAP.uart.base,
    TEST_BASE: MAP.test.base,
    CLINT_BASE: MAP.clint.base,
    PLIC_BASE: MAP.plic.base,
    UART_IRQ,
    SCREEN_BASE: MAP.framebuffer!.base,
    SCREEN_PIXELS: FRAMEBUFFER.width * FRAMEBUFFER.height,
  };
  return assemble(readFileSync(path, 'utf8'), { file: 'mmu.S', base: MAP.ramBase, symbols }).elf;
}

const [image, initramfs, disk, glyphs, mmu, contentVersion, output] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const linux = [
  segment('kernel', readFileSync(image)),
  segment('initramfs', readFileSync(initramfs)),
  segment('glyphs', readFileSync(glyphs)),
];
const cartridges: Readonly<Record<string, CartridgeContents>> = {
  'linux.rts.png': { name: 'linux', type: 'kernel', segments: [...linux, boot(DEFAULT_BOOTARGS)] },
  'disk.rts.png': { name: 'disk', type: 'disk', segments: [segment('disk', readFileSync(disk))] },
  'desk.rts.png': { name: 'desk', type: 'kernel', segments: [...linux, boot(`${DEFAULT_BOOTARGS} gpuvisor.start=desk`)] },
  'mmu.rts.png': { name: 'mmu', type: 'program', segments: [segment('kernel', assembleMmu(mmu)), boot()] },
};
for (const [name, contents] of Object.entries(cartridges)) {
  const png = await packCartridge({ ...contents, contentVersion });
  const { segments } = await readCartridge(png); // every hash again
  if (segments.size !== contents.segments.length) throw new Error(`${name} was read back with ${segments.size} segments`);
  writeFileSync(join(output, name), png);
  console.log(`${name}: ${png.length} bytes`);
}
