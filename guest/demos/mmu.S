# mmu: a bare program for the visual map that watches what is done to its MMU from outside (docs/guest.md; privileged manual, 3.1.6.3 and 10.3).
# It runs in M-mode, where fetches are never translated, and reads through Sv32 with MPRV: loads made as if in S-mode. So no page table can
# take the program from under its own feet, and a missing mapping is a load page fault that its handler catches.
# From outside: UART_BASE, TEST_BASE, CLINT_BASE, PLIC_BASE, UART_IRQ, SCREEN_BASE, SCREEN_PIXELS.

        .equ PROBE, 0x80000000          # the virtual address that is read
        .equ LONGEST, 64                # characters of a text
        .equ PERIOD, 6000000            # ticks of mtime between two looks: 0.6 s

        .equ UART_RBR, 0
        .equ UART_IER, 1
        .equ UART_LSR, 5
        .equ LSR_DR, 1
        .equ MTIMECMP, 0x4000
        .equ MTIME, 0xbff8
        .equ PLIC_ENABLE, 0x2000
        .equ PLIC_CLAIM, 0x200004
        .equ TEST_PASS, 0x5555
        .equ MIE_MTIE_MEIE, 0x880
        .equ MSTATUS_MPP, 0x1800
        .equ MSTATUS_MPRV_MPP_S, 0x20800
        .equ MSTATUS_MPRV, 0x20000
        .equ MENVCFGH_ADUE, 0x20000000
        .equ CAUSE_LOAD_PAGE_FAULT, 13

        .equ UNKNOWN, 0                 # what the last look found: nothing yet,
        .equ FAULT, 1                   # a fault,
        .equ READ, 2                    # a text

        .equ WAITING, 0x20303c          # colours of the screen
        .equ FAULTED, 0x7a4a12
        .equ MAPPED, 0x17693a

# s0: satp at the last look, s1: what it found, s2: cause of a fault (0: none), s3: its tval.
        .section .text
# The first thing in memory: what a mapping of physical 0 shows.
treasure:
        .asciz  "This text stands at physical address 0."
        .balign 4
        .globl _start
_start:
        la      sp, stack_top
        la      t0, trap
        csrw    mtvec, t0
        csrw    satp, zero
        li      t0, MENVCFGH_ADUE       # A and D are set by the hart
        csrw    menvcfgh, t0
        call    listen
        li      s0, 0
        li      s1, UNKNOWN
        li      a0, WAITING
        call    paint
        la      a0, hello
        call    print
look:
        csrr    t0, satp
        beq     t0, s0, same
        mv      s0, t0
        li      s1, UNKNOWN
        la      a0, satp_is
        call    print
        mv      a0, s0
        call    print_hex
        call    newline
        bltz    s0, same                # MODE is bit 31
        li      a0, WAITING
        call    paint
same:
        bgez    s0, sleep               # no translation: nothing to read through
        call    probe
        bnez    s2, faulted

        # A text: said when it is another one, or the first after a fault.
        la      a0, found
        la      a1, known
        call    equal
        li      t0, READ
        xor     t0, t0, s1
        or      a0, a0, t0
        beqz    a0, sleep
        li      s1, READ
        la      a0, known
        la      a1, found
        call    copy
        la      a0, prefix
        call    print
        li      a0, PROBE
        call    print_hex
        la      a0, arrow
        call    print
        la      a0, known
        call    print
        la      a0, end_quote
        call    print
        call    newline
        li      a0, MAPPED
        call    paint
        j       sleep
faulted:
        li      t0, FAULT
        beq     s1, t0, sleep
        mv      s1, t0
        la      a0, page_fault
        li      t0, CAUSE_LOAD_PAGE_FAULT
        beq     s2, t0, 1f
        la      a0, access_fault
1:      call    print
        mv      a0, s3
        call    print_hex
        call    newline
        li      a0, FAULTED
        call    paint

# Waits for a key or the time of the next look, and looks at once after a key.
sleep:
        call    set_timer
        wfi
        li      t0, PLIC_BASE + PLIC_CLAIM
        lw      t1, 0(t0)
        li      t2, UART_BASE
        lbu     t3, UART_LSR(t2)
        andi    t3, t3, LSR_DR
        li      t4, 0
        beqz    t3, 1f
        lbu     t4, UART_RBR(t2)
1:      beqz    t1, 2f
        sw      t1, 0(t0)
2:      li      t0, 'q'
        bne     t4, t0, look
        la      a0, bye
        call    print
        li      t0, TEST_BASE
        li      t1, TEST_PASS
        sw      t1, 0(t0)
3:      j       3b

# Reads a text of at most LONGEST characters at PROBE into `found`, or sets s2 and s3. Characters that are not printable become dots.
probe:
        sfence.vma
        la      t1, found
        li      t2, PROBE
        li      t3, LONGEST
        li      s2, 0
