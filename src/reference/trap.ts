// Traps and returns from them (privileged manual, 3.1.6.1, 3.1.7 to 3.1.9, 3.1.14 to 3.1.16, 3.3.2, 10.1.2).

import { CAUSE_INTERRUPT, IRQ, IRQ_PRIORITY, MENVCFGH, MSTATUS, PRIV } from '../isa/privilege.js';
import { NO_RESERVATION, W } from '../isa/state.js';
import { timerDue } from './counters.js';
import type { Hart } from './hart.js';
import { plicInterrupt } from './plic.js';

const INTERRUPT_CODE = 31;
const MODE_VECTORED = 1;
const MPP_SHIFT = 11;
const SPP_SHIFT = 8;

/** mip as software reads it: the stored bits with the lines of CLINT, PLIC and Sstc combined in. */
export function mipValue(s: Uint32Array): number {
  let mip = s[W.mip]!;
  if (s[W.menvcfgh]! & MENVCFGH.STCE) mip = (mip & ~(1 << IRQ.STI)) | (timerDue(s, W.stimecmp) ? 1 << IRQ.STI : 0);
  if (s[W.msip]!) mip |= 1 << IRQ.MSI;
  if (timerDue(s, W.mtimecmp)) mip |= 1 << IRQ.MTI;
  if (plicInterrupt(s, 0)) mip |= 1 << IRQ.MEI;
  if (plicInterrupt(s, 1)) mip |= 1 << IRQ.SEI;
  return mip;
}

/** The cause of the interrupt to take now, or 0 (privileged manual, 3.1.9). */
export function interruptDue(s: Uint32Array): number {
  const pending = mipValue(s) & s[W.mie]!;
  if (pending === 0) return 0;
  const priv = s[W.priv]!;
  const mstatus = s[W.mstatus]!;
  let taken = 0;
  if (priv < PRIV.M || (mstatus & MSTATUS.MIE) !== 0) taken = pending & ~s[W.mideleg]!;
  if (taken === 0 && (priv < PRIV.S || (priv === PRIV.S && (mstatus & MSTATUS.SIE) !== 0))) taken = pending & s[W.mideleg]!;
  if (taken === 0) return 0;
  for (const irq of IRQ_PRIORITY) if ((taken >>> irq) & 1) return CAUSE_INTERRUPT + irq;
  return 0;
}

/** Takes a trap at pc: to S-mode when delegated and not from M-mode, else to M-mode. `cause` as mcause holds it. */
export function takeTrap(h: Hart, cause: number, tval: number): void {
  const s = h.s;
  const priv = s[W.priv]!;
  const mstatus = s[W.mstatus]!;
  const code = cause & INTERRUPT_CODE;
  const interrupt = cause >= CAUSE_INTERRUPT;
  const delegated = ((interrupt ? s[W.mideleg]! : s[W.medeleg]!) >>> code) & 1;
  if (delegated && priv <= PRIV.S) {
    s[W.sepc] = s[W.pc]!;
    s[W.scause] = cause;
    s[W.stval] = tval;
    s[W.mstatus] =
      (mstatus & ~(MSTATUS.SPP | MSTATUS.SPIE | MSTATUS.SIE)) | (priv << SPP_SHIFT) | (mstatus & MSTATUS.SIE ? MSTATUS.SPIE : 0);
    s[W.priv] = PRIV.S;
    s[W.pc] = vector(s[W.stvec]!, interrupt, code);
  } else {
    s[W.mepc] = s[W.pc]!;
    s[W.mcause] = cause;
    s[W.mtval] = tval;
    s[W.mstatus] =
      (mstatus & ~(MSTATUS.MPP | MSTATUS.MPIE | MSTATUS.MIE)) | (priv << MPP_SHIFT) | (mstatus & MSTATUS.MIE ? MSTATUS.MPIE : 0);
    s[W.priv] = PRIV.M;
    s[W.pc] = vector(s[W.mtvec]!, interrupt, code);
  }
  s[W.reservation] = NO_RESERVATION;
  h.updateModes();
}

/** Where a trap goes: vectored mode spreads interrupts only (privileged manual, 3.1.7). */
function vector(tvec: number, interrupt: boolean, code: number): number {
  const base = tvec & ~3;
  return interrupt && (tvec & MODE_VECTORED) !== 0 ? base + 4 * code : base;
}

/** MRET. */
export function mret(h: Hart): void {
  const s = h.s;
  const mstatus = s[W.mstatus]!;
  const priv = (mstatus & MSTATUS.MPP) >>> MPP_SHIFT;
  let next = mstatus & ~(MSTATUS.MPP | MSTATUS.MIE);
  if (mstatus & MSTATUS.MPIE) next |= MSTATUS.MIE;
  next |= MSTATUS.MPIE;
  if (priv < PRIV.M) next &= ~MSTATUS.MPRV;
  s[W.mstatus] = next;
  returnTo(h, priv, s[W.mepc]!);
}

/** SRET. */
export function sret(h: Hart): void {
  const s = h.s;
  const mstatus = s[W.mstatus]!;
  const priv = (mstatus & MSTATUS.SPP) >>> SPP_SHIFT;
  let next = mstatus & ~(MSTATUS.SPP | MSTATUS.SIE | MSTATUS.MPRV);
  if (mstatus & MSTATUS.SPIE) next |= MSTATUS.SIE;
  next |= MSTATUS.SPIE;
  s[W.mstatus] = next;
  returnTo(h, priv, s[W.sepc]!);
}

function returnTo(h: Hart, priv: number, epc: number): void {
  h.s[W.priv] = priv;
  h.next = epc | 0;
  h.s[W.reservation] = NO_RESERVATION;
  h.updateModes();
  h.attention = true;
}
