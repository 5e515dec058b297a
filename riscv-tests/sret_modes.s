# sret: from S-mode and M-mode, illegal in U-mode; SIE = SPIE, SPIE = 1, SPP = U; clears MPRV (privileged manual 3.1.6.1, 10.1.1.1, 3.3.2).
# env: bare
    .include "privileged.inc"
    BEGIN
    ENTER_USER
    sret
    EXPECT_ILLEGAL
    TO_MACHINE
# From M to S, with MPRV set.
    li a0, MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_MPRV | MSTATUS_MPP
    csrw mstatus, a0
    la a0, 1f
    csrw sepc, a0
    sret
1:  csrr a0, sstatus
    CHECK a0, 0x22
    TO_MACHINE
    csrr a0, mstatus
    CHECK_BITS a0, MSTATUS_MPRV, 0
# From M to U: a CSR of S-mode is refused there.
    csrw mstatus, zero
    la a0, 1f
    csrw sepc, a0
    sret
1:  csrr a0, sstatus
    EXPECT_ILLEGAL
    TO_MACHINE
    csrr a0, sstatus
    CHECK a0, 0x20
# From S to S and to U.
    ENTER_SUPERVISOR
    li a0, MSTATUS_SPP
    csrw sstatus, a0
    la a0, 1f
    csrw sepc, a0
    sret
1:  csrr a0, sstatus
    CHECK a0, 0x20
    la a0, 1f
    csrw sepc, a0
    csrsi sstatus, 2
    csrw sstatus, zero
    sret
1:  csrr a0, sstatus
    EXPECT_ILLEGAL
    TO_MACHINE
    csrr a0, sstatus
    CHECK a0, 0x20
    EXPECT_NO_TRAP
    END
