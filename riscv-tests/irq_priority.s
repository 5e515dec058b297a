# Among interrupts for M-mode: MEI, MSI, MTI, SEI, SSI, STI (privileged manual 3.1.9).
# env: bare
    .include "interrupts.inc"
    BEGIN
    RAISE_MSI
    RAISE_MTI
    RAISE_UART 0
    li a0, 0x222
    csrw mip, a0
    csrr a0, mip
    CHECK a0, 0xaaa
    TAKE 0xaaa, CAUSE_MEI
    TAKE 0x2aa, CAUSE_MSI
    TAKE 0x2a2, CAUSE_MTI
    TAKE 0x222, CAUSE_SEI
    TAKE 0x022, CAUSE_SSI
    TAKE 0x020, CAUSE_STI
    TAKE 0x088, CAUSE_MSI
    TAKE 0x820, CAUSE_MEI
    TAKE 0x0a0, CAUSE_MTI
    TAKE 0x202, CAUSE_SEI
    DROP_UART 0
    TAKE 0xaaa, CAUSE_MSI
    DROP_MSI
    TAKE 0xaaa, CAUSE_MTI
    DROP_MTI
    TAKE 0xaaa, CAUSE_SEI
    csrw mip, zero
    TAKE_NONE 0xaaa
    END
