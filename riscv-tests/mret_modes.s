# mret: M-mode only; MPP = U afterwards; MPRV cleared when it goes below M (privileged manual 3.1.6.1, 3.3.2).
# env: bare
    .include "privileged.inc"
    BEGIN
    ENTER_USER
    mret
    EXPECT_ILLEGAL
    TO_MACHINE
    ENTER_SUPERVISOR
    mret
    EXPECT_ILLEGAL
    TO_MACHINE
# To M: MPRV stays.
    li a0, MSTATUS_MPP | MSTATUS_MPRV
    csrs mstatus, a0
    la a0, 1f
    csrw mepc, a0
    mret
1:  csrr a0, mstatus
    li a1, MSTATUS_MPRV
    csrc mstatus, a1
    CHECK_BITS a0, 0x00021800, 0x00020000
# To S, to U: MPRV goes. satp is bare, so accesses are physical all along.
    csrs mstatus, a1
    ENTER_SUPERVISOR
    TO_MACHINE
    csrr a0, mstatus
    CHECK_BITS a0, 0x00020000, 0
    li a1, MSTATUS_MPRV
    csrs mstatus, a1
    ENTER_USER
    TO_MACHINE
    csrr a0, mstatus
    CHECK_BITS a0, 0x00020000, 0
# mepc loses its low bits, and mret goes where it says.
    la a0, 1f
    ori a0, a0, 3
    csrw mepc, a0
    csrr a1, mepc
    la a0, 1f
    CHECK_SAME a1, a0
    li a0, MSTATUS_MPP
    csrs mstatus, a0
    mret
    UNREACHABLE
1:  EXPECT_NO_TRAP
    END
