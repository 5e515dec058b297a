// A device tree for QEMU's `virt` machine that has the holes of gpuvisor's own map (framebuffer and MMIO
// between two stretches of RAM), moved up to where QEMU has RAM.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** RAM from 0 to 16 MB and from 48 to 64 MB, the framebuffer at 16 MB: gpuvisor's `visual` map plus this base. */
export const BASE = 0x80000000;
export const FRAMEBUFFER = BASE + 0x01000000;
const HIGH_RAM = BASE + 0x03000000;
const RAM_PIECE = 0x01000000;
export const INITRAMFS_AT = BASE + 0x00a00000;
export const SCREEN = { width: 640, height: 480, strideBytes: 2560 };

const cells = (...values) => `<${values.map((value) => `0x00 0x${value.toString(16)}`).join(' ')}>`;

/** Writes the device tree into `folder`; returns its path. `initramfsBytes` and `append` go into /chosen. */
export function treeWithHoles(folder, { initramfsBytes, append }) {
  const plain = join(folder, 'virt.dtb');
  const options = { stdio: ['ignore', 'pipe', 'pipe'] };
  execFileSync('qemu-system-riscv32', ['-M', `virt,dumpdtb=${plain}`, '-m', '64', '-bios', 'none', '-display', 'none'], options);
  let source = execFileSync('dtc', ['-q', '-I', 'dtb', '-O', 'dts', plain], { encoding: 'utf8', ...options });
  source = source.replace(/(memory@80000000 \{[^}]*reg = )<[^>]*>/, `$1${cells(BASE, RAM_PIECE, HIGH_RAM, RAM_PIECE)}`);
  const screenBytes = SCREEN.height * SCREEN.strideBytes;
  source = source.replace(
    /\tchosen \{\n([^}]*)\t\};/,
    `\tchosen {
		#address-cells = <2>;
		#size-cells = <2>;
		ranges;
$1		bootargs = "${append}";
		linux,initrd-start = <${INITRAMFS_AT}>;
		linux,initrd-end = <${INITRAMFS_AT + initramfsBytes}>;
		framebuffer@${FRAMEBUFFER.toString(16)} {
			compatible = "simple-framebuffer";
			reg = ${cells(FRAMEBUFFER, screenBytes)};
			width = <${SCREEN.width}>;
			height = <${SCREEN.height}>;
			stride = <${SCREEN.strideBytes}>;
			format = "x8r8g8b8";
		};
	};`,
  );
  writeFileSync(join(folder, 'holes.dts'), source);
  const compiled = join(folder, 'holes.dtb');
  execFileSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', compiled, join(folder, 'holes.dts')], options);
  return compiled;
}
