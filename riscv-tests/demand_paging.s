# The virtual environment itself: pages come and go, and keep what was written (riscv-tests/README.md).
# env: virtual
    .include "test.inc"
    .bss
    .balign 4096
pages:
    .zero 4096 * 10
    .text
    BEGIN
# Ten pages, a word in each, three rounds: more than are mapped at a time.
    li s2, 0
1:  la a1, pages
    li a2, 10
    li a3, 0
2:  lw a0, 0(a1)
    add a0, a0, a3
    addi a0, a0, 7
    sw a0, 0(a1)
    li a4, 4096
    add a1, a1, a4
    addi a3, a3, 1
    bltu a3, a2, 2b
    addi s2, s2, 1
    li a4, 3
    bltu s2, a4, 1b
    .irp n, 0,1,2,3,4,5,6,7,8,9
    CHECK_WORD pages + 4096 * \n, 3 * (\n + 7)
    .endr
# Addresses outside the window fault for good, with the virtual address.
    li a1, 0x40040000
    lw a0, 0(a1)
    EXPECT_TRAP CAUSE_LOAD_PAGE, 0x40040000
    li a1, 0x80000000
    sw a0, 0(a1)
    EXPECT_TRAP CAUSE_STORE_PAGE, 0x80000000
    li a1, 0x10000000
    jalr ra, 0(a1)
    EXPECT_TRAP CAUSE_FETCH_PAGE, 0x10000000
    csrrs a0, sstatus, zero
    CHECK_WORD trap_record, CAUSE_ILLEGAL
    END
