# program_matrix: a matrix product: nested loops, mul, address arithmetic.
    .include "test.inc"
    BEGIN
    li s2, 0
1:  li s3, 0
2:  li s4, 0
    li a0, 0
3:  li t0, 3
    mul t1, s2, t0
    add t1, t1, s4
    slli t1, t1, 2
    la t2, left
    add t1, t1, t2
    lw t1, 0(t1)
    mul t3, s4, t0
    add t3, t3, s3
    slli t3, t3, 2
    la t2, right
    add t3, t3, t2
    lw t3, 0(t3)
    mul t1, t1, t3
    add a0, a0, t1
    addi s4, s4, 1
    bne s4, t0, 3b
    mul t1, s2, t0
    add t1, t1, s3
    slli t1, t1, 2
    la t2, product
    add t1, t1, t2
    sw a0, 0(t1)
    addi s3, s3, 1
    bne s3, t0, 2b
    addi s2, s2, 1
    bne s2, t0, 1b
    CHECK_WORD product + 0, -1
    CHECK_WORD product + 4, 40
    CHECK_WORD product + 8, 41
    CHECK_WORD product + 12, 0
    CHECK_WORD product + 16, 19
    CHECK_WORD product + 20, -53
    CHECK_WORD product + 24, 9
    CHECK_WORD product + 28, -34
    CHECK_WORD product + 32, 77
    END
    .data
    .balign 8
left:
    .word 1, 2, 3
    .word -4, 5, -6
    .word 7, -8, 9
right:
    .word 10, 0, -1
    .word 2, 11, 3
    .word -5, 6, 12
product:
    .zero 36
