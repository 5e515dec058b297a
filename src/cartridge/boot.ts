// From a cartridge to a machine: its kernel segment says which way.

import { GpuvisorError } from '../isa/errors.js';
import { type BootOptions, type BootedMachine, bootLinux } from '../machine/boot.js';
import { isElf, parseElf } from '../machine/elf.js';
import { isImage } from '../machine/image.js';
import { MEMORY_MAPS, type MapName } from '../machine/map.js';
import { startProgram } from '../machine/program.js';
import { type DiskImage, memoryDisk } from '../machine/virtio/disk.js';
import type { SharedFolder } from '../machine/virtio/nine/index.js';
import { invalid } from './invalid.js';
import { isDeviceTree, looksLike } from './looks-like.js';
import type { Cartridge } from './read.js';
import { type BootSettings, bootSettings } from './settings.js';

export interface CartridgeBootOptions {
  readonly executorFactory: BootOptions['executorFactory'];
  /** Instead of the cartridge's own `disk` segment: a cartridge with a `disk` segment, or an image. */
  readonly disk?: Cartridge | DiskImage;
  /** Files shared with a Linux guest; an empty folder unless told otherwise. A bare program has none. */
  readonly share?: SharedFolder;
  /** Added to the kernel command line. */
  readonly append?: string;
  /** Instead of what the cartridge says, MiB. */
  readonly memoryMb?: number;
  readonly machine?: BootOptions['machine'];
}

/**
 * Makes a machine of a cartridge: a Linux `Image` with what belongs to it, or an ELF executable alone on its map.
 * @throws GpuvisorError CARTRIDGE_INVALID, and what bootLinux and bootProgram throw
 */
export async function bootCartridge(cartridge: Cartridge, options: CartridgeBootOptions): Promise<BootedMachine> {
  const kernel = cartridge.segments.get('kernel')?.bytes;
  if (!kernel) {
    const names = [...cartridge.segments.keys()].join(', ') || 'none';
    throw invalid(`it has no kernel segment (its segments: ${names})`, 'a disk cartridge goes beside a kernel: pass it as the disk');
  }
  const settings = bootSettings(cartridge);
  if (isElf(kernel)) return bootElf(kernel, settings, options);
  if (!isImage(kernel))
    throw invalid(`its kernel is ${looksLike(kernel)}`, 'a kernel is a RISC-V Linux Image or an ELF executable for rv32');
  return bootImage(cartridge, kernel, settings, options);
}

function bootImage(
  cartridge: Cartridge,
  kernel: Uint8Array,
  settings: BootSettings,
  options: CartridgeBootOptions,
): Promise<BootedMachine> {
  // An empty segment is none.
  const part = (name: string): Uint8Array | undefined => {
    const bytes = cartridge.segments.get(name)?.bytes;
    return bytes?.length ? bytes : undefined;
  };
  const map = settings.map ?? 'visual';
  if (settings.entry !== undefined && settings.entry !== MEMORY_MAPS[map].kernel) {
    throw invalid(
      `its boot segment enters the kernel at 0x${settings.entry.toString(16)}; a Linux Image on the ${map} map begins at 0x${MEMORY_MAPS[map].kernel.toString(16)}`,
      'leave entry out: it is for ELF kernels',
    );
  }
  const initramfs = part('initramfs');
  const firmware = part('firmware');
  const disk = diskOf(cartridge, options.disk);
  const deviceTree = part('dtb');
  if (deviceTree && !isDeviceTree(deviceTree)) {
    throw invalid(`its dtb is ${looksLike(deviceTree)}`, 'a dtb is a flattened device tree, as `dtc -O dtb` writes it');
  }
  const memoryMb = options.memoryMb ?? settings.memory_mb;
  return bootLinux({
    executorFactory: options.executorFactory,
    kernel,
    map,
    ...(initramfs && { initramfs }),
    ...(firmware && { firmware }),
    ...(disk && { disk }),
    ...(options.share && { share: options.share }),
    ...(deviceTree && { deviceTree }),
    ...(settings.bootargs !== undefined && { bootargs: settings.bootargs }),
    ...(options.append !== undefined && { append: options.append }),
    ...(memoryMb !== undefined && { memoryMb }),
    ...(options.machine && { machine: options.machine }),
  });
}

function diskOf(cartridge: Cartridge, given: Cartridge | DiskImage | undefined): DiskImage | undefined {
  if (given !== undefined && !('segments' in given)) return given;
  const bytes = (given ?? cartridge).segments.get('disk')?.bytes;
  if (given && !bytes?.length)
    throw invalid('the disk cartridge has no disk segment', 'pack an image with `gpuvisor cartridge pack --disk`');
  return bytes?.length ? memoryDisk(bytes) : undefined;
}

/** Programs at or above RAM of the `virt` map are linked for it. */
function mapOf(elf: Uint8Array): MapName {
  return parseElf(elf).segments.some((s) => s.address >= MEMORY_MAPS.virt.ramBase) ? 'virt' : 'visual';
}

async function bootElf(kernel: Uint8Array, settings: BootSettings, options: CartridgeBootOptions): Promise<BootedMachine> {
  if (options.disk !== undefined || options.append !== undefined) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `a ${options.disk === undefined ? 'command line' : 'disk'} for a bare program, which has none`,
      'leave it out, or boot a Linux Image',
    );
  }
  if (((await options.share?.mounts()) ?? []).length > 0) {
    throw new GpuvisorError('MOUNT_INVALID', 'mounts for a bare program, which cannot see them', 'leave them out, or boot a Linux Image');
  }
  let program = kernel;
  if (settings.entry !== undefined) {
    program = kernel.slice();
    // e_entry of the ELF header.
    new DataView(program.buffer).setUint32(24, settings.entry, true);
  }
  const memoryMb = options.memoryMb ?? settings.memory_mb;
  const booted = await startProgram({
    program,
    executorFactory: options.executorFactory,
    map: settings.map ?? mapOf(program),
    ...(memoryMb !== undefined && { memoryMb }),
    ...(options.machine && { machine: options.machine }),
  });
  return { ...booted, disk: undefined, share: undefined };
}
