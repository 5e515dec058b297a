# M-mode firmware: an SBI 2.0 implementation for one hart (RISC-V SBI specification; docs/boot.md).
# It sets the hart up, enters the kernel in S-mode, and answers its ecalls. Symbols from outside:
# UART_BASE, TEST_BASE, KERNEL_ENTRY. On entry a0 = hartid, a1 = device tree; both reach the kernel.

        .equ SBI_OK, 0
        .equ SBI_FAILED, -1
        .equ SBI_NOT_SUPPORTED, -2
        .equ SBI_INVALID_PARAM, -3
        .equ SBI_ALREADY_AVAILABLE, -6

        .equ SPEC_VERSION, 0x02000000   # 2.0
        .equ IMPLEMENTATION, 0x67707576 # "gpuv"
        .equ IMPLEMENTATION_VERSION, 1

        .equ EXT_BASE, 0x10
        .equ EXT_TIME, 0x54494d45
        .equ EXT_IPI, 0x00735049
        .equ EXT_RFENCE, 0x52464e43
        .equ EXT_HSM, 0x0048534d
        .equ EXT_SRST, 0x53525354
        .equ EXT_DBCN, 0x4442434e
        .equ EXT_LOST, 0x0a000000       # our own: a trap in S-mode before the kernel has a handler

        .equ TEST_PASS, 0x5555
        .equ TEST_FAIL, 0x3333
        .equ TEST_RESET, 0x7777

        .equ UART_THR, 0
        .equ UART_RBR, 0
        .equ UART_LSR, 5
        .equ LSR_DR, 1

        .equ CAUSE_LOAD_ACCESS, 5
        .equ CAUSE_STORE_ACCESS, 7
        .equ CAUSE_ECALL_S, 9
        .equ MIP_SSIP, 2

        # All exceptions but ecall from S-mode go to the kernel, and so do the S-mode interrupts.
        .equ MEDELEG, 0xb1ff
        .equ MIDELEG, 0x222
        .equ MENVCFGH_STCE_ADUE, 0xa0000000
        .equ MSTATUS_MPP_S, 0x800
        .equ MSTATUS_MPP_MPIE, 0x1880

        .equ FRAME, 32

        .section .text
        .globl _start
_start:
        la      sp, stack_top
        csrw    mscratch, sp
        la      t0, trap
        csrw    mtvec, t0
        csrw    mie, zero
        csrw    satp, zero
        li      t0, MEDELEG
        csrw    medeleg, t0
        li      t0, MIDELEG
        csrw    mideleg, t0
        li      t0, MENVCFGH_STCE_ADUE
        csrw    menvcfgh, t0
        li      t0, 7
        csrw    mcounteren, t0
        csrw    scounteren, t0
        # No timer until the kernel asks for one.
        li      t0, -1
        csrw    stimecmp, t0
        csrw    stimecmph, t0
        # One PMP entry over everything; a hart without PMP ignores it.
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        # Until the kernel sets its own, S-mode traps say what went wrong.
        la      t0, lost
        csrw    stvec, t0
        li      t0, MSTATUS_MPP_MPIE
        csrc    mstatus, t0
        li      t0, MSTATUS_MPP_S
        csrs    mstatus, t0
        li      t0, KERNEL_ENTRY
        csrw    mepc, t0
        mret

# S-mode, physical addresses: a trap that the kernel has no handler for.
        .balign 4
lost:
        csrr    a0, scause
        csrr    a1, sepc
        csrr    a2, stval
        li      a7, EXT_LOST
        ecall
1:      j       1b

# mscratch holds the stack while a lower mode runs, and 0 while the firmware does.
        .balign 4
