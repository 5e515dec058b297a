// Small machines for the tests of src/machine.

import { assemble } from '../../src/isa/assembler/index.js';
import { loadProgram, prepareProgram } from '../../src/machine/load.js';
import { type Machine, type MachineOptions, createMachine } from '../../src/machine/machine.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { ReferenceHart } from '../../src/reference/index.js';

export const VIRT = MEMORY_MAPS.virt;
export const SMALL = { map: VIRT, ramSize: 1 << 20 } as const;

/** Names that programs may use. */
export const SYMBOLS = {
  UART: VIRT.uart.base,
  TEST: VIRT.test.base,
  CLINT: VIRT.clint.base,
  PLIC: VIRT.plic.base,
  VIRTIO: VIRT.virtio.base,
  PASS: 0x5555,
};

/** A reference machine of the virt map with a program at 0x80000000. */
export async function machineWith(source: string, options: MachineOptions = {}): Promise<Machine> {
  const { elf } = assemble(source, { base: VIRT.ramBase, symbols: SYMBOLS });
  const hart = new ReferenceHart(SMALL);
  await loadProgram(hart, prepareProgram(SMALL, elf));
  return createMachine(hart, options);
}
