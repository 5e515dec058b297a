# program_crc32: CRC-32 bit by bit: shifts, xor, byte loads in a loop; the check value of "123456789" is cbf43926.
    .include "test.inc"
    BEGIN
    la a0, text
    li a1, 9
    jal ra, crc
    CHECK a0, 0xcbf43926
    la a0, bytes
    li a1, 256
    sw zero, 0(a0)
    li a2, 0
    li a3, 3
1:  add a4, a0, a2
    sb a3, 0(a4)
    addi a3, a3, 7
    addi a2, a2, 1
    bltu a2, a1, 1b
    jal ra, crc
    CHECK a0, 0x78825239
    li a1, 0
    jal ra, crc
    CHECK a0, 0
    j done
# CRC-32 of a1 bytes at a0.
crc:
    li a2, -1
    li a3, 0xedb88320
    add a1, a1, a0
1:  bgeu a0, a1, 4f
    lbu a4, 0(a0)
    xor a2, a2, a4
    li a5, 8
2:  andi a4, a2, 1
    srli a2, a2, 1
    beqz a4, 3f
    xor a2, a2, a3
3:  addi a5, a5, -1
    bnez a5, 2b
    addi a0, a0, 1
    j 1b
4:  not a0, a2
    ret
done:
    END
    .data
    .balign 8
text:
    .ascii "123456789"
    .balign 4
bytes:
    .zero 256
