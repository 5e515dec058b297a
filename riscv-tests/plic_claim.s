# PLIC: pending, claim, complete, of a level-triggered source; the threshold hides an interrupt, not a claim; priority 0 never interrupts (SiFive PLIC; docs/machine.md, Devices).
# env: bare
    .include "interrupts.inc"
    .macro PENDING want
    li a1, PLIC + 0x1000
    lw a0, 0(a1)
    CHECK a0, \want
    .endm
    .macro MIP want
    csrr a0, mip
    CHECK a0, \want
    .endm
    .macro CLAIM want
    lw a0, 4(s3)
    CHECK a0, \want
    .endm
    BEGIN
    li s2, PLIC
    li s3, PLIC + 0x200000
    li s4, UART
    RAISE_UART 0
    PENDING 0x400
    MIP IP_MEI
    TAKE 0xaaa, CAUSE_MEI
# The threshold.
    li a0, 1
    sw a0, 0(s3)
    MIP 0
    li a0, 2
    sw a0, 40(s2)
    MIP IP_MEI
    li a0, 7
    sw a0, 0(s3)
    MIP 0
# A claim does not look at it.
    CLAIM 10
    PENDING 0
    CLAIM 0
    sw zero, 0(s3)
    MIP 0
# Completed with the line still high: pending again.
    li a0, 10
    sw a0, 4(s3)
    PENDING 0x400
    MIP IP_MEI
    CLAIM 10
# The line drops before the completion: nothing is pending after it.
    sb zero, 1(s4)
    li a0, 10
    sw a0, 4(s3)
    PENDING 0
    MIP 0
# Completions of others are ignored.
    RAISE_UART 0
    CLAIM 10
    li a0, 11
    sw a0, 4(s3)
    sw zero, 4(s3)
    li a0, 1024
    sw a0, 4(s3)
    PENDING 0
    li a0, 10
    sw a0, 4(s3)
    PENDING 0x400
# A pending source stays pending when its line drops, until it is claimed.
    sb zero, 1(s4)
    PENDING 0x400
    MIP IP_MEI
# Priority 0, and not enabled.
    sw zero, 40(s2)
    MIP 0
    CLAIM 0
    li a0, 1
    sw a0, 40(s2)
    li a1, PLIC + 0x2000
    sw zero, 0(a1)
    MIP 0
    CLAIM 0
    li a0, 0x400
    sw a0, 0(a1)
    MIP IP_MEI
    CLAIM 10
    li a0, 10
    sw a0, 4(s3)
    PENDING 0
    EXPECT_NO_TRAP
    END
