# Sv32 with ADUE = 1: the hart sets A, and D on a store, in the PTE (privileged manual 10.3.1, 10.3.2 step 7, Svadu).
# env: bare
    .include "sv32.inc"
    .equ RWX, PTE_V | PTE_R | PTE_W | PTE_X
    BEGIN
    PUT_CODE frame_a
    SV32
    li a0, MENVCFGH_ADUE
    csrs menvcfgh, a0
    LEAF 0, frame_a, RWX
    LOAD S, WINDOW, 0x05a00513
    CHECK_FLAGS 0, RWX | PTE_A
    STORE S, WINDOW + 16, 0x44
    CHECK_FLAGS 0, RWX | PTE_A | PTE_D
    LEAF 0, frame_a, RWX
    STORE S, WINDOW + 16, 0x45
    CHECK_FLAGS 0, RWX | PTE_A | PTE_D
    CHECK_WORD frame_a + 16, 0x45
    LEAF 0, frame_a, RWX
    ENTER_SUPERVISOR
    FETCH WINDOW
    TO_MACHINE
    CHECK_FLAGS 0, RWX | PTE_A
    LEAF 0, frame_a, RWX | 0x320
    li a1, WINDOW
    AS_S
    lr.w a0, (a1)
    AS_M
    CHECK_FLAGS 0, RWX | 0x320 | PTE_A
    AS_S
    amoadd.w a0, zero, (a1)
    AS_M
    CHECK_FLAGS 0, RWX | 0x320 | PTE_A | PTE_D
    CHECK a0, 0x05a00513
    EXPECT_NO_TRAP
# An sc that fails is a store all the same.
    LEAF 0, frame_a, RWX
    li a1, WINDOW
    AS_S
    sc.w a0, zero, (a1)
    AS_M
    CHECK a0, 1
    CHECK_FLAGS 0, RWX | PTE_A | PTE_D
# An access without permission changes nothing.
    LEAF 0, frame_a, PTE_V | PTE_R
    STORE_FAULT S, WINDOW
    LOAD_FAULT U, WINDOW
    CHECK_FLAGS 0, PTE_V | PTE_R
# A superpage.
    ROOT_RAW 200, RAM_PTE + PTE_V + PTE_R + PTE_W
    li a1, (200 << 22)
    AS_S
    lw a0, 0(a1)
    AS_M
    CHECK_WORD root_table + 800, RAM_PTE + PTE_V + PTE_R + PTE_W + PTE_A
    EXPECT_NO_TRAP
# Off again.
    csrw menvcfgh, zero
    LEAF 0, frame_a, RWX
    LOAD_FAULT S, WINDOW
    CHECK_FLAGS 0, RWX
    END
