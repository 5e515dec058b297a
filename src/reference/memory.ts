// Fetches, loads and stores at virtual addresses: cached translation, misaligned accesses, RAM or bus (privileged manual, 3.6.3.3).

import { expand, isCompressed } from '../isa/compressed.js';
import { CAUSE } from '../isa/privilege.js';
import { EXIT, NO_RESERVATION, W } from '../isa/state.js';
import { ACCESS, NO_CAUSE, TLB_INDEX, type Hart } from './hart.js';
import { BUS_ERROR, busLoad, busStore } from './bus.js';
import { accessFault, FAULT, translate } from './mmu.js';

const PAGE_SIZE = 4096;
const PAGE_MASK = PAGE_SIZE - 1;
const RESERVATION = W.reservation;

/** The instruction word at pc, or 0 with an exception raised. */
export function fetch(h: Hart, pc: number): number {
  const vpn = pc >>> 12;
  const i = vpn & TLB_INDEX;
  const tlb = h.fetchTlb;
  if (tlb.tag[i] === (vpn | h.fetchMode)) return h.ram32[(tlb.base[i]! + (pc & PAGE_MASK)) >> 2]!;
  const pa = translate(h, pc, ACCESS.FETCH);
  if (pa === FAULT) return 0;
  const at = h.ramOffset(pa);
  if (at < 0) {
    accessFault(h, pc, ACCESS.FETCH);
    return 0;
  }
  tlb.tag[i] = vpn | h.fetchMode;
  tlb.base[i] = at & ~PAGE_MASK;
  return h.ram32[at >> 2]!;
}

/** The 16 bits at pc, or 0 with an exception raised. */
function fetchHalf(h: Hart, pc: number): number {
  const word = fetch(h, pc);
  return pc & 2 ? word >>> 16 : word & 0xffff;
}

/**
 * The instruction at pc, a multiple of 2, as a 32-bit word, or 0 with an exception raised. A 16-bit one sets `h.next` to pc + 2. The second half of a
 * 32-bit one is fetched by itself: it can lie in another page.
 */
export function fetchCompressed(h: Hart, pc: number): number {
  const low = fetchHalf(h, pc);
  if (h.cause !== NO_CAUSE) return 0;
  if (!isCompressed(low)) return low | (fetchHalf(h, (pc + 2) | 0) << 16);
  h.next = (pc + 2) | 0;
  const word = expand(low);
  if (word === undefined) h.raise(CAUSE.ILLEGAL, low);
  return word ?? 0;
}

/** The byte at `va`, zero-extended. Check `h.attention`: an exception or an exit may have been raised. */
export function load8(h: Hart, va: number): number {
  const vpn = va >>> 12;
  const i = vpn & TLB_INDEX;
  const tlb = h.loadTlb;
  if (tlb.tag[i] === (vpn | h.dataMode)) return h.ram8[tlb.base[i]! + (va & PAGE_MASK)]!;
  return loadSlow(h, va, 1);
}

/** The half-word at `va`, zero-extended. */
export function load16(h: Hart, va: number): number {
  const vpn = va >>> 12;
  const i = vpn & TLB_INDEX;
  const tlb = h.loadTlb;
  if (tlb.tag[i] === (vpn | h.dataMode) && (va & 1) === 0) return h.ram16[(tlb.base[i]! + (va & PAGE_MASK)) >> 1]!;
  return loadSlow(h, va, 2);
}

/** The word at `va`, signed. */
export function load32(h: Hart, va: number): number {
  const vpn = va >>> 12;
  const i = vpn & TLB_INDEX;
  const tlb = h.loadTlb;
  if (tlb.tag[i] === (vpn | h.dataMode) && (va & 3) === 0) return h.ram32[(tlb.base[i]! + (va & PAGE_MASK)) >> 2]!;
  return loadSlow(h, va, 4);
}

export function store8(h: Hart, va: number, value: number): void {
  const vpn = va >>> 12;
  const i = vpn & TLB_INDEX;
  const tlb = h.storeTlb;
  if (tlb.tag[i] === (vpn | h.dataMode)) {
    const at = tlb.base[i]! + (va & PAGE_MASK);
    h.ram8[at] = value;
    breakReservation(h, at);
  } else storeSlow(h, va, 1, value);
}

export function store16(h: Hart, va: number, value: number): void {
  const vpn = va >>> 12;
  const i = vpn & TLB_INDEX;
  const tlb = h.storeTlb;
  if (tlb.tag[i] === (vpn | h.dataMode) && (va & 1) === 0) {
    const at = tlb.base[i]! + (va & PAGE_MASK);
    h.ram16[at >> 1] = value;
    breakReservation(h, at);
  } else storeSlow(h, va, 2, value);
}

