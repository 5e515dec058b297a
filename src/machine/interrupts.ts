// Interrupt lines, mip as it reads, and timer deadlines of a state, for the owner of a machine
// (privileged manual, 3.1.9, 3.2.1; PLIC specification; docs/machine.md, "CSRs" and "Devices in the hart").

import { IRQ, MENVCFGH } from '../isa/privilege.js';
import { EXIT, W, mtime, read64, write64 } from '../isa/state.js';
import { UART } from './devices.js';
import { UART_IRQ } from './map.js';

const TRIGGERS = [1, 4, 8, 14];

/** The UART's interrupt line: true when IIR would not read NONE. */
export function uartLine(state: Uint32Array): boolean {
  const fcr = state[W.uart_fcr]!;
  const ier = state[W.uart_ier]!;
  const waiting = (state[W.uart_rx_in]! - state[W.uart_rx_out]!) >>> 0;
  const trigger = (fcr & 1) !== 0 ? TRIGGERS[(fcr >>> 6) & 3]! : 1;
  if ((ier & UART.IER_RDI) !== 0 && (waiting >= trigger || waiting > 0)) return true;
  return (ier & UART.IER_THRI) !== 0 && state[W.uart_thri] === 1;
}

/** Latches the level of every PLIC line into its pending bit, as the harts do when a line changes. Call it after changing lines or rings. */
export function latchLines(state: Uint32Array): void {
  const lines = state[W.plic_lines]! | (uartLine(state) ? 1 << UART_IRQ : 0);
  state[W.plic_pending] = state[W.plic_pending]! | (lines & ~state[W.plic_in_service]!);
}

/** EIP of PLIC context 0 (M) or 1 (S): some pending and enabled source stands above the threshold. */
export function externalInterrupt(state: Uint32Array, context: 0 | 1): boolean {
  let candidates = state[W.plic_pending]! & state[W.plic_enable + context]!;
  const threshold = state[W.plic_threshold + context]!;
  while (candidates !== 0) {
    const source = 31 - Math.clz32(candidates & -candidates);
    if (state[W.plic_priority + source]! > threshold) return true;
    candidates &= candidates - 1;
  }
  return false;
}

/** mip as a read gives it. */
export function pendingInterrupts(state: Uint32Array): number {
  const now = mtime(state);
  const stce = (state[W.menvcfgh]! & MENVCFGH.STCE) !== 0;
  let mip = state[W.mip]!;
  if (stce) mip = (mip & ~(1 << IRQ.STI)) | (now >= read64(state, W.stimecmp) ? 1 << IRQ.STI : 0);
  if (externalInterrupt(state, 1)) mip |= 1 << IRQ.SEI;
  if (externalInterrupt(state, 0)) mip |= 1 << IRQ.MEI;
  if (now >= read64(state, W.mtimecmp)) mip |= 1 << IRQ.MTI;
  if ((state[W.msip]! & 1) !== 0) mip |= 1 << IRQ.MSI;
  return mip;
}

/** True while the hart sits in a retired WFI and nothing that mie enables is pending. */
export function isWaiting(state: Uint32Array): boolean {
  return state[W.exit] === EXIT.WFI && (pendingInterrupts(state) & state[W.mie]!) === 0;
}

/** Deadlines further away than this many ticks (28 years) count as never. */
const NEVER = 1n << 53n;

/** The next mtime at which an enabled timer wakes the hart, or undefined when no timer will. */
export function nextDeadline(state: Uint32Array): bigint | undefined {
  const mie = state[W.mie]!;
  let deadline: bigint | undefined;
  const consider = (cmp: bigint): void => {
    if (deadline === undefined || cmp < deadline) deadline = cmp;
  };
  if ((mie & (1 << IRQ.MTI)) !== 0) consider(read64(state, W.mtimecmp));
  if ((mie & (1 << IRQ.STI)) !== 0 && (state[W.menvcfgh]! & MENVCFGH.STCE) !== 0) consider(read64(state, W.stimecmp));
  return deadline !== undefined && deadline - mtime(state) < NEVER ? deadline : undefined;
}

/** Moves mtime forward to `target` by adding to mtime_offset; earlier targets change nothing. */
export function advanceTime(state: Uint32Array, target: bigint): void {
  const now = mtime(state);
  if (target > now) write64(state, W.mtime_offset, read64(state, W.mtime_offset) + (target - now));
}
