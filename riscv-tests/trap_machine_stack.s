# A trap into M-mode: MPIE = MIE, MIE = 0, MPP = the old mode; mret undoes it (privileged manual 3.1.6.1).
# env: bare
    .include "privileged.inc"
    .macro RECORDED want
    la t0, trap_record
    lw t0, 12(t0)
    CHECK_BITS t0, 0x1888, \want
    .endm
    BEGIN
    csrw mie, zero
# From M, MIE = 0.
    csrw mstatus, zero
    ebreak
    csrr a0, mstatus
    RECORDED 0x1800
    CHECK a0, 0x80
# From M, MIE = 1.
    csrsi mstatus, 8
    ebreak
    csrr a0, mstatus
    RECORDED 0x1880
    CHECK a0, 0x88
# From S and U, MIE = 1 through MPIE.
    li a0, MSTATUS_MPIE
    csrw mstatus, a0
    ENTER_SUPERVISOR
    ebreak
    RECORDED 0x0880
    TO_MACHINE
    csrr a0, mstatus
    CHECK a0, 0x88
    li a0, MSTATUS_MPIE
    csrw mstatus, a0
    ENTER_USER
    ebreak
    RECORDED 0x0080
    TO_MACHINE
# MIE = 0 through MPIE = 0.
    csrw mstatus, zero
    ENTER_USER
    ebreak
    RECORDED 0x0000
    TO_MACHINE
# mret: MIE = MPIE, MPIE = 1, MPP = U.
    li a0, MSTATUS_MPP
    csrw mstatus, a0
    la a0, 1f
    csrw mepc, a0
    mret
1:  csrr a0, mstatus
    CHECK a0, 0x80
    csrw mstatus, zero
    END