1:      li      t0, MSTATUS_MPP
        csrc    mstatus, t0
        li      t0, MSTATUS_MPRV_MPP_S
        csrs    mstatus, t0
        lbu     t4, 0(t2)
        li      t0, MSTATUS_MPRV
        csrc    mstatus, t0
        bnez    s2, 4f
        beqz    t4, 3f
        addi    t0, t4, -' '
        li      t5, '~' - ' '
        bleu    t0, t5, 2f
        li      t4, '.'
2:      sb      t4, 0(t1)
        addi    t1, t1, 1
        addi    t2, t2, 1
        addi    t3, t3, -1
        bnez    t3, 1b
3:      sb      zero, 0(t1)
4:      ret

# The probing load is the only instruction that may trap: it is skipped, and s2 and s3 say why.
        .balign 4
trap:
        csrr    s2, mcause
        csrr    s3, mtval
        csrr    t0, mepc
        addi    t0, t0, 4
        csrw    mepc, t0
        li      t0, MSTATUS_MPP         # back to M-mode
        csrs    mstatus, t0
        mret

# The serial line may wake the hart (through the PLIC), and so may the timer; neither traps, for mstatus.MIE stays 0.
listen:
        li      t0, PLIC_BASE
        li      t1, 1
        sw      t1, 4 * UART_IRQ(t0)
        li      t0, PLIC_BASE + PLIC_ENABLE
        li      t1, 1 << UART_IRQ
        sw      t1, 0(t0)
        li      t0, UART_BASE
        li      t1, 1
        sb      t1, UART_IER(t0)
        li      t0, MIE_MTIE_MEIE
        csrw    mie, t0
        ret

set_timer:
        li      t0, CLINT_BASE + MTIME
1:      lw      t2, 4(t0)
        lw      t1, 0(t0)
        lw      t3, 4(t0)
        bne     t2, t3, 1b
        li      t3, PERIOD
        add     t3, t1, t3
        sltu    t1, t3, t1
        add     t2, t2, t1
        li      t0, CLINT_BASE + MTIMECMP
        li      t1, -1
        sw      t1, 0(t0)               # no early interrupt between the two halves
        sw      t2, 4(t0)
        sw      t3, 0(t0)
        ret

# a0 = 0 when the texts at a0 and a1 are the same.
equal:
        mv      t0, a0
1:      lbu     t1, 0(t0)
        lbu     t2, 0(a1)
        addi    t0, t0, 1
        addi    a1, a1, 1
        sub     a0, t1, t2
        bnez    a0, 2f
        bnez    t1, 1b
2:      ret

# Copies the text at a1 to a0.
copy:
        lbu     t0, 0(a1)
        sb      t0, 0(a0)
        addi    a0, a0, 1
        addi    a1, a1, 1
        bnez    t0, copy
        ret

# Prints the text at a0.
print:
        li      t0, UART_BASE
1:      lbu     t1, 0(a0)
        beqz    t1, 2f
        sb      t1, 0(t0)
        addi    a0, a0, 1
        j       1b
2:      ret

# Prints a0 as 0x and eight digits.
print_hex:
        li      t0, UART_BASE
        li      t1, '0'
        sb      t1, 0(t0)
        li      t1, 'x'
        sb      t1, 0(t0)
        li      t2, 28
1:      srl     t1, a0, t2
        andi    t1, t1, 15
        la      t3, digits
        add     t3, t3, t1
        lbu     t1, 0(t3)
        sb      t1, 0(t0)
        addi    t2, t2, -4
        bgez    t2, 1b
        ret

newline:
        la      a0, line_end
        j       print

# Fills the screen with colour a0, eight pixels a turn.
paint:
        li      t0, SCREEN_BASE
        li      t1, SCREEN_PIXELS / 8
1:      sw      a0, 0(t0)
        sw      a0, 4(t0)
        sw      a0, 8(t0)
        sw      a0, 12(t0)
        sw      a0, 16(t0)
        sw      a0, 20(t0)
        sw      a0, 24(t0)
        sw      a0, 28(t0)
        addi    t0, t0, 32
        addi    t1, t1, -1
        bnez    t1, 1b
        ret

        .section .rodata
hello:  .asciz  "mmu: ready. Waiting for a page table and a mapping of 0x80000000; q ends it.\r\n"
satp_is: .asciz "mmu: satp "
page_fault: .asciz "mmu: page fault at "
access_fault: .asciz "mmu: access fault at "
prefix: .asciz  "mmu: "
arrow:  .asciz  " -> \""
end_quote: .asciz "\""
line_end: .asciz "\r\n"
bye:    .asciz  "mmu: bye\r\n"
digits: .ascii  "0123456789abcdef"

        .section .bss
found:  .space  LONGEST + 1
known:  .space  LONGEST + 1
        .balign 16
        .space  64
stack_top:
