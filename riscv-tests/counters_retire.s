# An instruction that traps does not retire, and is not counted (privileged manual 3.1.10; docs/machine.md, Steps).
# env: bare
    .include "privileged.inc"
    .text
    .balign 4
count:
    csrr s3, minstret
    csrr s4, mcause
    csrr s5, mepc
    addi s5, s5, 4
    csrw mepc, s5
    mret
    BEGIN
    csrr s2, mtvec
    la a0, count
    csrw mtvec, a0
    csrw minstret, zero
    .word 0
    CHECK s3, 0
    csrw minstret, zero
    nop
    ebreak
    CHECK s3, 1
    csrw minstret, zero
    nop
    nop
    ecall
    CHECK s3, 2
    li a1, HOLE
    csrw minstret, zero
    lw a0, 0(a1)
    CHECK s3, 0
    CHECK s4, CAUSE_LOAD_ACCESS
# The handler's six instructions are counted, mret among them; the ebreak is not.
    csrw minstret, zero
    ebreak
    csrr a0, minstret
    CHECK a0, 6
# Branches, jumps, loads and stores, fences count one each.
    la a1, place
    csrw minstret, zero
    beq zero, zero, 1f
    nop
1:  bne zero, zero, 1f
    lw a0, 0(a1)
1:  sw a0, 0(a1)
    lw a0, 1(a1)
    fence
    fence.i
    mul a0, a0, a0
    div a0, a0, zero
    amoadd.w a0, a0, (a1)
    csrr a0, minstret
    CHECK a0, 10
    csrw mtvec, s2
    END
    .data
    .balign 8
place:
    .word 0, 0
