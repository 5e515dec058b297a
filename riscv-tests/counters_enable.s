# mcounteren opens the counters to S-mode, mcounteren and scounteren together to U-mode (privileged manual 3.1.11, 10.1.5).
# env: bare
    .include "privileged.inc"
    .macro OPEN m, s
    li a0, \m
    csrw mcounteren, a0
    li a0, \s
    csrw scounteren, a0
    .endm
# cycle, time, instret and their high halves: refused or not.
    .macro TRY mask
    .if \mask & 1
    rdcycle a0
    rdcycleh a0
    .else
    csrrs a0, cycle, zero
    EXPECT_ILLEGAL
    csrrs a0, cycleh, zero
    EXPECT_ILLEGAL
    .endif
    .if \mask & 2
    rdtime a0
    rdtimeh a0
    .else
    csrrs a0, time, zero
    EXPECT_ILLEGAL
    csrrs a0, timeh, zero
    EXPECT_ILLEGAL
    .endif
    .if \mask & 4
    rdinstret a0
    rdinstreth a0
    .else
    csrrs a0, instret, zero
    EXPECT_ILLEGAL
    csrrs a0, instreth, zero
    EXPECT_ILLEGAL
    .endif
    EXPECT_NO_TRAP
    csrrs a0, hpmcounter3, zero
    EXPECT_ILLEGAL
    csrrs a0, hpmcounter31h, zero
    EXPECT_ILLEGAL
    .endm
    .macro COMBINE m, s
    OPEN \m, \s
    ENTER_SUPERVISOR
    TRY \m
    TO_MACHINE
    ENTER_USER
    TRY (\m & \s)
    TO_MACHINE
    .endm
    BEGIN
    COMBINE 0, 7
    COMBINE 1, 7
    COMBINE 2, 7
    COMBINE 4, 7
    COMBINE 7, 0
    COMBINE 7, 1
    COMBINE 7, 2
    COMBINE 7, 4
    COMBINE 5, 3
    COMBINE 7, 7
# M-mode reads them whatever is set.
    OPEN 0, 0
    rdcycle a0
    rdtime a0
    rdinstret a0
    csrr a0, hpmcounter3
    EXPECT_NO_TRAP
    END
