// The layout of a machine's state: one flat array of 32-bit words, the same in both executors, in snapshots and in the diff.
// It holds the hart and the devices that live in the hart (CLINT, PLIC, UART, test device). 64-bit values are low word first.

const words: { readonly name: string; readonly offset: number; readonly length: number }[] = [];
let next = 0;
function word(name: string, length = 1): number {
  words.push({ name, offset: next, length });
  next += length;
  return next - length;
}

/** Capacity of the transmit ring (guest to host), in bytes, one byte a word. A power of two. */
export const UART_TX_CAPACITY = 1024;
/** Capacity of the receive ring (host to guest), in bytes, one byte a word. A power of two. */
export const UART_RX_CAPACITY = 256;
/** PLIC sources, source 0 included (it does not exist). */
export const PLIC_SOURCES = 32;

/** Word offsets into the state. */
export const W = {
  x: word('x', 32),
  pc: word('pc'),
  /** 0 U, 1 S, 3 M. */
  priv: word('priv'),
  /** Retired instructions since reset, 64 bits. A trapping instruction does not retire. */
  retired: word('retired', 2),
  /** Added to `retired` when mcycle, cycle are read, 64 bits. */
  mcycle_offset: word('mcycle_offset', 2),
  /** Added to `retired` when minstret, instret are read, 64 bits. */
  minstret_offset: word('minstret_offset', 2),
  mstatus: word('mstatus'),
  medeleg: word('medeleg'),
  mideleg: word('mideleg'),
  mie: word('mie'),
  /** The bits of mip that software wrote: SSIP, STIP, SEIP. The other sources are combined in when mip is read. */
  mip: word('mip'),
  mtvec: word('mtvec'),
  mcounteren: word('mcounteren'),
  menvcfg: word('menvcfg'),
  menvcfgh: word('menvcfgh'),
  mscratch: word('mscratch'),
  mepc: word('mepc'),
  mcause: word('mcause'),
  mtval: word('mtval'),
  stvec: word('stvec'),
  scounteren: word('scounteren'),
  senvcfg: word('senvcfg'),
  sscratch: word('sscratch'),
  sepc: word('sepc'),
  scause: word('scause'),
  stval: word('stval'),
  /** 64 bits: stimecmp, stimecmph. */
  stimecmp: word('stimecmp', 2),
  satp: word('satp'),
  /** Physical address of the reserved word, or NO_RESERVATION. */
  reservation: word('reservation'),

  // CLINT
  /** Added to `retired >> TIME_SHIFT` to give mtime, 64 bits. */
  mtime_offset: word('mtime_offset', 2),
  msip: word('msip'),
  mtimecmp: word('mtimecmp', 2),

  // PLIC, one bit a source in the mask words
  plic_priority: word('plic_priority', PLIC_SOURCES),
  plic_pending: word('plic_pending'),
  plic_in_service: word('plic_in_service'),
  /** Context 0 is M, context 1 is S. */
  plic_enable: word('plic_enable', 2),
  plic_threshold: word('plic_threshold', 2),
  /** Interrupt lines held high by host devices. The UART's own line is computed. */
  plic_lines: word('plic_lines'),

  // UART 16550A
  uart_ier: word('uart_ier'),
  uart_fcr: word('uart_fcr'),
  uart_lcr: word('uart_lcr'),
  uart_mcr: word('uart_mcr'),
  uart_scr: word('uart_scr'),
  uart_dll: word('uart_dll'),
  uart_dlm: word('uart_dlm'),
  /** 1 while the THR-empty interrupt is latched. */
  uart_thri: word('uart_thri'),
  /** Free-running counts of bytes put in and taken out; index = count % capacity. */
  uart_rx_in: word('uart_rx_in'),
  uart_rx_out: word('uart_rx_out'),
  uart_tx_in: word('uart_tx_in'),
  uart_tx_out: word('uart_tx_out'),
  uart_rx: word('uart_rx', UART_RX_CAPACITY),
  uart_tx: word('uart_tx', UART_TX_CAPACITY),

  // Host interface
  /** Why the last run ended: EXIT. */
  exit: word('exit'),
  /** The value written to the test device or to tohost, for the exits that have one. */
  exit_value: word('exit_value'),
  /** Physical address of the word called `tohost`, or NO_ADDRESS. */
  tohost: word('tohost'),
  /** Virtual address of a breakpoint, or NO_ADDRESS. */
  breakpoint: word('breakpoint'),
  /** Physical address of the pending host-device access. */
  mmio_address: word('mmio_address'),
  /** 0 load, 1 store. */
  mmio_store: word('mmio_store'),
  /** Bytes: 1, 2 or 4. */
  mmio_size: word('mmio_size'),
  /** What a store writes, zero-extended. */
  mmio_value: word('mmio_value'),
  /** Register that a load writes. */
  mmio_rd: word('mmio_rd'),
  /** 1 when a load sign-extends. */
  mmio_signed: word('mmio_signed'),
} as const;

/** Words of one machine's state. */
export const STATE_WORDS: number = next;
/** Name, offset and length of every field, in order. */
export const STATE_FIELDS: readonly { readonly name: string; readonly offset: number; readonly length: number }[] = words;

/** No address: an odd number that no aligned word has. */
export const NO_ADDRESS = 0xffffffff;
export const NO_RESERVATION = 0xffffffff;

/** mtime = (retired >> TIME_SHIFT) + mtime_offset, nominally at TIMEBASE_HZ. */
export const TIME_SHIFT = 1;
export const TIMEBASE_HZ = 10_000_000;

/** Exit reasons of a run. */
export const EXIT = {
  /** The budget is spent. */
  BUDGET: 0,
  /** A load or store met a host-side device; the access waits in the mmio words, the instruction has not retired. */
  MMIO: 1,
  /** WFI retired and nothing that mie enables is pending. */
  WFI: 2,
  /** The test device was written; exit_value holds the word. The store has retired. */
  HALT: 3,
  /** A non-zero word was stored to tohost; exit_value holds it. The store has retired. */
  TOHOST: 4,
  /** The transmit ring is full. The store has retired. */
  UART: 5,
  /** pc stands at the breakpoint; the instruction there has not run. */
  BREAKPOINT: 6,
} as const;

/** The state after reset: M-mode, pc at `entry`, everything else zero but the idle markers (privileged manual, 3.4). */
export function resetState(entry: number): Uint32Array {
  const s = new Uint32Array(STATE_WORDS);
  s[W.pc] = entry;
  s[W.priv] = 3;
  s[W.reservation] = NO_RESERVATION;
  s[W.tohost] = NO_ADDRESS;
  s[W.breakpoint] = NO_ADDRESS;
  s.fill(0xffffffff, W.mtimecmp, W.mtimecmp + 2);
  s.fill(0xffffffff, W.stimecmp, W.stimecmp + 2);
  return s;
}

/** A 64-bit value of the state. */
export function read64(s: Uint32Array, offset: number): bigint {
  return (BigInt(s[offset + 1]!) << 32n) | BigInt(s[offset]!);
}

/** Stores the low 64 bits of `value`. */
export function write64(s: Uint32Array, offset: number, value: bigint): void {
  s[offset] = Number(value & 0xffffffffn);
  s[offset + 1] = Number((value >> 32n) & 0xffffffffn);
}

/** mtime of a state, in ticks of TIMEBASE_HZ. */
export function mtime(s: Uint32Array): bigint {
  return BigInt.asUintN(64, (read64(s, W.retired) >> BigInt(TIME_SHIFT)) + read64(s, W.mtime_offset));
}
