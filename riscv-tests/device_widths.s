# Devices take aligned accesses of their own width; any other is an access fault; registers that do not exist read zero (docs/machine.md, Devices).
# env: bare
    .include "privileged.inc"
    .macro NO_LOAD op, address
    li a1, \address
    li a0, 0x77
    \op a0, 0(a1)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_LOAD_ACCESS, \address
    .endm
    .macro NO_STORE op, address
    li a1, \address
    \op zero, 0(a1)
    EXPECT_TRAP CAUSE_STORE_ACCESS, \address
    .endm
    .macro EMPTY op, address
    li a1, \address
    \op a0, 0(a1)
    CHECK a0, 0
    .endm
    BEGIN
    .irp op, lb, lbu, lh, lhu
    NO_LOAD \op, CLINT_MSIP
    NO_LOAD \op, PLIC + 4
    .endr
    .irp op, lh, lhu, lw
    NO_LOAD \op, UART
    NO_LOAD \op, UART + 4
    .endr
    NO_STORE sb, CLINT_MTIMECMP
    NO_STORE sh, CLINT_MTIMECMP
    NO_STORE sb, PLIC + 4
    NO_STORE sh, PLIC + 4
    NO_STORE sh, UART + 2
    NO_STORE sw, UART + 4
# Misaligned: tval is the first byte of the part that lies in the device.
    NO_LOAD lw, CLINT_MTIMECMP + 2
    NO_STORE sw, PLIC + 5
    NO_LOAD lh, UART + 1
    EMPTY lw, CLINT + 4
    EMPTY lw, CLINT + 0x4008
    EMPTY lw, PLIC + 0x3000
    EMPTY lw, TEST_DEVICE
    li a1, CLINT + 0x100
    li a0, -1
    sw a0, 0(a1)
    lw a0, 0(a1)
    CHECK a0, 0
    EXPECT_NO_TRAP
    END
