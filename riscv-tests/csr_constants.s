# Read-only CSRs and CSRs that are zero in this machine (privileged manual 3.1.1 to 3.1.5, 3.1.17, 3.7.1).
# env: bare
    .include "privileged.inc"
    .macro ZERO name
    li a0, -1
    csrw \name, a0
    csrr a0, \name
    CHECK a0, 0
    .endm
    BEGIN
    csrr a0, misa
    CHECK a0, 0x40141101
    csrw misa, zero
    csrr a0, misa
    CHECK a0, 0x40141101
    csrr a0, mvendorid
    CHECK a0, 0
    csrr a0, marchid
    CHECK a0, 0
    csrr a0, mimpid
    CHECK a0, 0
    csrr a0, mhartid
    CHECK a0, 0
    csrr a0, mconfigptr
    CHECK a0, 0
    .irp name, pmpcfg0, pmpcfg1, pmpcfg3, pmpcfg15, pmpaddr0, pmpaddr1, pmpaddr15, pmpaddr16, pmpaddr63
    ZERO \name
    .endr
    .irp name, mhpmevent3, mhpmevent16, mhpmevent31, mhpmcounter3, mhpmcounter17, mhpmcounter31, mhpmcounter3h, mhpmcounter31h
    ZERO \name
    .endr
    csrr a0, hpmcounter3
    CHECK a0, 0
    csrr a0, hpmcounter31h
    CHECK a0, 0
    EXPECT_NO_TRAP
    .irp name, mvendorid, marchid, mimpid, mhartid, mconfigptr, hpmcounter3
    li a0, 0x99
    csrrw a0, \name, zero
    EXPECT_ILLEGAL
    CHECK a0, 0x99
    .endr
    END
