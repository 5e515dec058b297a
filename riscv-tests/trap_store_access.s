# A store to where there is no memory: access fault, tval the address (privileged manual 3.1.16).
# env: bare
    .include "privileged.inc"
    .macro REFUSED op, address
    li a1, \address
    \op a0, 0(a1)
    EXPECT_TRAP CAUSE_STORE_ACCESS, \address
    .endm
    BEGIN
    .irp op, sb, sh, sw
    REFUSED \op, 0xf0000000
    .endr
    REFUSED sw, 0x00000000
    REFUSED sw, 0x7ffffffc
    REFUSED sw, 0xfffffffc
    REFUSED sb, 0xffffffff
    REFUSED sw, 0x40000000
    ENTER_SUPERVISOR
    REFUSED sw, 0xf0000000
    TO_MACHINE
    END
