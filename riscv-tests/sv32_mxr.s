# Sv32: MXR lets loads read pages that can only be executed; stores and fetches are as before (privileged manual 3.1.6.3).
# env: bare
    .include "sv32.inc"
    BEGIN
    PUT_CODE frame_a
    SV32
    LEAF 0, frame_a, PTE_V | PTE_X | PTE_A | PTE_D
    LOAD_FAULT S, WINDOW
    li a0, MSTATUS_MXR
    csrs mstatus, a0
    LOAD S, WINDOW, 0x05a00513
    STORE_FAULT S, WINDOW
    LOAD_FAULT U, WINDOW
    LEAF 0, frame_a, PTE_V | PTE_X | PTE_U | PTE_A | PTE_D
    LOAD U, WINDOW, 0x05a00513
    LOAD_FAULT S, WINDOW
    li a0, MSTATUS_SUM
    csrs mstatus, a0
    LOAD S, WINDOW, 0x05a00513
    li a0, MSTATUS_SUM | MSTATUS_MXR
    csrc mstatus, a0
    LOAD_FAULT U, WINDOW
# MXR does not make a readable page executable.
    LEAF 0, frame_a, PTE_V | PTE_R | PTE_A | PTE_D
    li a0, MSTATUS_MXR
    csrs mstatus, a0
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW
    TO_MACHINE
# lr is a load; an AMO is a store.
    LEAF 0, frame_a, PTE_V | PTE_X | PTE_A | PTE_D
    li a1, WINDOW
    AS_S
    lr.w a0, (a1)
    AS_M
    CHECK a0, 0x05a00513
    EXPECT_NO_TRAP
    AS_S
    amoadd.w a0, zero, (a1)
    AS_M
    EXPECT_TRAP CAUSE_STORE_PAGE, WINDOW
    END
