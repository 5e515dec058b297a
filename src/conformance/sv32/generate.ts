// Random page tables, and random accesses to make on them. RAM is 16 pages: code, handler, two roots, four tables of leaves, eight data
// pages. Every data word is a LUI to a5 with a number of its own, so that whatever is read or run tells where it came from.

import { MSTATUS, PRIV, PTE, SATP } from '../../isa/privilege.js';
import { MEMORY_MAPS } from '../../machine/map.js';
import type { ExecutorConfig } from '../../machine/executor.js';
import { encode } from '../encode.js';
import type { Random } from '../random.js';

export const SV32_CONFIG: ExecutorConfig = { map: MEMORY_MAPS.virt, ramSize: 0x10000 };
const BASE = SV32_CONFIG.map.ramBase;
const RAM_PAGE = BASE / 4096;
const PAGES = { CODE: 0, HANDLER: 1, ROOT: 2, LEAVES: 4, DATA: 8, END: 16 } as const;
const ROOT_ENTRIES = 1024;

/** Root entries that map all of RAM executable: for S-mode code at BASE, for U-mode code 4 MiB above it. */
const CODE_VPN1 = BASE / 0x400000;
export const USER_CODE_OFFSET = 0x400000;
/** Root entries that virtual addresses are drawn from, most of the time. */
const USED_VPN1 = [0, 1, 0x1ff, CODE_VPN1, CODE_VPN1 + 1, 0x2aa, 0x3fe, 0x3ff];

/** Register that LUI words write, the one that stores read, and the address of access 0 (then the next ones). */
export const A5 = 15;
export const STORE_VALUE = 14;
export const FIRST_ADDRESS = 20;
/** Accesses load into these, one each. */
export const FIRST_RESULT = 5;
/** Most accesses in a sequence. */
export const MOST_ACCESSES = 4;
/** Where a trap goes: a page of NOPs. */
export const HANDLER = BASE + PAGES.HANDLER * 4096;

/** The LUI word that says `id`, 20 bits. */
function named(id: number): number {
  return encode('lui', { rd: A5, imm: id << 12 });
}

function leaf(random: Random): number {
  let flags = random.chance(0.95) ? PTE.V : 0;
  if (random.chance(0.75)) flags |= PTE.R;
  if (random.chance(0.6)) flags |= PTE.W;
  if (random.chance(0.6)) flags |= PTE.X;
  if (random.chance(0.5)) flags |= PTE.U;
  if (random.chance(0.75)) flags |= PTE.A;
  if (random.chance(0.6)) flags |= PTE.D;
  if (random.chance(0.3)) flags |= PTE.G;
  if (random.chance(0.1)) flags |= 0x100 << random.below(2);
  let ppn = RAM_PAGE + random.between(PAGES.DATA, PAGES.END - 1);
  if (random.chance(0.06)) ppn = random.pick([0, RAM_PAGE + PAGES.END, RAM_PAGE - 1, 0x100000 + RAM_PAGE + PAGES.DATA, 0x3fffff, 0x380000]);
  // Tables may be read, never written: a change of theirs would have to be followed by SFENCE.VMA.
  if (random.chance(0.04)) {
    ppn = RAM_PAGE + random.between(PAGES.ROOT, PAGES.DATA - 1);
    flags &= ~PTE.W;
  }
  return ((ppn << 10) | flags) >>> 0;
}

function rootEntry(random: Random): number {
  const pointer = ((RAM_PAGE + PAGES.LEAVES + random.below(4)) << 10) | PTE.V;
  return random.weighted<() => number>([
    [10, () => pointer],
    [1, () => pointer | random.pick([PTE.A, PTE.D, PTE.U, PTE.G, 0x100, PTE.W])],
    [1, () => (random.pick([0, 0x12345, 0x3fffff, 0x100000 + RAM_PAGE + PAGES.LEAVES]) << 10) | PTE.V],
    [1, () => 0],
    // Superpages: one over RAM without W, misaligned ones, one over nothing.
    // None of them a pointer to code or handler: read as tables these would get A and D bits.
    [2, () => (RAM_PAGE << 10) | (leaf(random) & 0x3ff & ~PTE.W) | PTE.R],
    [1, () => ((RAM_PAGE + random.between(2, 1023)) << 10) | (leaf(random) & 0x3ff)],
    [1, () => (random.pick([0x300, 0x240, 0x3c0]) << 20) | (leaf(random) & 0x3ff)],
  ])();
}

