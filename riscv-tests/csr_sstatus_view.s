# sstatus shows SIE, SPIE, SPP, SUM, MXR of mstatus, both ways, and nothing else (privileged manual 10.1.1).
# env: bare
    .include "privileged.inc"
    BEGIN
    csrw mstatus, zero
    .irp bit, 1,5,8,18,19
    li a0, 1 << \bit
    csrs sstatus, a0
    csrr a1, mstatus
    CHECK a1, 1 << \bit
    csrc mstatus, a0
    csrr a1, sstatus
    CHECK a1, 0
    csrs mstatus, a0
    csrr a1, sstatus
    CHECK a1, 1 << \bit
    csrc sstatus, a0
    csrr a1, mstatus
    CHECK a1, 0
    .endr
# A write of sstatus keeps the machine's fields.
    li a0, 0x007c1888
    csrw mstatus, a0
    csrr a1, sstatus
    CHECK a1, 0x000c0000
    csrw sstatus, zero
    csrr a1, mstatus
    CHECK a1, 0x00701888
    li a0, -1
    csrw sstatus, a0
    csrr a1, mstatus
    CHECK a1, 0x007c19aa
    csrr a1, sstatus
    CHECK a1, 0x000c0122
    csrw mstatus, zero
    EXPECT_NO_TRAP
    END
