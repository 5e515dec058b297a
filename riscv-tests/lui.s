# lui: rd = immediate in the upper 20 bits, zeros below (unprivileged manual 2.4.1).
    .include "test.inc"
    .macro UPPER imm, want
    lui a0, \imm
    CHECK a0, \want
    .endm
    BEGIN
    UPPER 0, 0
    UPPER 1, 0x00001000
    UPPER 0x12345, 0x12345000
    UPPER 0x7ffff, 0x7ffff000
    UPPER 0x80000, 0x80000000
    UPPER 0xfffff, 0xfffff000
    UPPER 0xaaaaa, 0xaaaaa000
    lui zero, 0x12345
    CHECK zero, 0
    lui a0, 0xfffff
    addi a0, a0, -1
    CHECK a0, 0xffffefff
    lui t3, 0x80000
    srai t3, t3, 31
    CHECK t3, -1
    END
