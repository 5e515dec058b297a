# Everything the assembler reads, in one file, to be held against GNU as and ld (gnu.node.spec.ts). VIRT is 1, given from outside.
 .include "macros.inc"
 .section .text.init,"ax",@progbits
 .globl _start, tohost, begin_signature
_start: la sp, stack_top
 li a0, 0x12345678; li a1, -1 ; li a2, 0x800; li a3, 0x7ff; li t0, 0x80000000; li t1,0xfffff800
 li t2, 'A'; li t3, 1<<12|3; li t4, ~0x1; li t5, (2+3)*4-1; li t6, -2048 ; li s0, 0xffffffff
 li s1, K+1
 lui a0, %hi(dat) 
 addi a0, a0, %lo(dat)
 lw a1, %lo(dat+4)(a0)
 sw a1, %lo(dat+8)(a0)
1: auipc a2, %pcrel_hi(dat)
 addi a2, a2, %pcrel_lo(1b)
 sw a3, %pcrel_lo(1b)(a2)
 lw a4, dat
 sw a4, dat, t0
 lb a4, dat+1
 call func
 tail func
 call t0, func
 j 1f
 beqz a0, 1f
 bne a0,a1,far
 bltu a0,a1,far
 nop
1: jal func
 jal t0, func
 jr a0; jr 4(a0); jalr a0; jalr t1, a1; jalr t1, 8(a1); jalr t1,a1,12; ret
 mv a0,a1; not a0,a1; neg a0,a1; seqz a0,a1; snez a0,a1; sltz a0,a1; sgtz a0,a1
 blez a0,1b; bgez a0,1b; bltz a0,1b; bgtz a0,1b; bgt a0,a1,1b; ble a0,a1,1b; bgtu a0,a1,1b; bleu a0,a1,1b
 csrr a0, mstatus; csrw mtvec, a0; csrs mie,a1; csrc mip,a2; csrwi mscratch, 3; csrsi mstatus, 8; csrci mstatus,8; csrw mscratch, 31; csrrw a0, 0x7c0, a1
 csrrwi a0, sstatus, 1; csrrsi a0,sie,2; csrrci a0,sip,3 ; csrrw a0,stimecmp,3
 rdcycle a0; rdtime a1; rdinstret a2; rdcycleh a3; rdtimeh a4; rdinstreth a5
 fence; fence rw,w; fence.i; fence.tso; ecall; ebreak; mret; sret; wfi; sfence.vma; sfence.vma a0; sfence.vma a0,a1; unimp
 lr.w a0,(a1); sc.w.aq a0,a2,(a1); amoadd.w.aqrl a0,a1,(a2); amomaxu.w.rl a0,a1,0(a2)
 add a0,a0,5; and a0,a1,0xff; sll a0,a1,3; zext.b a0,a1; sext.b a0,a1; sext.h a0,a1; zext.h a0,a1
 andi a0,a0,0xffffffff
 mul a0,a1,a2; divu a3,a4,a5; remu s2,s3,s4
 lw a0,(sp)
 lw a0, 4*2+K(sp)
 la a5, K
near: nop
nop
 TEST 5, a0
 TEST 6, b=a1
 save ra, sp, gp
 .rept 3
 addi x0,x0,1
 .endr
 .irp r, a0,a1,a2
 mv \r, zero
 .endr
 .if K == 4 && VIRT
 li a0, 77
 .else
 li a0, 78
 .endif
 .ifdef NOPE
 li a0, 79
 .elseif 1
 li a0, 80
 .endif
 .align 4
 .balign 32
far0: 
 .text
func: ret
 .p2align 3
 .word func - _start, far, dat
 .half 1, 0xffff, -1
 .byte 'a', '\n', 255
 .ascii "a\tb\"\\\101\x41;# //"
 .balign 4, 0x5a
 .space 4100
far: nop
 beq a0,a1, func
 blt a0,a1, . + 8
 .data
 .globl dat
dat: .word 1, dat, .-dat, end-dat, K*2
 .asciz "hello, world", "b"
 .align 3
 .dword 0x123456789abcdef0, -1
end:
 .section .tohost,"aw",@progbits
 .align 6
tohost: .dword 0
 .section .rodata
 .string "ro"
 .balign 4,0x5a
 .fill 3,2,0x1234
 .org 40
 .word 9
begin_signature: .zero 8,0xee
 .bss
 .align 4
 .skip 100
stack_top:
 .set K2, end - dat2
dat2 = dat + 4
 .equ LATE, end - dat
