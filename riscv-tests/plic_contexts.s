# PLIC: context 0 is MEIP, context 1 is SEIP; a claim by one is a claim for both; SEIP is ORed with its stored bit, and csrrs does not store what the PLIC shows (privileged manual 3.1.9; docs/machine.md).
# env: bare
    .include "interrupts.inc"
    .macro MIP want
    csrr a0, mip
    CHECK a0, \want
    .endm
    BEGIN
    RAISE_UART 1
    MIP IP_SEI
    TAKE 0xaaa, CAUSE_SEI
# A set of another bit must not store the SEIP that the PLIC gives.
    li a0, IP_SSI
    csrs mip, a0
    MIP IP_SEI | IP_SSI
    li a0, IP_SSI
    csrc mip, a0
    li s3, PLIC + 0x201000
    lw a0, 4(s3)
    CHECK a0, 10
    MIP 0
    sw a0, 4(s3)
    li a0, 10
    sw a0, 4(s3)
    MIP IP_SEI
# The stored bit, ORed.
    li a0, IP_SEI
    csrs mip, a0
    li a1, UART
    sb zero, 1(a1)
    lw a0, 4(s3)
    sw a0, 4(s3)
    CHECK a0, 10
    MIP IP_SEI
    li a0, IP_SEI
    csrc mip, a0
    MIP 0
# Both contexts, one claim.
    RAISE_UART 0
    RAISE_UART 1
    MIP IP_SEI | IP_MEI
    li s4, PLIC + 0x200000
    lw a0, 4(s4)
    CHECK a0, 10
    MIP 0
    lw a0, 4(s3)
    CHECK a0, 0
    li a1, UART
    sb zero, 1(a1)
    li a0, 10
    sw a0, 4(s4)
    MIP 0
# S-mode takes its external interrupt, claims and completes.
    USE_S_TRAP
    li a0, IP_SEI
    csrw mideleg, a0
    csrw mie, a0
    RAISE_UART 1
    csrsi mstatus, 2
    ENTER_SUPERVISOR
    EXPECT_S_TRAP CAUSE_SEI, 0
    csrr a0, sip
    CHECK a0, IP_SEI
    DROP_UART 1
    csrr a0, sip
    CHECK a0, 0
    TO_MACHINE
    EXPECT_NO_TRAP
    END
