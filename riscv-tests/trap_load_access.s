# A load from where there is no memory: access fault, tval the address, rd not written (privileged manual 3.1.16).
# env: bare
    .include "privileged.inc"
    .macro REFUSED op, address
    li a1, \address
    li a0, 0x77
    \op a0, 0(a1)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_LOAD_ACCESS, \address
    .endm
    BEGIN
    .irp op, lb, lbu, lh, lhu, lw
    REFUSED \op, 0xf0000000
    .endr
    REFUSED lw, 0x00000000
    REFUSED lw, 0x7ffffffc
    REFUSED lw, 0xfffffffc
    REFUSED lb, 0xffffffff
    REFUSED lw, 0x40000000
# rd is rs1: it keeps the address.
    li a1, HOLE
    lw a1, 0(a1)
    CHECK a1, HOLE
    EXPECT_TRAP CAUSE_LOAD_ACCESS, HOLE
    lw zero, 16(a1)
    EXPECT_TRAP CAUSE_LOAD_ACCESS, HOLE + 16
# lr: an access fault of a load.
    lr.w a0, (a1)
    EXPECT_TRAP CAUSE_LOAD_ACCESS, HOLE
    ENTER_USER
    REFUSED lw, 0xf0000000
    TO_MACHINE
    END
