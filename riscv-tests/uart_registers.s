# UART 16550A: which bits its registers keep, the divisor latch, line and modem status (16550A data sheet, register table; docs/machine.md, Devices).
# env: bare
    .include "privileged.inc"
    .macro KEEPS offset, value, want
    li a0, \value
    sb a0, \offset(s2)
    lbu a0, \offset(s2)
    CHECK a0, \want
    .endm
    BEGIN
    li s2, UART
    KEEPS 1, 0xff, 0x0f
    KEEPS 1, 0x00, 0x00
    KEEPS 7, 0xa5, 0xa5
    KEEPS 7, 0x5a, 0x5a
    KEEPS 4, 0xff, 0x1f
    KEEPS 4, 0x00, 0x00
    KEEPS 3, 0x7f, 0x7f
    KEEPS 3, 0x03, 0x03
# The divisor latch stands before offsets 0 and 1 while DLAB is set.
    KEEPS 3, 0x83, 0x83
    KEEPS 0, 0x12, 0x12
    KEEPS 1, 0x34, 0x34
    KEEPS 3, 0x03, 0x03
    lbu a0, 1(s2)
    CHECK a0, 0
    KEEPS 3, 0x80, 0x80
    lbu a0, 0(s2)
    CHECK a0, 0x12
    lbu a0, 1(s2)
    CHECK a0, 0x34
    KEEPS 3, 0x03, 0x03
# Transmitter empty, nothing received; the line is ready.
    lbu a0, 5(s2)
    CHECK a0, 0x60
    lbu a0, 6(s2)
    CHECK a0, 0xb0
# No interrupt; FIFO bits follow FCR bit 0.
    lbu a0, 2(s2)
    CHECK a0, 0x01
    li a0, 1
    sb a0, 2(s2)
    lbu a0, 2(s2)
    CHECK a0, 0xc1
    sb zero, 2(s2)
    lbu a0, 2(s2)
    CHECK a0, 0x01
    lb a0, 6(s2)
    CHECK a0, 0xffffffb0
    EXPECT_NO_TRAP
    END
