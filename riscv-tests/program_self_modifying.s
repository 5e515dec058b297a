# program_self_modifying: code that writes its next instructions: a function is made, run, changed and run, 40 times, with fence.i between (unprivileged manual 6).
    .include "test.inc"
    BEGIN
    li s2, 40
    li s3, 0
    li s4, 0
1:  la a1, room
# addi a0, a0, s2; ret
    li a2, 0x00050513
    slli a3, s2, 20
    or a2, a2, a3
    sw a2, 0(a1)
    li a2, 0x00008067
    sw a2, 4(a1)
    fence.i
    mv a0, s3
    jalr ra, 0(a1)
    mv s3, a0
# xori a0, a0, s2 in its place.
    li a2, 0x00054513
    slli a3, s2, 20
    or a2, a2, a3
    sw a2, 0(a1)
    fence.i
    mv a0, s4
    jalr ra, 0(a1)
    add s4, a0, s3
    addi s2, s2, -1
    bnez s2, 1b
    CHECK s3, 820
    CHECK s4, 0x00005758
    END
    .data
    .balign 8
room:
    .zero 16
