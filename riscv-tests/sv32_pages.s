# Sv32: pages of 4 KiB, anywhere in a table; loads and stores reach the frame (privileged manual 10.3.1, 10.3.2).
# env: bare
    .include "sv32.inc"
    BEGIN
    la a2, frame_a
    li a3, 0xaaaa0000
    sw a3, 0(a2)
    li a3, 0xaaaa0ffc
    li a4, 4092
    add a4, a4, a2
    sw a3, 0(a4)
    la a2, frame_b
    li a3, 0xbbbb0000
    sw a3, 0(a2)
    SV32
    LEAF 0, frame_a, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D
    LEAF 1, frame_b, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D
    LEAF 511, frame_b, PTE_V | PTE_R | PTE_W | PTE_A | PTE_D
    LEAF 1023, frame_a, PTE_V | PTE_R | PTE_A | PTE_D
    LOAD S, WINDOW, 0xaaaa0000
    LOAD S, WINDOW + 0xffc, 0xaaaa0ffc
    LOAD S, WINDOW + 0x1000, 0xbbbb0000
    LOAD S, WINDOW + 511 * 4096, 0xbbbb0000
    LOAD S, WINDOW + 1023 * 4096, 0xaaaa0000
    STORE S, WINDOW + 4, 0x12345678
    LOAD S, WINDOW + 1023 * 4096 + 4, 0x12345678
    CHECK_WORD frame_a + 4, 0x12345678
    STORE S, WINDOW + 0x1ffc, 0x9abcdef0
    LOAD S, WINDOW + 511 * 4096 + 0xffc, 0x9abcdef0
# Bytes and halfwords.
    li a1, WINDOW + 0x1ffd
    AS_S
    lbu a0, 0(a1)
    lh a2, 1(a1)
    sb zero, 0(a1)
    AS_M
    CHECK a0, 0xde
    CHECK a2, 0xffff9abc
    LOAD S, WINDOW + 0x1ffc, 0x9abc00f0
# Nothing else is mapped.
    LOAD_FAULT S, WINDOW + 0x2000
    LOAD_FAULT S, WINDOW - 4
    LOAD_FAULT S, WINDOW + 0x400000
    LOAD_FAULT S, 0
    STORE_FAULT S, 0xfffffffc
# The G bit and the two bits for software change nothing.
    LEAF 2, frame_a, PTE_V | PTE_R | PTE_A | PTE_G | 0x300
    LOAD S, WINDOW + 0x2000, 0xaaaa0000
# M-mode itself does not translate.
    la a0, frame_b
    lw a0, 0(a0)
    CHECK a0, 0xbbbb0000
    END
