# csrrsi: sets the bits of a 5-bit immediate; zero does not write (unprivileged manual 7.1).
# env: bare
    .include "test.inc"
    BEGIN
    csrr s2, mscratch
    li a1, 0xffffff00
    csrw mscratch, a1
    csrrsi a0, mscratch, 21
    CHECK a0, 0xffffff00
    csrrsi a0, mscratch, 10
    CHECK a0, 0xffffff15
    csrrsi a0, mscratch, 0
    CHECK a0, 0xffffff1f
    csrw mscratch, s2
    csrrsi a0, mhartid, 0
    CHECK a0, 0
    EXPECT_NO_TRAP
here:
    csrrsi a0, mhartid, 1
    la a2, here
    lw a2, 0(a2)
    EXPECT_TRAP_AT CAUSE_ILLEGAL, a2
    END
