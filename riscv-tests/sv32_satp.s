# satp: MODE and PPN are kept, ASID is not there; MODE = 0 turns translation off whatever the PPN (privileged manual 10.1.11).
# env: bare
    .include "sv32.inc"
    BEGIN
    li a0, -1
    csrw satp, a0
    csrr a0, satp
    CHECK a0, 0x803fffff
    li a0, 0x7fffffff
    csrw satp, a0
    csrr a0, satp
    CHECK a0, 0x003fffff
# Bare: S-mode and U-mode see physical addresses.
    ENTER_SUPERVISOR
    la a1, frame_a
    li a0, 0x1234
    sw a0, 0(a1)
    lw a2, 0(a1)
    CHECK a2, 0x1234
    TO_MACHINE
    ENTER_USER
    la a1, frame_a
    lw a2, 0(a1)
    CHECK a2, 0x1234
    li a1, WINDOW
    lw a2, 0(a1)
    EXPECT_TRAP CAUSE_LOAD_ACCESS, WINDOW
    TO_MACHINE
    csrw satp, zero
    SV32
    LEAF 0, frame_a, FULL
    LOAD S, WINDOW, 0x1234
    csrr s2, satp
    li a0, 0x80000000
    csrc satp, a0
    li a1, WINDOW
    AS_S
    lw a0, 0(a1)
    AS_M
    EXPECT_TRAP CAUSE_LOAD_ACCESS, WINDOW
    csrw satp, s2
    LOAD S, WINDOW, 0x1234
    END
