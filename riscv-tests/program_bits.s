# program_bits: counting, reversing and finding bits, three ways each agreeing.
    .include "test.inc"
    BEGIN
    li a0, 0x00000000
    jal ra, count_slow
    mv s2, a0
    li a0, 0x00000000
    jal ra, count_fast
    CHECK a0, 0
    CHECK s2, 0
    li a0, 0x00000000
    jal ra, reverse
    CHECK a0, 0x00000000

    li a0, 0x00000001
    jal ra, count_slow
    mv s2, a0
    li a0, 0x00000001
    jal ra, count_fast
    CHECK a0, 1
    CHECK s2, 1
    li a0, 0x00000001
    jal ra, reverse
    CHECK a0, 0x80000000

    li a0, 0x80000000
    jal ra, count_slow
    mv s2, a0
    li a0, 0x80000000
    jal ra, count_fast
    CHECK a0, 1
    CHECK s2, 1
    li a0, 0x80000000
    jal ra, reverse
    CHECK a0, 0x00000001

    li a0, 0xffffffff
    jal ra, count_slow
    mv s2, a0
    li a0, 0xffffffff
    jal ra, count_fast
    CHECK a0, 32
    CHECK s2, 32
    li a0, 0xffffffff
    jal ra, reverse
    CHECK a0, 0xffffffff

    li a0, 0x12345678
    jal ra, count_slow
    mv s2, a0
    li a0, 0x12345678
    jal ra, count_fast
    CHECK a0, 13
    CHECK s2, 13
    li a0, 0x12345678
    jal ra, reverse
    CHECK a0, 0x1e6a2c48

    li a0, 0xdeadbeef
    jal ra, count_slow
    mv s2, a0
    li a0, 0xdeadbeef
    jal ra, count_fast
    CHECK a0, 24
    CHECK s2, 24
    li a0, 0xdeadbeef
    jal ra, reverse
    CHECK a0, 0xf77db57b

    li a0, 0x55555555
    jal ra, count_slow
    mv s2, a0
    li a0, 0x55555555
    jal ra, count_fast
    CHECK a0, 16
    CHECK s2, 16
    li a0, 0x55555555
    jal ra, reverse
    CHECK a0, 0xaaaaaaaa

    li a0, 0x00ff00f0
    jal ra, count_slow
    mv s2, a0
    li a0, 0x00ff00f0
    jal ra, count_fast
    CHECK a0, 12
    CHECK s2, 12
    li a0, 0x00ff00f0
    jal ra, reverse
    CHECK a0, 0x0f00ff00
    j done
count_slow:
    mv t0, a0
    li a0, 0
1:  beqz t0, 2f
    addi t1, t0, -1
    and t0, t0, t1
    addi a0, a0, 1
    j 1b
2:  ret
count_fast:
    li t0, 0x55555555
    srli t1, a0, 1
    and t1, t1, t0
    sub a0, a0, t1
    li t0, 0x33333333
    srli t1, a0, 2
    and t1, t1, t0
    and a0, a0, t0
    add a0, a0, t1
    srli t1, a0, 4
    add a0, a0, t1
    li t0, 0x0f0f0f0f
    and a0, a0, t0
    li t0, 0x01010101
    mul a0, a0, t0
    srli a0, a0, 24
    ret
reverse:
    li t0, 32
    li t1, 0
1:  slli t1, t1, 1
    andi t2, a0, 1
    or t1, t1, t2
    srli a0, a0, 1
    addi t0, t0, -1
    bnez t0, 1b
    mv a0, t1
    ret
done:
    END
