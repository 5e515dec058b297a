# program_copy: copies by misaligned words and a tail of bytes, between all alignments, and touches nothing else.
    .include "test.inc"
    BEGIN
    jal ra, clear
    la a0, target + 0
    la a1, source + 0
    li a2, 16
    jal ra, copy
    jal ra, hash
    CHECK a0, 0xc5411528
    jal ra, clear
    la a0, target + 0
    la a1, source + 1
    li a2, 13
    jal ra, copy
    jal ra, hash
    CHECK a0, 0x8caf7ea0
    jal ra, clear
    la a0, target + 3
    la a1, source + 0
    li a2, 9
    jal ra, copy
    jal ra, hash
    CHECK a0, 0x054a1d31
    jal ra, clear
    la a0, target + 1
    la a1, source + 2
    li a2, 31
    jal ra, copy
    jal ra, hash
    CHECK a0, 0xd26dbbd2
    jal ra, clear
    la a0, target + 3
    la a1, source + 3
    li a2, 5
    jal ra, copy
    jal ra, hash
    CHECK a0, 0x8e354f16
    jal ra, clear
    la a0, target + 6
    la a1, source + 5
    li a2, 1
    jal ra, copy
    jal ra, hash
    CHECK a0, 0x27c4ecea
    jal ra, clear
    la a0, target + 4
    la a1, source + 7
    li a2, 0
    jal ra, copy
    jal ra, hash
    CHECK a0, 0x46aab800
    j done
copy:
1:  li t0, 4
    bltu a2, t0, 2f
    lw t1, 0(a1)
    sw t1, 0(a0)
    addi a0, a0, 4
    addi a1, a1, 4
    addi a2, a2, -4
    j 1b
2:  beqz a2, 3f
    lbu t1, 0(a1)
    sb t1, 0(a0)
    addi a0, a0, 1
    addi a1, a1, 1
    addi a2, a2, -1
    j 2b
3:  ret
clear:
    la t0, target
    li t1, 64
    li t2, 0xee
1:  sb t2, 0(t0)
    addi t0, t0, 1
    addi t1, t1, -1
    bnez t1, 1b
    ret
hash:
    la t0, target
    li t1, 64
    li t3, 31
    li a0, 0
1:  lbu t2, 0(t0)
    mul a0, a0, t3
    add a0, a0, t2
    addi t0, t0, 1
    addi t1, t1, -1
    bnez t1, 1b
    ret
done:
    END
    .data
    .balign 8
source:
    .byte 11, 48, 85, 122, 159, 196, 233, 14, 51, 88, 125, 162, 199, 236, 17, 54, 91, 128, 165, 202, 239, 20, 57, 94, 131, 168, 205, 242, 23, 60, 97, 134, 171, 208, 245, 26, 63, 100, 137, 174, 211, 248, 29, 66, 103, 140, 177, 214, 251, 32, 69, 106, 143, 180, 217, 254, 35, 72, 109, 146, 183, 220, 1, 38
target:
    .zero 68
