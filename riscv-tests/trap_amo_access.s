# AMO and sc where there is no memory, or in a device: store access fault, rd not written; lr: load access fault (privileged manual 3.1.16; docs/machine.md).
# env: bare
    .include "privileged.inc"
    .macro REFUSED address
    li a1, \address
    .irp op, amoadd.w, amoswap.w, amoxor.w, amoand.w, amoor.w, amomin.w, amomax.w, amominu.w, amomaxu.w, sc.w
    li a0, 0x77
    \op a0, a1, (a1)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_STORE_ACCESS, \address
    .endr
    li a0, 0x77
    lr.w a0, (a1)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_LOAD_ACCESS, \address
    .endm
    BEGIN
    REFUSED HOLE
    REFUSED UART
    REFUSED CLINT_MTIMECMP
    REFUSED PLIC
    REFUSED TEST_DEVICE
    END
