# Sv32: V = 0, and W without R, are page faults at both levels, whatever else is set (privileged manual 10.3.1, 10.3.2 step 3).
# env: bare
    .include "sv32.inc"
    .macro INVALID flags
    LEAF 0, frame_a, \flags
    LOAD_FAULT S, WINDOW
    STORE_FAULT S, WINDOW + 8
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW + 4
    TO_MACHINE
    ROOT_RAW 200, RAM_PTE + \flags
    LOAD_FAULT S, 200 << 22
    STORE_FAULT S, (200 << 22) + 4
    .endm
    BEGIN
    SV32
    INVALID 0
    INVALID FULL - PTE_V
    INVALID PTE_V | PTE_W | PTE_A | PTE_D
    INVALID PTE_V | PTE_W | PTE_X | PTE_A | PTE_D
    INVALID PTE_V | PTE_W | PTE_U | PTE_A | PTE_D
    LEAF 0, frame_a, FULL
    LOAD S, WINDOW, 0
    END
