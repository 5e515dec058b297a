// The steps that gpuvisor's own code does to the guest that was built: TypeScript of this checkout, each in a process of its own.

import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GUEST_FOLDER } from './cache.mjs';
import { GuestBuildError } from './command.mjs';
import { VERSIONS } from './sources.mjs';

const ROOT = dirname(GUEST_FOLDER);

/** Runs guest/build/`script` with `args`. */
async function runScript(script, args, { work, commands }) {
  if (!existsSync(join(ROOT, 'node_modules/tsx'))) {
    throw new GuestBuildError(
      `The packages of this checkout are not installed; guest/build/${script} needs them.`,
      'Run: npm ci',
      'GUEST_TOOL_MISSING',
    );
  }
  mkdirSync(work, { recursive: true });
  await commands.run(process.execPath, ['--import', 'tsx', join(GUEST_FOLDER, 'build', script), ...args], { cwd: ROOT });
}

/** Learns the console's font from the running guest: `glyphs.json` in `output`. */
export async function learnGlyphs(output, context) {
  const { kernel, initramfs } = context.folders;
  await runScript('learn-glyphs.ts', [join(kernel, 'Image'), join(initramfs, 'initramfs.cpio'), join(output, 'glyphs.json')], context);
}

/** Packs the cartridges into `output`. */
export async function packCartridges(output, context) {
  const { kernel, initramfs, disk, glyphs } = context.folders;
  const inputs = [join(kernel, 'Image'), join(initramfs, 'initramfs.cpio'), join(disk, 'disk.ext4'), join(glyphs, 'glyphs.json')];
  await runScript('pack-cartridges.ts', [...inputs, join(GUEST_FOLDER, 'demos/mmu.S'), VERSIONS.linux, output], context);
}

/** Saves the machine at the prompt: `login.snap` in `output`. */
export async function saveLogin(output, context) {
  const { cartridges, glyphs } = context.folders;
  await runScript('save-login.ts', [cartridges, join(glyphs, 'glyphs.json'), join(output, 'login.snap')], context);
}
