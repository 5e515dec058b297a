# Delegated interrupts: never taken in M-mode, taken in S-mode with SIE, always in U-mode, by stvec (privileged manual 3.1.8, 3.1.9, 10.1.3).
# env: bare
    .include "interrupts.inc"
    BEGIN
    USE_S_TRAP
    li a0, 0x222
    csrw mideleg, a0
    csrw mip, a0
    TAKE_NONE 0x222
    EXPECT_NO_S_TRAP
# S-mode with SIE = 0.
    li a0, 0x222
    csrw mie, a0
    csrci mstatus, 2
    ENTER_SUPERVISOR
    nop
    EXPECT_NO_S_TRAP
    EXPECT_NO_TRAP
# With SIE = 1: the highest of the three, before the next instruction.
    csrsi sstatus, 2
1:  csrci sstatus, 2
    la t5, s_record
    lw s2, 8(t5)
    la a1, 1b
    CHECK_SAME s2, a1
    EXPECT_S_TRAP CAUSE_SEI, 0
    csrr a0, sie
    CHECK a0, 0
# U-mode with SIE = 0.
    li a0, 0x20
    csrw sie, a0
    ENTER_USER_FROM_S
    EXPECT_S_TRAP CAUSE_STI, 0
    TO_MACHINE
    EXPECT_NO_TRAP
# Not delegated: the same interrupt goes to M-mode from S-mode.
    csrw mideleg, zero
    li a0, IP_SSI
    csrw mie, a0
    ENTER_SUPERVISOR
    EXPECT_TRAP CAUSE_SSI, 0
    EXPECT_NO_S_TRAP
    TO_MACHINE
    csrw mip, zero
    END
