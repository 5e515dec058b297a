# program_sieve: the primes below 2000, by sieving bytes: their number, their sum, the last one.
    .include "test.inc"
    BEGIN
    la a0, composite
    li a1, 2000
    li a2, 2
1:  mul a3, a2, a2
    bgeu a3, a1, 4f
    add a4, a0, a2
    lbu a5, 0(a4)
    bnez a5, 3f
    li a6, 1
2:  add a4, a0, a3
    sb a6, 0(a4)
    add a3, a3, a2
    bltu a3, a1, 2b
3:  addi a2, a2, 1
    j 1b
4:  li a2, 2
    li a3, 0
    li a4, 0
5:  add a5, a0, a2
    lbu a5, 0(a5)
    bnez a5, 6f
    addi a3, a3, 1
    add a4, a4, a2
    mv a6, a2
6:  addi a2, a2, 1
    bltu a2, a1, 5b
    CHECK a3, 303
    CHECK a4, 277050
    CHECK a6, 1999
    END
    .data
    .balign 8
composite:
    .zero 2000
