# TSR = 1 makes sret illegal in S-mode, not in M-mode (privileged manual 3.1.6.5).
# env: bare
    .include "privileged.inc"
    BEGIN
    li a0, MSTATUS_TSR
    csrs mstatus, a0
    ENTER_SUPERVISOR
    la a1, 1f
    csrw sepc, a1
    li a2, MSTATUS_SPP
    csrs sstatus, a2
    sret
    EXPECT_ILLEGAL
    TO_MACHINE
    la a1, 1f
    csrw sepc, a1
    sret
    UNREACHABLE
1:  csrr a0, sstatus
    EXPECT_NO_TRAP
    TO_MACHINE
    li a0, MSTATUS_TSR
    csrc mstatus, a0
    ENTER_SUPERVISOR
    la a1, 1f
    csrw sepc, a1
    li a2, MSTATUS_SPP
    csrs sstatus, a2
    sret
    UNREACHABLE
1:  TO_MACHINE
    EXPECT_NO_TRAP
    CHECK a7, CALL_MACHINE
    END
