# lr, sc and AMO want an aligned word: cause 4 for lr, 6 for the others, tval the address, memory and rd untouched (unprivileged manual 14.2, 14.4).
    .include "test.inc"
    .data
    .balign 8
place:
    .word 0x11111111, 0x22222222
    .text
    BEGIN
    .irp offset, 1, 2, 3
    la a1, place + \offset
    li a0, 0x77
    lr.w a0, (a1)
    CHECK a0, 0x77
    EXPECT_TRAP_AT CAUSE_LOAD_MISALIGNED, a1
    .irp op, sc.w, amoadd.w, amoswap.w, amoxor.w, amoand.w, amoor.w, amomin.w, amomax.w, amominu.w, amomaxu.w
    li a0, 0x77
    \op a0, a1, (a1)
    CHECK a0, 0x77
    EXPECT_TRAP_AT CAUSE_STORE_MISALIGNED, a1
    .endr
    .endr
    CHECK_WORD place, 0x11111111
    CHECK_WORD place + 4, 0x22222222
# Misaligned comes before a fault of the address.
    li a1, HOLE + 2
    lr.w a0, (a1)
    EXPECT_TRAP CAUSE_LOAD_MISALIGNED, HOLE + 2
    amoadd.w a0, a0, (a1)
    EXPECT_TRAP CAUSE_STORE_MISALIGNED, HOLE + 2
    END
