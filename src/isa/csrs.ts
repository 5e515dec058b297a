// The CSR table (privileged manual, ch. 2; WARL choices of this machine). Both harts, the assembler and the generators read it.

/**
 * `plain`: a state word of the same name; writes replace the bits of `mask`.
 * `view`: bits `mask` of another CSR (sstatus, sie, sip), further limited by mideleg for sie and sip.
 * `counter`: half of a 64-bit counter. `zero`: reads zero, writes ignored. `constant`: reads `value`, writes ignored where legal.
 * `special`: semantics of its own (mstatus, mip, satp, stimecmp), still limited to `mask` on a write.
 */
export type CsrKind = 'plain' | 'view' | 'counter' | 'zero' | 'constant' | 'special';

export interface Csr {
  readonly name: string;
  /** 12 bits: [11:10] = 3 means read-only, [9:8] the lowest privilege that may access it. */
  readonly number: number;
  readonly kind: CsrKind;
  /** Bits that a write can change. */
  readonly mask: number;
  /** What a `constant` reads as. */
  readonly value: number;
}

const table: Csr[] = [];
function csr(number: number, name: string, kind: CsrKind, mask = 0, value = 0): void {
  table.push({ name, number, kind, mask: mask >>> 0, value: value >>> 0 });
}

/** Bits of mstatus that a write can change; the rest is zero. MPP=2 is refused: MPP stays as it was. */
export const MSTATUS_MASK = 0x007e19aa;
/** The bits of mstatus that sstatus shows. */
export const SSTATUS_MASK = 0x000c0122;
/** Interrupts that mie can enable. */
export const MIE_MASK = 0xaaa;
/** Interrupts that can be delegated. */
export const MIDELEG_MASK = 0x222;
/** Bits of mip that M-mode can write; STIP (bit 5) only while menvcfgh.STCE is 0. */
export const MIP_MASK = 0x222;
/** Exceptions that can be delegated: 0 to 9, 12, 13, 15. */
export const MEDELEG_MASK = 0xb3ff;

const FULL = 0xffffffff;
// Machine
csr(0x300, 'mstatus', 'special', MSTATUS_MASK);
csr(0x301, 'misa', 'constant', 0, 0x40141101);
csr(0x302, 'medeleg', 'plain', MEDELEG_MASK);
csr(0x303, 'mideleg', 'plain', MIDELEG_MASK);
csr(0x304, 'mie', 'plain', MIE_MASK);
csr(0x305, 'mtvec', 'plain', 0xfffffffd);
csr(0x306, 'mcounteren', 'plain', 7);
csr(0x30a, 'menvcfg', 'plain', 1);
csr(0x310, 'mstatush', 'zero');
csr(0x31a, 'menvcfgh', 'plain', 0xa0000000);
csr(0x320, 'mcountinhibit', 'zero');
csr(0x340, 'mscratch', 'plain', FULL);
csr(0x341, 'mepc', 'plain', 0xfffffffc);
csr(0x342, 'mcause', 'plain', FULL);
csr(0x343, 'mtval', 'plain', FULL);
csr(0x344, 'mip', 'special', MIP_MASK);
for (let i = 0; i < 16; i++) csr(0x3a0 + i, `pmpcfg${i}`, 'zero');
for (let i = 0; i < 64; i++) csr(0x3b0 + i, `pmpaddr${i}`, 'zero');
csr(0xb00, 'mcycle', 'counter', FULL);
csr(0xb02, 'minstret', 'counter', FULL);
csr(0xb80, 'mcycleh', 'counter', FULL);
csr(0xb82, 'minstreth', 'counter', FULL);
for (let i = 3; i < 32; i++) {
  csr(0x320 + i, `mhpmevent${i}`, 'zero');
  csr(0xb00 + i, `mhpmcounter${i}`, 'zero');
  csr(0xb80 + i, `mhpmcounter${i}h`, 'zero');
}
csr(0xf11, 'mvendorid', 'constant');
csr(0xf12, 'marchid', 'constant');
csr(0xf13, 'mimpid', 'constant');
csr(0xf14, 'mhartid', 'constant');
csr(0xf15, 'mconfigptr', 'constant');
// Supervisor
csr(0x100, 'sstatus', 'view', SSTATUS_MASK);
csr(0x104, 'sie', 'view', MIDELEG_MASK);
csr(0x105, 'stvec', 'plain', 0xfffffffd);
csr(0x106, 'scounteren', 'plain', 7);
csr(0x10a, 'senvcfg', 'plain', 1);
csr(0x140, 'sscratch', 'plain', FULL);
csr(0x141, 'sepc', 'plain', 0xfffffffc);
csr(0x142, 'scause', 'plain', FULL);
csr(0x143, 'stval', 'plain', FULL);
csr(0x144, 'sip', 'view', 0x2);
csr(0x14d, 'stimecmp', 'special', FULL);
csr(0x15d, 'stimecmph', 'special', FULL);
csr(0x180, 'satp', 'special', 0x803fffff);
// Unprivileged counters
csr(0xc00, 'cycle', 'counter');
csr(0xc01, 'time', 'counter');
csr(0xc02, 'instret', 'counter');
csr(0xc80, 'cycleh', 'counter');
csr(0xc81, 'timeh', 'counter');
csr(0xc82, 'instreth', 'counter');
for (let i = 3; i < 32; i++) {
  csr(0xc00 + i, `hpmcounter${i}`, 'zero');
  csr(0xc80 + i, `hpmcounter${i}h`, 'zero');
}

/** Every CSR of the machine. An access to a number that is not here is an illegal instruction. */
export const CSRS: readonly Csr[] = table;
export const CSR_BY_NUMBER: ReadonlyMap<number, Csr> = new Map(table.map((c) => [c.number, c]));
export const CSR_BY_NAME: ReadonlyMap<string, Csr> = new Map(table.map((c) => [c.name, c]));

/** The number of the CSR called `name`. */
export function csrNumber(name: string): number {
  const found = CSR_BY_NAME.get(name);
  if (!found) throw new RangeError(`no CSR is called ${name}`);
  return found.number;
}
