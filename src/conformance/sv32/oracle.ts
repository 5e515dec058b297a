// The third page walk: written from the steps of privileged manual 10.3.2 alone, with none of the harts' code, to judge both of them.
// Numbers instead of masks, no cache, no speed: one step of the manual a paragraph.

/** What translation depends on besides memory. */
export interface Context {
  /** Privilege the access is made with: 0 U, 1 S, 3 M (MPRV already counted in). */
  readonly privilege: number;
  /** The whole CSR. */
  readonly satp: number;
  readonly sum: boolean;
  readonly mxr: boolean;
  /** menvcfgh.ADUE: hardware sets A and D. */
  readonly adue: boolean;
}

export type AccessKind = 'fetch' | 'load' | 'store';

/** The physical address, or how the access fails. */
export type Outcome = { readonly physical: number } | { readonly fault: 'page' | 'access' };

/** Physical memory, by the word; `undefined` where there is none. */
export interface Memory {
  read(physical: number): number | undefined;
  write(physical: number, word: number): void;
}

const pageFault: Outcome = { fault: 'page' };
const accessFault: Outcome = { fault: 'access' };
const bit = (word: number, n: number): boolean => Math.floor(word / 2 ** n) % 2 === 1;

/** Translates `va`. A and D are updated in `memory` when that is what the machine does. */
export function walk(memory: Memory, va: number, kind: AccessKind, c: Context): Outcome {
  if (c.privilege === 3 || c.satp < 2 ** 31) return { physical: va };
  const vpn = [Math.floor(va / 2 ** 12) % 2 ** 10, Math.floor(va / 2 ** 22)];
  let table = (c.satp % 2 ** 22) * 4096;
  for (let level = 1; level >= 0; level--) {
    const at = table + vpn[level]! * 4;
    const pte = memory.read(at);
    if (pte === undefined) return accessFault;
    const [v, r, w, x, u, , a, d] = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => bit(pte, n));
    const ppn = Math.floor(pte / 2 ** 10);
    if (!v || (w && !r)) return pageFault;
    if (!r && !x) {
      // Not a leaf: bits that have a meaning in leaves only are reserved here.
      if (d || a || u) return pageFault;
      table = ppn * 4096;
      continue;
    }
    if (level === 1 && ppn % 2 ** 10 !== 0) return pageFault;
    if (c.privilege === 0 && !u) return pageFault;
    if (c.privilege === 1 && u && (kind === 'fetch' || !c.sum)) return pageFault;
    if (kind === 'fetch' && !x) return pageFault;
    if (kind === 'load' && !r && !(c.mxr && x)) return pageFault;
    if (kind === 'store' && !w) return pageFault;
    if (!a || (kind === 'store' && !d)) {
      if (!c.adue) return pageFault;
      memory.write(at, pte + (a ? 0 : 2 ** 6) + (kind === 'store' && !d ? 2 ** 7 : 0));
    }
    return { physical: (level === 1 ? ppn + vpn[0]! : ppn) * 4096 + (va % 4096) };
  }
  // The table of the last level held another pointer.
  return pageFault;
}
