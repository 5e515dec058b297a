// Physical accesses that are not RAM: which device an address belongs to, and the widths it takes (docs/machine.md, Devices in the hart).

import { EXIT, W } from '../isa/state.js';
import type { Range } from '../machine/map.js';
import { clintLoad, clintStore } from './clint.js';
import type { Hart } from './hart.js';
import { plicLoad, plicStore, plicUpdate } from './plic.js';
import { uartLoad, uartStore } from './uart.js';

/** What busLoad returns when no device takes the access. Never a register value: those are unsigned. */
export const BUS_ERROR = -1;

function within(range: Range, pa: number): boolean {
  return pa >= range.base && pa < range.base + range.size;
}

/** An aligned load of `size` bytes at physical `pa`; zero-extended, or BUS_ERROR. A host-side device raises exit MMIO. */
export function busLoad(h: Hart, pa: number, size: number): number {
  const { map, s } = h;
  let value = BUS_ERROR;
  if (within(map.uart, pa) && size === 1) value = uartLoad(s, pa - map.uart.base);
  else if (within(map.clint, pa) && size === 4) value = clintLoad(s, pa - map.clint.base);
  else if (within(map.plic, pa) && size === 4) value = plicLoad(s, pa - map.plic.base);
  else if (within(map.test, pa) && size === 4) value = 0;
  else if (within(map.virtio, pa)) return hostAccess(h, pa, size, 0, 0);
  plicUpdate(s);
  h.attention = true;
  return value;
}

/** An aligned store; false when no device takes it. A host-side device raises exit MMIO. */
export function busStore(h: Hart, pa: number, size: number, value: number): boolean {
  const { map, s } = h;
  if (within(map.uart, pa) && size === 1) {
    if (uartStore(s, pa - map.uart.base, value & 0xff)) h.leave(EXIT.UART);
  } else if (within(map.clint, pa) && size === 4) clintStore(s, pa - map.clint.base, value >>> 0);
  else if (within(map.plic, pa) && size === 4) plicStore(s, pa - map.plic.base, value >>> 0);
  else if (within(map.test, pa) && size === 4) {
    if (pa === map.test.base) {
      s[W.exit_value] = value;
      h.leave(EXIT.HALT);
    }
  } else if (within(map.virtio, pa)) {
    hostAccess(h, pa, size, 1, size === 4 ? value : value & ((1 << (8 * size)) - 1));
    return true;
  } else return false;
  plicUpdate(s);
  h.attention = true;
  return true;
}

/** Leaves an access to a host-side device in the mmio words. The run loop adds the register of a load. */
function hostAccess(h: Hart, pa: number, size: number, store: number, value: number): number {
  const s = h.s;
  s[W.mmio_address] = pa;
  s[W.mmio_store] = store;
  s[W.mmio_size] = size;
  s[W.mmio_value] = value;
  s[W.mmio_rd] = 0;
  s[W.mmio_signed] = 0;
  h.leave(EXIT.MMIO);
  return 0;
}
