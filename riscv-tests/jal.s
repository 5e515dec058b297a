# jal: rd = pc + 4, pc += offset; forwards, backwards, far, rd = x0 (unprivileged manual 2.5.1).
    .include "test.inc"
    BEGIN
    li a0, 0
link1:
    jal a1, 1f
    addi a0, a0, 1
1:  addi a0, a0, 2
    CHECK a0, 2
    la a2, link1
    sub a1, a1, a2
    CHECK a1, 4
    j 2f
1:  addi a0, a0, 16
    j 3f
2:
link2:
    jal ra, 1b
    addi a0, a0, 1
3:  CHECK a0, 18
    la a2, link2
    sub a1, ra, a2
    CHECK a1, 4
    li a1, 77
    jal zero, 1f
    li a1, 78
1:  CHECK a1, 77
    CHECK zero, 0
# To the next instruction.
    jal a1, 1f
1:  auipc a2, 0
    CHECK_SAME a1, a2
# Offsets with single bits: 2^12 and 2^13 and back.
    li a0, 0
    j far
back:
    addi a0, a0, 1
    j 1f
    .space 4096
far:
    addi a0, a0, 4
    j farther
    .space 8192
farther:
    addi a0, a0, 32
    j back
1:  CHECK a0, 37
    END
