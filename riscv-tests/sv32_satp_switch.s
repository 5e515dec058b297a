# Two address spaces: after a write of satp the other root counts, in S-mode itself (privileged manual 10.1.11; docs/machine.md, CSRs: a satp write drops all cached translations).
# env: bare
    .include "sv32.inc"
    .bss
    .balign 4096
other_root:
    .zero 4096
other_table:
    .zero 4096
    .text
    BEGIN
    li a0, 0xaaaaaaaa
    la a1, frame_a
    sw a0, 0(a1)
    li a0, 0xbbbbbbbb
    la a1, frame_b
    sw a0, 0(a1)
    SV32
    LEAF 0, frame_a, FULL
    la a0, other_root
    li a2, 2048
    add a0, a0, a2
    li a1, RAM_PTE + FULL
    sw a1, 0(a0)
    la a0, other_root
    la a1, other_table
    srli a1, a1, 2
    ori a1, a1, PTE_V
    li a2, 4 * WINDOW_ROOT
    add a2, a2, a0
    sw a1, 0(a2)
    la a1, frame_b
    srli a1, a1, 2
    ori a1, a1, FULL
    la a2, other_table
    sw a1, 0(a2)
    csrr s2, satp
    srli a0, a0, 12
    li s3, SATP_SV32
    or s3, s3, a0
    ENTER_SUPERVISOR
    li s4, WINDOW
    lw s5, 0(s4)
    csrw satp, s3
    lw s6, 0(s4)
    csrw satp, s2
    lw s7, 0(s4)
    csrrw s8, satp, s3
    lw s9, 0(s4)
    CHECK s5, 0xaaaaaaaa
    CHECK s6, 0xbbbbbbbb
    CHECK s7, 0xaaaaaaaa
    CHECK_SAME s8, s2
    CHECK s9, 0xbbbbbbbb
    TO_MACHINE
    EXPECT_NO_TRAP
    END
