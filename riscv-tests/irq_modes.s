# Machine interrupts: masked by MIE in M-mode, always open in S-mode and U-mode (privileged manual 3.1.6.1, 3.1.9).
# env: bare
    .include "interrupts.inc"
    BEGIN
    li a0, IP_SSI
    csrs mip, a0
    csrw mie, a0
    nop
    EXPECT_NO_TRAP
    csrw mie, zero
    TAKE IP_SSI, CAUSE_SSI
# S-mode and U-mode with MIE = 0 after the mret (MPIE = 0).
    li a0, MSTATUS_MPIE | MSTATUS_MIE
    csrc mstatus, a0
    li a0, IP_SSI
    csrw mie, a0
    ENTER_SUPERVISOR
    EXPECT_TRAP CAUSE_SSI, 0
    TO_MACHINE
    li a0, MSTATUS_MPIE | MSTATUS_MIE
    csrc mstatus, a0
    li a0, IP_SSI
    csrw mie, a0
    ENTER_USER
    EXPECT_TRAP CAUSE_SSI, 0
    TO_MACHINE
# Enabled but not pending, pending but not enabled.
    csrw mip, zero
    TAKE_NONE 0xaaa
    li a0, 0x222
    csrw mip, a0
    TAKE_NONE 0x888
    csrw mip, zero
    CHECK zero, 0
    END
