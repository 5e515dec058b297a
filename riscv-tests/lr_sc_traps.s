# A trap, mret and sret end a reservation (docs/machine.md, Memory; unprivileged manual 14.2 lets an implementation do so).
# env: bare
    .include "privileged.inc"
    .data
    .balign 8
place:
    .word 5
    .text
    BEGIN
    la a1, place
    lr.w a0, (a1)
    ebreak
    sc.w a0, a1, (a1)
    CHECK a0, 1
    la a2, 1f
    csrw mepc, a2
    li a2, MSTATUS_MPP
    csrs mstatus, a2
    la a1, place
    lr.w a0, (a1)
    mret
1:  sc.w a0, a1, (a1)
    CHECK a0, 1
    ENTER_SUPERVISOR
    la a2, 1f
    csrw sepc, a2
    li a2, MSTATUS_SPP
    csrs sstatus, a2
    la a1, place
    lr.w a0, (a1)
    sret
1:  sc.w a0, a1, (a1)
    CHECK a0, 1
# An sc that faults traps, and the trap ends the reservation.
    li a2, HOLE
    lr.w a0, (a1)
    sc.w a0, a1, (a2)
    sc.w a0, a1, (a1)
    CHECK a0, 1
    EXPECT_TRAP CAUSE_STORE_ACCESS, HOLE
    lr.w a0, (a1)
    sc.w a0, zero, (a1)
    CHECK a0, 0
    CHECK_WORD place, 0
    TO_MACHINE
    END
