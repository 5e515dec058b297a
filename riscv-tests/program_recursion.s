# program_recursion: Fibonacci numbers and Ackermann's function by recursion: calls, returns, a stack.
    .include "test.inc"
    BEGIN
    la sp, stack_end
    li a0, 14
    jal ra, fib
    CHECK a0, 377
    li a0, 1
    jal ra, fib
    CHECK a0, 1
    li a0, 2
    li a1, 3
    jal ra, ackermann
    CHECK a0, 9
    la a1, stack_end
    CHECK_SAME sp, a1
    j done
fib:
    li t0, 2
    bltu a0, t0, 1f
    addi sp, sp, -12
    sw ra, 0(sp)
    sw a0, 4(sp)
    addi a0, a0, -1
    jal ra, fib
    sw a0, 8(sp)
    lw a0, 4(sp)
    addi a0, a0, -2
    jal ra, fib
    lw t0, 8(sp)
    add a0, a0, t0
    lw ra, 0(sp)
    addi sp, sp, 12
1:  ret
# a0 = m, a1 = n
ackermann:
    bnez a0, 1f
    addi a0, a1, 1
    ret
1:  addi sp, sp, -8
    sw ra, 0(sp)
    bnez a1, 2f
    addi a0, a0, -1
    li a1, 1
    jal ra, ackermann
    j 3f
2:  sw a0, 4(sp)
    addi a1, a1, -1
    jal ra, ackermann
    mv a1, a0
    lw a0, 4(sp)
    addi a0, a0, -1
    jal ra, ackermann
3:  lw ra, 0(sp)
    addi sp, sp, 8
    ret
done:
    END
    .data
    .balign 8
    .zero 2048
stack_end:
