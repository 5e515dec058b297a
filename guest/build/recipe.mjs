// The steps of the build and their keys: a step is done again only when a file it is made from changes.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GUEST_FOLDER, guestCache, keyOf } from './cache.mjs';
import { VERSIONS } from './sources.mjs';

/** The programs of demos/ that run in Linux; mmu.S is packed as it is. */
function linuxDemos() {
  return readdirSync(join(GUEST_FOLDER, 'demos'))
    .filter((name) => !name.endsWith('.S'))
    .sort()
    .map((name) => `demos/${name}`);
}

/** The steps that make the guest itself, from sources of others and from this folder. */
function guestSteps() {
  const { linux, musl, busybox, opensbi } = VERSIONS;
  const sources = keyOf(['build/sources.mjs']);
  const kernel = keyOf(['linux', 'build/kernel.mjs'], [linux]);
  const libc = keyOf(['build/userland.mjs', 'build/kernel.mjs'], [linux, musl]);
  const busyboxKey = keyOf(['busybox', 'build/userland.mjs'], [busybox, libc]);
  const demos = keyOf([...linuxDemos(), 'build/userland.mjs'], [libc]);
  const initramfs = keyOf(['rootfs', 'build/images.mjs', 'build/cpio.mjs'], [busyboxKey, demos]);
  const disk = keyOf(['disk', 'build/images.mjs']);
  const firmware = keyOf(['build/firmware.mjs'], [opensbi]);
  return { sources, kernel, libc, busybox: busyboxKey, demos, initramfs, disk, firmware };
}

/** The steps that gpuvisor's own code does to the guest: they depend on that code, and take seconds. */
function packingSteps({ kernel, initramfs, disk }) {
  const machine = keyOf(['../src/isa', '../src/machine', '../src/reference']);
  const packer = keyOf(['../src/cartridge', 'demos/mmu.S', 'build/pack-cartridges.ts', 'build/packing.mjs'], [machine, VERSIONS.linux]);
  const glyphs = keyOf(['build/learn-glyphs.ts', 'build/cells.ts', 'build/session.ts', 'build/packing.mjs'], [kernel, initramfs, machine]);
  const cartridges = keyOf([], [kernel, initramfs, disk, glyphs, packer]);
  const login = keyOf(['build/save-login.ts', 'build/cells.ts', 'build/session.ts'], [cartridges]);
  return { glyphs, cartridges, login };
}

/** The key of each step, over the recipe's files, the upstream versions and the keys of the steps before it. */
export function stepKeys() {
  const made = guestSteps();
  return { ...made, ...packingSteps(made) };
}

/** The key of the whole: one half for the guest, one for what gpuvisor's own code makes of it. */
export function guestKey() {
  const { sources: _fetched, ...made } = guestSteps();
  const guest = keyOf(['build/recipe.mjs'], Object.values(made));
  return `${guest}-${keyOf([], Object.values(packingSteps(made)))}`;
}

/** The folder the artefacts of this recipe and this code are in, or will be. */
export function guestFolder(env = process.env) {
  return join(guestCache(env), guestKey());
}

/** Folders of the same guest, the newest first, whatever code packed it. */
export function packedFolders(env = process.env) {
  const cache = guestCache(env);
  const [guest] = guestKey().split('-');
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => name.startsWith(`${guest}-`) && existsSync(join(cache, name, 'manifest.json')))
    .map((name) => join(cache, name))
    .map((folder) => ({ folder, time: statSync(folder).mtimeMs }))
    .sort((a, b) => b.time - a.time)
    .map(({ folder }) => folder);
}

/** Artefacts: name in the output folder, the step that makes it, its name there, and what it is. */
export const ARTEFACTS = [
  { path: 'Image', step: 'kernel', from: 'Image', what: 'Linux, RV32IMA, Sv32' },
  { path: 'System.map', step: 'kernel', from: 'System.map', what: 'addresses of the symbols of the kernel' },
  { path: 'config', step: 'kernel', from: 'config', what: 'the complete configuration of the kernel' },
  { path: 'vmlinux', step: 'kernel', from: 'vmlinux', what: 'the kernel as ELF, for disassembly' },
  { path: 'initramfs.cpio', step: 'initramfs', from: 'initramfs.cpio', what: 'BusyBox, init and the demo programs' },
  { path: 'disk.ext4', step: 'disk', from: 'disk.ext4', what: 'the disk mounted at /mnt' },
  { path: 'glyphs.json', step: 'glyphs', from: 'glyphs.json', what: 'the font of the console, learnt from the running guest' },
  { path: 'linux.rts.png', step: 'cartridges', from: 'linux.rts.png', what: 'cartridge: Linux with a shell' },
  { path: 'disk.rts.png', step: 'cartridges', from: 'disk.rts.png', what: 'cartridge: the disk mounted at /mnt' },
  { path: 'desk.rts.png', step: 'cartridges', from: 'desk.rts.png', what: 'cartridge: Linux that starts with the desk' },
  { path: 'mmu.rts.png', step: 'cartridges', from: 'mmu.rts.png', what: 'cartridge: a bare program that watches its page tables' },
  { path: 'login.snap', step: 'login', from: 'login.snap', what: 'snapshot: linux and disk at the prompt' },
  { path: 'opensbi/fw_jump.bin', step: 'firmware', from: 'fw_jump.bin', what: 'OpenSBI, its source unchanged, compiled for RV32IMA' },
  { path: 'opensbi/fw_dynamic.bin', step: 'firmware', from: 'fw_dynamic.bin', what: 'OpenSBI, its source unchanged, compiled for RV32IMA' },
  { path: 'opensbi/debian/fw_jump.bin', step: 'firmware', from: 'debian/fw_jump.bin', what: 'OpenSBI as Debian ships it: RV32 with C' },
  {
    path: 'opensbi/debian/fw_dynamic.bin',
    step: 'firmware',
    from: 'debian/fw_dynamic.bin',
    what: 'OpenSBI as Debian ships it: RV32 with C',
  },
];
