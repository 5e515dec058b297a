# jalr: rd = pc + 4, pc = (rs1 + immediate) with bit 0 cleared (unprivileged manual 2.5.1).
    .include "test.inc"
    BEGIN
    li a0, 0
    la a1, 1f
link1:
    jalr a2, a1, 0
    addi a0, a0, 1
1:  CHECK a0, 0
    la a3, link1
    sub a2, a2, a3
    CHECK a2, 4
# Bit 0 of the sum is dropped.
    la a1, 1f
    addi a1, a1, 1
    jalr a2, a1, 0
    addi a0, a0, 1
1:  CHECK a0, 0
    la a1, 1f
    jalr a2, a1, 1
    addi a0, a0, 1
1:  CHECK a0, 0
# Offsets at both ends of the field.
    la a1, 1f
    addi a1, a1, -2047
    jalr a2, a1, 2047
    addi a0, a0, 1
1:  CHECK a0, 0
    la a1, 1f
    li a2, 2048
    add a1, a1, a2
    jalr a2, a1, -2048
    addi a0, a0, 1
1:  CHECK a0, 0
# rd is rs1: the target is read before the link is written.
    la ra, 1f
link2:
    jalr ra, ra, 0
    addi a0, a0, 1
1:  CHECK a0, 0
    la a3, link2
    sub a2, ra, a3
    CHECK a2, 4
# rd is x0.
    la a1, 1f
    jalr zero, a1, 0
    addi a0, a0, 1
1:  CHECK zero, 0
# Call and return, twice nested.
    jal ra, outer
    CHECK a0, 111
    j done
outer:
    mv s0, ra
    addi a0, a0, 1
    la t0, inner
    jalr ra, t0, 0
    addi a0, a0, 100
    jr s0
inner:
    addi a0, a0, 10
    ret
done:
    CHECK a0, 111
    END
