# Words that are no instruction of the machine: illegal instruction, tval the word (privileged manual 3.1.16).
    .include "test.inc"
    .macro ILLEGAL word
    .word \word
    EXPECT_TRAP CAUSE_ILLEGAL, \word
    .endm
    BEGIN
# All zeros and all ones.
    ILLEGAL 0x00000000
    ILLEGAL 0xffffffff
# 16-bit encodings: there is no C extension.
    ILLEGAL 0x00000001
    ILLEGAL 0x00008082
    ILLEGAL 0x12344502
# Unused major opcodes.
    ILLEGAL 0x0000000b
    ILLEGAL 0x0000002b
    ILLEGAL 0x0000005b
    ILLEGAL 0x0000007b
    ILLEGAL 0x0000001b
    ILLEGAL 0x0000003b
# Floating point and vectors.
    ILLEGAL 0x00052007
    ILLEGAL 0x00a52027
    ILLEGAL 0x00b50553
    ILLEGAL 0x00b57057
# jalr with funct3, branches 2 and 3, loads 3, 6, 7, stores 3 to 7.
    ILLEGAL 0x00009067
    ILLEGAL 0x00002063
    ILLEGAL 0x00003063
    ILLEGAL 0x00003003
    ILLEGAL 0x00006003
    ILLEGAL 0x00007003
    ILLEGAL 0x00003023
    ILLEGAL 0x00007023
# Shifts with a wrong funct7, or shamt[5].
    ILLEGAL 0x02009013
    ILLEGAL 0x02005013
    ILLEGAL 0x42005013
    ILLEGAL 0x80005013
    ILLEGAL 0x40001013
# OP with a wrong funct7.
    ILLEGAL 0x40001033
    ILLEGAL 0x40002033
    ILLEGAL 0x40007033
    ILLEGAL 0x04000033
    ILLEGAL 0x80000033
    ILLEGAL 0x42000033
# MISC-MEM funct3 2 and up.
    ILLEGAL 0x0000200f
    ILLEGAL 0x0000700f
# AMO: lr with rs2, reserved funct5, widths other than a word.
    ILLEGAL 0x1010202f
    ILLEGAL 0x2800202f
    ILLEGAL 0xf800202f
    ILLEGAL 0x0000302f
    ILLEGAL 0x0000002f
# SYSTEM: funct3 4, ecall with fields, unknown functions, uret, sfence.vma and mret with rd.
    ILLEGAL 0x00004073
    ILLEGAL 0x000000f3
    ILLEGAL 0x00008073
    ILLEGAL 0x00200073
    ILLEGAL 0x00300073
    ILLEGAL 0x30200f73
    ILLEGAL 0x12000f73
    ILLEGAL 0x7b200073
    ILLEGAL 0x16000073
    CHECK_WORD trap_record + 16, 50
    END
