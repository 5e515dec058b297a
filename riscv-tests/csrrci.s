# csrrci: clears the bits of a 5-bit immediate; zero does not write (unprivileged manual 7.1).
# env: bare
    .include "test.inc"
    BEGIN
    csrr s2, mscratch
    li a1, 0xffffffff
    csrw mscratch, a1
    csrrci a0, mscratch, 21
    CHECK a0, -1
    csrrci a0, mscratch, 2
    CHECK a0, 0xffffffea
    csrrci a0, mscratch, 0
    CHECK a0, 0xffffffe8
    csrw mscratch, s2
    csrrci a0, mhartid, 0
    CHECK a0, 0
    EXPECT_NO_TRAP
here:
    csrrci a0, mhartid, 31
    la a2, here
    lw a2, 0(a2)
    EXPECT_TRAP_AT CAUSE_ILLEGAL, a2
    END
