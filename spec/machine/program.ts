// Small machines for the tests of src/machine.

import { assemble } from '../../src/isa/assembler/index.js';
import type { Executor } from '../../src/machine/executor.js';
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

/** A machine of the virt map with a program at 0x80000000; on the reference hart unless an executor is given. */
export async function machineWith(
  source: string,
  options: MachineOptions = {},
  executor: Executor = new ReferenceHart(SMALL),
): Promise<Machine> {
  const { elf } = assemble(source, { base: VIRT.ramBase, symbols: SYMBOLS });
  await loadProgram(executor, prepareProgram(SMALL, elf));
  return createMachine(executor, options);
}

/** Prints a word and halts. */
export const HELLO = `
_start: li t0, UART
        la t1, text
1:      lbu t2, 0(t1)
        beqz t2, 2f
        sb t2, 0(t0)
        addi t1, t1, 1
        j 1b
2:      li t0, TEST
        li t1, PASS
        sw t1, 0(t0)
3:      j 3b
text:   .asciz "hello"
`;

/** Prints 5000 bytes: more than the transmit ring holds. */
export const LONG = `
_start: li t0, UART
        li t1, 5000
1:      andi t2, t1, 63
        addi t2, t2, 48
        sb t2, 0(t0)
        addi t1, t1, -1
        bnez t1, 1b
        li t0, TEST
        li t1, PASS
        sw t1, 0(t0)
2:      j 2b
`;

/** Sleeps until a timer, then counts in s0, four times; then halts with the count. */
export const SLEEPER = `
_start: la t0, trap
        csrw mtvec, t0
        li t0, 0x80
        csrw mie, t0
        csrsi mstatus, 8
        li s0, 0
        jal arm
1:      wfi
        li t0, 4
        bltu s0, t0, 1b
        li t0, TEST
        slli t1, s0, 16
        li t2, 0x3333
        or t1, t1, t2
        sw t1, 0(t0)
2:      j 2b
arm:    li t0, CLINT
        li t3, 0xbff8
        add t3, t3, t0
        lw t1, 0(t3)
        li t4, 100000
        add t1, t1, t4
        li t3, 0x4000
        add t3, t3, t0
        sw t1, 0(t3)
        sw zero, 4(t3)
        ret
        .balign 4
trap:   addi s0, s0, 1
        mv s1, ra
        jal arm
        mv ra, s1
        mret
`;

/** Echoes input with interrupts, waiting in wfi; a full stop ends it. */
export const ECHO = `
_start: li s0, UART
        li t0, 1
        sb t0, 1(s0)
        li t0, PLIC + 40
        li t1, 1
        sw t1, 0(t0)
        li t0, PLIC + 0x2000
        li t1, 1 << 10
        sw t1, 0(t0)
        li t0, 0x800
        csrw mie, t0
1:      wfi
        li t2, PLIC + 0x200004
        lw t3, 0(t2)
2:      lbu t0, 5(s0)
        andi t0, t0, 1
        beqz t0, 3f
        lbu t1, 0(s0)
        sb t1, 0(s0)
        li t0, 46
        bne t1, t0, 2b
        li t0, TEST
        li t1, PASS
        sw t1, 0(t0)
3:      sw t3, 0(t2)
        j 1b
`;
