// Boots a Linux kernel: firmware, kernel, initramfs and device tree into RAM, registers per the boot protocol (docs/boot.md).

import { GpuvisorError } from '../isa/errors.js';
import { W, resetState } from '../isa/state.js';
import { deviceTreeBlob } from './device-tree.js';
import type { Executor, ExecutorConfig } from './executor.js';
import { assembleFirmware } from './firmware.js';
import { parseImage } from './image.js';
import { type Machine, type MachineOptions, createMachine } from './machine.js';
import { DEFAULT_MEMORY_MB, MEMORY_MAPS, type MapName, checkMemoryMb } from './map.js';
import { Placement } from './placement.js';
import { writePages } from './sparse.js';
import { BlockDevice, type BlockOptions } from './virtio/block.js';
import type { VirtioDevice } from './virtio/device.js';
import { type DiskImage, checkDisk } from './virtio/disk.js';
import { KeyboardDevice, PointerDevice } from './virtio/input.js';
import { NineDevice, SharedFolder } from './virtio/nine/index.js';
import { RngDevice } from './virtio/rng.js';

/**
 * The kernel command line unless told otherwise: the log goes to the serial line alone. With `console=tty0` appended the kernel draws it on the screen as
 * well, which doubles the instructions of a boot.
 */
export const DEFAULT_BOOTARGS = 'console=ttyS0';

export interface BootOptions {
  /** Makes the executor. */
  readonly executorFactory: (config: ExecutorConfig) => Executor | Promise<Executor>;
  /** A Linux `Image` for rv32, uncompressed. */
  readonly kernel: Uint8Array;
  /** A cpio archive. */
  readonly initramfs?: Uint8Array;
  readonly disk?: DiskImage;
  readonly diskOptions?: BlockOptions;
  /** The kernel's command line, instead of DEFAULT_BOOTARGS. */
  readonly bootargs?: string;
  /** Added to the kernel's command line. */
  readonly append?: string;
  /** A flattened device tree, placed instead of the one that is generated; it says what there is, boot arguments and initramfs included. */
  readonly deviceTree?: Uint8Array;
  /** RAM, MiB; DEFAULT_MEMORY_MB unless told otherwise. */
  readonly memoryMb?: number;
  /** `visual` unless told otherwise. */
  readonly map?: MapName;
  /** A firmware of one's own (OpenSBI fw_jump.bin or fw_dynamic.bin), placed at the map's firmware address, instead of ours. Such a machine has 16-bit instructions. */
  readonly firmware?: Uint8Array;
  /** Files for the guest, and what it writes to /shared; an empty one is made when left out. */
  readonly share?: SharedFolder;
  /** Devices for the slots after those of every boot: disk, rng, keyboard, pointer, 9p. */
  readonly devices?: readonly VirtioDevice[];
  readonly machine?: Omit<MachineOptions, 'devices'>;
}

/** What a boot puts into RAM, and the state the hart starts with. */
export interface BootImage {
  readonly writes: readonly { readonly name: string; readonly address: number; readonly bytes: Uint8Array }[];
  readonly state: Uint32Array;
}

/** fw_dynamic_info of OpenSBI (docs/firmware/fw_dynamic.md): magic "OSBI", version 2, next address, next mode S, options, boot hart. */
function dynamicInfo(kernelEntry: number): Uint8Array {
  const info = new Uint8Array(24);
  const view = new DataView(info.buffer);
  [0x4942534f, 2, kernelEntry, 1, 0, 0].forEach((v, i) => view.setUint32(4 * i, v, true));
  return info;
}

/** RAM that a firmware of one's own may use beyond its file: data, heap, stacks. */
const FOREIGN_FIRMWARE_BYTES = 1 << 20;
/** Alignment of an rv32 kernel: one Sv32 superpage. */
const KERNEL_ALIGN = 4 << 20;

/**
 * Lays a boot out. Nothing overlaps: firmware and kernel at their places, device tree in the gap between them, initramfs at the top.
 * @throws GpuvisorError IMAGE_INVALID, LOAD_OUTSIDE_RAM, LOAD_OVERLAP
 */
