# Jumps and taken branches to an address that is no multiple of 4 trap at the jump: cause 0, tval the target, rd not written; a
# branch not taken does not trap (unprivileged manual 2.5, privileged manual 3.1.16).
    .include "test.inc"
    BEGIN
# jal a0, . + 6
    li a0, 0x55
here1:
    .word 0x0060056f
    CHECK a0, 0x55
    la a1, here1 + 6
    EXPECT_TRAP_AT CAUSE_FETCH_MISALIGNED, a1
    la a1, here1
    EXPECT_EPC a1
# jalr: bit 0 is cleared first, bit 1 traps.
    la a1, here2 + 6
here2:
    jalr a0, a1, 0
    CHECK a0, 0x55
    EXPECT_TRAP_AT CAUSE_FETCH_MISALIGNED, a1
    la a1, here3 + 8
here3:
    jalr a0, a1, 3
    CHECK a0, 0x55
    addi a1, a1, 2
    EXPECT_TRAP_AT CAUSE_FETCH_MISALIGNED, a1
    la ra, here4 + 6
    mv a1, ra
here4:
    jalr ra, ra, 0
    CHECK_SAME ra, a1
    EXPECT_TRAP_AT CAUSE_FETCH_MISALIGNED, a1
# beq zero, zero, . + 6: taken.
here5:
    .word 0x00000363
    la a1, here5 + 6
    EXPECT_TRAP_AT CAUSE_FETCH_MISALIGNED, a1
# bne zero, zero, . + 6: not taken.
    .word 0x00001363
    EXPECT_NO_TRAP
# beq zero, zero, . - 2: backwards.
here6:
    .word 0xfe000fe3
    la a1, here6 - 2
    EXPECT_TRAP_AT CAUSE_FETCH_MISALIGNED, a1
    addi a1, a1, 2
    EXPECT_EPC a1
    END
