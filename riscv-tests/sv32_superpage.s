# Sv32: superpages of 4 MiB: VPN[0] goes into the address as it is (privileged manual 10.3.2).
# env: bare
    .include "sv32.inc"
    BEGIN
    la a2, frame_a
    li a3, 0xaaaa5555
    sw a3, 16(a2)
    SV32
    ROOT_RAW 200, RAM_PTE + PTE_V + PTE_R + PTE_W + PTE_A + PTE_D
    la s2, frame_a
    li s3, 0x80000000 - (200 << 22)
    sub s3, s2, s3
    addi a1, s3, 16
    AS_S
    lw a0, 0(a1)
    AS_M
    CHECK a0, 0xaaaa5555
    li a2, 0x11223344
    AS_S
    sw a2, 4(a1)
    AS_M
    lw a0, 20(s2)
    CHECK a0, 0x11223344
    EXPECT_NO_TRAP
# Both ends of the part that has memory: the first word, and beyond.
    li a1, 200 << 22
    AS_S
    lw a0, 0(a1)
    AS_M
    li a2, 0x80000000
    lw a2, 0(a2)
    CHECK_SAME a0, a2
    EXPECT_NO_TRAP
# A superpage into nowhere: access fault, for its last word as well.
    ROOT_RAW 201, 0x3c000000 + PTE_V + PTE_R + PTE_W + PTE_A + PTE_D
    LOAD_FAULT S, (201 << 22) + 0x3ffffc, CAUSE_LOAD_ACCESS
    STORE_FAULT S, 201 << 22, CAUSE_STORE_ACCESS
# Permissions are those of the superpage.
    ROOT_RAW 202, RAM_PTE + PTE_V + PTE_R + PTE_A + PTE_D
    STORE_FAULT S, 202 << 22
    LOAD_FAULT U, 202 << 22
    END