export function layoutBoot(
  config: ExecutorConfig,
  options: Omit<BootOptions, 'executorFactory' | 'machine'>,
  slots: readonly number[],
): BootImage {
  const { map } = config;
  const header = parseImage(options.kernel);
  if (header.textOffset % KERNEL_ALIGN !== 0) {
    throw new GpuvisorError(
      'IMAGE_INVALID',
      `the kernel wants to stand 0x${header.textOffset.toString(16)} bytes above a boundary; an rv32 kernel stands on multiples of 4 MiB`,
      'build it for rv32 (CONFIG_ARCH_RV32I=y)',
    );
  }
  const placement = new Placement(config);
  if (map.framebuffer) placement.claim('the framebuffer', map.framebuffer.base, map.framebuffer.size);
  if (map.pageTablePool) placement.claim('the page-table pool', map.pageTablePool.base, map.pageTablePool.size);
  const ours = options.firmware ? undefined : assembleFirmware(map, map.kernel);
  const firmwareBytes = options.firmware ?? ours!.bytes;
  const reservedSize = Math.ceil((ours?.size ?? Math.max(FOREIGN_FIRMWARE_BYTES, firmwareBytes.length)) / 4096) * 4096;
  placement.claim('the firmware', map.firmware, reservedSize);
  placement.claim('the kernel', map.kernel, header.imageSize);
  const writes = [
    { name: 'firmware', address: map.firmware, bytes: firmwareBytes },
    { name: 'kernel', address: map.kernel, bytes: options.kernel },
  ];
  let initrd: { base: number; size: number } | undefined;
  if (options.initramfs) {
    const base = placement.top('the initramfs', options.initramfs.length);
    initrd = { base, size: options.initramfs.length };
    writes.push({ name: 'initramfs', address: base, bytes: options.initramfs });
  }
  const bootargs = [options.bootargs ?? DEFAULT_BOOTARGS, options.append ?? ''].filter((s) => s !== '').join(' ');
  const tree =
    options.deviceTree ??
    deviceTreeBlob(config, {
      bootargs,
      ...(initrd && { initrd }),
      ...(ours && { firmware: { base: map.firmware, size: reservedSize } }),
      virtioSlots: slots,
    });
  const treeAt = placement.top('the device tree', tree.length, map.kernel);
  writes.push({ name: 'device tree', address: treeAt, bytes: tree });
  const state = resetState(map.firmware);
  state[W.x + 10] = 0;
  state[W.x + 11] = treeAt;
  if (options.firmware) {
    const info = dynamicInfo(map.kernel);
    const infoAt = placement.top('the firmware information', info.length, map.kernel);
    writes.push({ name: 'firmware information', address: infoAt, bytes: info });
    state[W.x + 12] = infoAt;
  }
  return { writes, state };
}

/** A machine with a kernel in it, ready to run. */
export interface BootedMachine {
  readonly machine: Machine;
  /** The disk, when there is one: its overlay holds what the guest wrote. */
  readonly disk: BlockDevice | undefined;
  /** The folder that is shared with the guest; undefined for a bare program. */
  readonly share: SharedFolder | undefined;
  /** Boots again from the start, with the disk as the guest left it. */
  restart(): Promise<void>;
}

/**
 * Makes a machine and puts a kernel into it; the first `run` starts the firmware.
 * @throws GpuvisorError BAD_MEMORY_SIZE, BAD_ARGUMENT, IMAGE_INVALID, LOAD_OUTSIDE_RAM, LOAD_OVERLAP, DISK_INVALID
 */
export async function bootLinux(options: BootOptions): Promise<BootedMachine> {
  const name = options.map ?? 'visual';
  const map = MEMORY_MAPS[name];
  if (!map)
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `map is ${String(name)}; there are ${Object.keys(MEMORY_MAPS).join(', ')}`,
      'leave it out for `visual`',
    );
  const memoryMb = options.memoryMb ?? DEFAULT_MEMORY_MB;
  checkMemoryMb(map, memoryMb);
  const config: ExecutorConfig = { map, ramSize: memoryMb * (1 << 20), ...(options.firmware && { compressed: true }) };
  let disk: BlockDevice | undefined;
  if (options.disk) {
    await checkDisk(options.disk);
    disk = new BlockDevice(options.disk, options.diskOptions);
  }
  const share = options.share ?? new SharedFolder();
  const devices: (VirtioDevice | undefined)[] = [
    disk,
    new RngDevice(),
    new KeyboardDevice(),
    new PointerDevice(),
    new NineDevice(share),
    ...(options.devices ?? []),
  ];
  const slots = devices.flatMap((d, i) => (d ? [i] : []));
  const image = layoutBoot(config, options, slots);
  const executor = await options.executorFactory(config);
  try {
    const machine = createMachine(executor, { ...options.machine, devices });
    const fill = async (ram: Executor): Promise<void> => {
      for (const w of image.writes) await ram.writeMemory(w.address, w.bytes);
    };
    await fill(executor);
    await executor.writeState(image.state);
    const restart = (): Promise<void> =>
      machine.reset(image.state, async (ram) => {
        await writePages(ram, new Map());
        await fill(ram);
      });
    return { machine, disk, share, restart };
  } catch (e) {
    executor.dispose();
    throw e;
  }
}
