# lhu: two bytes, zero-extended (unprivileged manual 2.6).
    .include "test.inc"
    .macro LOAD label, offset, want
    la a1, \label
    lhu a0, \offset(a1)
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
    LOAD table, 0, 0x00008180
    LOAD table, 2, 0x00008382
    LOAD table, 4, 0x00007d7c
    LOAD table, 6, 0x00007f7e
    LOAD table, 8, 0x00007fff
    LOAD table, 10, 0x000000ff
    LOAD table, 12, 0x00008001
    LOAD table, 14, 0x00008000
    LOAD middle, -16, 0x00008180
    LOAD middle, -14, 0x00008382
    LOAD middle, -12, 0x00007d7c
    LOAD middle, -10, 0x00007f7e
    LOAD middle, -8, 0x00007fff
    LOAD middle, -6, 0x000000ff
    LOAD middle, -4, 0x00008001
    LOAD middle, -2, 0x00008000
    LOAD middle, 0, 0x0000f2f3
    LOAD middle, 2, 0x0000f0f1
    LOAD middle, 4, 0x00000304
    LOAD middle, 6, 0x00000102
    la a1, table
    lhu a1, 0(a1)
    CHECK a1, 0x8180
    la a1, table
    lhu zero, 0(a1)
    CHECK zero, 0
# Offsets at both ends of the field.
    la a1, table
    addi a1, a1, -2044
    lhu a0, 2044(a1)
    CHECK a0, 0x8180
    la a1, table
    li a2, 2048
    add a1, a1, a2
    lhu a0, -2048(a1)
    CHECK a0, 0x8180
# A load behind a store to the same place.
    la a1, middle
    li a2, 0x5a5aa5a5
    sw a2, 4(a1)
    lhu a0, 4(a1)
    CHECK a0, 0xa5a5
    END
