# amominu: memory = unsigned minimum, rd = old memory (unprivileged manual 14.4).
# Written by scripts/write-arithmetic-programs.ts.
    .include "arithmetic.inc"
    BEGIN
    AMO amominu.w, 0x00000000, 0x00000000, 0x00000000
    AMO amominu.w.aq, 0x00000000, 0xaaaaaaaa, 0x00000000
    AMO amominu.w.rl, 0x00000001, 0x00000001, 0x00000001
    AMO amominu.w.aqrl, 0x00000001, 0x12345678, 0x00000001
    AMO amominu.w, 0x00000002, 0x00000002, 0x00000002
    AMO amominu.w.aq, 0x00000002, 0xffff8000, 0x00000002
    AMO amominu.w.rl, 0xffffffff, 0xffffffff, 0xffffffff
    AMO amominu.w.aqrl, 0xffffffff, 0x00007fff, 0x00007fff
    AMO amominu.w, 0x7fffffff, 0x00000000, 0x00000000
    AMO amominu.w.aq, 0x7fffffff, 0xaaaaaaaa, 0x7fffffff
    AMO amominu.w.rl, 0x80000000, 0x00000000, 0x00000000
    AMO amominu.w.aqrl, 0x80000000, 0xffffffff, 0x80000000
    AMO amominu.w, 0x80000000, 0x12345678, 0x12345678
    AMO amominu.w.aq, 0x80000001, 0x00000002, 0x00000002
    AMO amominu.w.rl, 0x80000001, 0xffff8000, 0x80000001
    AMO amominu.w.aqrl, 0x55555555, 0xffffffff, 0x55555555
    AMO amominu.w, 0x55555555, 0x00007fff, 0x00007fff
    AMO amominu.w.aq, 0xaaaaaaaa, 0x00000000, 0x00000000
    AMO amominu.w.rl, 0xaaaaaaaa, 0xaaaaaaaa, 0xaaaaaaaa
    AMO amominu.w.aqrl, 0x12345678, 0x00000001, 0x00000001
    AMO amominu.w, 0x12345678, 0x12345678, 0x12345678
    AMO amominu.w.aq, 0xffff8000, 0x00000002, 0x00000002
    AMO amominu.w.rl, 0xffff8000, 0xffff8000, 0xffff8000
    AMO amominu.w.aqrl, 0x00007fff, 0xffffffff, 0x00007fff
    AMO amominu.w, 0x00007fff, 0x00007fff, 0x00007fff
    AMO amominu.w.aq, 0x0000ffff, 0x00000000, 0x00000000
    AMO amominu.w.rl, 0x0000ffff, 0xaaaaaaaa, 0x0000ffff
    AMO amominu.w.aqrl, 0x00010000, 0x00000001, 0x00000001
    AMO amominu.w, 0x00010000, 0x12345678, 0x00010000
    AMO amominu.w.aq, 0x00000003, 0x00000002, 0x00000002
    AMO amominu.w.rl, 0x00000003, 0xffff8000, 0x00000003
    AMO amominu.w.aqrl, 0xfffffffd, 0xffffffff, 0xfffffffd
    AMO amominu.w, 0xfffffffd, 0x00007fff, 0x00007fff
    AMO_OVERLAPS amominu.w, 0x87654321, 0x7000000d, 0x7000000d
    END
