# program_xorshift: a chain of shifts and xors, a thousand steps long: one wrong bit anywhere spreads to the end.
    .include "test.inc"
    BEGIN
    li s2, 0x2545f491
    li s3, 0
    li s4, 1
    jal ra, steps
    CHECK s2, 0xe124b63a
    li s4, 1
    jal ra, steps
    CHECK s2, 0x8b9a74ab
    li s4, 8
    jal ra, steps
    CHECK s2, 0x46ea7191
    li s4, 90
    jal ra, steps
    CHECK s2, 0x5c71400c
    li s4, 900
    jal ra, steps
    CHECK s2, 0x6eb5f8ba

    j done
steps:
    slli t0, s2, 13
    xor s2, s2, t0
    srli t0, s2, 17
    xor s2, s2, t0
    slli t0, s2, 5
    xor s2, s2, t0
    addi s4, s4, -1
    bnez s4, steps
    ret
done:
    END
