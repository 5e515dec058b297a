# A misaligned store across two pages: with ADUE = 1 both PTEs get A and D; when the second page faults the first one's update
# stands, and nothing is stored (docs/machine.md, Memory; privileged manual 10.3.1).
# env: bare
    .include "sv32.inc"
    .equ RW, PTE_V | PTE_R | PTE_W
    BEGIN
    SV32
    li a0, MENVCFGH_ADUE
    csrs menvcfgh, a0
    LEAF 0, frame_a, RW
    LEAF 1, frame_b, RW
    STORE S, WINDOW + 0xffe, 0x44332211
    CHECK_FLAGS 0, RW | PTE_A | PTE_D
    CHECK_FLAGS 1, RW | PTE_A | PTE_D
    CHECK_WORD frame_a + 0xffc, 0x22110000
    CHECK_WORD frame_b, 0x00004433
    LEAF 0, frame_a, RW
    LEAF 1, frame_b, RW
    LOAD S, WINDOW + 0xffd, 0x33221100
    CHECK_FLAGS 0, RW | PTE_A
    CHECK_FLAGS 1, RW | PTE_A
    LEAF 0, frame_a, RW
    LEAF 1, frame_b, PTE_V | PTE_R
    li a1, WINDOW + 0xffe
    li a0, -1
    AS_S
    sw a0, 0(a1)
    AS_M
    EXPECT_TRAP CAUSE_STORE_PAGE, WINDOW + 0x1000
    CHECK_FLAGS 0, RW | PTE_A | PTE_D
    CHECK_FLAGS 1, PTE_V | PTE_R
    CHECK_WORD frame_a + 0xffc, 0x22110000
    CHECK_WORD frame_b, 0x00004433
    END
