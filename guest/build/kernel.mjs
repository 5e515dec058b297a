// The Linux kernel: Debian's source, `allnoconfig` plus guest/linux/config.fragment, RV32IMA.

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { GUEST_FOLDER } from './cache.mjs';
import { GuestBuildError } from './command.mjs';
import { kernelTarball } from './sources.mjs';

const CROSS = 'riscv64-linux-gnu-';

// Large parts that no RISC-V kernel of ours compiles; Kconfig files and makefiles stay, since they are read.
const LEFT_OUT = ['drivers/gpu/drm/*.[ch]', 'drivers/net/ethernet/*.[ch]', 'drivers/media/*.[ch]', 'sound/*.[ch]', 'arch/*.dts*'];

/** Who built it and when, the same everywhere: the kernel says it in its first line. */
const BUILD_STAMP = {
  KBUILD_BUILD_USER: 'gpuvisor',
  KBUILD_BUILD_HOST: 'guest',
  KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 2026',
  KBUILD_BUILD_VERSION: '1',
};

/** Unpacks the kernel's source below `folder`, once; returns the tree. */
export async function unpackKernel(folder, commands) {
  const tree = join(folder, 'linux');
  if (existsSync(tree)) return tree;
  const temporary = join(folder, 'linux.tmp');
  mkdirSync(temporary, { recursive: true });
  const exclusions = LEFT_OUT.map((pattern) => `--exclude=*/${pattern}`);
  await commands.run('tar', ['-xJf', kernelTarball(), '--strip-components=1', ...exclusions], { cwd: temporary });
  await commands.run('mv', [temporary, tree]);
  return tree;
}

/** The lines `CONFIG_X=value` of a fragment that a finished `.config` does not have. */
export function missingAnswers(fragment, config) {
  const have = new Set(config.split('\n'));
  return fragment.split('\n').filter((line) => /^CONFIG_\w+=/.test(line) && !have.has(line) && !isOff(line, have));
}

function isOff(line, have) {
  const name = /^(CONFIG_\w+)=n$/.exec(line)?.[1];
  return name !== undefined && ![...have].some((other) => other.startsWith(`${name}=`));
}

/** Builds `Image`, `System.map`, `config` and `vmlinux` into `output`. */
export async function buildKernel(output, { work, commands }) {
  const tree = await unpackKernel(work, commands);
  const objects = join(work, 'linux-objects');
  rmSync(objects, { recursive: true, force: true });
  mkdirSync(objects, { recursive: true });
  const fragment = join(GUEST_FOLDER, 'linux/config.fragment');
  const make = (...args) =>
    commands.run('make', ['ARCH=riscv', `CROSS_COMPILE=${CROSS}`, `O=${objects}`, ...args], { cwd: tree, env: BUILD_STAMP });

  await make(`KCONFIG_ALLCONFIG=${fragment}`, 'allnoconfig');
  const missing = missingAnswers(readFileSync(fragment, 'utf8'), readFileSync(join(objects, '.config'), 'utf8'));
  if (missing.length > 0) {
    throw new GuestBuildError(
      `The kernel's configuration did not take: ${missing.join(', ')}.`,
      'An option was renamed, or one it depends on is missing in guest/linux/config.fragment.',
      'GUEST_CONFIG_REFUSED',
    );
  }
  await make(`-j${availableParallelism()}`, 'Image');
  copyFileSync(join(objects, 'arch/riscv/boot/Image'), join(output, 'Image'));
  copyFileSync(join(objects, 'System.map'), join(output, 'System.map'));
  copyFileSync(join(objects, '.config'), join(output, 'config'));
  copyFileSync(join(objects, 'vmlinux'), join(output, 'vmlinux'));
  rmSync(objects, { recursive: true, force: true });
}

/** Puts the kernel's headers for user space (`linux/`, `asm/`, ...) into `output/include`. */
export async function installHeaders(output, { work, commands }) {
  const tree = await unpackKernel(work, commands);
  const objects = join(work, 'linux-headers');
  mkdirSync(objects, { recursive: true });
  await commands.run('make', ['ARCH=riscv', `O=${objects}`, 'headers'], { cwd: tree });
  for (const part of ['linux', 'asm', 'asm-generic', 'mtd']) {
    cpSync(join(objects, 'usr/include', part), join(output, 'include', part), {
      recursive: true,
      filter: (path) => !/\/\.[^/]*$/.test(path),
    });
  }
  rmSync(objects, { recursive: true, force: true });
}
