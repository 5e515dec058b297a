// The instruction table: RV32IMA, Zicsr, Zifencei and the privileged instructions (unprivileged manual, ch. 2, 7, 8, 13, 14, 35;
// privileged manual, ch. 3.3, 10.1). Decoder, assembler, disassembler and generators all read it.

/** Where the operands of an instruction stand in its word. */
export type Format =
  | 'R' // rd, rs1, rs2
  | 'I' // rd, rs1, imm[11:0]
  | 'S' // rs1, rs2, imm
  | 'B' // rs1, rs2, offset
  | 'U' // rd, imm[31:12]
  | 'J' // rd, offset
  | 'SHIFT' // rd, rs1, shamt[4:0]
  | 'CSR' // rd, csr, rs1
  | 'CSRI' // rd, csr, uimm[4:0]
  | 'AMO' // rd, rs2, (rs1), aq, rl
  | 'LR' // rd, (rs1), aq, rl
  | 'FENCE' // pred, succ
  | 'SFENCE' // rs1, rs2
  | 'NONE';

export type Extension = 'I' | 'M' | 'A' | 'Zicsr' | 'Zifencei' | 'S' | 'Machine';

export interface Instruction {
  /** GNU mnemonic, lower case. */
  readonly name: string;
  readonly format: Format;
  /** A word is this instruction when `(word & mask) >>> 0 === match`. */
  readonly mask: number;
  readonly match: number;
  readonly extension: Extension;
}

const rows: Instruction[] = [];
function row(name: string, format: Format, mask: number, match: number, extension: Extension): void {
  rows.push({ name, format, mask: mask >>> 0, match: match >>> 0, extension });
}

const M_U = 0x0000007f;
const M_F3 = 0x0000707f;
const M_R = 0xfe00707f;
const M_AMO = 0xf800707f;
const M_LR = 0xf9f0707f;
const M_ALL = 0xffffffff;

row('lui', 'U', M_U, 0x37, 'I');
row('auipc', 'U', M_U, 0x17, 'I');
row('jal', 'J', M_U, 0x6f, 'I');
row('jalr', 'I', M_F3, 0x67, 'I');
['beq', 'bne', '', '', 'blt', 'bge', 'bltu', 'bgeu'].forEach((n, f) => n && row(n, 'B', M_F3, 0x63 | (f << 12), 'I'));
['lb', 'lh', 'lw', '', 'lbu', 'lhu'].forEach((n, f) => n && row(n, 'I', M_F3, 0x03 | (f << 12), 'I'));
['sb', 'sh', 'sw'].forEach((n, f) => row(n, 'S', M_F3, 0x23 | (f << 12), 'I'));
['addi', '', 'slti', 'sltiu', 'xori', '', 'ori', 'andi'].forEach((n, f) => n && row(n, 'I', M_F3, 0x13 | (f << 12), 'I'));
row('slli', 'SHIFT', M_R, 0x00001013, 'I');
row('srli', 'SHIFT', M_R, 0x00005013, 'I');
row('srai', 'SHIFT', M_R, 0x40005013, 'I');
['add', 'sll', 'slt', 'sltu', 'xor', 'srl', 'or', 'and'].forEach((n, f) => row(n, 'R', M_R, 0x33 | (f << 12), 'I'));
row('sub', 'R', M_R, 0x40000033, 'I');
row('sra', 'R', M_R, 0x40005033, 'I');
row('fence', 'FENCE', M_F3, 0x0000000f, 'I');
row('ecall', 'NONE', M_ALL, 0x00000073, 'I');
row('ebreak', 'NONE', M_ALL, 0x00100073, 'I');
['mul', 'mulh', 'mulhsu', 'mulhu', 'div', 'divu', 'rem', 'remu'].forEach((n, f) => row(n, 'R', M_R, 0x02000033 | (f << 12), 'M'));
row('lr.w', 'LR', M_LR, 0x1000202f, 'A');
row('sc.w', 'AMO', M_AMO, 0x1800202f, 'A');
(
  [
    ['amoadd.w', 0x00],
    ['amoswap.w', 0x01],
    ['amoxor.w', 0x04],
    ['amoor.w', 0x08],
    ['amoand.w', 0x0c],
    ['amomin.w', 0x10],
    ['amomax.w', 0x14],
    ['amominu.w', 0x18],
    ['amomaxu.w', 0x1c],
  ] as const
).forEach(([n, f5]) => row(n, 'AMO', M_AMO, 0x0000202f | (f5 << 27), 'A'));
['', 'csrrw', 'csrrs', 'csrrc'].forEach((n, f) => n && row(n, 'CSR', M_F3, 0x73 | (f << 12), 'Zicsr'));
['csrrwi', 'csrrsi', 'csrrci'].forEach((n, f) => row(n, 'CSRI', M_F3, 0x73 | ((f + 5) << 12), 'Zicsr'));
row('fence.i', 'NONE', M_F3, 0x0000100f, 'Zifencei');
row('sret', 'NONE', M_ALL, 0x10200073, 'S');
row('mret', 'NONE', M_ALL, 0x30200073, 'Machine');
row('wfi', 'NONE', M_ALL, 0x10500073, 'Machine');
row('sfence.vma', 'SFENCE', 0xfe007fff, 0x12000073, 'S');

