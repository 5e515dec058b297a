# medeleg sends exceptions of S-mode and U-mode to S-mode, one bit a cause; those of M-mode stay (privileged manual 3.1.8).
# env: bare
    .include "privileged.inc"
    BEGIN
    USE_S_TRAP
    li a0, 1 << CAUSE_ILLEGAL
    csrw medeleg, a0
# From M: to M.
    .word 0
    EXPECT_TRAP CAUSE_ILLEGAL, 0
    EXPECT_NO_S_TRAP
# From S and U: to S.
    ENTER_SUPERVISOR
    .word 0
    EXPECT_S_TRAP CAUSE_ILLEGAL, 0
    EXPECT_NO_TRAP
    ebreak
    EXPECT_NO_S_TRAP
    la a0, trap_record
    lw a1, 0(a0)
    CHECK a1, CAUSE_BREAKPOINT
    li a1, -1
    sw a1, 0(a0)
    ENTER_USER_FROM_S
here:
    .word 0xffffffff
    EXPECT_S_TRAP CAUSE_ILLEGAL, 0xffffffff
    EXPECT_NO_TRAP
    la a0, s_record
    lw a1, 8(a0)
    la a2, here
    CHECK_SAME a1, a2
    TO_MACHINE
# Every cause that can be raised here: delegated, then not.
    li a0, 0xb3ff & ~(1 << CAUSE_ECALL_S)
    csrw medeleg, a0
    ENTER_USER
    ebreak
    la t5, s_record
    lw a0, 0(t5)
    CHECK a0, CAUSE_BREAKPOINT
    li a1, HOLE
    lw a0, 0(a1)
    EXPECT_S_TRAP CAUSE_LOAD_ACCESS, HOLE
    sw a0, 4(a1)
    EXPECT_S_TRAP CAUSE_STORE_ACCESS, HOLE + 4
    la a1, here + 2
    lr.w a0, (a1)
    EXPECT_S_TRAP_AT CAUSE_LOAD_MISALIGNED, a1
    sc.w a0, a0, (a1)
    EXPECT_S_TRAP_AT CAUSE_STORE_MISALIGNED, a1
    jalr zero, 0(a1)
    EXPECT_S_TRAP_AT CAUSE_FETCH_MISALIGNED, a1
    li a1, HOLE
    la ra, 1f
    jr a1
1:  EXPECT_S_TRAP CAUSE_FETCH_ACCESS, HOLE
    li a7, 0
    ecall
    EXPECT_S_TRAP CAUSE_ECALL_U, 0
    EXPECT_NO_TRAP
    TO_SUPERVISOR
    TO_MACHINE
    csrw medeleg, zero
    ENTER_USER
    li a7, 0
    ecall
    EXPECT_TRAP CAUSE_ECALL_U, 0
    EXPECT_NO_S_TRAP
    TO_MACHINE
    ENTER_SUPERVISOR
    li a7, 0
    ecall
    EXPECT_TRAP CAUSE_ECALL_S, 0
    TO_MACHINE
    li a7, 0
    ecall
    EXPECT_TRAP CAUSE_ECALL_M, 0
# An ECALL of S-mode can be delegated as well.
    li a0, 1 << CAUSE_ECALL_S
    csrw medeleg, a0
    ENTER_SUPERVISOR
    li a7, 0
    ecall
    EXPECT_S_TRAP CAUSE_ECALL_S, 0
    ENTER_USER_FROM_S
    TO_MACHINE
    csrw medeleg, zero
    EXPECT_NO_TRAP
    END
