# sb: stores the low byte of rs2; its neighbours keep their values (unprivileged manual 2.6).
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
    sb a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667798
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667700
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 0(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667704
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sb a2, 1(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55669888
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 1(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55660088
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 1(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55660488
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sb a2, 2(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55987788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 2(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55007788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 2(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55047788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sb a2, 3(a1)
    lw a3, 0(a1)
    CHECK a3, 0x98667788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 3(a1)
    lw a3, 0(a1)
    CHECK a3, 0x00667788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 3(a1)
    lw a3, 0(a1)
    CHECK a3, 0x04667788
    lw a3, 4(a1)
    CHECK a3, 0x99aabbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sb a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aabb98
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aabb00
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 4(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aabb04
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sb a2, 5(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aa98cc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 5(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aa00cc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 5(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x99aa04cc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sb a2, 6(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x9998bbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 6(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x9900bbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 6(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x9904bbcc
    CHECK a2, 0x01020304
    FILL
    li a2, 0xfedcba98
    sb a2, 7(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x98aabbcc
    CHECK a2, 0xfedcba98
    FILL
    li a2, 0x00000000
    sb a2, 7(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x00aabbcc
    CHECK a2, 0x00000000
    FILL
    li a2, 0x01020304
    sb a2, 7(a1)
    lw a3, 0(a1)
    CHECK a3, 0x55667788
    lw a3, 4(a1)
    CHECK a3, 0x04aabbcc
    CHECK a2, 0x01020304
# Offsets at both ends of the field; x0 stored.
    FILL
    li a2, 0xfedcba98
    addi a4, a1, -2044
    sb a2, 2044(a4)
    CHECK_WORD place, 0x55667798
    FILL
    li a2, 0xfedcba98
    li a3, 2048
    add a4, a1, a3
    sb a2, -2048(a4)
    CHECK_WORD place, 0x55667798
    FILL
    sb zero, 0(a1)
    CHECK_WORD place, 0x55667700
    CHECK_WORD before, 0x11223344
    CHECK_WORD after, 0xddeeff00
    END