trap:
        csrrw   sp, mscratch, sp
        beqz    sp, nested
        addi    sp, sp, -FRAME
        sw      t0, 0(sp)
        sw      t1, 4(sp)
        sw      t2, 8(sp)
        sw      t3, 12(sp)
        csrrw   t0, mscratch, zero
        sw      t0, 16(sp)              # the caller's sp
        csrr    t0, mcause
        li      t1, CAUSE_ECALL_S
        bne     t0, t1, unexpected
        csrr    t0, mepc
        addi    t0, t0, 4
        sw      t0, 20(sp)
        j       call

# SBI: error and value in a0 and a1.
not_supported:
        li      a0, SBI_NOT_SUPPORTED
        li      a1, 0
        j       leave
invalid:
        li      a0, SBI_INVALID_PARAM
        li      a1, 0
        j       leave
success:
        li      a1, 0
success_value:
        li      a0, SBI_OK
leave:
        lw      t0, 20(sp)
        csrw    mepc, t0
        lw      t0, 16(sp)
        csrw    mscratch, t0            # swapped back below
        lw      t0, 0(sp)
        lw      t1, 4(sp)
        lw      t2, 8(sp)
        lw      t3, 12(sp)
        addi    sp, sp, FRAME
        csrrw   sp, mscratch, sp
        mret

call:
        li      t0, EXT_TIME
        beq     a7, t0, time
        li      t0, EXT_RFENCE
        beq     a7, t0, rfence
        li      t0, EXT_IPI
        beq     a7, t0, ipi
        li      t0, EXT_DBCN
        beq     a7, t0, dbcn
        li      t0, EXT_BASE
        beq     a7, t0, base
        bltu    a7, t0, legacy
        li      t0, EXT_HSM
        beq     a7, t0, hsm
        li      t0, EXT_SRST
        beq     a7, t0, srst
        li      t0, EXT_LOST
        beq     a7, t0, report_lost
        j       not_supported

# Base extension, ch. 4.
base:
        li      t0, 6
        bgtu    a6, t0, not_supported
        slli    t0, a6, 2
        la      t1, base_table
        add     t0, t0, t1
        lw      t0, 0(t0)
        la      t1, _start
        add     t0, t0, t1
        jr      t0
base_spec:
        li      a1, SPEC_VERSION
        j       success_value
base_implementation:
        li      a1, IMPLEMENTATION
        j       success_value
base_version:
        li      a1, IMPLEMENTATION_VERSION
        j       success_value
base_probe:
        la      t0, extensions
1:      lw      t1, 0(t0)
        beqz    t1, 2f
        addi    t0, t0, 4
        bne     t1, a0, 1b
        li      a1, 1
        j       success_value
2:      li      t0, 9                   # the legacy calls are numbers 0 to 8
        sltu    a1, a0, t0
        j       success_value
base_mvendorid:
        csrr    a1, mvendorid
        j       success_value
base_marchid:
        csrr    a1, marchid
        j       success_value
base_mimpid:
        csrr    a1, mimpid
        j       success_value

# Timer extension, ch. 6. stimecmp drives STIP; setting it clears the pending bit.
time:
        bnez    a6, not_supported
        li      t0, -1
        csrw    stimecmph, t0
        csrw    stimecmp, a0
        csrw    stimecmph, a1
        j       success

# IPI extension, ch. 7: hart_mask in a0, hart_mask_base in a1.
ipi:
        bnez    a6, not_supported
        li      t0, -1
        beq     a1, t0, 1f              # all harts
        bnez    a1, invalid
        li      t0, 1
        bgtu    a0, t0, invalid         # only hart 0 exists
        beqz    a0, success
1:      csrsi   mip, MIP_SSIP
        j       success

# RFENCE extension, ch. 8. There is one hart: its own fence is everyone's.
rfence:
        li      t0, 2
        bgtu    a6, t0, not_supported
        li      t0, -1
        beq     a1, t0, 1f
        bnez    a1, invalid
        li      t0, 1
        bgtu    a0, t0, invalid
1:      beqz    a6, 2f
        sfence.vma
        j       success
2:      fence.i
        j       success

