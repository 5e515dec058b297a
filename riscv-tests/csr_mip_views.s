# mip, sip, mie, sie: what software writes, what shows where (privileged manual 3.1.9, 10.1.3).
# env: bare
    .include "privileged.inc"
    BEGIN
    csrw mie, zero
    csrw mip, zero
    csrw mideleg, zero
    csrr a0, mip
    CHECK a0, 0
# MSIP, MTIP, MEIP cannot be written.
    li a0, -1
    csrw mip, a0
    csrr a0, mip
    CHECK a0, 0x222
# sip shows what is delegated.
    csrr a0, sip
    CHECK a0, 0
    .irp bit, 1,5,9
    li a0, 1 << \bit
    csrw mideleg, a0
    csrr a1, sip
    CHECK a1, 1 << \bit
    .endr
# Through sip only SSIP can be written, and only when it is delegated.
    li a0, 0x222
    csrw mideleg, a0
    csrr a1, sip
    CHECK a1, 0x222
    csrw sip, zero
    csrr a1, mip
    CHECK a1, 0x220
    csrw mip, zero
    li a0, -1
    csrw sip, a0
    csrr a1, mip
    CHECK a1, 0x002
    csrw mideleg, zero
    csrw sip, zero
    csrr a1, mip
    CHECK a1, 0x002
    csrw mip, zero
    li a0, 2
    csrs sip, a0
    csrr a1, mip
    CHECK a1, 0
# sie is mie through mideleg.
    li a0, -1
    csrw mie, a0
    csrr a1, mie
    CHECK a1, 0xaaa
    csrr a1, sie
    CHECK a1, 0
    li a0, 0x202
    csrw mideleg, a0
    csrr a1, sie
    CHECK a1, 0x202
    csrw sie, zero
    csrr a1, mie
    CHECK a1, 0x8a8
    li a0, -1
    csrw sie, a0
    csrr a1, mie
    CHECK a1, 0xaaa
    csrw mie, zero
    li a0, -1
    csrs sie, a0
    csrr a1, mie
    CHECK a1, 0x202
    csrw mie, zero
    csrw mideleg, zero
    csrw mip, zero
    EXPECT_NO_TRAP
    END
