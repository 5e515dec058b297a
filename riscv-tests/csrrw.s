# csrrw: swaps a CSR and a register (unprivileged manual 7.1).
# env: bare
    .include "test.inc"
    BEGIN
    csrr s2, mscratch
    li a1, 0x12345678
    csrrw a0, mscratch, a1
    CHECK_SAME a0, s2
    li a2, 0x9abcdef0
    csrrw a0, mscratch, a2
    CHECK a0, 0x12345678
# rd = rs1: the old value comes out, the register's old value goes in.
    li a0, 0x0f0f0f0f
    csrrw a0, mscratch, a0
    CHECK a0, 0x9abcdef0
    csrr a0, mscratch
    CHECK a0, 0x0f0f0f0f
# rd = x0 writes without a read; rs1 = x0 writes zero.
    li a1, 0x77
    csrrw zero, mscratch, a1
    csrrw a0, mscratch, zero
    CHECK a0, 0x77
    csrrw a0, mscratch, s2
    CHECK a0, 0
    CHECK zero, 0
    EXPECT_NO_TRAP
    END
