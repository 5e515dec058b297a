# program_divide: division by shifting and subtracting agrees with divu and remu, for a stream of operands; and q * d + r gives the dividend back, signed and unsigned.
    .include "test.inc"
    BEGIN
    li s2, 0x2545f491
    li s3, 60
    li s4, 0
1:  jal ra, next
    mv s5, s2
    jal ra, next
    mv s6, s2
# Divisors of all sizes.
    andi t0, s3, 31
    srl s6, s6, t0
    bnez s6, 2f
    li s6, 1
2:  mv a0, s5
    mv a1, s6
    jal ra, divide
    divu a2, s5, s6
    remu a3, s5, s6
    xor a2, a2, a0
    xor a3, a3, a1
    or s4, s4, a2
    or s4, s4, a3
    div a2, s5, s6
    rem a3, s5, s6
    mul a2, a2, s6
    add a2, a2, a3
    xor a2, a2, s5
    or s4, s4, a2
    addi s3, s3, -1
    bnez s3, 1b
    CHECK s4, 0
    j done
# xorshift32 in s2.
next:
    slli t0, s2, 13
    xor s2, s2, t0
    srli t0, s2, 17
    xor s2, s2, t0
    slli t0, s2, 5
    xor s2, s2, t0
    ret
# a0 = a0 / a1, a1 = remainder
divide:
    li t0, 32
    li t1, 0
1:  srli t2, a0, 31
    slli t3, t1, 1
    srli t4, t1, 31
    or t1, t3, t2
    slli a0, a0, 1
    bnez t4, 2f
    bltu t1, a1, 3f
2:  sub t1, t1, a1
    addi a0, a0, 1
3:  addi t0, t0, -1
    bnez t0, 1b
    mv a1, t1
    ret
done:
    END
