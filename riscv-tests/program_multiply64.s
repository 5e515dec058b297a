# program_multiply64: 64 by 64 to 128 bits from mul and mulhu, with carries by sltu.
    .include "test.inc"
    BEGIN
    li a0, 0x89abcdef
    li a1, 0x01234567
    li a2, 0x76543210
    li a3, 0xfedcba98
    jal ra, multiply
    CHECK a4, 0xe5618cf0
    CHECK a5, 0x2236d88f
    CHECK a6, 0xad77d742
    CHECK a7, 0x0121fa00
    li a0, 0xffffffff
    li a1, 0xffffffff
    li a2, 0xffffffff
    li a3, 0xffffffff
    jal ra, multiply
    CHECK a4, 0x00000001
    CHECK a5, 0x00000000
    CHECK a6, 0xfffffffe
    CHECK a7, 0xffffffff
    li a0, 0x00000000
    li a1, 0x80000000
    li a2, 0x00000003
    li a3, 0x00000000
    jal ra, multiply
    CHECK a4, 0x00000000
    CHECK a5, 0x80000000
    CHECK a6, 0x00000001
    CHECK a7, 0x00000000
    li a0, 0x12345678
    li a1, 0x00000000
    li a2, 0x9abcdef0
    li a3, 0x00000000
    jal ra, multiply
    CHECK a4, 0x242d2080
    CHECK a5, 0x0b00ea4e
    CHECK a6, 0x00000000
    CHECK a7, 0x00000000
    li a0, 0xcafebabe
    li a1, 0xdeadbeef
    li a2, 0x00000001
    li a3, 0x00000000
    jal ra, multiply
    CHECK a4, 0xcafebabe
    CHECK a5, 0xdeadbeef
    CHECK a6, 0x00000000
    CHECK a7, 0x00000000
    j done
# a7:a4 = a1:a0 * a3:a2
multiply:
    mul a4, a0, a2
    mulhu a5, a0, a2
    mul t0, a1, a2
    mulhu a6, a1, a2
    add a5, a5, t0
    sltu t1, a5, t0
    add a6, a6, t1
    mul t0, a0, a3
    add a5, a5, t0
    sltu t1, a5, t0
    mulhu t2, a0, a3
    add a6, a6, t2
    sltu a7, a6, t2
    add a6, a6, t1
    sltu t1, a6, t1
    add a7, a7, t1
    mul t0, a1, a3
    add a6, a6, t0
    sltu t1, a6, t0
    mulhu t0, a1, a3
    add a7, a7, t0
    add a7, a7, t1
    ret
done:
    END