# Hart state management, ch. 9.
hsm:
        beqz    a6, hsm_start
        li      t0, 1
        beq     a6, t0, hsm_stop
        li      t0, 2
        beq     a6, t0, hsm_status
        li      t0, 3
        beq     a6, t0, hsm_suspend
        j       not_supported
hsm_start:
        bnez    a0, invalid
        li      a0, SBI_ALREADY_AVAILABLE
        li      a1, 0
        j       leave
hsm_stop:
        li      a0, SBI_FAILED          # the only hart stays
        li      a1, 0
        j       leave
hsm_status:
        bnez    a0, invalid
        j       success                 # STARTED is 0
hsm_suspend:
        beqz    a0, 1f                  # default retentive suspend
        li      t0, 0x10000000
        bltu    a0, t0, invalid         # reserved
        j       not_supported
1:      wfi
        j       success

# System reset, ch. 10: type in a0, reason in a1.
srst:
        bnez    a6, not_supported
        li      t0, 2
        bgtu    a0, t0, invalid
        li      t0, 1
        bgtu    a1, t0, invalid
        beqz    a0, 1f
        li      t1, TEST_RESET
        j       off
1:      li      t1, TEST_PASS
        beqz    a1, off
        li      t1, TEST_FAIL | 0x10000 # shutdown after a failure: status 1
off:
        li      t0, TEST_BASE
        sw      t1, 0(t0)
1:      wfi
        j       1b

# Debug console, ch. 12: num_bytes in a0, address in a1 (low) and a2 (high).
dbcn:
        beqz    a6, dbcn_write
        li      t0, 1
        beq     a6, t0, dbcn_read
        li      t0, 2
        beq     a6, t0, dbcn_byte
        j       not_supported
dbcn_byte:
        li      t0, UART_BASE
        sb      a0, UART_THR(t0)
        j       success
dbcn_write:
        bnez    a2, invalid
        li      t0, UART_BASE
        add     t1, a1, a0              # end
        bltu    t1, a1, invalid         # wraps around
        mv      t2, a1
dbcn_window:
1:      beq     t2, t1, 2f
        lbu     t3, 0(t2)
        sb      t3, UART_THR(t0)
        addi    t2, t2, 1
        j       1b
2:      mv      a1, a0
        j       success_value
dbcn_read:
        bnez    a2, invalid
        li      t0, UART_BASE
        add     t1, a1, a0
        bltu    t1, a1, invalid
        mv      t2, a1
1:      beq     t2, t1, 2f
        lbu     t3, UART_LSR(t0)
        andi    t3, t3, LSR_DR
        beqz    t3, 2f
        lbu     t3, UART_RBR(t0)
        sb      t3, 0(t2)
        addi    t2, t2, 1
        j       1b
2:      sub     a1, t2, a1
        j       success_value
dbcn_window_end:

# Legacy calls, ch. 5: number in a7, result in a0 alone.
legacy:
        beqz    a7, call_legacy_timer
        li      t0, 1
        beq     a7, t0, legacy_putchar
        li      t0, 2
        beq     a7, t0, legacy_getchar
        li      t0, 3
        beq     a7, t0, legacy_clear_ipi
        li      t0, 4
        beq     a7, t0, legacy_send_ipi
        li      t0, 5
        beq     a7, t0, legacy_fence_i
        li      t0, 7
        bleu    a7, t0, legacy_sfence
        li      t0, 8
        beq     a7, t0, legacy_shutdown
        j       not_supported
call_legacy_timer:
        li      t0, -1
        csrw    stimecmph, t0
        csrw    stimecmp, a0
        csrw    stimecmph, a1
        j       legacy_done
legacy_putchar:
        li      t0, UART_BASE
        sb      a0, UART_THR(t0)
        j       legacy_done
