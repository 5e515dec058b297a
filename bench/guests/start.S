# Entry of every bench guest: linked at 0, runs in whatever mode it is started in, never returns. The host sets no register.
  .section .text.start
  .globl _start
_start:
  li sp, 0x7f000
  call work
1:
  j 1b
