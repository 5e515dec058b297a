# Supervisor CSRs keep the bits this machine has, from S-mode (privileged manual 10.1).
# env: bare
    .include "privileged.inc"
    BEGIN
    ENTER_SUPERVISOR
    WARL stvec, 0xfffffffd
    WARL scounteren, 0x00000007
    WARL senvcfg, 0x00000001
    WARL sscratch, 0xffffffff
    WARL sepc, 0xfffffffc
    WARL scause, 0xffffffff
    WARL stval, 0xffffffff
    WARL sstatus, 0x000c0122
# Nothing is delegated: sie and sip are empty.
    WARL sie, 0
    WARL sip, 0
    TO_MACHINE
    li a0, 0x222
    csrw mideleg, a0
    ENTER_SUPERVISOR
    WARL sie, 0x222
    WARL sip, 0x002
    TO_MACHINE
    EXPECT_NO_TRAP
    END
