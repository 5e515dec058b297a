# Misaligned accesses across two pages: each page is translated on its own, the first one first; a fault tells the first byte of
# the page that faults, and nothing is stored (docs/machine.md, Memory).
# env: bare
    .include "sv32.inc"
    .equ RW, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D
    .macro FAULT op, offset, cause, tval
    li a1, WINDOW + \offset
    li a0, 0x77
    AS_S
    \op a0, 0(a1)
    AS_M
    CHECK a0, 0x77
    EXPECT_TRAP \cause, WINDOW + \tval
    .endm
    BEGIN
    la a1, frame_a
    li a0, 0xa3a2a1a0
    li a2, 0xffc
    add a2, a2, a1
    sw a0, 0(a2)
    la a1, frame_b
    li a0, 0xb3b2b1b0
    sw a0, 0(a1)
    SV32
# Neighbours in virtual memory, not in physical memory: page 0 is frame_b, page 1 is frame_a, and the other way round.
    LEAF 0, frame_a, RW
    LEAF 1, frame_b, RW
    LEAF 2, frame_a, RW
    LOAD S, WINDOW + 0xffd, 0xb0a3a2a1
    LOAD S, WINDOW + 0xffe, 0xb1b0a3a2
    LOAD S, WINDOW + 0xfff, 0xb2b1b0a3
    STORE S, WINDOW + 0x1ffe, 0xccddeeff
    CHECK_WORD frame_b + 0xffc, 0xeeff0000
    CHECK_WORD frame_a, 0x0000ccdd
    li a1, WINDOW + 0xfff
    AS_S
    lh a0, 0(a1)
    lhu a2, 0(a1)
    AS_M
    CHECK a0, 0xffffb0a3
    CHECK a2, 0x0000b0a3
# The second page faults.
    LEAF_RAW 1, 0
    FAULT lw, 0xffd, CAUSE_LOAD_PAGE, 0x1000
    FAULT lh, 0xfff, CAUSE_LOAD_PAGE, 0x1000
    FAULT lhu, 0xfff, CAUSE_LOAD_PAGE, 0x1000
    FAULT sw, 0xffe, CAUSE_STORE_PAGE, 0x1000
    FAULT sh, 0xfff, CAUSE_STORE_PAGE, 0x1000
    CHECK_WORD frame_a + 0xffc, 0xa3a2a1a0
# The first page faults, and both.
    FAULT lw, 0x1ffe, CAUSE_LOAD_PAGE, 0x1ffe
    FAULT sw, 0x1ffd, CAUSE_STORE_PAGE, 0x1ffd
    CHECK_WORD frame_a, 0x0000ccdd
    LEAF_RAW 2, 0
    FAULT lw, 0x1ffe, CAUSE_LOAD_PAGE, 0x1ffe
# The second page is nowhere: access fault; a page fault of the first comes before it.
    LEAF_RAW 1, 0x3c000000 + RW
    FAULT lw, 0xffe, CAUSE_LOAD_ACCESS, 0x1000
    FAULT sw, 0xffe, CAUSE_STORE_ACCESS, 0x1000
    LEAF_RAW 0, 0
    FAULT lw, 0xffe, CAUSE_LOAD_PAGE, 0xffe
    END
