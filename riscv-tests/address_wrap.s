# address_wrap: addresses are 32 bits and wrap around: a base near the top with an offset over it (unprivileged manual 1.4, 2.6).
    .include "test.inc"
    BEGIN
    la a1, place
# base + offset beyond 2^32 lands at place again: (place - 2^31 + 2^31).
    li a2, 0x80000000
    add a3, a1, a2
    add a3, a3, a2
    lw a0, 0(a3)
    CHECK a0, 0x600df00d
    li a3, 2047
    sub a3, a1, a3
    lw a0, 2047(a3)
    CHECK a0, 0x600df00d
# Arithmetic wraps as well.
    li a3, 0xfffffffc
    addi a3, a3, 8
    CHECK a3, 4
    li a3, 4
    addi a3, a3, -8
    CHECK a3, 0xfffffffc
    EXPECT_NO_TRAP
    END
    .data
    .balign 8
place:
    .word 0x600df00d
