# sw: stores rs2; its neighbours keep their values (unprivileged manual 2.6).
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
    sw a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0xfedcba98
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sw a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x00000000
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sw a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x01020304
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sw a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0xfedcba98
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sw a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x00000000
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sw a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x01020304
    CHECK a2, 0x01020304
# Offsets at both ends of the field; x0 stored.
    FILL
    li a2, 0xfedcba98
    addi a4, a1, -2044
    sw a2, 2044(a4)
    CHECK_WORD place, 0xfedcba98
    FILL
    li a2, 0xfedcba98
    li a3, 2048
    add a4, a1, a3
    sw a2, -2048(a4)
    CHECK_WORD place, 0xfedcba98
    FILL
    sw zero, 0(a1)
    CHECK_WORD place, 0x00000000
    CHECK_WORD before, 0x11223344
    CHECK_WORD after, 0xddeeff00
    END
