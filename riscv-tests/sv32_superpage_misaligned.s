# Sv32: a superpage whose PPN[0] is not zero is a page fault of every kind of access (privileged manual 10.3.2, step 6).
# env: bare
    .include "sv32.inc"
    BEGIN
    SV32
    .irp bit, 10, 11, 14, 19
    ROOT_RAW 200, RAM_PTE + FULL + (1 << \bit)
    LOAD_FAULT S, 200 << 22
    STORE_FAULT S, (200 << 22) + 0x1000
    ENTER_SUPERVISOR
    FETCH_FAULT (200 << 22) + 0x100
    TO_MACHINE
    .endr
# Bit 20 belongs to PPN[1].
    ROOT_RAW 200, RAM_PTE + FULL
    li a1, 200 << 22
    AS_S
    lw a0, 0(a1)
    AS_M
    EXPECT_NO_TRAP
    END
