// Register maps of the devices that live in both harts: CLINT, PLIC (SiFive layout), UART 16550A, test device.

/** CLINT: 32-bit accesses only. Other offsets read zero and ignore writes. */
export const CLINT = { MSIP: 0x0, MTIMECMP: 0x4000, MTIMECMPH: 0x4004, MTIME: 0xbff8, MTIMEH: 0xbffc } as const;

/** PLIC: 32-bit accesses only. Contexts: 0 = M, 1 = S. */
export const PLIC = {
  PRIORITY: 0x0,
  PENDING: 0x1000,
  ENABLE: 0x2000,
  ENABLE_STRIDE: 0x80,
  THRESHOLD: 0x200000,
  CLAIM: 0x200004,
  CONTEXT_STRIDE: 0x1000,
  /** Priorities and thresholds are 0 to 7. */
  PRIORITY_MASK: 7,
} as const;

/** UART 16550A, byte accesses only, one register a byte. */
export const UART = {
  RBR_THR_DLL: 0,
  IER_DLM: 1,
  IIR_FCR: 2,
  LCR: 3,
  MCR: 4,
  LSR: 5,
  MSR: 6,
  SCR: 7,
  IER_RDI: 1,
  IER_THRI: 2,
  IER_RLSI: 4,
  IER_MSI: 8,
  IIR_NONE: 1,
  IIR_THRI: 2,
  IIR_RDI: 4,
  IIR_TIMEOUT: 12,
  /** Both set while FCR bit 0 is: FIFOs on. */
  IIR_FIFO: 0xc0,
  LSR_DR: 1,
  LSR_THRE: 0x20,
  LSR_TEMT: 0x40,
  LCR_DLAB: 0x80,
  MCR_LOOP: 0x10,
  /** CTS, DSR, DCD: a line that is always ready. */
  MSR_READY: 0xb0,
} as const;

/** Test device: a 32-bit store to offset 0 ends the run with exit HALT. */
export const TEST = { PASS: 0x5555, FAIL: 0x3333, RESET: 0x7777 } as const;
