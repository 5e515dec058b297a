# An interrupt that is pending and enabled is taken before the next instruction (privileged manual 3.1.9; docs/machine.md, Steps).
# env: bare
    .include "interrupts.inc"
    .macro AT label
    la a1, \label
    EXPECT_EPC a1
    EXPECT_TRAP CAUSE_SSI, 0
    csrci mstatus, 8
    csrw mip, zero
    .endm
    BEGIN
    li a0, IP_SSI
# Enabled last by MIE, by mie, by mip.
    csrs mip, a0
    csrw mie, a0
    csrsi mstatus, 8
1:  nop
    AT 1b
    csrs mip, a0
    csrsi mstatus, 8
    csrw mie, a0
1:  nop
    AT 1b
    csrw mie, a0
    csrsi mstatus, 8
    csrs mip, a0
1:  nop
    AT 1b
# By mret: the interrupt comes before the instruction it returns to.
    csrs mip, a0
    csrw mie, a0
    li a1, MSTATUS_MPP | MSTATUS_MPIE
    csrs mstatus, a1
    la a1, 1f
    csrw mepc, a1
    mret
    UNREACHABLE
1:  nop
    AT 1b
# By a store to the CLINT, seen by the very next instruction.
    li a0, IP_MSI
    csrw mie, a0
    csrsi mstatus, 8
    li t0, CLINT_MSIP
    li t1, 1
    sw t1, 0(t0)
1:  sw zero, 0(t0)
    la a1, 1b
    EXPECT_EPC a1
    EXPECT_TRAP CAUSE_MSI, 0
    csrci mstatus, 8
# The instruction that was interrupted ran afterwards: the store took the interrupt away.
    csrr a0, mip
    CHECK a0, 0
    END
