// Page tables of random programs: a root with a table of 4 KiB leaves over RAM, superpages over the devices, and a second root. No leaf lets
// a program write code or tables through the data pointer, and code addresses only ever lead to code (see layout.ts).

import { PTE, SATP } from '../../isa/privilege.js';
import { MEMORY_MAPS } from '../../machine/map.js';
import type { Random } from '../random.js';
import { BASE, PAGE, pageAddress } from './layout.js';

const MAP = MEMORY_MAPS.virt;
const RAM_PAGE = BASE / 4096;
const SUPERPAGE = 0x400000;

function flags(random: Random, user: number, odds: { w: number; x: number }): number {
  let f = 0;
  if (random.chance(0.95)) f |= PTE.V;
  if (random.chance(0.85)) f |= PTE.R;
  if (random.chance(odds.w)) f |= PTE.W;
  if (random.chance(odds.x)) f |= PTE.X;
  if (random.chance(0.85)) f |= PTE.A;
  if (random.chance(0.7)) f |= PTE.D;
  if (random.chance(0.2)) f |= PTE.G;
  if (random.chance(0.1)) f |= 0x100 << random.below(2);
  return f | (random.chance(0.85) ? user : user ^ PTE.U);
}

function entry(ppn: number, bits: number): number {
  return ((ppn << 10) | bits) >>> 0;
}

/** A leaf for a data page: over a data page, a device, nothing, or an address above 4 GiB. */
export function dataLeaf(random: Random, user: number): number {
  const bits = flags(random, user, { w: 0.75, x: 0.4 });
  const ppn = random.weighted<() => number>([
    [12, () => RAM_PAGE + random.between(PAGE.DATA, PAGE.DATA_END - 1)],
    [1, () => MAP.uart.base / 4096],
    [1, () => (MAP.plic.base + random.pick([0, 0x1000, 0x2000, 0x200000, 0x201000])) / 4096],
    [1, () => (MAP.clint.base + random.pick([0, 0x4000, 0xb000])) / 4096],
    [1, () => random.pick([0, 0xfffff, 0x300000 | RAM_PAGE, RAM_PAGE + 16])],
  ])();
  return entry(ppn, bits);
}

function codeLeaf(random: Random, user: number, page: number): number {
  if (random.chance(0.03)) return random.pick([0, 1, entry(RAM_PAGE + page, PTE.V | PTE.W), entry(0x300000 | page, 0xff)]);
  let bits = PTE.V | PTE.X;
  if (random.chance(0.9)) bits |= PTE.A;
  if (random.chance(0.7)) bits |= PTE.R;
  if (random.chance(0.3)) bits |= PTE.D;
  return entry(RAM_PAGE + page, bits | (random.chance(0.95) ? user : user ^ PTE.U));
}

function superpage(random: Random, address: number, user: number): number {
  const bits = PTE.V | PTE.R | PTE.A | (random.chance(0.9) ? PTE.W | PTE.X : PTE.X) | (random.chance(0.9) ? PTE.D : 0);
  const low = random.chance(0.05) ? 1 << random.below(10) : 0;
  return entry((address / 4096) | low, bits | (random.chance(0.95) ? user : user ^ PTE.U));
}

function fillRoot(random: Random, root: Uint32Array, user: number, superpages: number): void {
  const ram = BASE / SUPERPAGE;
  const leaves = entry(RAM_PAGE + PAGE.LEAVES, PTE.V | (random.chance(0.03) ? PTE.A : 0));
  root[ram] = random.chance(superpages) ? superpage(random, BASE, user) : leaves;
  for (const device of [MAP.clint, MAP.plic, MAP.uart, MAP.test]) {
    root[Math.floor(device.base / SUPERPAGE)] = superpage(random, Math.floor(device.base / SUPERPAGE) * SUPERPAGE, user);
  }
  // A few odd ones, where only stray pointers go.
  for (let i = 0; i < 4; i++)
    root[random.pick([0x201, 0x1ff, 0x3ff, 0x100])] = random.chance(0.5) ? leaves : random.u32() & ~(PTE.W | PTE.X);
}

/** Fills the table pages of `ram`. `user` is PTE.U when the code is meant to run in U-mode, else 0. */
export function fillTables(random: Random, ram: Uint32Array, user: number): void {
  const at = (page: number): Uint32Array => ram.subarray((page * 4096) >> 2, ((page + 1) * 4096) >> 2);
  const leaves = at(PAGE.LEAVES);
  for (let page = 0; page < PAGE.SPARE; page++) {
    if (page === PAGE.HANDLERS) leaves[page] = codeLeaf(random, 0, page);
    else if (page < PAGE.CODE_END) leaves[page] = codeLeaf(random, user, page);
    else if (page < PAGE.DATA_END)
      leaves[page] = random.chance(0.7) ? entry(RAM_PAGE + page, flags(random, user, { w: 0.85, x: 0.4 })) : dataLeaf(random, user);
    else leaves[page] = entry(RAM_PAGE + page, PTE.V | PTE.R | PTE.W | PTE.A | PTE.D | user);
  }
  fillRoot(random, at(PAGE.ROOT), user, 0.2);
  fillRoot(random, at(PAGE.ROOT2), user, 0.8);
}

/** A satp value: a good root most of the time. */
export function randomSatp(random: Random): number {
  const root = (page: number): number => (SATP.MODE | (pageAddress(page) / 4096)) >>> 0;
  return random.weighted([
    [8, root(PAGE.ROOT)],
    [4, root(PAGE.ROOT2)],
    [3, 0],
    [1, (root(PAGE.ROOT) | 0x00400000) >>> 0],
    [1, random.pick([SATP.MODE, 0xffffffff, (SATP.MODE | 0x300000 | (pageAddress(PAGE.ROOT) / 4096)) >>> 0])],
  ]);
}
