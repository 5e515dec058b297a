// OpenSBI, the firmware others use, to boot the same kernel with: its source unchanged, compiled for RV32IMA,
// because the RV32 binaries of Debian's package contain compressed instructions; and those binaries as they are.

import { copyFileSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const PACKAGE_FOLDER = 'usr/lib/riscv32-linux-gnu/opensbi/generic';
const TARGET = ['PLATFORM=generic', 'PLATFORM_RISCV_XLEN=32', 'PLATFORM_RISCV_ISA=rv32ima_zicsr_zifencei', 'PLATFORM_RISCV_ABI=ilp32'];
const FILES = ['fw_jump.bin', 'fw_dynamic.bin'];

/** Puts `fw_jump.bin` and `fw_dynamic.bin` into `output`, and Debian's own below `output/debian`. */
export async function buildOpensbi(output, { work, commands, packages }) {
  const source = join(work, 'source');
  const objects = join(work, 'objects');
  const unpacked = join(work, 'package');
  for (const folder of [source, objects, unpacked, join(output, 'debian')]) mkdirSync(folder, { recursive: true });
  await commands.run('tar', ['-xf', packages.opensbiSource, '--strip-components=1'], { cwd: source });
  const jobs = `-j${availableParallelism()}`;
  await commands.run('make', [jobs, 'CROSS_COMPILE=riscv64-linux-gnu-', ...TARGET, `O=${objects}`], { cwd: source });
  await commands.run('dpkg-deb', ['-x', packages.opensbi, unpacked]);
  for (const name of FILES) {
    copyFileSync(join(objects, 'platform/generic/firmware', name), join(output, name));
    copyFileSync(join(unpacked, PACKAGE_FOLDER, name), join(output, 'debian', name));
  }
}
