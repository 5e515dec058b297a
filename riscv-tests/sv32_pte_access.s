# A PTE that is not in RAM: access fault of the kind of the access, tval the virtual address (privileged manual 10.3.2 step 2; docs/machine.md, Memory).
# env: bare
    .include "sv32.inc"
    BEGIN
    SV32
    .irp pte, 0x3c000001, 0x00800001, 0x04000001, 0x00000001, 0x30000001
    ROOT_RAW WINDOW_ROOT, \pte
    LOAD_FAULT S, WINDOW + 0x10, CAUSE_LOAD_ACCESS
    STORE_FAULT U, WINDOW + 0x3ff000, CAUSE_STORE_ACCESS
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW + 0x20, CAUSE_FETCH_ACCESS
    TO_MACHINE
    li a1, WINDOW
    AS_S
    amoadd.w a0, zero, (a1)
    AS_M
    EXPECT_TRAP CAUSE_STORE_ACCESS, WINDOW
    AS_S
    lr.w a0, (a1)
    AS_M
    EXPECT_TRAP CAUSE_LOAD_ACCESS, WINDOW
    .endr
# The root itself. M-mode is not translated, so nothing else is disturbed.
    csrr s2, satp
    li a0, SATP_SV32 + 0xf0000
    csrw satp, a0
    LOAD_FAULT S, WINDOW, CAUSE_LOAD_ACCESS
    STORE_FAULT U, 0x80000000, CAUSE_STORE_ACCESS
    csrw satp, s2
    ROOT_POINTS WINDOW_ROOT, table, 0
    LEAF 0, frame_a, FULL
    LOAD S, WINDOW, 0
    END
