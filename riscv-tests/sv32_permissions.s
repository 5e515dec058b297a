# Sv32: R, W and X decide about loads, stores and fetches of S-mode and of U-mode (privileged manual 10.3.1, table of encodings).
# env: bare
    .include "sv32.inc"
    .macro TRY flags, r, w, x
    LEAF 0, frame_a, PTE_V | PTE_A | PTE_D | \flags
    .if \r
    LOAD S, WINDOW, 0x05a00513
    .else
    LOAD_FAULT S, WINDOW
    .endif
    .if \w
    STORE S, WINDOW + 16, 0
    .else
    STORE_FAULT S, WINDOW + 16
    .endif
    ENTER_SUPERVISOR
    .if \x
    FETCH WINDOW
    .else
    FETCH_FAULT WINDOW
    .endif
    TO_MACHINE
    LEAF 0, frame_a, PTE_V | PTE_A | PTE_D | PTE_U | \flags
    .if \r
    LOAD U, WINDOW, 0x05a00513
    .else
    LOAD_FAULT U, WINDOW
    .endif
    .if \w
    STORE U, WINDOW + 16, 0
    .else
    STORE_FAULT U, WINDOW + 16
    .endif
    ENTER_ALIAS
    .if \x
    FETCH WINDOW
    .else
    FETCH_FAULT WINDOW
    .endif
    LEAVE_ALIAS
    .endm
    BEGIN
    PUT_CODE frame_a
    SV32
    TRY PTE_R, 1, 0, 0
    TRY (PTE_R | PTE_W), 1, 1, 0
    TRY PTE_X, 0, 0, 1
    TRY (PTE_R | PTE_X), 1, 0, 1
    TRY (PTE_R | PTE_W | PTE_X), 1, 1, 1
    END
