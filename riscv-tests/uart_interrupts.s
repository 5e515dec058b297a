# UART interrupts: transmitter empty is latched and cleared by reading IIR; received data at the trigger level, timeout below it; priority (16550A data sheet, IIR; docs/machine.md, Devices).
# env: bare
    .include "privileged.inc"
    .macro IIR want
    lbu a0, 2(s2)
    CHECK a0, \want
    .endm
    .macro SET offset, value
    li a0, \value
    sb a0, \offset(s2)
    .endm
    BEGIN
    li s2, UART
    IIR 0x01
# Enabling THRI latches it; reading IIR clears it; only a change from 0 to 1 latches again.
    SET 1, 2
    IIR 0x02
    IIR 0x01
    SET 1, 2
    IIR 0x01
    SET 1, 0
    SET 1, 2
    IIR 0x02
    IIR 0x01
# Sending latches it, in loop mode too.
    SET 4, 0x10
    SET 0, 0x55
    IIR 0x02
    IIR 0x01
# Received data, FIFOs off: at one byte, until it is read. It comes before THRI, which stays latched behind it.
    SET 1, 3
    IIR 0x04
    IIR 0x04
    SET 0, 0x56
    IIR 0x04
    lbu a0, 0(s2)
    CHECK a0, 0x55
    lbu a0, 0(s2)
    CHECK a0, 0x56
    IIR 0x02
    IIR 0x01
# FIFOs on, trigger 4: timeout below, data at it.
    SET 2, 0x43
    SET 1, 1
    IIR 0xc1
    SET 0, 1
    IIR 0xcc
    SET 0, 2
    SET 0, 3
    IIR 0xcc
    SET 0, 4
    IIR 0xc4
    lbu a0, 0(s2)
    CHECK a0, 1
    IIR 0xcc
# Trigger 1, 8, 14.
    SET 2, 0x01
    IIR 0xc4
    SET 2, 0x81
    IIR 0xcc
    .rept 5
    sb zero, 0(s2)
    .endr
    IIR 0xc4
    SET 2, 0xc1
    IIR 0xcc
    .rept 6
    sb zero, 0(s2)
    .endr
    IIR 0xc4
# Not enabled: nothing; emptied: nothing.
    SET 1, 0
    IIR 0xc1
    SET 1, 1
    SET 2, 0xc3
    IIR 0xc1
    SET 1, 0
    SET 2, 0
    SET 4, 0
    EXPECT_NO_TRAP
    END
