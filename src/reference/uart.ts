// UART 16550A (National Semiconductor PC16550D data sheet, 8.0). Byte accesses, one register a byte.
//   0  RBR (read), THR (write); DLL when LCR.DLAB
//   1  IER; DLM when LCR.DLAB
//   2  IIR (read), FCR (write)
//   3  LCR   4  MCR   5  LSR (read-only)   6  MSR (read-only)   7  SCR
// The transmitter is always empty: a byte leaves for the ring of the host at once.

import { UART_RX_CAPACITY, UART_TX_CAPACITY, W } from '../isa/state.js';
import { UART } from '../machine/devices.js';

const FCR_FIFO_ON = 1;
const FCR_CLEAR_RECEIVE = 2;
const FCR_KEPT = 0xc9;
const TRIGGER_BYTES = [1, 4, 8, 14] as const;

/** Bytes waiting in the receive ring. */
function received(s: Uint32Array): number {
  return (s[W.uart_rx_in]! - s[W.uart_rx_out]!) >>> 0;
}

/** Interrupt identification without the FIFO bits; the highest cause that IER enables. Reading it here clears nothing. */
function identification(s: Uint32Array): number {
  const ier = s[W.uart_ier]!;
  if (ier & UART.IER_RDI) {
    const fcr = s[W.uart_fcr]!;
    const count = received(s);
    const trigger = fcr & FCR_FIFO_ON ? TRIGGER_BYTES[(fcr >>> 6) as 0 | 1 | 2 | 3] : 1;
    if (count >= trigger) return UART.IIR_RDI;
    if (count > 0) return UART.IIR_TIMEOUT;
  }
  if (ier & UART.IER_THRI && s[W.uart_thri]) return UART.IIR_THRI;
  return UART.IIR_NONE;
}

/** The interrupt line. */
export function uartLine(s: Uint32Array): boolean {
  return s[W.uart_ier] !== 0 && identification(s) !== UART.IIR_NONE;
}

function divisorLatch(s: Uint32Array): boolean {
  return (s[W.uart_lcr]! & UART.LCR_DLAB) !== 0;
}

/** Takes a byte out of the receive ring; 0 when it is empty. */
function receive(s: Uint32Array): number {
  if (received(s) === 0) return 0;
  const byte = s[W.uart_rx + (s[W.uart_rx_out]! % UART_RX_CAPACITY)]!;
  s[W.uart_rx_out] = s[W.uart_rx_out]! + 1;
  return byte;
}

function interruptIdentification(s: Uint32Array): number {
  const id = identification(s);
  if (id === UART.IIR_THRI) s[W.uart_thri] = 0;
  return id | (s[W.uart_fcr]! & FCR_FIFO_ON ? UART.IIR_FIFO : 0);
}

/** Modem status: always ready, or the outputs of MCR fed back in loop mode. */
function modemStatus(s: Uint32Array): number {
  const mcr = s[W.uart_mcr]!;
  if ((mcr & UART.MCR_LOOP) === 0) return UART.MSR_READY;
  const [dtr, rts, out1, out2] = [mcr & 1, (mcr >>> 1) & 1, (mcr >>> 2) & 1, (mcr >>> 3) & 1] as const;
  return (rts << 4) | (dtr << 5) | (out1 << 6) | (out2 << 7);
}

export function uartLoad(s: Uint32Array, offset: number): number {
  switch (offset) {
    case UART.RBR_THR_DLL:
      return divisorLatch(s) ? s[W.uart_dll]! : receive(s);
    case UART.IER_DLM:
      return divisorLatch(s) ? s[W.uart_dlm]! : s[W.uart_ier]!;
    case UART.IIR_FCR:
      return interruptIdentification(s);
    case UART.LCR:
      return s[W.uart_lcr]!;
    case UART.MCR:
      return s[W.uart_mcr]!;
    case UART.LSR:
      return UART.LSR_THRE | UART.LSR_TEMT | (received(s) > 0 ? UART.LSR_DR : 0);
    case UART.MSR:
      return modemStatus(s);
    case UART.SCR:
      return s[W.uart_scr]!;
    default:
      return 0;
  }
}

/** True when the transmit ring is full after a byte was put into it. */
function transmit(s: Uint32Array, byte: number): boolean {
  s[W.uart_thri] = 1;
  if (s[W.uart_mcr]! & UART.MCR_LOOP) {
    if (received(s) < UART_RX_CAPACITY) {
      s[W.uart_rx + (s[W.uart_rx_in]! % UART_RX_CAPACITY)] = byte;
      s[W.uart_rx_in] = s[W.uart_rx_in]! + 1;
    }
    return false;
  }
  s[W.uart_tx + (s[W.uart_tx_in]! % UART_TX_CAPACITY)] = byte;
  s[W.uart_tx_in] = s[W.uart_tx_in]! + 1;
  return (s[W.uart_tx_in]! - s[W.uart_tx_out]!) >>> 0 >= UART_TX_CAPACITY;
}

function enableInterrupts(s: Uint32Array, value: number): void {
  const kept = value & 0xf;
  // The transmitter is empty, so switching its interrupt on raises it.
  if (kept & ~s[W.uart_ier]! & UART.IER_THRI) s[W.uart_thri] = 1;
  s[W.uart_ier] = kept;
}

/** A byte to a register. True when the transmit ring became full: exit UART. */
export function uartStore(s: Uint32Array, offset: number, value: number): boolean {
  switch (offset) {
    case UART.RBR_THR_DLL:
      if (!divisorLatch(s)) return transmit(s, value);
      s[W.uart_dll] = value;
      break;
    case UART.IER_DLM:
      if (divisorLatch(s)) s[W.uart_dlm] = value;
      else enableInterrupts(s, value);
      break;
    case UART.IIR_FCR:
      if (value & FCR_CLEAR_RECEIVE) s[W.uart_rx_out] = s[W.uart_rx_in]!;
      s[W.uart_fcr] = value & FCR_KEPT;
      break;
    case UART.LCR:
      s[W.uart_lcr] = value;
      break;
    case UART.MCR:
      s[W.uart_mcr] = value & 0x1f;
      break;
    case UART.SCR:
      s[W.uart_scr] = value;
      break;
  }
  return false;
}
