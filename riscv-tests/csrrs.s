# csrrs: sets the bits that are set in rs1; rs1 = x0 does not write (unprivileged manual 7.1).
# env: bare
    .include "test.inc"
    BEGIN
    csrr s2, mscratch
    li a1, 0x0000ff00
    csrw mscratch, a1
    li a1, 0x00ff0f0f
    csrrs a0, mscratch, a1
    CHECK a0, 0x0000ff00
    csrrs a0, mscratch, zero
    CHECK a0, 0x00ffff0f
    li a0, 0xf0000000
    csrrs a0, mscratch, a0
    CHECK a0, 0x00ffff0f
    csrrs zero, mscratch, zero
    csrr a0, mscratch
    CHECK a0, 0xf0ffff0f
    csrw mscratch, s2
# A register that holds zero, but is not x0, does write: a read-only CSR traps.
    li a1, 0
here:
    csrrs a0, mhartid, a1
    la a2, here
    lw a2, 0(a2)
    EXPECT_TRAP_AT CAUSE_ILLEGAL, a2
    li a0, 5
    csrrs a0, mhartid, zero
    CHECK a0, 0
    EXPECT_NO_TRAP
    END
