# csrrc: clears the bits that are set in rs1; rs1 = x0 does not write (unprivileged manual 7.1).
# env: bare
    .include "test.inc"
    BEGIN
    csrr s2, mscratch
    li a1, 0xffffff00
    csrw mscratch, a1
    li a1, 0x00ff0f0f
    csrrc a0, mscratch, a1
    CHECK a0, 0xffffff00
    csrrc a0, mscratch, zero
    CHECK a0, 0xff00f000
    li a0, 0x0f000000
    csrrc a0, mscratch, a0
    CHECK a0, 0xff00f000
    csrr a0, mscratch
    CHECK a0, 0xf000f000
    csrw mscratch, s2
    li a1, 0
here:
    csrrc a0, mhartid, a1
    la a2, here
    lw a2, 0(a2)
    EXPECT_TRAP_AT CAUSE_ILLEGAL, a2
    END
