# csrrwi: writes a 5-bit zero-extended immediate (unprivileged manual 7.1).
# env: bare
    .include "test.inc"
    BEGIN
    csrr s2, mscratch
    li a1, 0xffffffff
    csrw mscratch, a1
    csrrwi a0, mscratch, 31
    CHECK a0, -1
    csrrwi a0, mscratch, 1
    CHECK a0, 31
    csrrwi a0, mscratch, 0
    CHECK a0, 1
    csrrwi zero, mscratch, 21
    csrrw a0, mscratch, s2
    CHECK a0, 21
# An immediate of zero still writes: a read-only CSR traps.
here:
    csrrwi a0, mhartid, 0
    la a2, here
    lw a2, 0(a2)
    EXPECT_TRAP_AT CAUSE_ILLEGAL, a2
    END
