# amoadd: memory += rs2, rd = old memory (unprivileged manual 14.4).
# Written by scripts/write-arithmetic-programs.ts.
    .include "arithmetic.inc"
    BEGIN
    AMO amoadd.w, 0x00000000, 0x00000000, 0x00000000
    AMO amoadd.w.aq, 0x00000000, 0xaaaaaaaa, 0xaaaaaaaa
    AMO amoadd.w.rl, 0x00000001, 0x00000001, 0x00000002
    AMO amoadd.w.aqrl, 0x00000001, 0x12345678, 0x12345679
    AMO amoadd.w, 0x00000002, 0x00000002, 0x00000004
    AMO amoadd.w.aq, 0x00000002, 0xffff8000, 0xffff8002
    AMO amoadd.w.rl, 0xffffffff, 0xffffffff, 0xfffffffe
    AMO amoadd.w.aqrl, 0xffffffff, 0x00007fff, 0x00007ffe
    AMO amoadd.w, 0x7fffffff, 0x00000000, 0x7fffffff
    AMO amoadd.w.aq, 0x7fffffff, 0xaaaaaaaa, 0x2aaaaaa9
    AMO amoadd.w.rl, 0x80000000, 0x00000000, 0x80000000
    AMO amoadd.w.aqrl, 0x80000000, 0xffffffff, 0x7fffffff
    AMO amoadd.w, 0x80000000, 0x12345678, 0x92345678
    AMO amoadd.w.aq, 0x80000001, 0x00000002, 0x80000003
    AMO amoadd.w.rl, 0x80000001, 0xffff8000, 0x7fff8001
    AMO amoadd.w.aqrl, 0x55555555, 0xffffffff, 0x55555554
    AMO amoadd.w, 0x55555555, 0x00007fff, 0x5555d554
    AMO amoadd.w.aq, 0xaaaaaaaa, 0x00000000, 0xaaaaaaaa
    AMO amoadd.w.rl, 0xaaaaaaaa, 0xaaaaaaaa, 0x55555554
    AMO amoadd.w.aqrl, 0x12345678, 0x00000001, 0x12345679
    AMO amoadd.w, 0x12345678, 0x12345678, 0x2468acf0
    AMO amoadd.w.aq, 0xffff8000, 0x00000002, 0xffff8002
    AMO amoadd.w.rl, 0xffff8000, 0xffff8000, 0xffff0000
    AMO amoadd.w.aqrl, 0x00007fff, 0xffffffff, 0x00007ffe
    AMO amoadd.w, 0x00007fff, 0x00007fff, 0x0000fffe
    AMO amoadd.w.aq, 0x0000ffff, 0x00000000, 0x0000ffff
    AMO amoadd.w.rl, 0x0000ffff, 0xaaaaaaaa, 0xaaabaaa9
    AMO amoadd.w.aqrl, 0x00010000, 0x00000001, 0x00010001
    AMO amoadd.w, 0x00010000, 0x12345678, 0x12355678
    AMO amoadd.w.aq, 0x00000003, 0x00000002, 0x00000005
    AMO amoadd.w.rl, 0x00000003, 0xffff8000, 0xffff8003
    AMO amoadd.w.aqrl, 0xfffffffd, 0xffffffff, 0xfffffffc
    AMO amoadd.w, 0xfffffffd, 0x00007fff, 0x00007ffc
    AMO_OVERLAPS amoadd.w, 0x87654321, 0x7000000d, 0xf765432e
    END
