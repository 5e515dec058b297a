// Fids: the numbers by which a 9P client names files, with limits, and what each is open for.

import { NOFID, NineError } from './protocol.js';
import type { Node, Tree } from './tree.js';

export const MAX_FIDS = 4096;
export const MAX_OPEN = 1024;

/** What a file or folder is open for. */
export interface Handle {
  readonly read: boolean;
  readonly write: boolean;
  /** Writes go to the end. */
  readonly append: boolean;
}

export interface Fid {
  readonly node: Node;
  /** Who attached: owns what it makes. */
  readonly uid: number;
  readonly handle: Handle | undefined;
}

/** The fids of one session. Each holds its node. */
export class Fids {
  readonly #fids = new Map<number, Fid>();
  #open = 0;

  constructor(readonly tree: Tree) {}

  /** @throws NineError EBADF */
  get(number: number): Fid {
    const fid = this.#fids.get(number);
    if (!fid) throw new NineError('EBADF');
    return fid;
  }

  /** @throws NineError EBADF for a number in use or no number, EMFILE */
  checkFree(number: number): void {
    if (number === NOFID || this.#fids.has(number)) throw new NineError('EBADF');
    if (this.#fids.size >= MAX_FIDS) throw new NineError('EMFILE');
  }

  /** @throws NineError as `checkFree` */
  add(number: number, fid: Fid): void {
    this.checkFree(number);
    this.#put(number, fid);
  }

  /** @throws NineError EMFILE when too many are open */
  checkOpen(): void {
    if (this.#open >= MAX_OPEN) throw new NineError('EMFILE');
  }

  /** The number stands for something else from here on. @throws NineError EBADF */
  replace(number: number, fid: Fid): void {
    // Held before the old one is let go: they may be the same.
    this.tree.hold(fid.node);
    this.remove(number);
    this.#put(number, fid);
    this.tree.release(fid.node);
  }

  #put(number: number, fid: Fid): void {
    this.tree.hold(fid.node);
    this.#fids.set(number, fid);
    if (fid.handle) this.#open++;
  }

  /** @throws NineError EBADF */
  remove(number: number): Fid {
    const fid = this.get(number);
    this.#fids.delete(number);
    if (fid.handle) this.#open--;
    this.tree.release(fid.node);
    return fid;
  }

  clear(): void {
    for (const number of [...this.#fids.keys()]) this.remove(number);
  }

  /** By number, in order. */
  entries(): [number, Fid][] {
    return [...this.#fids].sort(([a], [b]) => a - b);
  }

  /** Takes over the fids of a snapshot, whose nodes count their holders anew. */
  adopt(fids: readonly (readonly [number, Fid])[]): void {
    this.#fids.clear();
    this.#open = 0;
    for (const [number, fid] of fids) this.#put(number, fid);
  }
}
