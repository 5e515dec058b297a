# A trap into S-mode writes sepc, scause, stval only; one into M-mode mepc, mcause, mtval only (privileged manual 3.1.14 to 3.1.16, 10.1.7 to 10.1.9).
# env: bare
    .include "privileged.inc"
    BEGIN
    USE_S_TRAP
    li a0, 1 << CAUSE_ILLEGAL
    csrw medeleg, a0
    ENTER_SUPERVISOR
    TO_MACHINE
    li a0, 0x1000
    csrw scause, a0
    li a0, 0x2000
    csrw stval, a0
    li a0, 0x3000
    csrw sepc, a0
    li a0, 0x4000
    csrw mtval, a0
    ebreak
    csrr a0, scause
    CHECK a0, 0x1000
    csrr a0, stval
    CHECK a0, 0x2000
    csrr a0, sepc
    CHECK a0, 0x3000
    csrr a0, mcause
    CHECK a0, CAUSE_BREAKPOINT
    li a0, 0x4440
    csrw mtval, a0
    li a0, 0x5550
    csrw mcause, a0
    ENTER_SUPERVISOR
    .word 0
    csrr a0, scause
    CHECK a0, CAUSE_ILLEGAL
    csrr a0, stval
    CHECK a0, 0
# Back in M-mode by an ebreak, which is not delegated, and a handler of our own.
    TO_MACHINE
    csrw medeleg, zero
    la a0, s_record
    lw a1, 0(a0)
    CHECK a1, CAUSE_ILLEGAL
    csrr a1, mcause
    CHECK a1, CAUSE_ECALL_S
    csrr a1, mtval
    CHECK a1, 0
    END
