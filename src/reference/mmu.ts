// Address translation (privileged manual, 10.3.2: Virtual Address Translation Process).

import { CAUSE, MENVCFGH, MSTATUS, PRIV, PTE, SATP } from '../isa/privilege.js';
import { W } from '../isa/state.js';
import { ACCESS, type Access, type Hart } from './hart.js';

const PAGE_FAULT = [CAUSE.FETCH_PAGE, CAUSE.LOAD_PAGE, CAUSE.STORE_PAGE] as const;
const ACCESS_FAULT = [CAUSE.FETCH_ACCESS, CAUSE.LOAD_ACCESS, CAUSE.STORE_ACCESS] as const;

const PAGE_SIZE = 4096;
const PTE_SIZE = 4;
const LEVELS = 2;

/** No translation: an exception was raised. */
export const FAULT = -1;

/** Raises the access fault of this kind of access and returns FAULT. */
export function accessFault(h: Hart, va: number, access: Access): number {
  h.raise(ACCESS_FAULT[access], va >>> 0);
  return FAULT;
}

function pageFault(h: Hart, va: number, access: Access): number {
  h.raise(PAGE_FAULT[access], va >>> 0);
  return FAULT;
}

/** The privilege that an access is checked with (privileged manual, 3.1.6.3). */
function effectivePrivilege(s: Uint32Array, access: Access): number {
  const priv = s[W.priv]!;
  const mstatus = s[W.mstatus]!;
  if (access !== ACCESS.FETCH && priv === PRIV.M && (mstatus & MSTATUS.MPRV) !== 0) return (mstatus & MSTATUS.MPP) >>> 11;
  return priv;
}

/**
 * The physical address (34 bits) of virtual address `va`, or FAULT with the exception raised. Sets A and D when menvcfgh.ADUE is on.
 */
export function translate(h: Hart, va: number, access: Access): number {
  const s = h.s;
  const priv = effectivePrivilege(s, access);
  const satp = s[W.satp]!;
  if (priv === PRIV.M || (satp & SATP.MODE) === 0) return va >>> 0;

  // 1. Let a be satp.ppn x PAGESIZE, and let i = LEVELS - 1.
  let a = (satp & SATP.PPN) * PAGE_SIZE;
  let i = LEVELS - 1;
  for (;;) {
    // 2. Let pte be the value of the PTE at address a + va.vpn[i] x PTESIZE.
    const vpn = i === 1 ? va >>> 22 : (va >>> 12) & 0x3ff;
    const at = h.ramOffset(a + vpn * PTE_SIZE);
    if (at < 0) return accessFault(h, va, access);
    const pte = h.ram32[at >> 2]!;

    // 3. V=0, or R=0 and W=1: page fault.
    if ((pte & PTE.V) === 0 || ((pte & PTE.R) === 0 && (pte & PTE.W) !== 0)) return pageFault(h, va, access);

    // 4. A pointer to the next level: D, A and U must be zero in it.
    if ((pte & (PTE.R | PTE.X)) === 0) {
      if ((pte & (PTE.A | PTE.D | PTE.U)) !== 0) return pageFault(h, va, access);
      i = i - 1;
      if (i < 0) return pageFault(h, va, access);
      a = (pte >>> 10) * PAGE_SIZE;
      continue;
    }

    // 5. A leaf. A misaligned superpage: page fault.
    if (i > 0 && ((pte >>> 10) & 0x3ff) !== 0) return pageFault(h, va, access);
    // 6. The U bit, the privilege and SUM.
    if ((pte & PTE.U) !== 0) {
      if (priv === PRIV.S && (access === ACCESS.FETCH || (s[W.mstatus]! & MSTATUS.SUM) === 0)) return pageFault(h, va, access);
    } else if (priv === PRIV.U) return pageFault(h, va, access);
    // 7. R, W, X and MXR.
    if (!permitted(s, pte, access)) return pageFault(h, va, access);

    // 9. A, and D for a store: page fault when they are clear, or set them (Svadu, menvcfgh.ADUE).
    const needed = access === ACCESS.STORE ? PTE.A | PTE.D : PTE.A;
    if ((pte & needed) !== needed) {
      if ((s[W.menvcfgh]! & MENVCFGH.ADUE) === 0) return pageFault(h, va, access);
      h.ram32[at >> 2] = pte | needed;
      if (s[W.reservation] === at + h.map.ramBase) s[W.reservation] = 0xffffffff;
    }

    // 10. The physical address. A superpage takes vpn[0] from the virtual address.
    const ppn = i > 0 ? ((pte >>> 20) << 10) | ((va >>> 12) & 0x3ff) : pte >>> 10;
    return (ppn >>> 0) * PAGE_SIZE + (va & (PAGE_SIZE - 1));
  }
}

function permitted(s: Uint32Array, pte: number, access: Access): boolean {
  if (access === ACCESS.FETCH) return (pte & PTE.X) !== 0;
  if (access === ACCESS.STORE) return (pte & PTE.W) !== 0;
  return (pte & PTE.R) !== 0 || ((pte & PTE.X) !== 0 && (s[W.mstatus]! & MSTATUS.MXR) !== 0);
}
