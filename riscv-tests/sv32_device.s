# Devices through Sv32: registers answer at their virtual address; a fetch or an AMO there is an access fault with the virtual address (docs/machine.md, Memory, Devices).
# env: bare
    .include "sv32.inc"
    BEGIN
    SV32
    LEAF_RAW 0, (CLINT >> 2) + FULL
    LEAF_RAW 1, (UART >> 2) + FULL
    LEAF_RAW 2, (PLIC >> 2) + FULL
    STORE S, WINDOW, 1
    csrr a0, mip
    CHECK a0, IP_MSI
    LOAD S, WINDOW, 1
    STORE S, WINDOW, 0
    csrr a0, mip
    CHECK a0, 0
    li a1, WINDOW + 0x1000
    li a2, 0xa5
    AS_S
    sb a2, 7(a1)
    lbu a0, 7(a1)
    AS_M
    CHECK a0, 0xa5
    li a1, UART
    lbu a0, 7(a1)
    CHECK a0, 0xa5
    STORE S, WINDOW + 0x2004, 5
    LOAD S, WINDOW + 0x2004, 5
# Some machines run the bytes of device registers.
    .ifndef KEEP_GOING
    ENTER_SUPERVISOR
    FETCH_FAULT WINDOW + 0x1000, CAUSE_FETCH_ACCESS
    TO_MACHINE
    .endif
    li a1, WINDOW
    AS_S
    amoswap.w a0, zero, (a1)
    AS_M
    EXPECT_TRAP CAUSE_STORE_ACCESS, WINDOW
# A wrong width: the virtual address again.
    AS_S
    lb a0, 4(a1)
    AS_M
    EXPECT_TRAP CAUSE_LOAD_ACCESS, WINDOW + 4
    li a1, PLIC + 4
    sw zero, 0(a1)
    END
