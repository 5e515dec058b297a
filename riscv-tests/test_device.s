# test_device: only a word stored to its first register is a command; loads read zero; bytes, halfwords and AMOs are refused (docs/machine.md, Devices in the hart).
# env: bare
    .include "privileged.inc"
    BEGIN
    li s2, TEST_DEVICE
    lw a0, 0(s2)
    CHECK a0, 0
    lw a0, 4(s2)
    CHECK a0, 0
    li a0, 0x5555
    sw a0, 4(s2)
    sw a0, 0x7fc(s2)
    lw a0, 4(s2)
    CHECK a0, 0
    EXPECT_NO_TRAP
# Some machines take any width.
    .ifndef KEEP_GOING
    sb zero, 0(s2)
    EXPECT_TRAP CAUSE_STORE_ACCESS, TEST_DEVICE
    sh zero, 0(s2)
    EXPECT_TRAP CAUSE_STORE_ACCESS, TEST_DEVICE
    lbu a0, 0(s2)
    EXPECT_TRAP CAUSE_LOAD_ACCESS, TEST_DEVICE
    li a0, 0x77
    amoswap.w a0, a0, (s2)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_STORE_ACCESS, TEST_DEVICE
    lr.w a0, (s2)
    EXPECT_TRAP CAUSE_LOAD_ACCESS, TEST_DEVICE
    .endif
    END
