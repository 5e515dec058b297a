// A kernel image or a program that somebody dropped, as a cartridge: then there is one way to boot, to snapshot and to restore.

import { packCartridge, readCartridge, type CartridgeSegment } from '../../../src/cartridge/index.js';
import type { DroppedFile } from '../protocol.js';

/** What a kernel of one's own finds beside it, from the built-in Linux: a root file system, and the font of its console. */
const BORROWED = ['initramfs', 'glyphs'];

/** Packs it. `linux`: the built-in Linux cartridge, for what a kernel needs besides itself. @throws GpuvisorError ABORTED, CARTRIDGE_INVALID */
export async function packFile(
  kind: 'image' | 'elf',
  { name, bytes }: DroppedFile,
  linux: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const segments: CartridgeSegment[] = [{ name: 'kernel', type: 'kernel', bytes }];
  if (kind === 'image' && linux) {
    const { segments: there } = await readCartridge(linux, { signal });
    for (const borrowed of BORROWED) {
      const segment = there.get(borrowed);
      if (segment) segments.push(segment);
    }
  }
  return packCartridge({ name: name.slice(0, 100), type: kind === 'image' ? 'kernel' : 'program', segments }, { signal });
}
