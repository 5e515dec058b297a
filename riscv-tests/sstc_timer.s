# Sstc: with menvcfgh.STCE, STIP is time >= stimecmp and mip cannot write it (privileged manual, Sstc chapter; docs/machine.md, CSRs).
# env: bare
    .include "interrupts.inc"
    .text
    .balign 4
on_timer:
    rdtime s3
    csrr s4, scause
    csrw sie, zero
    sret
    BEGIN
    li a0, MENVCFGH_STCE
    csrw menvcfgh, a0
    li a0, -1
    csrw stimecmp, a0
    csrw stimecmph, a0
    csrr a0, mip
    CHECK a0, 0
    csrr a0, stimecmp
    CHECK a0, -1
    csrr a0, stimecmph
    CHECK a0, -1
# STIP is not writable now.
    li a0, IP_STI
    csrs mip, a0
    csrr a0, mip
    CHECK a0, 0
# The high half decides.
    csrw stimecmp, zero
    csrr a0, mip
    CHECK a0, 0
    csrwi stimecmph, 1
    csrr a0, mip
    CHECK a0, 0
    csrw stimecmph, zero
    csrr a0, mip
    CHECK a0, IP_STI
    li a0, IP_STI
    csrc mip, a0
    csrr a0, mip
    CHECK a0, IP_STI
    csrr a0, sip
    CHECK a0, 0
    TAKE IP_STI, CAUSE_STI
    li a0, IP_STI
    csrw mideleg, a0
    csrr a0, sip
    CHECK a0, IP_STI
# In S-mode, delegated, at the very tick.
    li a0, -1
    csrw stimecmph, zero
    csrw stimecmp, a0
    li a0, 7
    csrw mcounteren, a0
    la a0, on_timer
    csrw stvec, a0
    ENTER_SUPERVISOR
    .irp wait, 30, 31, 58
    li s3, 0
    rdtime a0
    addi a0, a0, \wait
    csrw stimecmp, a0
    li a1, IP_STI
    csrw sie, a1
    csrsi sstatus, 2
1:  beqz s3, 1b
    csrci sstatus, 2
    CHECK s4, CAUSE_STI
    CHECK_SAME s3, a0
    .endr
    TO_MACHINE
# STCE off: STIP is the stored bit again, which software owns.
    csrw stimecmp, zero
    csrw menvcfgh, zero
    csrr a0, mip
    CHECK a0, 0
    li a0, IP_STI
    csrs mip, a0
    csrr a0, mip
    CHECK a0, IP_STI
    csrc mip, a0
    csrr a0, mip
    CHECK a0, 0
    EXPECT_NO_TRAP
    END
