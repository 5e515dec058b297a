# Every register holds its own value; x0 stays zero whatever is written to it (unprivileged manual 2.1).
    .include "test.inc"
    BEGIN
    mv t0, s11
    la t1, kept
    sw t0, 0(t1)
    .irp r, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    li x\r, 0x01010101 * \r
    .endr
# x31 gives way to a pointer, once its value is in x1's place.
    li x1, 0x01010101 * 31
    xor x1, x1, x31
    la x31, saved
    .irp r, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    sw x\r, 4 * \r(x31)
    .endr
    la t1, kept
    lw s11, 0(t1)
    la a1, saved
    lw a0, 0(a1)
    CHECK a0, 0
    lw a0, 4(a1)
    CHECK a0, 0
    .irp r, 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
    lw a0, 4 * \r(a1)
    CHECK a0, 0x01010101 * \r
    .endr
# x0 as the destination of everything.
    la a1, saved
    lw zero, 8(a1)
    CHECK zero, 0
    li zero, 5
    addi zero, zero, 1
    lui zero, 5
    auipc zero, 5
    jal zero, 1f
1:  la a2, 1f
    jalr zero, 0(a2)
1:  amoswap.w zero, zero, (a1)
    lr.w zero, (a1)
    sc.w zero, zero, (a1)
    mul zero, a1, a1
    div zero, a1, zero
    add a3, zero, zero
    CHECK a3, 0
    CHECK zero, 0
    END
    .data
    .balign 4
kept:
    .word 0
saved:
    .zero 128
