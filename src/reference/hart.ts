// The hart's own data: architectural state, RAM views, cached translations and what the current instruction has raised.

import { MSTATUS, PRIV, SATP } from '../isa/privilege.js';
import { EXIT, resetState, W } from '../isa/state.js';
import type { ExecutorConfig } from '../machine/executor.js';
import type { MemoryMap } from '../machine/map.js';
import { plicUpdate } from './plic.js';

/** What a memory access is for (privileged manual, 3.7.1). LR is a load; SC and AMOs are stores. */
export const ACCESS = { FETCH: 0, LOAD: 1, STORE: 2 } as const;
export type Access = (typeof ACCESS)[keyof typeof ACCESS];

/** No exception is pending in the current instruction. */
export const NO_CAUSE = -1;

/** Entries of each translation cache; direct-mapped by the low bits of the virtual page number. */
const TLB_ENTRIES = 256;
export const TLB_INDEX = TLB_ENTRIES - 1;
const TLB_EMPTY = -1;

// A translation mode stands above the 20 bits of a virtual page number in a tag, so that an entry made under one privilege,
// SUM and MXR is never hit under another.
const MODE_TRANSLATED = 1 << 20;
const MODE_PRIV_SHIFT = 21;
const MODE_SUM = 1 << 22;
const MODE_MXR = 1 << 23;

/** Virtual pages whose accesses of one kind succeed and land in RAM. Failures and devices are never kept. */
class Tlb {
  /** Mode and virtual page number. */
  readonly tag = new Int32Array(TLB_ENTRIES);
  /** Byte offset into RAM of the page. */
  readonly base = new Int32Array(TLB_ENTRIES);
  constructor() {
    this.clear();
  }
  clear(): void {
    this.tag.fill(TLB_EMPTY);
  }
}

/** One hart with its RAM and the devices that live in it. Everything architectural is in `s` and RAM; the rest can be rebuilt from them. */
export class Hart {
  readonly map: MemoryMap;
  readonly ramSize: number;
  /** The state of src/isa/state.ts, as unsigned words. */
  readonly s: Uint32Array;
  /** The same words, signed: x0 to x31 and pc are read through this one. */
  readonly r: Int32Array;
  readonly ram8: Uint8Array;
  readonly ram16: Uint16Array;
  readonly ram32: Int32Array;

  readonly fetchTlb = new Tlb();
  readonly loadTlb = new Tlb();
  readonly storeTlb = new Tlb();
  /** Translation modes of fetches, and of loads and stores (MPRV, SUM, MXR counted in). */
  fetchMode = 0;
  dataMode = 0;
  private cachedSatp = 0;
  private cachedTohost = 0;

  /** Something the run loop must look at happened: an exception, an exit, or a change that can make an interrupt due. */
  attention = true;
  /** The exception the current instruction raised, or NO_CAUSE. */
  cause = NO_CAUSE;
  tval = 0;
  /** The exit the current instruction asks for; BUDGET means none. */
  exit: number = EXIT.BUDGET;
  /** Where the next instruction is, signed. The run loop sets it past this one: that is the link of a jump. */
  next = 0;
  /** 16-bit instructions are there: IALIGN is 16, misa.C reads 1. */
  readonly compressed: boolean;
  /** Bits that a jump target may not have: below IALIGN. */
  readonly misalignment: number;

  /**
   * @param ram RAM from `map.ramBase`, `ramSize` bytes, zero-filled by the caller
   * @param byteOffset where this hart's RAM starts in `ram`; a multiple of 4
   */
  constructor(config: ExecutorConfig, ram: ArrayBuffer, byteOffset = 0) {
    this.map = config.map;
    this.compressed = config.compressed ?? false;
    this.misalignment = this.compressed ? 1 : 3;
    this.ramSize = config.ramSize;
    this.s = resetState(config.map.ramBase);
    this.r = new Int32Array(this.s.buffer);
    this.ram8 = new Uint8Array(ram, byteOffset, config.ramSize);
    this.ram16 = new Uint16Array(ram, byteOffset, config.ramSize >>> 1);
    this.ram32 = new Int32Array(ram, byteOffset, config.ramSize >>> 2);
    this.flush();
  }

  /** Raises an exception in the current instruction. */
  raise(cause: number, tval: number): void {
    this.cause = cause;
    this.tval = tval;
    this.attention = true;
  }

  /** Asks the run loop to end after this instruction (before it, for MMIO). */
  leave(exit: number): void {
    this.exit = exit;
    this.attention = true;
  }

  /** Byte offset into RAM of physical address `pa`, or -1 when there is no RAM. RAM and holes are whole pages. */
  ramOffset(pa: number): number {
    const offset = pa - this.map.ramBase;
    if (offset < 0 || offset >= this.ramSize) return -1;
    const { base, size } = this.map.hole;
    return pa >= base && pa < base + size ? -1 : offset;
  }

  /** Drops every cached translation (SFENCE.VMA, a satp write, a change from outside). */
  flush(): void {
    this.fetchTlb.clear();
    this.loadTlb.clear();
    this.storeTlb.clear();
    this.cachedSatp = this.s[W.satp]!;
    this.cachedTohost = this.s[W.tohost]!;
  }

  /** Recomputes the translation modes: after any change of privilege, mstatus or satp (privileged manual, 3.1.6.3, 10.1.11). */
  updateModes(): void {
    const s = this.s;
    const priv = s[W.priv]!;
    const mstatus = s[W.mstatus]!;
    const translating = (s[W.satp]! & SATP.MODE) !== 0;
    const dataPriv = priv === PRIV.M && (mstatus & MSTATUS.MPRV) !== 0 ? (mstatus & MSTATUS.MPP) >>> 11 : priv;
    this.fetchMode = translating && priv < PRIV.M ? MODE_TRANSLATED | (priv << MODE_PRIV_SHIFT) : 0;
    this.dataMode =
      translating && dataPriv < PRIV.M
        ? MODE_TRANSLATED | (dataPriv << MODE_PRIV_SHIFT) | (mstatus & MSTATUS.SUM ? MODE_SUM : 0) | (mstatus & MSTATUS.MXR ? MODE_MXR : 0)
        : 0;
  }

  /** Brings everything derived up to date with a state that may have been written from outside. */
  refresh(): void {
    if (this.s[W.satp] !== this.cachedSatp || this.s[W.tohost] !== this.cachedTohost) this.flush();
    this.updateModes();
    plicUpdate(this.s);
    this.cause = NO_CAUSE;
    this.exit = EXIT.BUDGET;
    this.attention = true;
  }
}
