# stimecmp from S-mode wants mcounteren.TM and menvcfgh.STCE; from M-mode nothing; from U-mode it is illegal (privileged manual, Sstc chapter).
# env: bare
    .include "privileged.inc"
    .macro TRY op, csr, source, allowed
    li a0, 0x77
    \op a0, \csr, \source
    .if \allowed
    EXPECT_NO_TRAP
    .else
    EXPECT_ILLEGAL
    CHECK a0, 0x77
    .endif
    .endm
    .macro COMBINE tm, stce
    li a0, \tm
    csrw mcounteren, a0
    li a0, \stce
    csrw menvcfgh, a0
    csrr a0, stimecmp
    csrr a0, stimecmph
    ENTER_SUPERVISOR
    TRY csrrs, stimecmp, zero, (\tm && \stce)
    TRY csrrs, stimecmph, zero, (\tm && \stce)
    TRY csrrwi, stimecmp, 5, (\tm && \stce)
    TRY csrrwi, stimecmph, 5, (\tm && \stce)
    TO_MACHINE
    ENTER_USER
    TRY csrrs, stimecmp, zero, 0
    TO_MACHINE
    .endm
    BEGIN
    COMBINE 0, 0
    COMBINE 2, 0
    COMBINE 0, MENVCFGH_STCE
    COMBINE 2, MENVCFGH_STCE
    csrr a0, stimecmp
    CHECK a0, 5
    csrr a0, stimecmph
    CHECK a0, 5
    END
