# mstatus: which fields exist, MPP never holds 2 (privileged manual 3.1.6).
# env: bare
    .include "privileged.inc"
    BEGIN
    csrw mstatus, zero
    csrr a0, mstatus
    CHECK a0, 0
# All ones, MPRV left out so that the checks go on reading physical memory.
    li a0, 0xfffdffff
    csrw mstatus, a0
    csrr a0, mstatus
    csrw mstatus, zero
    CHECK a0, 0x007c19aa
    .irp bit, 1,3,5,7,8,18,19,20,21,22
    li a0, 1 << \bit
    csrs mstatus, a0
    csrr a1, mstatus
    csrc mstatus, a0
    csrr a2, mstatus
    CHECK a1, 1 << \bit
    CHECK a2, 0
    .endr
# MPRV with MPP = M changes nothing for loads and stores.
    li a0, 0x00021800
    csrw mstatus, a0
    csrr a1, mstatus
    csrw mstatus, zero
    CHECK a1, 0x00021800
# MPP takes 0, 1, 3; a write of 2 leaves it, and the other fields are written.
    li a0, 0x00000800
    csrw mstatus, a0
    csrr a1, mstatus
    CHECK a1, 0x00000800
    li a0, 0x00001088
    csrw mstatus, a0
    csrr a1, mstatus
    CHECK a1, 0x00000888
    li a0, 0x00001800
    csrw mstatus, a0
    li a0, 0x00001000
    csrw mstatus, a0
    csrr a1, mstatus
    CHECK a1, 0x00001800
    li a0, 0x00000800
    csrc mstatus, a0
    csrr a1, mstatus
    CHECK a1, 0x00001800
    csrw mstatus, zero
    csrr a1, mstatus
    CHECK a1, 0
# Bits that do not exist.
    li a0, 0xff81e655
    csrw mstatus, a0
    csrr a1, mstatus
    CHECK a1, 0
    csrr a0, mstatush
    CHECK a0, 0
    EXPECT_NO_TRAP
    END