/** RAM with tables and data; code and handler are NOPs. */
export function randomTables(random: Random): Uint32Array {
  const ram = new Uint32Array(SV32_CONFIG.ramSize / 4);
  ram.fill(encode('addi'), 0, (PAGES.ROOT * 4096) / 4);
  for (let root = 0; root < 2; root++) {
    const at = ((PAGES.ROOT + root) * 4096) / 4;
    for (let i = 0; i < ROOT_ENTRIES; i++) ram[at + i] = random.chance(0.02) || USED_VPN1.includes(i) ? rootEntry(random) : 0;
    const flags = PTE.V | PTE.R | PTE.X | PTE.A;
    ram[at + CODE_VPN1] = ((RAM_PAGE << 10) | flags) >>> 0;
    ram[at + CODE_VPN1 + 1] = ((RAM_PAGE << 10) | flags | PTE.U) >>> 0;
  }
  for (let i = (PAGES.LEAVES * 4096) / 4; i < (PAGES.DATA * 4096) / 4; i++) ram[i] = leaf(random);
  for (let i = (PAGES.DATA * 4096) / 4; i < ram.length; i++) ram[i] = named(i);
  return ram;
}

export type Operation = 'load' | 'store' | 'amo' | 'jump';

export interface Access {
  readonly operation: Operation;
  readonly va: number;
}

/** A sequence of accesses under one set of CSRs. */
export interface Sequence {
  readonly priv: number;
  readonly mstatus: number;
  readonly satp: number;
  readonly adue: boolean;
  readonly accesses: readonly Access[];
  /** What stores and AMOs put into memory: a LUI word again. */
  readonly stored: number;
}

function randomAddress(random: Random, near: readonly Access[]): number {
  // The page of an earlier access, so that cached translations are met.
  if (near.length > 0 && random.chance(0.5)) return ((random.pick(near).va & ~0xfff) | (random.below(1024) << 2)) >>> 0;
  const vpn1 = random.chance(0.97) ? random.pick(USED_VPN1) : random.below(1024);
  const offset = random.pick([0, 0xffc, random.below(1024) << 2]);
  const vpn0 = vpn1 === CODE_VPN1 || vpn1 === CODE_VPN1 + 1 ? random.below(20) : random.below(1024);
  return ((vpn1 << 22) | (vpn0 << 12) | offset) >>> 0;
}

/** Half of the addresses below RAM, where no device is. */
const EMPTY = 0x40000000;

/** A physical address in place of `address`: no device, and neither code nor tables, which a store would change. */
function plainPhysical(address: number): number {
  if (address < BASE) return (address | EMPTY) >>> 0;
  return Math.floor(address / 4096) - RAM_PAGE < PAGES.DATA ? address + PAGES.DATA * 4096 : address;
}

/** The word of an access: its address is in register FIRST_ADDRESS + index. */
export function accessWord(operation: Operation, index: number): number {
  const rs1 = FIRST_ADDRESS + index;
  const rd = FIRST_RESULT + index;
  switch (operation) {
    case 'load':
      return encode('lw', { rd, rs1 });
    case 'store':
      return encode('sw', { rs1, rs2: STORE_VALUE });
    case 'amo':
      return encode('amoswap.w', { rd, rs1, rs2: STORE_VALUE });
    case 'jump':
      return encode('jalr', { rs1 });
  }
}

export function randomSequence(random: Random, id: number): Sequence {
  const priv = random.weighted([
    [4, PRIV.S],
    [4, PRIV.U],
    [3, PRIV.M],
  ] as const);
  let mstatus = (random.pick([0, 1, 3]) << 11) | (random.chance(0.5) ? MSTATUS.SUM : 0) | (random.chance(0.5) ? MSTATUS.MXR : 0);
  if (priv === PRIV.M && random.chance(0.9)) mstatus |= MSTATUS.MPRV;
  const root = RAM_PAGE + PAGES.ROOT + random.below(2);
  const bare = priv !== PRIV.M && random.chance(0.03);
  const elsewhere = priv === PRIV.M && random.chance(0.05);
  const satp = bare ? 0 : (SATP.MODE | (elsewhere ? random.pick([0x3fffff, 0, RAM_PAGE + PAGES.END]) : root)) >>> 0;
  const untranslated = bare || (priv === PRIV.M && ((mstatus & MSTATUS.MPRV) === 0 || (mstatus & MSTATUS.MPP) === MSTATUS.MPP));
  const accesses: Access[] = [];
  const count = random.between(1, MOST_ACCESSES);
  for (let i = 0; i < count; i++) {
    // A jump ends the sequence: what stands there runs on.
    const operation = random.weighted<Operation>([
      [4, 'load'],
      [4, 'store'],
      [2, 'amo'],
      [i === count - 1 ? 4 : 0, 'jump'],
    ]);
    const va = randomAddress(random, accesses);
    accesses.push({ operation, va: untranslated ? plainPhysical(va) : va });
  }
  return { priv, mstatus: mstatus >>> 0, satp, adue: random.chance(0.5), accesses, stored: named((id & 0x7ffff) + 0x80000) };
}
