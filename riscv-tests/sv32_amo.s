# AMO and lr, sc under Sv32: AMO and sc fault as stores even where they could not read, lr as a load; sc faults although it would fail (unprivileged manual 14.2, 14.4; docs/machine.md, Memory).
# env: bare
    .include "sv32.inc"
    .macro REFUSED op, cause
    li a1, WINDOW
    li a0, 0x77
    AS_S
    \op a0, zero, (a1)
    AS_M
    CHECK a0, 0x77
    EXPECT_TRAP \cause, WINDOW
    .endm
    .macro ALL cause
    .irp op, amoswap.w, amoadd.w, amoxor.w, amoand.w, amoor.w, amomin.w, amomax.w, amominu.w, amomaxu.w, sc.w
    REFUSED \op, \cause
    .endr
    .endm
    .macro LR_REFUSED cause
    li a1, WINDOW
    li a0, 0x77
    AS_S
    lr.w a0, (a1)
    AS_M
    CHECK a0, 0x77
    EXPECT_TRAP \cause, WINDOW
    .endm
    BEGIN
    SV32
    ALL CAUSE_STORE_PAGE
    LR_REFUSED CAUSE_LOAD_PAGE
    LEAF 0, frame_a, PTE_V | PTE_R | PTE_A | PTE_D
    ALL CAUSE_STORE_PAGE
    LEAF 0, frame_a, PTE_V | PTE_X | PTE_A | PTE_D
    ALL CAUSE_STORE_PAGE
    LR_REFUSED CAUSE_LOAD_PAGE
    LEAF_RAW 0, 0x3c000000 + FULL
    ALL CAUSE_STORE_ACCESS
    LR_REFUSED CAUSE_LOAD_ACCESS
# Misaligned comes first.
    LEAF_RAW 0, 0
    li a1, WINDOW + 1
    AS_S
    amoadd.w a0, zero, (a1)
    AS_M
    EXPECT_TRAP CAUSE_STORE_MISALIGNED, WINDOW + 1
    AS_S
    lr.w a0, (a1)
    AS_M
    EXPECT_TRAP CAUSE_LOAD_MISALIGNED, WINDOW + 1
# And where all is well.
    LEAF 0, frame_a, FULL
    li a1, WINDOW
    li a2, 7
    AS_S
    amoadd.w a0, a2, (a1)
    amoadd.w a3, a2, (a1)
    AS_M
    CHECK a0, 0
    CHECK a3, 7
    CHECK_WORD frame_a, 14
    END
