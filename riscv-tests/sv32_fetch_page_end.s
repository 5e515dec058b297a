# Code that runs over a page boundary into another frame, and into a page that is not there (privileged manual 10.3.2).
# env: bare
    .include "sv32.inc"
    BEGIN
# frame_a ends with two additions; frame_b begins with one and a return.
    la a1, frame_a
    li a2, 4088
    add a1, a1, a2
    li a2, 0x00150513
    sw a2, 0(a1)
    li a2, 0x00250513
    sw a2, 4(a1)
    la a1, frame_b
    li a2, 0x00450513
    sw a2, 0(a1)
    li a2, 0x00008067
    sw a2, 4(a1)
    fence.i
    SV32
    LEAF 5, frame_a, FULL
    LEAF 6, frame_b, FULL
    LEAF 9, frame_a, FULL
    ENTER_SUPERVISOR
    li a1, WINDOW + 0x5ff8
    li a0, 0
    jalr ra, 0(a1)
    CHECK a0, 7
    EXPECT_NO_TRAP
    li a1, WINDOW + 0x9ff8
    li a0, 0
    jalr ra, 0(a1)
    CHECK a0, 3
    li s2, WINDOW + 0xa000
    EXPECT_EPC s2
    EXPECT_TRAP CAUSE_FETCH_PAGE, WINDOW + 0xa000
    TO_MACHINE
    END
