# Counters are the only CSRs of U-mode: they move on, they cannot be written, and other numbers are illegal (unprivileged manual 8;
# privileged manual 2.1). In the bare environment the same accesses come from M-mode, where reading and trapping
# on a read-only number are the same.
    .include "test.inc"
    BEGIN
    rdcycle a0
    rdcycle a1
    sltu a2, a0, a1
    CHECK a2, 1
    rdinstret a0
    nop
    nop
    nop
    rdinstret a1
    sub a1, a1, a0
    CHECK a1, 4
    rdtime a0
    nop
    nop
    nop
    rdtime a1
    sltu a2, a1, a0
    CHECK a2, 0
    rdcycleh a0
    CHECK a0, 0
    rdinstreth a0
    CHECK a0, 0
    rdtimeh a0
    CHECK a0, 0
    .macro REFUSED op, csr, source
here\@:
    \op a0, \csr, \source
    la a2, here\@
    lw a2, 0(a2)
    EXPECT_TRAP_AT CAUSE_ILLEGAL, a2
    .endm
    li a0, 0x77
    REFUSED csrrw, cycle, zero
    CHECK a0, 0x77
    REFUSED csrrs, time, a0
    REFUSED csrrci, instret, 3
    REFUSED csrrwi, instreth, 0
    REFUSED csrrs, 0x800, zero
    REFUSED csrrs, 0x000, zero
    REFUSED csrrs, 0x003, zero
    REFUSED csrrs, 0x7c0, zero
    REFUSED csrrs, 0xfff, zero
    CHECK a0, 0x77
    END
