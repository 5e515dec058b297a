# UART in loop mode: what is sent is received, in order; modem status shows the modem control (16550A data sheet, modem control register; docs/machine.md, Devices).
# env: bare
    .include "privileged.inc"
    .macro SEND value
    li a0, \value
    sb a0, 0(s2)
    .endm
    .macro RECEIVE want
    lbu a0, 0(s2)
    CHECK a0, \want
    .endm
    .macro READY want
    lbu a0, 5(s2)
    CHECK_BITS a0, 1, \want
    .endm
    BEGIN
    li s2, UART
    li a0, 7
    sb a0, 2(s2)
    li a0, 0x10
    sb a0, 4(s2)
    READY 0
    SEND 0x41
    READY 1
    SEND 0x00
    SEND 0xff
    RECEIVE 0x41
    READY 1
    RECEIVE 0x00
    RECEIVE 0xff
    READY 0
# FCR bit 1 empties the receiver.
    SEND 0x31
    SEND 0x32
    READY 1
    li a0, 3
    sb a0, 2(s2)
    READY 0
    SEND 0x33
    RECEIVE 0x33
# Modem status: DTR -> DSR, RTS -> CTS, OUT1 -> RI, OUT2 -> DCD.
    .macro MODEM control, want
    li a0, \control
    sb a0, 4(s2)
    lbu a0, 6(s2)
    CHECK_BITS a0, 0xf0, \want
    .endm
    MODEM 0x10, 0x00
    MODEM 0x11, 0x20
    MODEM 0x12, 0x10
    MODEM 0x14, 0x40
    MODEM 0x18, 0x80
    MODEM 0x1f, 0xf0
    MODEM 0x00, 0xb0
    sb zero, 2(s2)
    EXPECT_NO_TRAP
    END
