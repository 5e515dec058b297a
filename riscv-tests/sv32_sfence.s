# sfence.vma makes changed page tables visible: remapped, taken away, permissions changed, a table replaced, with any operands (privileged manual 10.2.1).
# env: bare
    .include "sv32.inc"
    .macro PTE_NOW index, reg
    la t5, table + 4 * \index
    sw \reg, 0(t5)
    .endm
    BEGIN
    PUT_CODE frame_a
    PUT_CODE frame_b
    la a0, frame_b
    li a1, 0x06600513
    sw a1, 0(a0)
    fence.i
    la s2, frame_a
    srli s2, s2, 2
    ori s2, s2, FULL
    la s3, frame_b
    srli s3, s3, 2
    ori s3, s3, FULL
    SV32
    PTE_NOW 0, s2
    ENTER_SUPERVISOR
    li s4, WINDOW
    sfence.vma
    lw s5, 0(s4)
    jalr s4
    mv s6, a0
    PTE_NOW 0, s3
    sfence.vma
    lw s7, 0(s4)
    jalr s4
    mv s8, a0
    CHECK s5, 0x05a00513
    CHECK s6, 0x5a
    CHECK s7, 0x06600513
    CHECK s8, 0x66
# With an address, with an ASID, with both.
    PTE_NOW 0, s2
    sfence.vma s4
    lw s5, 0(s4)
    CHECK s5, 0x05a00513
    PTE_NOW 0, s3
    sfence.vma s4, zero
    lw s5, 0(s4)
    CHECK s5, 0x06600513
    PTE_NOW 0, s2
    sfence.vma zero, zero
    lw s5, 0(s4)
    CHECK s5, 0x05a00513
# A store permission taken away, then the page.
    sw zero, 16(s4)
    andi s5, s2, ~(PTE_W | PTE_D)
    PTE_NOW 0, s5
    sfence.vma
    sw zero, 16(s4)
    EXPECT_TRAP CAUSE_STORE_PAGE, WINDOW + 16
    lw s5, 0(s4)
    CHECK s5, 0x05a00513
    PTE_NOW 0, zero
    sfence.vma
    lw s5, 0(s4)
    EXPECT_TRAP CAUSE_LOAD_PAGE, WINDOW
    li a0, 0x77
    jalr s4
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_FETCH_PAGE, WINDOW
    PTE_NOW 0, s3
    sfence.vma
    lw s5, 0(s4)
    CHECK s5, 0x06600513
    TO_MACHINE
    EXPECT_NO_TRAP
    END
