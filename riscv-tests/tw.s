# wfi: illegal in U-mode, and in S-mode with TW = 1; otherwise it ends at once when something enabled is pending, whatever the global enable says (privileged manual 3.1.6.5, 3.3.3).
# env: bare
    .include "privileged.inc"
    BEGIN
# SSI pending and enabled in mie, MIE = 0: wfi does not wait, and no interrupt is taken.
    li a0, IP_SSI
    csrs mip, a0
    csrw mie, a0
    wfi
    EXPECT_NO_TRAP
    li a0, IP_SSI
    csrw mideleg, a0
    ENTER_SUPERVISOR
    wfi
    EXPECT_NO_TRAP
    TO_MACHINE
    csrw mie, zero
    ENTER_USER
    wfi
    EXPECT_ILLEGAL
    TO_MACHINE
    li a0, MSTATUS_TW
    csrs mstatus, a0
    li a0, IP_SSI
    csrw mie, a0
    ENTER_SUPERVISOR
    wfi
    EXPECT_ILLEGAL
    TO_MACHINE
    wfi
    EXPECT_NO_TRAP
    csrw mie, zero
    csrw mip, zero
    csrw mideleg, zero
    CHECK zero, 0
    END
