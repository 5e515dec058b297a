# auipc: rd = pc + immediate in the upper 20 bits (unprivileged manual 2.4.1).
    .include "test.inc"
    BEGIN
here:
    auipc a0, 0
    la a1, here
    CHECK_SAME a0, a1
here2:
    auipc a0, 1
    la a1, here2
    sub a0, a0, a1
    CHECK a0, 0x1000
here3:
    auipc a0, 0xfffff
    la a1, here3
    sub a0, a0, a1
    CHECK a0, 0xfffff000
here4:
    auipc a0, 0x80000
    la a1, here4
    sub a0, a0, a1
    CHECK a0, 0x80000000
here5:
    auipc a0, 0x7ffff
    la a1, here5
    sub a0, a0, a1
    CHECK a0, 0x7ffff000
    auipc zero, 0x12345
    CHECK zero, 0
# Back to back: each sees its own pc.
    auipc a0, 0
    auipc a1, 0
    sub a0, a1, a0
    CHECK a0, 4
    END
