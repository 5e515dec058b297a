// RAM without its zero pages: count, page numbers in order (each a little-endian u32, from the start of the RAM range), then the pages.

import type { Executor } from './executor.js';
import { ramRanges } from './digest.js';

const PAGE = 4096;
const ZERO = new Uint8Array(PAGE);

function isZero(page: Uint8Array): boolean {
  if (page.byteOffset % 4 === 0) {
    const words = new Uint32Array(page.buffer, page.byteOffset, PAGE / 4);
    return words.every((w) => w === 0);
  }
  return page.every((b) => b === 0);
}

/** RAM that can be read and written: a machine or an executor. */
type Ram = Pick<Executor, 'config' | 'readMemory' | 'writeMemory'>;

/** The non-zero pages of RAM. */
export async function packRam(ram: Ram): Promise<Uint8Array> {
  const numbers: number[] = [];
  const pages: Uint8Array[] = [];
  for (const { base, size } of ramRanges(ram.config)) {
    const bytes = await ram.readMemory(base, size);
    for (let at = 0; at < size; at += PAGE) {
      const page = bytes.subarray(at, at + PAGE);
      if (isZero(page)) continue;
      numbers.push((base + at - ram.config.map.ramBase) / PAGE);
      pages.push(page);
    }
  }
  const out = new Uint8Array(4 + numbers.length * (4 + PAGE));
  const view = new DataView(out.buffer);
  view.setUint32(0, numbers.length, true);
  numbers.forEach((n, i) => {
    view.setUint32(4 + 4 * i, n, true);
    out.set(pages[i]!, 4 + 4 * numbers.length + i * PAGE);
  });
  return out;
}

/** The most bytes that packRam makes. */
export function packedLimit(ramSize: number): number {
  return 4 + (ramSize / PAGE) * (4 + PAGE);
}

/** Checks packed RAM for a machine; gives the pages by number, or what is wrong. */
export function unpackRam(config: Executor['config'], packed: Uint8Array): Map<number, Uint8Array> | string {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const count = packed.length >= 4 ? view.getUint32(0, true) : -1;
  if (packed.length !== 4 + count * (4 + PAGE)) return `${packed.length} bytes for ${count} pages`;
  const { map, ramSize } = config;
  const pages = new Map<number, Uint8Array>();
  let previous = -1;
  for (let i = 0; i < count; i++) {
    const number = view.getUint32(4 + 4 * i, true);
    const address = map.ramBase + number * PAGE;
    const inHole = map.hole.size > 0 && address >= map.hole.base && address < map.hole.base + map.hole.size;
    if (number <= previous || number * PAGE >= ramSize || inHole) return `page ${number} in ${ramSize} bytes of RAM`;
    previous = number;
    pages.set(number, packed.subarray(4 + 4 * count + i * PAGE, 4 + 4 * count + (i + 1) * PAGE));
  }
  return pages;
}

/** Replaces all of RAM: the pages given, zero elsewhere. */
export async function writePages(ram: Ram, pages: ReadonlyMap<number, Uint8Array>): Promise<void> {
  for (const { base, size } of ramRanges(ram.config)) {
    const bytes = new Uint8Array(size);
    const first = (base - ram.config.map.ramBase) / PAGE;
    for (let at = 0; at < size; at += PAGE) bytes.set(pages.get(first + at / PAGE) ?? ZERO, at);
    await ram.writeMemory(base, bytes);
  }
}
