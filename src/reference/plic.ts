// PLIC: external interrupts (RISC-V PLIC specification 1.0.0). Sources 1 to 31, level-triggered; context 0 is M, context 1 is S.
//   0x000000  priority of source i at 4 * i, 3 bits
//   0x001000  pending, read-only
//   0x002000  enable of context c at + 0x80 * c
//   0x200000  threshold of context c at + 0x1000 * c, 3 bits
//   0x200004  claim (read), complete (write) of context c at + 0x1000 * c

import { PLIC_SOURCES, W } from '../isa/state.js';
import { PLIC } from '../machine/devices.js';
import { UART_IRQ } from '../machine/map.js';
import { uartLine } from './uart.js';

const CONTEXTS = 2;

/** Gateways: a line that is high and not in service becomes pending. Call after any change of lines, pending or in_service. */
export function plicUpdate(s: Uint32Array): void {
  const lines = s[W.plic_lines]! | (uartLine(s) ? 1 << UART_IRQ : 0);
  s[W.plic_pending] = s[W.plic_pending]! | (lines & ~s[W.plic_in_service]!);
}

/** The pending and enabled source of the highest priority above `floor`; the lowest number wins a tie; 0 when there is none. */
function bestSource(s: Uint32Array, context: number, floor: number): number {
  const candidates = s[W.plic_pending]! & s[W.plic_enable + context]!;
  if (candidates === 0) return 0;
  let best = 0;
  let highest = floor;
  for (let source = 1; source < PLIC_SOURCES; source++) {
    if (((candidates >>> source) & 1) === 0) continue;
    const priority = s[W.plic_priority + source]!;
    if (priority > highest) {
      highest = priority;
      best = source;
    }
  }
  return best;
}

/** The interrupt line of a context: something pending and enabled stands above its threshold. */
export function plicInterrupt(s: Uint32Array, context: number): boolean {
  return bestSource(s, context, s[W.plic_threshold + context]!) !== 0;
}

function claim(s: Uint32Array, context: number): number {
  const source = bestSource(s, context, 0);
  if (source !== 0) {
    s[W.plic_pending] = s[W.plic_pending]! & ~(1 << source);
    s[W.plic_in_service] = s[W.plic_in_service]! | (1 << source);
  }
  return source;
}

function complete(s: Uint32Array, context: number, source: number): void {
  if (source === 0 || source >= PLIC_SOURCES) return;
  if (((s[W.plic_enable + context]! >>> source) & 1) === 0) return;
  s[W.plic_in_service] = s[W.plic_in_service]! & ~(1 << source);
}

export function plicLoad(s: Uint32Array, offset: number): number {
  if (offset < 4 * PLIC_SOURCES) return s[W.plic_priority + (offset >>> 2)]!;
  if (offset === PLIC.PENDING) return s[W.plic_pending]!;
  for (let c = 0; c < CONTEXTS; c++) {
    if (offset === PLIC.ENABLE + c * PLIC.ENABLE_STRIDE) return s[W.plic_enable + c]!;
    if (offset === PLIC.THRESHOLD + c * PLIC.CONTEXT_STRIDE) return s[W.plic_threshold + c]!;
    if (offset === PLIC.CLAIM + c * PLIC.CONTEXT_STRIDE) return claim(s, c);
  }
  return 0;
}

export function plicStore(s: Uint32Array, offset: number, value: number): void {
  if (offset > 0 && offset < 4 * PLIC_SOURCES) s[W.plic_priority + (offset >>> 2)] = value & PLIC.PRIORITY_MASK;
  for (let c = 0; c < CONTEXTS; c++) {
    if (offset === PLIC.ENABLE + c * PLIC.ENABLE_STRIDE) s[W.plic_enable + c] = value & ~1;
    else if (offset === PLIC.THRESHOLD + c * PLIC.CONTEXT_STRIDE) s[W.plic_threshold + c] = value & PLIC.PRIORITY_MASK;
    else if (offset === PLIC.CLAIM + c * PLIC.CONTEXT_STRIDE) complete(s, c, value);
  }
}
