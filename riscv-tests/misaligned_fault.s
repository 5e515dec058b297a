# A misaligned access whose second half has no memory: access fault, tval the first byte of the half that faults, nothing stored (docs/machine.md, Memory).
# env: bare
    .include "privileged.inc"
    .macro LOAD_FAULT op, address, tval
    li a1, \address
    li a0, 0x77
    \op a0, 0(a1)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_LOAD_ACCESS, \tval
    .endm
    BEGIN
# The first byte of RAM is at 0x80000000: what begins below it faults at its first byte.
    LOAD_FAULT lw, 0x7ffffffe, 0x7ffffffe
    LOAD_FAULT lh, 0x7fffffff, 0x7fffffff
    LOAD_FAULT lhu, 0x7fffffff, 0x7fffffff
    LOAD_FAULT lw, 0xf0000001, 0xf0000001
    li a2, 0x80000000
    lw s2, 0(a2)
    li a1, 0x7ffffffe
    li a0, 0x12345678
    sw a0, 0(a1)
    EXPECT_TRAP CAUSE_STORE_ACCESS, 0x7ffffffe
    lw a0, 0(a2)
    CHECK_SAME a0, s2
    END
