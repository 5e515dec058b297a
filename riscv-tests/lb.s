# lb: a byte, sign-extended (unprivileged manual 2.6).
    .include "test.inc"
    .macro LOAD label, offset, want
    la a1, \label
    lb a0, \offset(a1)
    CHECK a0, \want
    .endm
    .data
    .balign 16
table:
    .word 0x83828180, 0x7f7e7d7c, 0x00ff7fff, 0x80008001
middle:
    .word 0xf0f1f2f3, 0x01020304
    .text
    BEGIN
    LOAD table, 0, 0xffffff80
    LOAD table, 1, 0xffffff81
    LOAD table, 2, 0xffffff82
    LOAD table, 3, 0xffffff83
    LOAD table, 4, 0x0000007c
    LOAD table, 5, 0x0000007d
    LOAD table, 6, 0x0000007e
    LOAD table, 7, 0x0000007f
    LOAD table, 8, 0xffffffff
    LOAD table, 9, 0x0000007f
    LOAD table, 10, 0xffffffff
    LOAD table, 11, 0x00000000
    LOAD table, 12, 0x00000001
    LOAD table, 13, 0xffffff80
    LOAD table, 14, 0x00000000
    LOAD table, 15, 0xffffff80
    LOAD middle, -16, 0xffffff80
    LOAD middle, -15, 0xffffff81
    LOAD middle, -14, 0xffffff82
    LOAD middle, -13, 0xffffff83
    LOAD middle, -12, 0x0000007c
    LOAD middle, -11, 0x0000007d
    LOAD middle, -10, 0x0000007e
    LOAD middle, -9, 0x0000007f
    LOAD middle, -8, 0xffffffff
    LOAD middle, -7, 0x0000007f
    LOAD middle, -6, 0xffffffff
    LOAD middle, -5, 0x00000000
    LOAD middle, -4, 0x00000001
    LOAD middle, -3, 0xffffff80
    LOAD middle, -2, 0x00000000
    LOAD middle, -1, 0xffffff80
    LOAD middle, 0, 0xfffffff3
    LOAD middle, 1, 0xfffffff2
    LOAD middle, 2, 0xfffffff1
    LOAD middle, 3, 0xfffffff0
    LOAD middle, 4, 0x00000004
    LOAD middle, 5, 0x00000003
    LOAD middle, 6, 0x00000002
    LOAD middle, 7, 0x00000001
    la a1, table
    lb a1, 0(a1)
    CHECK a1, 0xffffff80
    la a1, table
    lb zero, 0(a1)
    CHECK zero, 0
# Offsets at both ends of the field.
    la a1, table
    addi a1, a1, -2044
    lb a0, 2044(a1)
    CHECK a0, 0xffffff80
    la a1, table
    li a2, 2048
    add a1, a1, a2
    lb a0, -2048(a1)
    CHECK a0, 0xffffff80
# A load behind a store to the same place.
    la a1, middle
    li a2, 0x5a5aa5a5
    sw a2, 4(a1)
    lb a0, 4(a1)
    CHECK a0, 0xffffffa5
    END
