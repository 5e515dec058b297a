# hazards: a value is used by the instruction behind the one that makes it: load, multiply, divide, AMO, CSR-free chains, addresses just computed (unprivileged manual 2; nothing may be lost between instructions).
    .include "test.inc"
    BEGIN
    la a1, place
    li a2, 0x11
    sw a2, 0(a1)
    lw a3, 0(a1)
    addi a3, a3, 1
    CHECK a3, 0x12
    lw a3, 4(a1)
    add a3, a3, a1
    lw a3, 0(a3)
    CHECK a3, 0x1234abcd
    mul a3, a2, a2
    mul a3, a3, a2
    CHECK a3, 0x1331
    div a3, a3, a2
    rem a4, a3, a2
    CHECK a3, 0x121
    CHECK a4, 0
    amoadd.w a3, a2, (a1)
    add a3, a3, a3
    CHECK a3, 0x22
    lw a3, 0(a1)
    sw a3, 12(a1)
    lw a4, 12(a1)
    CHECK a4, 0x22
    addi a4, a1, 4
    addi a4, a4, 4
    lw a4, 0(a4)
    CHECK a4, 0x1234abcd
    li a0, 0
    li a3, 5
1:  addi a3, a3, -1
    addi a0, a0, 3
    bnez a3, 1b
    CHECK a0, 15
    sb a2, 1(a1)
    lh a3, 0(a1)
    CHECK a3, 0x1122
    la a4, 2f
    jr a4
    li a3, 0
2:  CHECK a3, 0x1122
    END
    .data
    .balign 8
place:
    .word 0, 8, 0x1234abcd, 0
