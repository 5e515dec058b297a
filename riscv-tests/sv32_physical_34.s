# Sv32: physical addresses have 34 bits; what lies above 4 GiB is not there, and does not wrap around (privileged manual 10.3.1; docs/machine.md, Memory).
# env: bare
    .include "sv32.inc"
    BEGIN
    PUT_CODE frame_a
    SV32
# The frame's page number with bits 20 and 21 set: 4, 8 and 12 GiB further up.
    .irp high, 0x40000000, 0x80000000, 0xc0000000
    la t5, frame_a
    srli t5, t5, 2
    ori t5, t5, FULL
    li t6, \high
    or t5, t5, t6
    la t6, table
    sw t5, 0(t6)
    sfence.vma
    LOAD_FAULT S, WINDOW, CAUSE_LOAD_ACCESS
    STORE_FAULT S, WINDOW, CAUSE_STORE_ACCESS
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW, CAUSE_FETCH_ACCESS
    TO_MACHINE
# A superpage, and a table, up there.
    ROOT_RAW 200, \high + RAM_PTE + FULL
    LOAD_FAULT S, 200 << 22, CAUSE_LOAD_ACCESS
    la t5, table
    srli t5, t5, 2
    ori t5, t5, PTE_V
    li t6, \high
    or t5, t5, t6
    la t6, root_table + 804
    sw t5, 0(t6)
    sfence.vma
    LOAD_FAULT S, 201 << 22, CAUSE_LOAD_ACCESS
    .endr
# satp has the same 22 bits of PPN.
    csrr s2, satp
    li a0, 0x00100000
    or a0, a0, s2
    csrw satp, a0
    csrr a1, satp
    CHECK_SAME a1, a0
    LOAD_FAULT S, WINDOW, CAUSE_LOAD_ACCESS
    csrw satp, s2
    EXPECT_NO_TRAP
    END
