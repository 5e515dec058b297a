# mcycle and minstret: the instruction after a write reads what was written; halves are written on their own; low carries into high (privileged manual 3.1.10; docs/machine.md, Steps).
# env: bare
    .include "privileged.inc"
    BEGIN
    .irp name, mcycle, minstret
    csrw \name\()h, zero
    li a1, 1000
    csrw \name, a1
    csrr a0, \name
    csrr a2, \name
    CHECK a0, 1000
    CHECK a2, 1001
    csrw \name, zero
    nop
    nop
    csrr a0, \name
    CHECK a0, 2
    li a1, 0x1234
    csrw \name\()h, a1
    csrr a0, \name\()h
    CHECK a0, 0x1234
# The carry.
    li a1, -2
    csrw \name\()h, zero
    csrw \name, a1
    csrr a0, \name\()h
    csrr a2, \name
    csrr a3, \name\()h
    csrr a4, \name
    CHECK a0, 0
    CHECK a2, -1
    CHECK a3, 1
    CHECK a4, 1
# Writing the high half leaves the low half counting.
    csrw \name, zero
    csrw \name\()h, a1
    csrr a0, \name
    CHECK a0, 1
    csrr a0, \name\()h
    CHECK a0, -2
# Set and clear bits.
    csrw \name, zero
    csrsi \name, 16
    csrr a0, \name
    CHECK a0, 16
    .endr
# The two do not know each other, and their user names show the same.
    li a1, 5000
    csrw mcycle, a1
    csrw minstret, zero
    csrr a0, cycle
    csrr a2, instret
    CHECK a0, 5001
    CHECK a2, 1
    csrw mcycleh, a1
    csrw minstreth, zero
    csrr a0, cycleh
    csrr a2, instreth
    CHECK a0, 5000
    CHECK a2, 0
    csrw mcycleh, zero
    EXPECT_NO_TRAP
    END
