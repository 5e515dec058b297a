# mtvec in vectored mode: interrupts go to base + 4 * cause, exceptions to base (privileged manual 3.1.7).
# env: bare
    .include "interrupts.inc"
    .text
    .balign 64
vectors:
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11
    j entry_\n
    .endr
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11
entry_\n:
    li s3, \n
    j leave
    .endr
leave:
    csrr s4, mcause
    csrw mie, zero
    bltz s4, 1f
    csrr s5, mepc
    addi s5, s5, 4
    csrw mepc, s5
1:  mret
    .macro VECTOR mask, number, cause
    li s3, -1
    li a0, \mask
    csrw mie, a0
    csrsi mstatus, 8
    csrci mstatus, 8
    CHECK s3, \number
    CHECK s4, \cause
    .endm
    BEGIN
    csrr s2, mtvec
    la a0, vectors
    ori a0, a0, 1
    csrw mtvec, a0
    csrr a1, mtvec
    CHECK_SAME a1, a0
    RAISE_MSI
    RAISE_MTI
    RAISE_UART 0
    li a0, 0x222
    csrw mip, a0
    VECTOR 0x002, 1, CAUSE_SSI
    VECTOR 0x008, 3, CAUSE_MSI
    VECTOR 0x020, 5, CAUSE_STI
    VECTOR 0x080, 7, CAUSE_MTI
    VECTOR 0x200, 9, CAUSE_SEI
    VECTOR 0x800, 11, CAUSE_MEI
    li s3, -1
    ebreak
    CHECK s3, 0
    CHECK s4, CAUSE_BREAKPOINT
    li s3, -1
    li a7, 0
    ecall
    CHECK s3, 0
    CHECK s4, CAUSE_ECALL_M
# Direct again: an interrupt goes to the base.
    la a0, vectors
    csrw mtvec, a0
    VECTOR 0x800, 0, CAUSE_MEI
    csrw mtvec, s2
    csrw mip, zero
    DROP_MSI
    DROP_MTI
    DROP_UART 0
    END
