# program_sort: insertion sort of signed words, in memory.
    .include "test.inc"
    BEGIN
    la a0, list
    li a1, 1
1:  slli a2, a1, 2
    add a2, a2, a0
    lw a3, 0(a2)
2:  beq a2, a0, 3f
    lw a4, -4(a2)
    ble a4, a3, 3f
    sw a4, 0(a2)
    addi a2, a2, -4
    j 2b
3:  sw a3, 0(a2)
    addi a1, a1, 1
    li a5, 16
    bltu a1, a5, 1b
    CHECK_WORD list + 0, -2147483648
    CHECK_WORD list + 4, -1000000
    CHECK_WORD list + 8, -9
    CHECK_WORD list + 12, -3
    CHECK_WORD list + 16, -1
    CHECK_WORD list + 20, 0
    CHECK_WORD list + 24, 2
    CHECK_WORD list + 28, 5
    CHECK_WORD list + 32, 5
    CHECK_WORD list + 36, 6
    CHECK_WORD list + 40, 9
    CHECK_WORD list + 44, 17
    CHECK_WORD list + 48, 42
    CHECK_WORD list + 52, 77
    CHECK_WORD list + 56, 1000000
    CHECK_WORD list + 60, 2147483647
    END
    .data
    .balign 8
list:
    .word 5, -3, 2147483647, -2147483648, 0, 17, -1, 42, 1000000, -1000000, 6, 5, 2, 9, -9, 77
