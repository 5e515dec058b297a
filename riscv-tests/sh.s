# sh: stores the low two bytes of rs2; its neighbours keep their values (unprivileged manual 2.6).
    .include "test.inc"
    .data
    .balign 16
before:
    .word 0x11223344
place:
    .word 0x55667788, 0x99aabbcc
after:
    .word 0xddeeff00
    .text
    .macro FILL
    la a1, place
    li a2, 0x55667788
    sw a2, 0(a1)
    li a2, 0x99aabbcc
    sw a2, 4(a1)
    .endm
    BEGIN
    FILL
    li a2, 0xfedcba98
    sh a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x5566ba98
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sh a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55660000
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sh a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55660304
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sh a2, 2(a1)
    lw a3, 0(a1)
    CHECK a3, 0xba987788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sh a2, 2(a1)
    lw a3, 0(a1)
    CHECK a3, 0x00007788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sh a2, 2(a1)
    lw a3, 0(a1)
    CHECK a3, 0x03047788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sh a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aaba98
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sh a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aa0000
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sh a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aa0304
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sh a2, 6(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0xba98bbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sh a2, 6(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x0000bbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sh a2, 6(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x0304bbcc
    CHECK a2, 0x01020304
# Offsets at both ends of the field; x0 stored.
    FILL
    li a2, 0xfedcba98
    addi a4, a1, -2044
    sh a2, 2044(a4)
    CHECK_WORD place, 0x5566ba98
    FILL
    li a2, 0xfedcba98
    li a3, 2048
    add a4, a1, a3
    sh a2, -2048(a4)
    CHECK_WORD place, 0x5566ba98
    FILL
    sh zero, 0(a1)
    CHECK_WORD place, 0x55660000
    CHECK_WORD before, 0x11223344
    CHECK_WORD after, 0xddeeff00
    END
