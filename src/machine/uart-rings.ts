// The rings of the UART in the state, from the host's side.

import { UART_RX_CAPACITY, UART_TX_CAPACITY, W } from '../isa/state.js';
import { latchLines } from './interrupts.js';

/** Puts bytes into the receive ring; returns how many found room. */
export function receive(state: Uint32Array, bytes: Uint8Array): number {
  const room = UART_RX_CAPACITY - ((state[W.uart_rx_in]! - state[W.uart_rx_out]!) >>> 0);
  const count = Math.min(bytes.length, Math.max(0, room));
  if (count === 0) return 0;
  let at = state[W.uart_rx_in]!;
  for (const b of bytes.subarray(0, count)) state[W.uart_rx + (at++ % UART_RX_CAPACITY)] = b;
  state[W.uart_rx_in] = at;
  latchLines(state);
  return count;
}

/** Takes what is in the transmit ring. */
export function transmitted(state: Uint32Array): Uint8Array {
  const from = state[W.uart_tx_out]!;
  const count = Math.min((state[W.uart_tx_in]! - from) >>> 0, UART_TX_CAPACITY);
  const bytes = new Uint8Array(count);
  for (let i = 0; i < count; i++) bytes[i] = state[W.uart_tx + ((from + i) % UART_TX_CAPACITY)]!;
  if (count > 0) state[W.uart_tx_out] = state[W.uart_tx_in]!;
  return bytes;
}
