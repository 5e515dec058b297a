// Page tables from outside (Sv32; privileged manual, 10.1.11 and 10.3): satp, and one PTE at a time. Second-level tables come from the map's pool.
// A table is free when all its words are zero: so this needs no list of its own that a restored snapshot would make wrong.

import { GpuvisorError } from '../isa/errors.js';
import { PRIV, PTE, SATP } from '../isa/privilege.js';
import { W } from '../isa/state.js';
import type { Machine } from '../machine/machine.js';
import { type MemoryMap, isRam } from '../machine/map.js';
import { checkAligned, hex } from './address.js';

const PAGE = 0x1000;
const SUPERPAGE = 0x400000;
const ENTRIES = 1024;
/** Flags of map_page: R=1, W=2, X=4, U=8; a PTE has them one bit further up, above V. */
const FLAG = { R: 1, W: 2, X: 4, U: 8 } as const;

export type PageSize = '4K' | '4M';

export interface Mapping {
  /** 32 bits. */
  readonly va: number;
  /** 34 bits. */
  readonly pa: number;
  readonly flags: number;
  readonly size?: PageSize | undefined;
  readonly force?: boolean | undefined;
}

/** A PTE that was written, and where. */
export interface MappedPage {
  readonly pte: number;
  readonly pteAddress: number;
  /** 1 in the root table (4 MiB), 0 in a second-level table (4 KiB). */
  readonly level: 0 | 1;
  /** The table that holds it. */
  readonly table: number;
  readonly root: number;
}

/** What is known of the page tables that were set from outside, for one machine. */
export class PageTables {
  /** Roots that were set from outside: never handed out as second-level tables. */
  readonly #roots = new Set<number>();
  /** Root entries that became superpages because of their addresses alone: a page inside may be mapped differently without force. */
  readonly #divisible = new Set<number>();
  #satp: number | undefined;

  /** The machine was started over. */
  forget(): void {
    this.#roots.clear();
    this.#divisible.clear();
    this.#satp = undefined;
  }

  /**
   * Sets satp: Sv32 with the root table at `root`. Drops cached translations.
   * @throws GpuvisorError UNALIGNED_ADDRESS, ADDRESS_OUT_OF_RANGE unless the table is RAM, PAGE_TABLE_IN_USE when the guest has one of its own
   */
  async setRoot(machine: Machine, root: number, force: boolean): Promise<{ satp: number; privilege: number }> {
    checkAligned('root_pa', root, PAGE);
    const { map, ramSize } = machine.config;
    if (!isRam(map, ramSize, root, PAGE)) throw notRam('root_pa', root, machine);
    const state = await machine.readState();
    if (!force) this.#checkOurs(state[W.satp]!);
    const satp = (SATP.MODE | (root / PAGE)) >>> 0;
    state[W.satp] = satp;
    await machine.writeState(state);
    this.#satp = satp;
    this.#roots.add(root);
    return { satp, privilege: state[W.priv]! };
  }

