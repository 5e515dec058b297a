# CLINT msip: bit 0 is MSIP of mip; the rest reads zero (SiFive CLINT layout; privileged manual 3.1.9).
# env: bare
    .include "interrupts.inc"
    BEGIN
    li s2, CLINT_MSIP
    lw a0, 0(s2)
    CHECK a0, 0
    li a0, -1
    sw a0, 0(s2)
    lw a0, 0(s2)
    CHECK a0, 1
    csrr a0, mip
    CHECK a0, IP_MSI
    TAKE 0xaaa, CAUSE_MSI
    li a0, -2
    sw a0, 0(s2)
    lw a0, 0(s2)
    CHECK a0, 0
    csrr a0, mip
    CHECK a0, 0
    TAKE_NONE 0xaaa
    END
