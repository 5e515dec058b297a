# CLINT mtimecmp: MTIP while mtime >= mtimecmp, 64 bits unsigned; the interrupt comes at the tick (privileged manual 3.2.1; docs/machine.md, Steps).
# env: bare
    .include "interrupts.inc"
    .text
    .balign 4
on_timer:
    rdtime s3
    csrr s4, mcause
    csrw mie, zero
    mret
    BEGIN
    li s2, CLINT_MTIMECMP
    li s5, CLINT_MTIME
    csrr a0, mip
    CHECK a0, 0
# The high half decides.
    sw zero, 0(s2)
    csrr a0, mip
    CHECK a0, 0
    li a1, 1
    sw a1, 4(s2)
    csrr a0, mip
    CHECK a0, 0
    sw zero, 4(s2)
    csrr a0, mip
    CHECK a0, IP_MTI
    lw a0, 0(s2)
    CHECK a0, 0
    lw a0, 4(s2)
    CHECK a0, 0
    li a1, 0x80000000
    sw a1, 0(s2)
    csrr a0, mip
    CHECK a0, 0
    lw a0, 0(s2)
    CHECK a0, 0x80000000
# The interrupt comes at the very tick.
    csrr s6, mtvec
    la a0, on_timer
    csrw mtvec, a0
    .irp wait, 40, 41, 57
    li s3, 0
    lw a0, 0(s5)
    addi a0, a0, \wait
    sw a0, 0(s2)
    li a1, IP_MTI
    csrw mie, a1
    csrsi mstatus, 8
1:  beqz s3, 1b
    csrci mstatus, 8
    CHECK s4, CAUSE_MTI
    CHECK_SAME s3, a0
    .endr
    csrw mtvec, s6
    DROP_MTI
    END
