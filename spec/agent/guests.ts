// Small guests as cartridges: an echo with a prompt (bare, and as a kernel with all devices), one that looks through page tables.

import { packCartridge } from '../../src/cartridge/index.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { MEMORY_MAPS, type MapName } from '../../src/machine/map.js';
import { kernelImage } from '../machine/kernel-image.js';

/** Prints `ready`, then a prompt; echoes what comes; Enter gives a new prompt, a full stop turns the machine off. Waits in wfi. */
const ECHO = `
_start: li s0, UART
        li t0, 1
        sb t0, 1(s0)
        li t0, PLIC + 40
        li t1, 1
        sw t1, 0(t0)
        li t0, PLIC + ENABLE
        li t1, 1 << 10
        sw t1, 0(t0)
        li t0, IRQS
        csrw IE, t0
        la t1, banner
        jal print
        la t1, ask
        jal print
1:      wfi
        li t2, PLIC + CLAIM
        lw t3, 0(t2)
2:      lbu t0, 5(s0)
        andi t0, t0, 1
        beqz t0, 4f
        lbu t1, 0(s0)
        li t0, 13
        beq t1, t0, 3f
        sb t1, 0(s0)
        li t0, 46
        bne t1, t0, 2b
        li t0, TEST
        li t1, 0x5555
        sw t1, 0(t0)
5:      j 5b
3:      la t1, line
        jal print
        la t1, ask
        jal print
        j 2b
4:      sw t3, 0(t2)
        j 1b
print:  lbu t0, 0(t1)
        beqz t0, 1f
        sb t0, 0(s0)
        addi t1, t1, 1
        j print
1:      ret
banner: .asciz "ready\\r\\n"
line:   .asciz "\\r\\n"
ask:    .asciz "$ "
`;

const symbolsOf = (map: MapName, supervisor: boolean): Record<string, number> => {
  const { uart, plic, test } = MEMORY_MAPS[map];
  return {
    UART: uart.base,
    PLIC: plic.base,
    TEST: test.base,
    ENABLE: supervisor ? 0x2080 : 0x2000,
    CLAIM: supervisor ? 0x201004 : 0x200004,
    IRQS: supervisor ? 0x200 : 0x800,
    IE: supervisor ? 0x104 : 0x304,
  };
};

/** An ELF executable for a map, from the start of its RAM. */
export const elf = (source: string, map: MapName = 'virt'): Uint8Array =>
  assemble(source, { base: MEMORY_MAPS[map].ramBase, symbols: symbolsOf(map, false) }).elf;

/** A cartridge of segments; `boot` is its boot segment. */
export function cartridge(segments: Record<string, Uint8Array>, boot?: unknown): Promise<Uint8Array> {
  const all = { ...segments, ...(boot !== undefined && { boot: new TextEncoder().encode(JSON.stringify(boot)) }) };
  return packCartridge({
    name: 'test',
    type: 'kernel',
    segments: Object.entries(all).map(([name, bytes]) => ({ name, type: name, bytes })),
  });
}

/** The echo as a bare program on 1 MiB: quick to make and to hash, without screen and keyboard. */
export const bareEcho = (): Promise<Uint8Array> => cartridge({ kernel: elf(ECHO) }, { memory_mb: 1 });

/** The echo as a kernel under the firmware: screen, keyboard, pointer, shared files. Its keyboard has no driver. */
export function kernelEcho(): Promise<Uint8Array> {
  const { kernel } = MEMORY_MAPS.visual;
  const { sections } = assemble(ECHO, { base: kernel + 64, symbols: symbolsOf('visual', true) });
  return cartridge({ kernel: kernelImage(sections[0]!.bytes, 1 << 20) });
}

/**
 * Loads words through page tables from M-mode (MPRV, with S in MPP), again and again. A line for each change: `VA VALUE`, or `VA !CAUSE` when the load
 * fails.
 */
export const looker = (addresses: readonly number[]): Promise<Uint8Array> =>
  cartridge(
    {
      kernel: elf(
        `
_start: la t0, trap
        csrw mtvec, t0
        li s0, UART
again:  la s1, addresses
        la s2, last
next:   lw s3, 0(s1)
        beqz s3, again
        li s5, 0
        li t0, 0x20800
        csrw mstatus, t0
        lw s4, (s3)
        csrw mstatus, zero
        j seen
        .balign 4
trap:   csrw mstatus, zero
        csrr s5, mcause
        li s4, 0
seen:   slli t1, s5, 28
        xor t1, t1, s4
        addi t1, t1, 1
        lw t2, 0(s2)
        beq t1, t2, same
        sw t1, 0(s2)
        mv a0, s3
        jal hex
        li a0, 32
        jal put
        bnez s5, bad
        mv a0, s4
        jal hex
        j end
bad:    li a0, '!'
        jal put
        mv a0, s5
        jal hex
end:    li a0, 10
        jal put
same:   addi s1, s1, 4
        addi s2, s2, 4
        j next
put:    sb a0, 0(s0)
        ret
hex:    mv a2, ra
        li a1, 28
        mv a3, a0
1:      srl a0, a3, a1
        andi a0, a0, 15
        addi a0, a0, 48
        li a4, 58
        bltu a0, a4, 2f
        addi a0, a0, 39
2:      jal put
        addi a1, a1, -4
        bgez a1, 1b
        mv ra, a2
        ret
        .balign 4
addresses: ${addresses.map((a) => `.word 0x${a.toString(16)}`).join('\n')}
        .word 0
last:   ${addresses.map(() => '.word 0').join('\n')}
`,
        'visual',
      ),
    },
    { map: 'visual', memory_mb: 64 },
  );

/** Loads one word into s4 through page tables (MPRV, with S in MPP), over and over, with nothing in between that would drop a translation. */
export const holder = (address: number): Promise<Uint8Array> =>
  cartridge(
    {
      kernel: elf(
        `
_start: la t0, trap
        csrw mtvec, t0
        li s3, 0x${address.toString(16)}
        li t0, 0x20800
        .balign 4
trap:   csrw mstatus, t0
1:      lw s4, 0(s3)
        j 1b
`,
        'visual',
      ),
    },
    { map: 'visual', memory_mb: 64 },
  );
