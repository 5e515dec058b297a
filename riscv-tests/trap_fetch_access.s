# A fetch from where there is no memory, or from a device: access fault, epc and tval the target (privileged manual 3.1.16; docs/machine.md).
# env: bare
    .include "privileged.inc"
    .macro JUMP_TO address
    li a1, \address
    la ra, .Lback\@
    jr a1
.Lback\@:
    EXPECT_TRAP CAUSE_FETCH_ACCESS, \address
    EXPECT_EPC a1
    .endm
    BEGIN
    JUMP_TO 0xf0000000
    JUMP_TO 0xfffffffc
    JUMP_TO 0x00000000
    JUMP_TO 0x40000000
    JUMP_TO 0x7ffffffc
# Some machines run the bytes of device registers.
    .ifndef KEEP_GOING
    JUMP_TO CLINT
    JUMP_TO PLIC
    JUMP_TO UART
    JUMP_TO TEST_DEVICE
    .endif
    ENTER_USER
    JUMP_TO 0xf0000000
    .ifndef KEEP_GOING
    JUMP_TO UART
    .endif
    TO_MACHINE
    END
