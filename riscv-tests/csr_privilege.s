# CSRs are refused below the mode of bits 9:8 of their number (privileged manual 2.1).
# env: bare
    .include "privileged.inc"
    .macro REFUSED name
    li a0, 0x77
    csrrs a0, \name, zero
    EXPECT_ILLEGAL
    CHECK a0, 0x77
    csrrw a0, \name, zero
    EXPECT_ILLEGAL
    .endm
    .macro MACHINE_ONLY
    .irp name, mstatus, misa, medeleg, mideleg, mie, mtvec, mcounteren, menvcfg, mstatush, menvcfgh, mcountinhibit
    REFUSED \name
    .endr
    .irp name, mscratch, mepc, mcause, mtval, mip, pmpcfg0, pmpaddr0, mcycle, minstret, mcycleh, minstreth, mhpmevent3, mhpmcounter3
    REFUSED \name
    .endr
    .irp name, mvendorid, marchid, mimpid, mhartid, mconfigptr
    REFUSED \name
    .endr
    .endm
    BEGIN
    ENTER_SUPERVISOR
    MACHINE_ONLY
    .irp name, sstatus, sie, stvec, scounteren, senvcfg, sscratch, sepc, scause, stval, sip, satp
    csrr a0, \name
    .endr
    EXPECT_NO_TRAP
    TO_MACHINE
    ENTER_USER
    MACHINE_ONLY
    .irp name, sstatus, sie, stvec, scounteren, senvcfg, sscratch, sepc, scause, stval, sip, stimecmp, stimecmph, satp
    REFUSED \name
    .endr
    TO_MACHINE
    CHECK a7, CALL_MACHINE
    END
