# Misaligned loads work, in a word, across words, across a page (unprivileged manual 2.6: an environment may allow them; this one does).
    .include "test.inc"
    .data
    .balign 4096
    .zero 4080
table:
    .word 0x83828180, 0x87868584, 0x8b8a8988, 0x8f8e8d8c
    .word 0x93929190, 0x97969594
    .text
    .macro LOADS offset, half, halfu, word
    la a1, table
    lh a0, \offset(a1)
    CHECK a0, \half
    lhu a0, \offset(a1)
    CHECK a0, \halfu
    lw a0, \offset(a1)
    CHECK a0, \word
    .endm
    BEGIN
    LOADS 1, 0xffff8281, 0x8281, 0x84838281
    LOADS 2, 0xffff8382, 0x8382, 0x85848382
    LOADS 3, 0xffff8483, 0x8483, 0x86858483
    LOADS 5, 0xffff8685, 0x8685, 0x88878685
    LOADS 7, 0xffff8887, 0x8887, 0x8a898887
# Across the page boundary at table + 16.
    LOADS 13, 0xffff8e8d, 0x8e8d, 0x908f8e8d
    LOADS 14, 0xffff8f8e, 0x8f8e, 0x91908f8e
    LOADS 15, 0xffff908f, 0x908f, 0x9291908f
    LOADS 17, 0xffff9291, 0x9291, 0x94939291
    EXPECT_NO_TRAP
    END
