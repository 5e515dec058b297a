# CLINT mtime can be written, by halves, and goes on from there (privileged manual 3.2.1; docs/machine.md, Devices).
# env: bare
    .include "interrupts.inc"
    BEGIN
    li s2, CLINT_MTIME
    li a1, 0x10000000
    sw a1, 0(s2)
    lw a0, 0(s2)
    sub a0, a0, a1
    sltiu a0, a0, 2
    CHECK a0, 1
    lw a0, 4(s2)
    CHECK a0, 0
    li a1, 0x12345
    sw a1, 4(s2)
    lw a0, 4(s2)
    CHECK a0, 0x12345
    lw a0, 0(s2)
    li a1, 0x10000000
    sub a0, a0, a1
    sltiu a0, a0, 32
    CHECK a0, 1
    rdtimeh a0
    CHECK a0, 0x12345
# A carry out of the low half.
    li a1, -1
    sw a1, 0(s2)
    nop
    nop
    lw a0, 4(s2)
    CHECK a0, 0x12346
    rdtime a0
    sltiu a0, a0, 32
    CHECK a0, 1
# Set beyond mtimecmp, the interrupt is pending at once.
    li a0, CLINT_MTIMECMP
    li a1, 0x20000
    sw a1, 4(a0)
    sw zero, 0(a0)
    csrr a0, mip
    CHECK a0, 0
    sw a1, 4(s2)
    csrr a0, mip
    CHECK a0, IP_MTI
    sw zero, 4(s2)
    csrr a0, mip
    CHECK a0, 0
    DROP_MTI
    END
