# lr.w, sc.w: a store of this hart that touches the reserved word ends the reservation (docs/machine.md, Memory); a load or a store
# beside it does not; the newest lr counts (unprivileged manual 14.2).
    .include "test.inc"
    .data
    .balign 64
    .word 0
place:
    .word 0, 0
    .text
    .macro AFTER want
    sc.w a0, a2, (a1)
    CHECK a0, \want
    .endm
# One page of code and pages that are in place: a page fault would end a reservation.
    .balign 4096
    BEGIN
    la a1, place
    lw a0, 0(a1)
    sw a0, 0(a1)
    la a1, place
    li a2, 5
    lr.w a0, (a1)
    lw a3, 0(a1)
    lw a3, 4(a1)
    AFTER 0
    lr.w a0, (a1)
    sw a2, 4(a1)
    sw a2, -4(a1)
    AFTER 0
    lr.w a0, (a1)
    sw a2, 0(a1)
    AFTER 1
    lr.w a0, (a1)
    sb a2, 3(a1)
    AFTER 1
    lr.w a0, (a1)
    sh a2, 2(a1)
    AFTER 1
    lr.w a0, (a1)
    sw a2, 2(a1)
    AFTER 1
    lr.w a0, (a1)
    sw a2, -3(a1)
    AFTER 1
    lr.w a0, (a1)
    amoadd.w a3, zero, (a1)
    AFTER 1
    addi a4, a1, 4
    lr.w a0, (a1)
    amoadd.w a3, zero, (a4)
    AFTER 0
# The newest lr counts.
    lr.w a0, (a1)
    lr.w a0, (a4)
    AFTER 1
    lr.w a0, (a4)
    lr.w a0, (a1)
    AFTER 0
    END