legacy_getchar:
        li      t0, UART_BASE
        li      a0, -1
        lbu     t1, UART_LSR(t0)
        andi    t1, t1, LSR_DR
        beqz    t1, leave
        lbu     a0, UART_RBR(t0)
        j       leave
legacy_clear_ipi:
        csrci   mip, MIP_SSIP
        j       legacy_done
legacy_send_ipi:
        csrsi   mip, MIP_SSIP           # whatever the mask says, there is one hart
        j       legacy_done
legacy_fence_i:
        fence.i
        j       legacy_done
legacy_sfence:
        sfence.vma
        j       legacy_done
legacy_shutdown:
        li      t1, TEST_PASS
        j       off
legacy_done:
        li      a0, 0
        j       leave

# A trap inside the firmware. Only the debug console may touch an address that the caller chose: it gets an error back.
nested:
        csrrw   sp, mscratch, zero      # the firmware's sp again; mscratch is 0 as before
        csrr    t0, mepc
        la      t1, dbcn_window
        bltu    t0, t1, unexpected
        la      t1, dbcn_window_end
        bgeu    t0, t1, unexpected
        csrr    t0, mcause
        li      t1, CAUSE_LOAD_ACCESS
        beq     t0, t1, 1f
        li      t1, CAUSE_STORE_ACCESS
        bne     t0, t1, unexpected
1:      li      t0, MSTATUS_MPP_MPIE    # this trap came from M-mode; the call goes back to S-mode
        csrc    mstatus, t0
        li      t0, MSTATUS_MPP_S
        csrs    mstatus, t0
        j       invalid                 # leave takes mepc from the frame

# Nothing can be done: say what happened and turn off with status 2.
unexpected:
        la      a0, text_unexpected
        jal     print
        csrr    a0, mcause
        csrr    a1, mepc
        csrr    a2, mtval
        j       report
report_lost:
        mv      t3, a0
        la      a0, text_lost
        mv      s0, a1
        jal     print
        mv      a0, t3
        mv      a1, s0
report:
        mv      s0, a1
        mv      s1, a2
        jal     print_hex
        la      a0, text_at
        jal     print
        mv      a0, s0
        jal     print_hex
        la      a0, text_value
        jal     print
        mv      a0, s1
        jal     print_hex
        la      a0, text_end
        jal     print
        li      t1, TEST_FAIL | 0x20000
        j       off

# Prints the zero-terminated text at a0. Clobbers a0, t0, t1.
print:
        li      t0, UART_BASE
1:      lbu     t1, 0(a0)
        beqz    t1, 2f
        sb      t1, UART_THR(t0)
        addi    a0, a0, 1
        j       1b
2:      ret

# Prints a0 as eight hex digits. Clobbers a0, t0, t1, t2.
print_hex:
        li      t0, UART_BASE
        li      t2, 8
1:      srli    t1, a0, 28
        addi    t1, t1, 48
        sltiu   a3, t1, 58
        bnez    a3, 2f
        addi    t1, t1, 39
2:      sb      t1, UART_THR(t0)
        slli    a0, a0, 4
        addi    t2, t2, -1
        bnez    t2, 1b
        ret

        .section .rodata
        .balign 4
base_table:
        .word   base_spec - _start
        .word   base_implementation - _start
        .word   base_version - _start
        .word   base_probe - _start
        .word   base_mvendorid - _start
        .word   base_marchid - _start
        .word   base_mimpid - _start
extensions:
        .word   EXT_BASE, EXT_TIME, EXT_IPI, EXT_RFENCE, EXT_HSM, EXT_SRST, EXT_DBCN, 0
text_unexpected:
        .asciz  "\r\nfirmware: unexpected trap, mcause "
text_lost:
        .asciz  "\r\nfirmware: the kernel trapped before it had a handler, scause "
text_at:
        .asciz  " at "
text_value:
        .asciz  ", tval "
text_end:
        .asciz  "\r\n"

        .section .bss
        .balign 16
stack:
        .space  1024
stack_top:
