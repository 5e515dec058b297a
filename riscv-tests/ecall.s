# ecall: an exception with the cause of the mode, tval 0, epc its own address (unprivileged manual 2.8, privileged manual 3.3.1).
    .include "test.inc"
    BEGIN
    li a7, 0
    li a0, 0x1234
where:
    ecall
    EXPECT_TRAP ECALL_CAUSE, 0
    la a1, where
    EXPECT_EPC a1
    CHECK a0, 0x1234
    ecall
    ecall
    CHECK_WORD trap_record + 16, 3
    EXPECT_TRAP ECALL_CAUSE, 0
    END
