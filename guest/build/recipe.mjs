// The steps of the build and their keys: a step is done again only when a file it is made from changes.

import { join } from 'node:path';
import { guestCache, keyOf } from './cache.mjs';
import { VERSIONS } from './sources.mjs';

/** The key of each step, over the recipe's files, the upstream versions and the keys of the steps before it. */
export function stepKeys() {
  const { linux, musl, busybox, opensbi } = VERSIONS;
  const sources = keyOf(['build/sources.mjs']);
  const kernel = keyOf(['linux', 'build/kernel.mjs'], [linux]);
  const libc = keyOf(['build/userland.mjs', 'build/kernel.mjs'], [linux, musl]);
  const busyboxKey = keyOf(['busybox', 'build/userland.mjs'], [busybox, libc]);
  const demos = keyOf(['demos', 'build/userland.mjs'], [libc]);
  const initramfs = keyOf(['rootfs', 'build/images.mjs', 'build/cpio.mjs'], [busyboxKey, demos]);
  const disk = keyOf(['disk', 'build/images.mjs']);
  const firmware = keyOf(['build/firmware.mjs'], [opensbi]);
  return { sources, kernel, libc, busybox: busyboxKey, demos, initramfs, disk, firmware };
}

/** The key of the whole guest. */
export function guestKey() {
  const { sources: _fetched, ...made } = stepKeys();
  return keyOf(['build/recipe.mjs'], Object.values(made));
}

/** The folder the artefacts of this recipe are in, or will be. */
export function guestFolder(env = process.env) {
  return join(guestCache(env), guestKey());
}

/** Artefacts: name in the output folder, the step that makes it, its name there, and what it is. */
export const ARTEFACTS = [
  { path: 'Image', step: 'kernel', from: 'Image', what: 'Linux, RV32IMA, Sv32' },
  { path: 'System.map', step: 'kernel', from: 'System.map', what: 'addresses of the symbols of the kernel' },
  { path: 'config', step: 'kernel', from: 'config', what: 'the complete configuration of the kernel' },
  { path: 'vmlinux', step: 'kernel', from: 'vmlinux', what: 'the kernel as ELF, for disassembly' },
  { path: 'initramfs.cpio', step: 'initramfs', from: 'initramfs.cpio', what: 'BusyBox, init and the demo programs' },
  { path: 'disk.ext4', step: 'disk', from: 'disk.ext4', what: 'the disk mounted at /mnt' },
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
