# tohost: a byte store that leaves the word non-zero ends the run, like any store; a zero does not (docs/machine.md, Devices in the hart).
# env: bare
    .include "privileged.inc"
    BEGIN
    la a1, tohost
    sw zero, 0(a1)
    sb zero, 2(a1)
    amoadd.w a0, zero, (a1)
    CHECK a0, 0
    lw a0, 0(a1)
    CHECK a0, 0
    .ifndef KEEP_GOING
    li a0, 1
    sb a0, 0(a1)
    UNREACHABLE
    .endif
    END
