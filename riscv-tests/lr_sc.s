# lr.w, sc.w: a pair succeeds, an sc alone fails, every sc ends the reservation (unprivileged manual 14.2).
    .include "test.inc"
    .data
    .balign 64
place:
    .word 0x11111111, 0x22222222, 0x33333333
    .text
# One page of code and pages that are in place: a page fault would end a reservation.
    .balign 4096
    BEGIN
    la a1, place
    lw a0, 0(a1)
    sw a0, 0(a1)
    la a1, place
# An sc with no reservation fails and stores nothing.
    li a2, 0xdead
    sc.w a0, a2, (a1)
    CHECK a0, 1
    CHECK_WORD place, 0x11111111
# A pair.
    lr.w a0, (a1)
    CHECK a0, 0x11111111
    lr.w a0, (a1)
    addi a0, a0, 1
    sc.w a3, a0, (a1)
    CHECK a3, 0
    CHECK_WORD place, 0x11111112
# The reservation is gone after a success, and after a failure.
    li a2, 0xdead
    sc.w a0, a2, (a1)
    CHECK a0, 1
    lr.w a0, (a1)
    addi a4, a1, 4
    sc.w a0, a2, (a4)
    CHECK a0, 1
    sc.w a0, a2, (a1)
    CHECK a0, 1
    CHECK_WORD place, 0x11111112
    CHECK_WORD place + 4, 0x22222222
# aq and rl bits change nothing on one hart; rd = x0; rd = rs2; rd = rs1.
    lr.w.aq a0, (a1)
    sc.w.rl a0, a2, (a1)
    CHECK a0, 0
    lr.w.aqrl a0, (a1)
    CHECK a0, 0xdead
    li a2, 0xbeef
    sc.w.aqrl zero, a2, (a1)
    CHECK zero, 0
    CHECK_WORD place, 0xbeef
    lr.w a2, (a1)
    li a2, 0x777
    sc.w a2, a2, (a1)
    CHECK a2, 0
    CHECK_WORD place, 0x777
    la a1, place
    mv a4, a1
    lr.w a4, (a4)
    CHECK a4, 0x777
    mv a4, a1
    li a2, 0x888
    lr.w a0, (a1)
    sc.w a4, a2, (a4)
    CHECK a4, 0
    CHECK_WORD place, 0x888
# A counting loop.
    li s2, 50
    la a1, place + 8
    sw zero, 0(a1)
1:  lr.w a0, (a1)
    addi a0, a0, 3
    sc.w a2, a0, (a1)
    bnez a2, 1b
    addi s2, s2, -1
    bnez s2, 1b
    lw a0, 0(a1)
    CHECK a0, 150
    END
