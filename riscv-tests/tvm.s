# TVM = 1 makes satp and sfence.vma illegal in S-mode, reads included, not in M-mode; sfence.vma is illegal in U-mode (privileged manual 3.1.6.5, 10.2.1).
# env: bare
    .include "privileged.inc"
    BEGIN
    ENTER_USER
    sfence.vma
    EXPECT_ILLEGAL
    sfence.vma a0, a1
    EXPECT_ILLEGAL
    TO_MACHINE
    ENTER_SUPERVISOR
    sfence.vma
    sfence.vma a0
    sfence.vma a0, a1
    csrr a0, satp
    csrw satp, zero
    EXPECT_NO_TRAP
    TO_MACHINE
    li a0, MSTATUS_TVM
    csrs mstatus, a0
    ENTER_SUPERVISOR
    sfence.vma
    EXPECT_ILLEGAL
    sfence.vma a0, a1
    EXPECT_ILLEGAL
    csrr a0, satp
    EXPECT_ILLEGAL
    csrw satp, zero
    EXPECT_ILLEGAL
    csrsi satp, 1
    EXPECT_ILLEGAL
    csrr a0, sstatus
    EXPECT_NO_TRAP
    TO_MACHINE
    csrr a0, satp
    CHECK a0, 0
    sfence.vma
    EXPECT_NO_TRAP
    END
