# time is the CLINT's mtime, and moves one tick in two instructions (unprivileged manual 8; docs/machine.md, Steps).
# env: bare
    .include "privileged.inc"
    BEGIN
    li a1, CLINT_MTIME
    lw a0, 0(a1)
    rdtime a2
    lw a3, 0(a1)
    sub a4, a2, a0
    sltiu a4, a4, 2
    CHECK a4, 1
    sub a4, a3, a2
    sltiu a4, a4, 2
    CHECK a4, 1
    rdtime a0
    .rept 19
    nop
    .endr
    rdtime a1
    sub a0, a1, a0
    CHECK a0, 10
    rdtimeh a0
    CHECK a0, 0
    EXPECT_NO_TRAP
    END
