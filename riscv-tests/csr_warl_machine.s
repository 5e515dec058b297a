# Machine CSRs keep the bits this machine has (privileged manual 3.1; masks of docs/machine.md and src/isa/csrs.ts).
# env: bare
    .include "privileged.inc"
    BEGIN
    csrw mie, zero
    WARL medeleg, 0x0000b3ff
    WARL mideleg, 0x00000222
    WARL mie, 0x00000aaa
    WARL mcounteren, 0x00000007
    WARL menvcfg, 0x00000001
    WARL menvcfgh, 0xa0000000
    WARL mscratch, 0xffffffff
    WARL mepc, 0xfffffffc
    WARL mcause, 0xffffffff
    WARL mtval, 0xffffffff
    WARL mtvec, 0xfffffffd
    WARL mstatush, 0
    WARL mcountinhibit, 0
    WARL mip, 0x00000222
    EXPECT_NO_TRAP
    END
