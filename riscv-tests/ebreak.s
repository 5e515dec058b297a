# ebreak: a breakpoint exception; tval is its own address here (unprivileged manual 2.8, privileged manual 3.3.1, 3.1.16).
    .include "test.inc"
    BEGIN
    li a0, 0x1234
where:
    ebreak
    la a1, where
    EXPECT_TRAP_AT CAUSE_BREAKPOINT, a1
    EXPECT_EPC a1
    CHECK a0, 0x1234
    END
