// Where things go in RAM: an account of what is taken, with an error for everything that does not fit or overlaps.

import { GpuvisorError } from '../isa/errors.js';
import type { ExecutorConfig } from './executor.js';
import { isRam } from './map.js';
import { ramRanges } from './digest.js';

const PAGE = 4096;
const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`;

interface Taken {
  readonly name: string;
  readonly base: number;
  readonly end: number;
}

/** RAM of a machine, with what has been placed in it. */
export class Placement {
  readonly #taken: Taken[] = [];

  constructor(readonly config: ExecutorConfig) {}

  /** Claims `size` bytes at `base`. @throws GpuvisorError LOAD_OUTSIDE_RAM, LOAD_OVERLAP */
  claim(name: string, base: number, size: number): void {
    const { map, ramSize } = this.config;
    if (!isRam(map, ramSize, base, size)) {
      throw new GpuvisorError(
        'LOAD_OUTSIDE_RAM',
        `${name} wants ${size} bytes at ${hex(base)}; RAM of the ${map.name} map is ${this.#describeRam()}`,
        'link it for this map, choose the other map, or give the machine more memory',
      );
    }
    const other = this.#taken.find((t) => base < t.end && base + size > t.base);
    if (other && size > 0) {
      throw new GpuvisorError(
        'LOAD_OVERLAP',
        `${name} (${hex(base)} to ${hex(base + size)}) overlaps ${other.name} (${hex(other.base)} to ${hex(other.end)})`,
        'make it smaller, or place it elsewhere',
      );
    }
    this.#taken.push({ name, base, end: base + size });
  }

  /** Claims `size` bytes at the highest free page below `limit`. Returns the address. @throws GpuvisorError LOAD_OUTSIDE_RAM */
  top(name: string, size: number, limit = Infinity): number {
    const need = Math.ceil(size / PAGE) * PAGE;
    for (const span of ramRanges(this.config, Infinity).reverse()) {
      let end = Math.min(span.base + span.size, limit);
      for (;;) {
        const base = Math.floor((end - need) / PAGE) * PAGE;
        if (base < span.base) break;
        const blocker = this.#taken.find((t) => base < t.end && base + need > t.base);
        if (!blocker) {
          this.claim(name, base, need);
          return base;
        }
        end = blocker.base;
      }
    }
    throw new GpuvisorError(
      'LOAD_OUTSIDE_RAM',
      `${name} has ${size} bytes; no free piece of RAM is that large (${this.#describeRam()})`,
      'give the machine more memory',
    );
  }

  #describeRam(): string {
    return ramRanges(this.config, Infinity)
      .map((r) => `${hex(r.base)} to ${hex(r.base + r.size)}`)
      .join(' and ');
  }
}
