// Our firmware, assembled for a memory map when a machine boots (docs/boot.md).

import { assemble } from '../isa/assembler/index.js';
import { FIRMWARE_SOURCE } from './firmware.generated.js';
import type { MemoryMap } from './map.js';

/** Firmware ready to be placed at `map.firmware`, which is also its entry. */
export interface Firmware {
  readonly bytes: Uint8Array;
  /** Bytes in memory, stack included. */
  readonly size: number;
}

/** Assembles the firmware to enter a kernel at physical `kernelEntry`. */
export function assembleFirmware(map: MemoryMap, kernelEntry: number): Firmware {
  const { sections } = assemble(FIRMWARE_SOURCE, {
    file: 'firmware.S',
    base: map.firmware,
    symbols: { UART_BASE: map.uart.base, TEST_BASE: map.test.base, KERNEL_ENTRY: kernelEntry },
  });
  const end = Math.max(...sections.map((s) => s.address + s.size));
  const stored = sections.filter((s) => !s.nobits);
  const bytes = new Uint8Array(Math.max(...stored.map((s) => s.address + s.bytes.length)) - map.firmware);
  for (const s of stored) bytes.set(s.bytes, s.address - map.firmware);
  return { bytes, size: end - map.firmware };
}
