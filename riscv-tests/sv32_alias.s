# A reservation is on the physical word: sc through another virtual address of it succeeds; a store through another one ends it (docs/machine.md, Memory).
# env: bare
    .include "sv32.inc"
    BEGIN
    SV32
    LEAF 0, frame_a, FULL
    LEAF 1, frame_a, FULL
    LEAF 2, frame_b, FULL
    li a1, WINDOW + 8
    li a2, WINDOW + 0x1008
    li a3, WINDOW + 0x2008
    li a4, 5
    AS_S
    lr.w a0, (a1)
    sc.w s2, a4, (a2)
    lr.w a0, (a1)
    sw a4, 0(a2)
    sc.w s3, a4, (a1)
    lr.w a0, (a1)
    sw a4, 0(a3)
    sc.w s4, a4, (a1)
    lr.w a0, (a1)
    sc.w s5, a4, (a3)
    AS_M
    CHECK s2, 0
    CHECK s3, 1
    CHECK s4, 0
    CHECK s5, 1
    EXPECT_NO_TRAP
# An update of A and D by the hart is a store to the PTE's word.
    li a0, MENVCFGH_ADUE
    csrs menvcfgh, a0
    LEAF 2, frame_b, PTE_V | PTE_R | PTE_W
    LEAF 0, table, FULL
    li a1, WINDOW + 8
    li a4, 0
    AS_S
    lr.w a0, (a1)
    lw a2, 0(a3)
    sc.w s2, a0, (a1)
    AS_M
    CHECK s2, 1
    CHECK_FLAGS 2, PTE_V | PTE_R | PTE_W | PTE_A
    END
