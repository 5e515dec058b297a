# U-mode under Sv32: its faults carry its virtual addresses, and reach S-mode when they are delegated (privileged manual 10.3.2, 3.1.8).
# env: bare
    .include "sv32.inc"
    BEGIN
    PUT_CODE frame_a
    USE_S_TRAP
    SV32
    LEAF 0, frame_a, FULL | PTE_U
    LEAF 1, frame_a, FULL
    LEAF 2, frame_a, PTE_V | PTE_R | PTE_U | PTE_A | PTE_D
    ENTER_ALIAS
    FETCH WINDOW
    li a1, WINDOW
    lw a0, 0(a1)
    CHECK a0, 0x05a00513
    li a1, WINDOW + 0x1000
    lw a0, 4(a1)
    EXPECT_TRAP CAUSE_LOAD_PAGE, WINDOW + 0x1004
    sw a0, 8(a1)
    EXPECT_TRAP CAUSE_STORE_PAGE, WINDOW + 0x1008
    FETCH_FAULT WINDOW + 0x1000
    li a1, WINDOW + 0x2000
    sw a0, 8(a1)
    EXPECT_TRAP CAUSE_STORE_PAGE, WINDOW + 0x2008
    FETCH_FAULT WINDOW + 0x2000
# S-mode's own view of RAM is closed.
    li a1, 0x80000000
    lw a0, 0(a1)
    EXPECT_TRAP CAUSE_LOAD_PAGE, 0x80000000
    FETCH_FAULT 0x80000000
    LEAVE_ALIAS
# Delegated.
    li a0, (1 << CAUSE_LOAD_PAGE) | (1 << CAUSE_STORE_PAGE) | (1 << CAUSE_FETCH_PAGE)
    csrw medeleg, a0
    ENTER_ALIAS
    li a1, WINDOW + 0x1000
    li a0, 0x77
    lw a0, 4(a1)
    CHECK a0, 0x77
    EXPECT_S_TRAP CAUSE_LOAD_PAGE, WINDOW + 0x1004
    sw a0, 12(a1)
    EXPECT_S_TRAP CAUSE_STORE_PAGE, WINDOW + 0x100c
    jalr ra, 0(a1)
    EXPECT_S_TRAP CAUSE_FETCH_PAGE, WINDOW + 0x1000
    EXPECT_NO_TRAP
    LEAVE_ALIAS
    csrw medeleg, zero
    END
