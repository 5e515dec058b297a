// Privilege levels, causes, mstatus fields, interrupt bits and PTE bits (privileged manual, ch. 3.1, 10.1, 10.3).

/** Privilege levels as xPP encodes them. */
export const PRIV = { U: 0, S: 1, M: 3 } as const;

/** Synchronous causes (privileged manual, table 14). */
export const CAUSE = {
  FETCH_MISALIGNED: 0,
  FETCH_ACCESS: 1,
  ILLEGAL: 2,
  BREAKPOINT: 3,
  LOAD_MISALIGNED: 4,
  LOAD_ACCESS: 5,
  STORE_MISALIGNED: 6,
  STORE_ACCESS: 7,
  ECALL_U: 8,
  ECALL_S: 9,
  ECALL_M: 11,
  FETCH_PAGE: 12,
  LOAD_PAGE: 13,
  STORE_PAGE: 15,
} as const;

/** Bit 31 of mcause and scause: the trap is an interrupt. */
export const CAUSE_INTERRUPT = 0x80000000;

/** Interrupt numbers: bit positions in mip, mie, mideleg. */
export const IRQ = { SSI: 1, MSI: 3, STI: 5, MTI: 7, SEI: 9, MEI: 11 } as const;

/** Highest first (privileged manual, 3.1.9). */
export const IRQ_PRIORITY: readonly number[] = [IRQ.MEI, IRQ.MSI, IRQ.MTI, IRQ.SEI, IRQ.SSI, IRQ.STI];

/** mstatus fields, as masks (privileged manual, 3.1.6). */
export const MSTATUS = {
  SIE: 1 << 1,
  MIE: 1 << 3,
  SPIE: 1 << 5,
  MPIE: 1 << 7,
  SPP: 1 << 8,
  MPP: 3 << 11,
  MPRV: 1 << 17,
  SUM: 1 << 18,
  MXR: 1 << 19,
  TVM: 1 << 20,
  TW: 1 << 21,
  TSR: 1 << 22,
} as const;

/** menvcfgh bits: bit 63 and bit 61 of menvcfg. */
export const MENVCFGH = { STCE: 0x80000000, ADUE: 0x20000000 } as const;

/** Sv32 PTE bits (privileged manual, 10.3.1). */
export const PTE = { V: 1, R: 2, W: 4, X: 8, U: 16, G: 32, A: 64, D: 128 } as const;

/** satp fields (privileged manual, 10.1.11). ASIDLEN is 0: the ASID bits read as zero. */
export const SATP = { MODE: 0x80000000, PPN: 0x003fffff } as const;
