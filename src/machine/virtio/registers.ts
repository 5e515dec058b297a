// virtio-mmio version 2: register offsets, status and descriptor bits (virtio 1.2, sections 2.1, 2.7, 4.2.2).

/** Offsets of the registers, 32 bits each. Config space follows at 0x100. */
export const REG = {
  MAGIC: 0x000,
  VERSION: 0x004,
  DEVICE_ID: 0x008,
  VENDOR_ID: 0x00c,
  DEVICE_FEATURES: 0x010,
  DEVICE_FEATURES_SEL: 0x014,
  DRIVER_FEATURES: 0x020,
  DRIVER_FEATURES_SEL: 0x024,
  QUEUE_SEL: 0x030,
  QUEUE_NUM_MAX: 0x034,
  QUEUE_NUM: 0x038,
  QUEUE_READY: 0x044,
  QUEUE_NOTIFY: 0x050,
  INTERRUPT_STATUS: 0x060,
  INTERRUPT_ACK: 0x064,
  STATUS: 0x070,
  QUEUE_DESC_LOW: 0x080,
  QUEUE_DESC_HIGH: 0x084,
  QUEUE_DRIVER_LOW: 0x090,
  QUEUE_DRIVER_HIGH: 0x094,
  QUEUE_DEVICE_LOW: 0x0a0,
  QUEUE_DEVICE_HIGH: 0x0a4,
  SHM_LEN_LOW: 0x0b0,
  SHM_BASE_HIGH: 0x0bc,
  CONFIG_GENERATION: 0x0fc,
  CONFIG: 0x100,
} as const;

/** "virt", little-endian. */
export const MAGIC = 0x74726976;
export const VERSION = 2;
/** "GPUV", little-endian. */
export const VENDOR = 0x56555047;

export const STATUS = { ACKNOWLEDGE: 1, DRIVER: 2, DRIVER_OK: 4, FEATURES_OK: 8, NEEDS_RESET: 64, FAILED: 128 } as const;

/** InterruptStatus bits. */
export const INTERRUPT = { USED: 1, CONFIG: 2 } as const;

/** Descriptor flags. */
export const DESC = { NEXT: 1, WRITE: 2, INDIRECT: 4 } as const;

/** avail.flags: the driver wants no interrupts. */
export const AVAIL_NO_INTERRUPT = 1;

/** Feature bit 32: a modern device. */
export const F_VERSION_1 = 1n << 32n;

/** Device types (virtio 1.2, section 5). */
export const DEVICE_ID = { BLOCK: 2, CONSOLE: 3, ENTROPY: 4, NINE: 9, INPUT: 18 } as const;