/** Every instruction of the machine. Exactly one row matches a legal word; none matches an illegal one. */
export const INSTRUCTIONS: readonly Instruction[] = rows;

/** By GNU mnemonic. */
export const INSTRUCTION_BY_NAME: ReadonlyMap<string, Instruction> = new Map(rows.map((r) => [r.name, r]));

const byOpcode: Instruction[][] = Array.from({ length: 128 }, () => []);
for (const r of rows) byOpcode[r.match & 0x7f]!.push(r);

/** The instruction that `word` encodes, or undefined when it is illegal. */
export function decode(word: number): Instruction | undefined {
  for (const r of byOpcode[word & 0x7f]!) if ((word & r.mask) >>> 0 === r.match) return r;
  return undefined;
}

/** Fields and sign-extended immediates of an instruction word (unprivileged manual, 2.2, 2.3). All 32-bit signed unless said otherwise. */
export const field = {
  rd: (w: number): number => (w >>> 7) & 31,
  rs1: (w: number): number => (w >>> 15) & 31,
  rs2: (w: number): number => (w >>> 20) & 31,
  funct3: (w: number): number => (w >>> 12) & 7,
  funct7: (w: number): number => w >>> 25,
  /** CSR number, 12 bits unsigned. */
  csr: (w: number): number => w >>> 20,
  immI: (w: number): number => w >> 20,
  immS: (w: number): number => ((w >> 25) << 5) | ((w >>> 7) & 31),
  immB: (w: number): number => ((w >> 31) << 12) | (((w >>> 7) & 1) << 11) | (((w >>> 25) & 0x3f) << 5) | (((w >>> 8) & 15) << 1),
  /** The upper immediate, already in bits 31:12. */
  immU: (w: number): number => w & 0xfffff000,
  immJ: (w: number): number => ((w >> 31) << 20) | (((w >>> 12) & 0xff) << 12) | (((w >>> 20) & 1) << 11) | (((w >>> 21) & 0x3ff) << 1),
} as const;

/** ABI names of x0 to x31 (psABI, integer register convention). */
export const REGISTER_NAMES: readonly string[] = [
  'zero',
  'ra',
  'sp',
  'gp',
  'tp',
  't0',
  't1',
  't2',
  's0',
  's1',
  'a0',
  'a1',
  'a2',
  'a3',
  'a4',
  'a5',
  'a6',
  'a7',
  's2',
  's3',
  's4',
  's5',
  's6',
  's7',
  's8',
  's9',
  's10',
  's11',
  't3',
  't4',
  't5',
  't6',
];
