# Misaligned stores work, in a word, across words, across a page, and change no other byte (unprivileged manual 2.6).
    .include "test.inc"
    .data
    .balign 4096
    .zero 4088
table:
    .word 0, 0, 0, 0
    .text
    .macro STORE op, offset, w0, w1, w2, w3
    la a1, table
    li a2, 0x11111111
    sw a2, 0(a1)
    sw a2, 4(a1)
    sw a2, 8(a1)
    sw a2, 12(a1)
    li a2, 0xa4a3a2a1
    \op a2, \offset(a1)
    CHECK_WORD table, \w0
    CHECK_WORD table + 4, \w1
    CHECK_WORD table + 8, \w2
    CHECK_WORD table + 12, \w3
    .endm
    BEGIN
    STORE sh, 1, 0x11a2a111, 0x11111111, 0x11111111, 0x11111111
    STORE sh, 3, 0xa1111111, 0x111111a2, 0x11111111, 0x11111111
    STORE sw, 1, 0xa3a2a111, 0x111111a4, 0x11111111, 0x11111111
    STORE sw, 2, 0xa2a11111, 0x1111a4a3, 0x11111111, 0x11111111
    STORE sw, 3, 0xa1111111, 0x11a4a3a2, 0x11111111, 0x11111111
# The page boundary is at table + 8.
    STORE sh, 7, 0x11111111, 0xa1111111, 0x111111a2, 0x11111111
    STORE sw, 5, 0x11111111, 0xa3a2a111, 0x111111a4, 0x11111111
    STORE sw, 6, 0x11111111, 0xa2a11111, 0x1111a4a3, 0x11111111
    STORE sw, 7, 0x11111111, 0xa1111111, 0x11a4a3a2, 0x11111111
    STORE sw, 9, 0x11111111, 0x11111111, 0xa3a2a111, 0x111111a4
    STORE sh, 11, 0x11111111, 0x11111111, 0xa1111111, 0x111111a2
    EXPECT_NO_TRAP
    END