  /**
   * Writes one leaf PTE, with a second-level table where one is needed, and drops cached translations.
   * @throws GpuvisorError BAD_ARGUMENT, UNALIGNED_ADDRESS, ADDRESS_OUT_OF_RANGE, PAGE_TABLE_IN_USE, OUT_OF_MEMORY when the pool is used up
   */
  async map(machine: Machine, mapping: Mapping): Promise<MappedPage> {
    const { va, pa, force = false } = mapping;
    const bits = leafBits(mapping.flags);
    checkAligned('va', va, mapping.size === '4M' ? SUPERPAGE : PAGE);
    checkAligned('pa', pa, mapping.size === '4M' ? SUPERPAGE : PAGE);
    const satp = (await machine.readState())[W.satp]!;
    if ((satp & SATP.MODE) === 0) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        'the machine has no page table: satp is off',
        'call hypervisor_set_page_table first, for example {"root_pa":"0x03000000"}',
      );
    }
    if (!force) this.#checkOurs(satp);
    const root = (satp & SATP.PPN) * PAGE;
    if (!isRam(machine.config.map, machine.config.ramSize, root, PAGE)) throw notRam('the root table', root, machine);
    const index = Math.floor(va / SUPERPAGE);
    const at = root + 4 * index;
    const entry = await readWord(machine, at);
    const aligned = va % SUPERPAGE === 0 && pa % SUPERPAGE === 0;
    const size: PageSize = mapping.size ?? (aligned && !isPointer(entry) ? '4M' : '4K');
    checkTarget(machine, pa, size === '4M' ? SUPERPAGE : PAGE);
    const pte = ((pa / PAGE) * 1024 + bits) >>> 0;
    let mapped: MappedPage;
    if (size === '4M') {
      mapped = await this.#mapSuperpage(machine, root, at, entry, pte, force);
      if (mapping.size === undefined) this.#divisible.add(at);
      else this.#divisible.delete(at);
    } else mapped = await this.#mapPage(machine, root, at, entry, va, pte, force);
    await machine.writeState(await machine.readState());
    return mapped;
  }

  async #mapSuperpage(machine: Machine, root: number, at: number, entry: number, pte: number, force: boolean): Promise<MappedPage> {
    if (isPointer(entry)) {
      const table = targetOf(entry);
      const used = isRam(machine.config.map, machine.config.ramSize, table, PAGE)
        ? words(await machine.readMemory(table, PAGE)).filter((word) => word & PTE.V).length
        : 0;
      if (used > 0 && !force) throw occupied(at, entry, `a table with ${used} pages`);
      if (isInPool(machine.config.map, table)) await machine.writeMemory(table, new Uint8Array(PAGE));
    } else if (entry & PTE.V && !sameLeaf(entry, pte) && !force) throw occupied(at, entry, 'a 4 MiB page');
    await writeWord(machine, at, pte);
    return { pte, pteAddress: at, level: 1, table: root, root };
  }

  async #mapPage(machine: Machine, root: number, at: number, entry: number, va: number, pte: number, force: boolean): Promise<MappedPage> {
    const index = Math.floor(va / PAGE) % ENTRIES;
    let table: number;
    if (!(entry & PTE.V)) {
      table = await this.#newTable(machine, root);
      await writeWord(machine, at, pointerTo(table));
    } else if (isPointer(entry)) {
      table = targetOf(entry);
      if (!isRam(machine.config.map, machine.config.ramSize, table, PAGE))
        throw notRam(`the table of the root entry at ${hex(at)}`, table, machine);
      const old = await readWord(machine, table + 4 * index);
      if (old & PTE.V && !sameLeaf(old, pte) && !force) throw occupied(table + 4 * index, old, 'a page');
    } else {
      const part = (entry + index * 1024) >>> 0;
      if (sameLeaf(part, pte)) return { pte: entry, pteAddress: at, level: 1, table: root, root };
      if (!force && !this.#divisible.has(at)) throw occupied(at, entry, 'a 4 MiB page');
      // The superpage becomes 1024 pages that map the same; then one of them changes.
      table = await this.#newTable(machine, root);
      const pages = new Uint8Array(PAGE);
      const view = new DataView(pages.buffer);
      for (let i = 0; i < ENTRIES; i++) view.setUint32(4 * i, entry + i * 1024, true);
      await machine.writeMemory(table, pages);
      await writeWord(machine, at, pointerTo(table));
      this.#divisible.delete(at);
    }
    const pteAddress = table + 4 * index;
    await writeWord(machine, pteAddress, pte);
    return { pte, pteAddress, level: 0, table, root };
  }

  /** A page of zeros from the pool. */
  async #newTable(machine: Machine, root: number): Promise<number> {
    const pool = machine.config.map.pageTablePool;
    if (!pool) {
      throw new GpuvisorError(
        'OUT_OF_MEMORY',
        `a 4 KiB page needs a second-level table, and the ${machine.config.map.name} map reserves no memory for them`,
        'map 4 MiB pages (page_size "4M"), or use a cartridge for the visual map',
      );
    }
    const memory = words(await machine.readMemory(pool.base, pool.size));
    for (let offset = 0; offset < pool.size; offset += PAGE) {
      const address = pool.base + offset;
      if (address === root || this.#roots.has(address)) continue;
      if (memory.subarray(offset / 4, offset / 4 + ENTRIES).every((word) => word === 0)) return address;
    }
    throw new GpuvisorError(
      'OUT_OF_MEMORY',
      `all ${pool.size / PAGE} second-level tables are in use`,
      'map neighbouring pages (a table holds 1024, 4 MiB), or 4 MiB pages (page_size "4M")',
    );
  }

  #checkOurs(satp: number): void {
    if ((satp & SATP.MODE) === 0 || satp === this.#satp) return;
    throw new GpuvisorError(
      'PAGE_TABLE_IN_USE',
      `the guest runs with a page table of its own (satp ${hex(satp)}); changing it would most likely crash it`,
      'leave it alone, or pass "force": true if the guest is made for it',
    );
  }
}

