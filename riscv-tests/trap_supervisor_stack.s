# A trap into S-mode: SPIE = SIE, SIE = 0, SPP = the old mode, machine fields untouched; sret undoes it (privileged manual 10.1.1.1).
# env: bare
    .include "privileged.inc"
    .macro RECORDED want
    la t0, s_record
    lw t0, 12(t0)
    CHECK_BITS t0, 0x122, \want
    .endm
    BEGIN
    USE_S_TRAP
    li a0, 1 << CAUSE_BREAKPOINT
    csrw medeleg, a0
    li a0, MSTATUS_MPIE
    csrw mstatus, a0
    ENTER_SUPERVISOR
    csrr s2, sstatus
    CHECK s2, 0
    ebreak
    csrr a0, sstatus
    RECORDED 0x100
    CHECK a0, 0x20
    csrsi sstatus, 2
    ebreak
    csrr a0, sstatus
    RECORDED 0x120
    CHECK a0, 0x22
    li a0, MSTATUS_SPIE
    csrw sstatus, a0
    ENTER_USER_FROM_S
    ebreak
    RECORDED 0x020
    TO_MACHINE
# The call came from U-mode; MIE went through MPIE, S-mode's bits are as sret left them.
    csrr a0, mstatus
    CHECK a0, 0x000000aa
    csrw mstatus, zero
    EXPECT_NO_TRAP
    END
