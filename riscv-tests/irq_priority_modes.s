# Interrupts for M-mode come before delegated ones, whatever their numbers; among delegated ones SEI, SSI, STI (privileged manual 3.1.9, 10.1.3).
# env: bare
    .include "interrupts.inc"
    BEGIN
    USE_S_TRAP
    li a0, 0x202
    csrw mideleg, a0
    li a0, 0x222
    csrw mip, a0
    csrw mie, a0
    csrsi mstatus, 2
# STI, not delegated, is taken first, into M-mode, which clears mie.
    ENTER_SUPERVISOR
    EXPECT_TRAP CAUSE_STI, 0
    EXPECT_NO_S_TRAP
    TO_MACHINE
    li a0, 0x222
    csrw mideleg, a0
    .irp pair, 1, 2, 3
    .if \pair == 1
    li a0, 0x222
    .elseif \pair == 2
    li a0, 0x022
    .else
    li a0, 0x020
    .endif
    csrw mie, a0
    csrci mstatus, 2
    ENTER_USER
    .if \pair == 1
    EXPECT_S_TRAP CAUSE_SEI, 0
    .elseif \pair == 2
    EXPECT_S_TRAP CAUSE_SSI, 0
    .else
    EXPECT_S_TRAP CAUSE_STI, 0
    .endif
    EXPECT_NO_TRAP
    TO_MACHINE
    .endr
    csrw mip, zero
    END
