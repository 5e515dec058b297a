# fence: no effect on one hart, whatever its fields say (unprivileged manual 2.7).
    .include "test.inc"
    BEGIN
    li a0, 0x1234
    la a1, place
    sw a0, 0(a1)
    fence
    fence rw, w
    fence r, r
    fence i, o
    fence.tso
    lw a2, 0(a1)
    CHECK a2, 0x1234
# Reserved fields are ignored: rd, rs1, fm, empty sets.
    .word 0x0000000f
    .word 0xf0000f8f
    .word 0x0ff5050f
    .word 0x7ff0000f
    CHECK a0, 0x1234
    EXPECT_NO_TRAP
    END
    .data
    .balign 4
place:
    .word 0