export function store32(h: Hart, va: number, value: number): void {
  const vpn = va >>> 12;
  const i = vpn & TLB_INDEX;
  const tlb = h.storeTlb;
  if (tlb.tag[i] === (vpn | h.dataMode) && (va & 3) === 0) {
    const at = tlb.base[i]! + (va & PAGE_MASK);
    h.ram32[at >> 2] = value;
    breakReservation(h, at);
  } else storeSlow(h, va, 4, value);
}

/** A store to RAM offset `at` takes the reservation of its word away (unprivileged manual, 13.2). */
function breakReservation(h: Hart, at: number): void {
  if (h.r[RESERVATION] === (((at & ~3) + h.map.ramBase) | 0)) h.s[RESERVATION] = NO_RESERVATION;
}

/** What follows a store of any kind to the RAM word at offset `at`: the reservation, and exit TOHOST. */
export function afterStore(h: Hart, at: number): void {
  breakReservation(h, at);
  if (h.s[W.tohost] === (at & ~3) + h.map.ramBase) {
    const word = h.ram32[at >> 2]!;
    if (word !== 0) {
      h.s[W.exit_value] = word;
      h.leave(EXIT.TOHOST);
    }
  }
}

function loadSlow(h: Hart, va: number, size: number): number {
  if ((va & (size - 1)) !== 0) return loadMisaligned(h, va, size);
  const pa = translate(h, va, ACCESS.LOAD);
  if (pa === FAULT) return 0;
  const at = h.ramOffset(pa);
  if (at < 0) {
    const value = busLoad(h, pa, size);
    if (value !== BUS_ERROR) return value;
    accessFault(h, va, ACCESS.LOAD);
    return 0;
  }
  const vpn = va >>> 12;
  h.loadTlb.tag[vpn & TLB_INDEX] = vpn | h.dataMode;
  h.loadTlb.base[vpn & TLB_INDEX] = at & ~PAGE_MASK;
  if (size === 4) return h.ram32[at >> 2]!;
  return size === 2 ? h.ram16[at >> 1]! : h.ram8[at]!;
}

function storeSlow(h: Hart, va: number, size: number, value: number): void {
  if ((va & (size - 1)) !== 0) return storeMisaligned(h, va, size, value);
  const pa = translate(h, va, ACCESS.STORE);
  if (pa === FAULT) return;
  const at = h.ramOffset(pa);
  if (at < 0) {
    if (!busStore(h, pa, size, value)) accessFault(h, va, ACCESS.STORE);
    return;
  }
  // The page of tohost stays out of the cache, so that every store to it comes through here.
  if (Math.floor(pa / PAGE_SIZE) !== h.s[W.tohost]! >>> 12) {
    const vpn = va >>> 12;
    h.storeTlb.tag[vpn & TLB_INDEX] = vpn | h.dataMode;
    h.storeTlb.base[vpn & TLB_INDEX] = at & ~PAGE_MASK;
  }
  if (size === 4) h.ram32[at >> 2] = value;
  else if (size === 2) h.ram16[at >> 1] = value;
  else h.ram8[at] = value;
  afterStore(h, at);
}

/** RAM offsets of the two parts of the last misaligned access, and the bytes of the first; one part counts as two. */
const parts = { first: 0, low: 0, high: 0 };

/** RAM offset of the part of a misaligned access that begins at `va`, or FAULT with the exception raised: a device is an access fault. */
function misalignedPart(h: Hart, va: number, access: 1 | 2): number {
  const pa = translate(h, va, access);
  if (pa === FAULT) return FAULT;
  const at = h.ramOffset(pa);
  return at < 0 ? accessFault(h, va, access) : at;
}

/** Finds the parts of a misaligned access: the first one whole, then the second. False with the exception raised. */
function misalignedParts(h: Hart, va: number, size: number, access: 1 | 2): boolean {
  const first = Math.min(size, PAGE_SIZE - (va & PAGE_MASK));
  const low = misalignedPart(h, va, access);
  if (low === FAULT) return false;
  const high = first < size ? misalignedPart(h, va + first, access) : low + first;
  if (high === FAULT) return false;
  parts.first = first;
  parts.low = low;
  parts.high = high;
  return true;
}

function loadMisaligned(h: Hart, va: number, size: number): number {
  if (!misalignedParts(h, va, size, ACCESS.LOAD)) return 0;
  const { first, low, high } = parts;
  let value = 0;
  for (let i = 0; i < size; i++) value |= h.ram8[i < first ? low + i : high + i - first]! << (8 * i);
  return value;
}

function storeMisaligned(h: Hart, va: number, size: number, value: number): void {
  if (!misalignedParts(h, va, size, ACCESS.STORE)) return;
  const { first, low, high } = parts;
  for (let i = 0; i < size; i++) h.ram8[i < first ? low + i : high + i - first] = value >>> (8 * i);
  afterStore(h, low);
  if ((low ^ (high + size - first - 1)) & ~3) afterStore(h, high + size - first - 1);
}
