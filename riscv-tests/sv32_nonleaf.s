# Sv32: a pointer with A, D or U set is a page fault; a pointer at the last level is one; G is ignored (privileged manual 10.3.1, 10.3.2).
# env: bare
    .include "sv32.inc"
    BEGIN
    la a2, frame_a
    li a3, 0x600df00d
    sw a3, 0(a2)
    SV32
    LEAF 0, frame_a, FULL
    LOAD S, WINDOW, 0x600df00d
    .irp flag, PTE_A, PTE_D, PTE_U, PTE_A + PTE_D + PTE_U
    ROOT_POINTS WINDOW_ROOT, table, \flag
    sfence.vma
    LOAD_FAULT S, WINDOW
    STORE_FAULT S, WINDOW + 4
    LOAD_FAULT U, WINDOW
    .endr
    ROOT_POINTS WINDOW_ROOT, table, PTE_G
    sfence.vma
    LOAD S, WINDOW, 0x600df00d
    ROOT_POINTS WINDOW_ROOT, table, 0x300
    sfence.vma
    LOAD S, WINDOW, 0x600df00d
    LEAF 0, frame_a, PTE_V
    LOAD_FAULT S, WINDOW
    STORE_FAULT S, WINDOW
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW
    TO_MACHINE
    END
