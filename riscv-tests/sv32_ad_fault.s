# Sv32 with ADUE = 0: A = 0 is a page fault, D = 0 on a store is one, and the PTE stays as it was (privileged manual 10.3.1, 10.3.2 step 7, Svade).
# env: bare
    .include "sv32.inc"
    BEGIN
    PUT_CODE frame_a
    SV32
    LEAF 0, frame_a, PTE_V | PTE_R | PTE_W | PTE_X
    LOAD_FAULT S, WINDOW
    STORE_FAULT S, WINDOW + 16
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW
    TO_MACHINE
    CHECK_FLAGS 0, PTE_V | PTE_R | PTE_W | PTE_X
    LEAF 0, frame_a, PTE_V | PTE_R | PTE_W | PTE_X | PTE_A
    LOAD S, WINDOW, 0x05a00513
    STORE_FAULT S, WINDOW + 16
    ENTER_SUPERVISOR
    FETCH WINDOW
    TO_MACHINE
    li a1, WINDOW
    AS_S
    lr.w a0, (a1)
    AS_M
    CHECK a0, 0x05a00513
    AS_S
    amoadd.w a0, a1, (a1)
    AS_M
    CHECK a0, 0x05a00513
    EXPECT_TRAP CAUSE_STORE_PAGE, WINDOW
    CHECK_FLAGS 0, PTE_V | PTE_R | PTE_W | PTE_X | PTE_A
# D without A.
    LEAF 0, frame_a, PTE_V | PTE_R | PTE_W | PTE_X | PTE_D
    LOAD_FAULT S, WINDOW
    STORE_FAULT S, WINDOW
    LEAF 0, frame_a, PTE_V | PTE_R | PTE_W | PTE_X | PTE_A | PTE_D
    STORE S, WINDOW + 16, 0x99
    LOAD S, WINDOW + 16, 0x99
# A superpage.
    ROOT_RAW 200, RAM_PTE + PTE_V + PTE_R + PTE_W
    LOAD_FAULT S, 200 << 22
    ROOT_RAW 200, RAM_PTE + PTE_V + PTE_R + PTE_W + PTE_A
    STORE_FAULT S, (200 << 22) + 0x3f000
    END
