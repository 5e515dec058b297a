// The two physical memory maps, as one table. Harts, device tree, firmware and WGSL constants are made from it.

import { GpuvisorError } from '../isa/errors.js';

export type MapName = 'visual' | 'virt';

/** A range of physical addresses. Bytes. */
export interface Range {
  readonly base: number;
  readonly size: number;
}

export interface MemoryMap {
  readonly name: MapName;
  /** First byte of RAM. */
  readonly ramBase: number;
  /** A hole of devices inside the RAM range, or size 0. Addresses there are never RAM. */
  readonly hole: Range;
  readonly clint: Range;
  readonly plic: Range;
  readonly uart: Range;
  readonly test: Range;
  /** VIRTIO_SLOTS consecutive host-side slots of VIRTIO_SLOT_SIZE bytes. */
  readonly virtio: Range;
  /** 640x480 x8r8g8b8, inside the RAM range and reserved from it, or undefined. */
  readonly framebuffer: Range | undefined;
  /** RAM kept back for second-level page tables made from outside, or undefined. */
  readonly pageTablePool: Range | undefined;
  /** Where firmware, kernel, initramfs and device tree go unless told otherwise. */
  readonly firmware: number;
  readonly kernel: number;
}

export const VIRTIO_SLOTS = 8;
export const VIRTIO_SLOT_SIZE = 0x1000;
/** PLIC source of virtio slot `i` is `VIRTIO_IRQ + i`. */
export const VIRTIO_IRQ = 1;
export const UART_IRQ = 10;
export const FRAMEBUFFER = { width: 640, height: 480, stride: 2560, bytes: 640 * 480 * 4 } as const;
/** Default RAM, MiB. */
export const DEFAULT_MEMORY_MB = 64;

const MB = 1 << 20;

export const MEMORY_MAPS: Readonly<Record<MapName, MemoryMap>> = {
  visual: {
    name: 'visual',
    ramBase: 0,
    hole: { base: 0x02000000, size: 16 * MB },
    clint: { base: 0x02000000, size: 0x10000 },
    plic: { base: 0x02400000, size: 0x400000 },
    uart: { base: 0x02800000, size: 0x100 },
    test: { base: 0x02810000, size: 0x1000 },
    virtio: { base: 0x02820000, size: VIRTIO_SLOTS * VIRTIO_SLOT_SIZE },
    framebuffer: { base: 0x01000000, size: 16 * MB },
    pageTablePool: { base: 0x03ff0000, size: 0x10000 },
    firmware: 0,
    kernel: 0x00400000,
  },
  virt: {
    name: 'virt',
    ramBase: 0x80000000,
    hole: { base: 0, size: 0 },
    clint: { base: 0x02000000, size: 0x10000 },
    plic: { base: 0x0c000000, size: 0x400000 },
    uart: { base: 0x10000000, size: 0x100 },
    test: { base: 0x00100000, size: 0x1000 },
    virtio: { base: 0x10001000, size: VIRTIO_SLOTS * VIRTIO_SLOT_SIZE },
    framebuffer: undefined,
    pageTablePool: undefined,
    firmware: 0x80000000,
    kernel: 0x80400000,
  },
};

/** Largest RAM a machine may ask for, MiB; the adapter may allow less. */
export const MAX_MEMORY_MB = 1024;

/**
 * Checks a memory size against a map. `visual` wants 64 MiB or more (its picture is 64 MiB), `virt` 1 MiB or more; whole MiB.
 * Small machines of a fleet are made with byte sizes and do not come through here.
 * @throws GpuvisorError BAD_MEMORY_SIZE
 */
export function checkMemoryMb(map: MemoryMap, memoryMb: number): void {
  const least = map.hole.size > 0 ? 64 : 1;
  if (!Number.isInteger(memoryMb) || memoryMb < least || memoryMb > MAX_MEMORY_MB) {
    throw new GpuvisorError(
      'BAD_MEMORY_SIZE',
      `memory_mb is ${memoryMb}; the ${map.name} map takes whole numbers from ${least} to ${MAX_MEMORY_MB}`,
      `ask for ${DEFAULT_MEMORY_MB}`,
    );
  }
}

/** True when the `size` bytes at `address` are all RAM of a machine with `ramSize` bytes of RAM range (holes are not RAM). */
export function isRam(map: MemoryMap, ramSize: number, address: number, size: number): boolean {
  if (address < map.ramBase || address + size > map.ramBase + ramSize) return false;
  const { base, size: length } = map.hole;
  return length === 0 || address + size <= base || address >= base + length;
}
