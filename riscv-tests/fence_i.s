# fence.i: stores to code are fetched after it (unprivileged manual 6); its unused fields are ignored.
    .include "test.inc"
    BEGIN
# Run it, change it, run it again, many times.
    li s2, 0
    li s3, 0
1:  la a1, patch
    jal ra, patch
    add s3, s3, a0
    li a2, 0x00000513
    addi s2, s2, 1
    slli a3, s2, 20
    or a2, a2, a3
    sw a2, 0(a1)
    fence.i
    li a3, 10
    bltu s2, a3, 1b
    jal ra, patch
    CHECK a0, 10
    CHECK s3, 1045
# Change the instruction right behind the fence.
    la a1, next
    li a2, 0x00700513
    sw a2, 0(a1)
    fence.i
next:
    li a0, 1
    CHECK a0, 7
# By bytes, and with other fields set in fence.i.
    la a1, other
    li a2, 0x55
    sb a2, 3(a1)
    .word 0xfff0900f
other:
    li a0, 1
    CHECK a0, 0x551
    EXPECT_NO_TRAP
    END
    .text
    .balign 8
patch:
    li a0, 1000
    ret
