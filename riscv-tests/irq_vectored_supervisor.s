# stvec in vectored mode: interrupts go to base + 4 * cause, exceptions to base (privileged manual 10.1.2).
# env: bare
    .include "interrupts.inc"
    .text
    .balign 64
vectors:
    .irp n, 0,1,2,3,4,5,6,7,8,9
    j entry_\n
    .endr
    .irp n, 0,1,2,3,4,5,6,7,8,9
entry_\n:
    li s3, \n
    j leave
    .endr
leave:
    csrr s4, scause
    csrw sie, zero
    bltz s4, 1f
    csrr s5, sepc
    addi s5, s5, 4
    csrw sepc, s5
1:  sret
    .macro VECTOR mask, number, cause
    li s3, -1
    li a0, \mask
    csrw sie, a0
    csrsi sstatus, 2
    csrci sstatus, 2
    CHECK s3, \number
    CHECK s4, \cause
    .endm
    BEGIN
    la a0, vectors
    ori a0, a0, 1
    csrw stvec, a0
    csrr a1, stvec
    la a0, vectors + 1
    CHECK_SAME a1, a0
    li a0, 0x222
    csrw mideleg, a0
    csrw mip, a0
    li a0, 1 << CAUSE_BREAKPOINT
    csrw medeleg, a0
    ENTER_SUPERVISOR
    VECTOR 0x002, 1, CAUSE_SSI
    VECTOR 0x020, 5, CAUSE_STI
    VECTOR 0x200, 9, CAUSE_SEI
    li s3, -1
    ebreak
    CHECK s3, 0
    CHECK s4, CAUSE_BREAKPOINT
    la a0, vectors
    csrw stvec, a0
    VECTOR 0x200, 0, CAUSE_SEI
    TO_MACHINE
    csrw mip, zero
    EXPECT_NO_TRAP
    END
