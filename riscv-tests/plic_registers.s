# PLIC: priorities and thresholds of 3 bits, source 0 does not exist, pending is read-only (SiFive PLIC layout; docs/machine.md, Devices).
# env: bare
    .include "privileged.inc"
    .macro KEEPS address, value, want
    li a1, \address
    li a0, \value
    sw a0, 0(a1)
    lw a0, 0(a1)
    CHECK a0, \want
    sw zero, 0(a1)
    .endm
    BEGIN
    KEEPS PLIC + 0, 7, 0
    KEEPS PLIC + 4, 7, 7
    KEEPS PLIC + 4, 0xfffffffa, 2
    KEEPS PLIC + 40, 5, 5
    KEEPS PLIC + 124, 1, 1
    KEEPS PLIC + 0x1000, 0xffffffff, 0
    KEEPS PLIC + 0x2000, 0xffffffff, 0xfffffffe
    KEEPS PLIC + 0x2080, 0x12345679, 0x12345678
    KEEPS PLIC + 0x200000, 0xffffffff, 7
    KEEPS PLIC + 0x201000, 3, 3
# Nothing pending: claims give 0.
    li a1, PLIC + 0x200004
    lw a0, 0(a1)
    CHECK a0, 0
    li a1, PLIC + 0x201004
    lw a0, 0(a1)
    CHECK a0, 0
    EXPECT_NO_TRAP
    END
