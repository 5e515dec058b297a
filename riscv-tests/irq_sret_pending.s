# sret that opens SIE with an interrupt pending: the interrupt comes before the instruction it returns to (privileged manual 10.1.1.1, 3.1.9).
# env: bare
    .include "interrupts.inc"
    BEGIN
    USE_S_TRAP
    li a0, IP_SSI
    csrw mideleg, a0
    csrw mip, a0
    csrw mie, a0
    csrw mstatus, zero
    ENTER_SUPERVISOR
    li a0, MSTATUS_SPP | MSTATUS_SPIE
    csrs sstatus, a0
    la a0, 1f
    csrw sepc, a0
    li s3, 0
    sret
    UNREACHABLE
1:  li s3, 1
    csrr a0, sstatus
    la t5, s_record
    lw a1, 8(t5)
    la a2, 1b
    CHECK_SAME a1, a2
    CHECK_BITS a0, 0x122, 0x22
    CHECK s3, 1
    EXPECT_S_TRAP CAUSE_SSI, 0
# A pending bit that S-mode takes away itself.
    csrci sstatus, 2
    csrci sip, 2
    li a0, IP_SSI
    csrw sie, a0
    csrsi sstatus, 2
    nop
    EXPECT_NO_S_TRAP
# And sets itself.
    csrsi sip, 2
    nop
    EXPECT_S_TRAP CAUSE_SSI, 0
    TO_MACHINE
    csrw mip, zero
    EXPECT_NO_TRAP
    END
