# Sv32: U-mode needs U = 1; S-mode needs U = 0, or SUM = 1 for loads and stores, never for fetches (privileged manual 10.3.1, 3.1.6.3).
# env: bare
    .include "sv32.inc"
    BEGIN
    PUT_CODE frame_a
    SV32
    LEAF 0, frame_a, FULL
    LOAD_FAULT U, WINDOW
    STORE_FAULT U, WINDOW + 16
    LOAD S, WINDOW, 0x05a00513
    STORE S, WINDOW + 16, 1
    ENTER_ALIAS
    FETCH_FAULT WINDOW
    LEAVE_ALIAS
    LEAF 0, frame_a, FULL | PTE_U
    LOAD U, WINDOW, 0x05a00513
    STORE U, WINDOW + 16, 2
    LOAD_FAULT S, WINDOW
    STORE_FAULT S, WINDOW + 16
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW
    TO_MACHINE
    li a0, MSTATUS_SUM
    csrs mstatus, a0
    LOAD S, WINDOW, 0x05a00513
    STORE S, WINDOW + 16, 3
    LOAD U, WINDOW + 16, 3
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW
    TO_MACHINE
# SUM does not open supervisor pages to U-mode.
    LEAF 0, frame_a, FULL
    LOAD_FAULT U, WINDOW
    STORE_FAULT U, WINDOW
    li a0, MSTATUS_SUM
    csrc mstatus, a0
# SUM in S-mode itself, through sstatus.
    LEAF 0, frame_a, FULL | PTE_U
    ENTER_SUPERVISOR
    li a1, WINDOW
    li a0, 0x77
    lw a0, 0(a1)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_LOAD_PAGE, WINDOW
    li a2, MSTATUS_SUM
    csrs sstatus, a2
    lw a0, 0(a1)
    csrc sstatus, a2
    CHECK a0, 0x05a00513
    sw a0, 16(a1)
    EXPECT_TRAP CAUSE_STORE_PAGE, WINDOW + 16
    TO_MACHINE
    CHECK_WORD frame_a + 16, 3
    END
