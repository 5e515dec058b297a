// 16-bit instructions against their 32-bit spelling. The pairs were read from `riscv64-unknown-elf-objdump -D -m riscv:rv32` of both.
import { expect, test } from 'vitest';
import { disassembleCompressed, expand, isCompressed } from '../../src/isa/compressed.js';
import { decode } from '../../src/isa/instructions.js';

test.each([
  [0x0020, 'addi\ts0,sp,8'],
  [0x4104, 'lw\ts1,0(a0)'],
  [0xc104, 'sw\ts1,0(a0)'],
  [0x0001, 'nop'],
  [0x1141, 'addi\tsp,sp,-16'],
  [0x2db1, 'jal\t0x668'],
  [0x58fd, 'li\ta7,-1'],
  [0x7179, 'addi\tsp,sp,-48'],
  [0x67a1, 'lui\ta5,0x8'],
  [0x8385, 'srli\ta5,a5,0x1'],
  [0x8785, 'srai\ta5,a5,0x1'],
  [0x8b85, 'andi\ta5,a5,1'],
  [0x8f95, 'sub\ta5,a5,a3'],
  [0x8fb5, 'xor\ta5,a5,a3'],
  [0x8fd5, 'or\ta5,a5,a3'],
  [0x8ff5, 'and\ta5,a5,a3'],
  [0xa001, 'j\t0xc'],
  [0xc399, 'beqz\ta5,0x12'],
  [0xe399, 'bnez\ta5,0x12'],
  [0x0786, 'slli\ta5,a5,0x1'],
  [0x40b2, 'lw\tra,12(sp)'],
  [0x8082, 'ret'],
  [0x9f1e, 'add\tt5,t5,t2'],
  [0x853e, 'add\ta0,zero,a5'],
  [0x9002, 'ebreak'],
  [0x9782, 'jalr\ta5'],
  [0xc606, 'sw\tra,12(sp)'],
])('%i is %s', (half, text) => {
  expect(disassembleCompressed(half, 0xc)).toBe(text);
});

test.each([
  ['all zero', 0x0000],
  ['c.lui with 0', 0x6781],
  ['c.addi16sp with 0', 0x6101],
  ['c.srli by 32', 0x9385],
  ['c.slli by 32', 0x1782],
  ['c.subw', 0x9f95],
  ['c.lwsp into x0', 0x4032],
  ['c.jr x0', 0x8002],
  ['c.flw', 0x6104],
  ['c.fldsp', 0x2532],
  ['quadrant 3', 0x0003],
])('%s is illegal', (_name, half) => {
  expect(expand(half)).toBeUndefined();
});

test('every half-word expands to an instruction of the table, or to none', () => {
  let legal = 0;
  for (let half = 0; half < 0x10000; half++) {
    const word = expand(half);
    if (word === undefined) continue;
    legal++;
    expect(isCompressed(half)).toBe(true);
    expect(decode(word)).toBeDefined();
  }
  expect(legal).toBe(28823);
});
