# program_jump_table: indirect jumps through a table of offsets, a state machine over a string.
    .include "test.inc"
    BEGIN
# States: 0 outside a word, 1 in a word, 2 in a number. Counts words and adds numbers up.
    la s2, text
    li s3, 0
    li s4, 0
    li s5, 0
    li s6, 0
1:  lbu a0, 0(s2)
    addi s2, s2, 1
    beqz a0, finish
    la t0, states
    slli t1, s3, 2
    add t1, t1, t0
    lw t1, 0(t1)
    la t0, base
    add t1, t1, t0
    jr t1
base:
outside:
    li t0, 'a'
    bgeu a0, t0, 2f
    li t0, '0'
    bltu a0, t0, 1b
    addi s6, a0, -48
    li s3, 2
    j 1b
2:  addi s4, s4, 1
    li s3, 1
    j 1b
in_word:
    li t0, 'a'
    bgeu a0, t0, 1b
    li s3, 0
    j 1b
in_number:
    li t0, '0'
    bltu a0, t0, 3f
    slli t0, s6, 3
    slli s6, s6, 1
    add s6, s6, t0
    addi a0, a0, -48
    add s6, s6, a0
    j 1b
3:  add s5, s5, s6
    li s6, 0
    li s3, 0
    j 1b
finish:
    CHECK s4, 5
    CHECK s5, 1357
    END
    .data
    .balign 8
text:
    .asciz "one 23 two three 1234 four 100  zz "
    .balign 4
states:
    .word outside - base, in_word - base, in_number - base
