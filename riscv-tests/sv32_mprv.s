# MPRV: loads and stores of M-mode use the privilege in MPP; fetches do not; with MPP = M nothing is translated (privileged manual 3.1.6.3).
# env: bare
    .include "sv32.inc"
    BEGIN
    la a2, frame_a
    li a3, 0xaaaa1111
    sw a3, 0(a2)
    SV32
    LEAF 0, frame_a, FULL
    LEAF 1, frame_a, FULL | PTE_U
# M-mode without MPRV: the window is nowhere.
    li a1, WINDOW
    li a0, 0x77
    lw a0, 0(a1)
    CHECK a0, 0x77
    EXPECT_TRAP CAUSE_LOAD_ACCESS, WINDOW
# MPP chooses.
    LOAD S, WINDOW, 0xaaaa1111
    LOAD_FAULT U, WINDOW
    LOAD U, WINDOW + 0x1000, 0xaaaa1111
    LOAD_FAULT S, WINDOW + 0x1000
    li a1, WINDOW
    li a0, MSTATUS_MPP | MSTATUS_MPRV
    csrs mstatus, a0
    lw a0, 0(a1)
    AS_M
    EXPECT_TRAP CAUSE_LOAD_ACCESS, WINDOW
# AMO and lr, sc.
    li a1, WINDOW
    li a2, 1
    AS_S
    amoadd.w a0, a2, (a1)
    lr.w a3, (a1)
    sc.w a4, a2, (a1)
    AS_M
    CHECK a0, 0xaaaa1111
    CHECK a3, 0xaaaa1112
    CHECK a4, 0
    CHECK_WORD frame_a, 1
# S-mode ignores MPRV: it is clear there anyhow, for mret cleared it.
    AS_U
    la a0, 1f
    csrw mepc, a0
    li a0, MSTATUS_MPP_S
    csrs mstatus, a0
    mret
1:  li a1, WINDOW
    lw a0, 0(a1)
    CHECK a0, 1
    TO_MACHINE
    csrr a0, mstatus
    CHECK_BITS a0, MSTATUS_MPRV, 0
    EXPECT_NO_TRAP
    END