/** V, the four flags one bit up, A, and D where the page can be written. @throws GpuvisorError BAD_ARGUMENT */
function leafBits(flags: number): number {
  const bad = (why: string): GpuvisorError =>
    new GpuvisorError(
      'BAD_ARGUMENT',
      `flags is ${flags}: ${why}`,
      'add R=1, W=2, X=4 and U=8; 7 is RWX, 15 RWX for user mode, 1 read only',
    );
  if (!Number.isInteger(flags) || flags < 0 || flags > 15) throw bad('it takes a whole number from 1 to 15');
  if ((flags & (FLAG.R | FLAG.W | FLAG.X)) === 0) throw bad('a page without R, W and X is no page');
  if (flags & FLAG.W && !(flags & FLAG.R)) throw bad('W without R is reserved');
  return PTE.V | (flags << 1) | PTE.A | (flags & FLAG.W ? PTE.D : 0);
}

/** @throws GpuvisorError ADDRESS_OUT_OF_RANGE unless the page is RAM or devices */
function checkTarget(machine: Machine, pa: number, size: number): void {
  const { map, ramSize } = machine.config;
  if (isRam(map, ramSize, pa, size)) return;
  const { hole, clint, plic, uart, test, virtio } = map;
  if (hole.size > 0 && pa >= hole.base && pa + size <= hole.base + hole.size) return;
  if ([clint, plic, uart, test, virtio].some((r) => pa < r.base + r.size && pa + size > r.base)) return;
  throw notRam('pa', pa, machine);
}

function notRam(field: string, address: number, machine: Machine): GpuvisorError {
  const { map, ramSize } = machine.config;
  const hole = map.hole.size > 0 ? `, devices at ${hex(map.hole.base)} to ${hex(map.hole.base + map.hole.size - 1)}` : '';
  return new GpuvisorError(
    'ADDRESS_OUT_OF_RANGE',
    `${field} is ${hex(address)}; RAM goes from ${hex(map.ramBase)} to ${hex(map.ramBase + ramSize - 1)}${hole}`,
    `choose an address in RAM, for example ${hex(map.ramBase + Math.min(ramSize / 2 + SUPERPAGE * 4, ramSize - PAGE))}`,
  );
}

function occupied(at: number, entry: number, what: string): GpuvisorError {
  return new GpuvisorError(
    'PAGE_TABLE_IN_USE',
    `the entry at ${hex(at)} is ${hex(entry)}: ${what} is mapped there`,
    'choose another virtual address, or pass "force": true to replace it',
  );
}

const isPointer = (entry: number): boolean => (entry & (PTE.V | PTE.R | PTE.W | PTE.X)) === PTE.V;
const targetOf = (entry: number): number => Math.floor(entry / 1024) * PAGE;
const pointerTo = (table: number): number => ((table / PAGE) * 1024 + PTE.V) >>> 0;
/** Two leaves that map the same; A and D may differ. */
const sameLeaf = (a: number, b: number): boolean => ((a ^ b) & ~(PTE.A | PTE.D)) === 0 && (a & PTE.V) !== 0;
const isInPool = ({ pageTablePool: pool }: MemoryMap, address: number): boolean =>
  pool !== undefined && address >= pool.base && address < pool.base + pool.size;

function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

async function readWord(machine: Machine, address: number): Promise<number> {
  return words(await machine.readMemory(address, 4))[0]!;
}

async function writeWord(machine: Machine, address: number, word: number): Promise<void> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, word, true);
  await machine.writeMemory(address, bytes);
}

/** Letter of a privilege level. */
export const privilegeName = (priv: number): string => (priv === PRIV.M ? 'M' : priv === PRIV.S ? 'S' : 'U');
