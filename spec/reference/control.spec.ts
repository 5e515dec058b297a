// Jumps, branches and illegal words (unprivileged manual, 2.2, 2.5; privileged manual, 3.1.16).

import { describe, expect, it } from 'vitest';
import { BASE, expectTrap, get, MTVEC, play, setWord, start } from './hart.js';

describe('jumps', () => {
  it('JAL links and goes', () => {
    const hart = play('jal x1, . + 16', {}, 1);
    expect([get(hart, 'x1'), get(hart, 'pc')]).toEqual([BASE + 4, BASE + 16]);
  });

  it('JALR clears bit 0 of its target, reads rs1 before it writes rd', () => {
    const hart = play('jalr x5, 1(x5)', { x5: BASE + 0x100 }, 1);
    expect([get(hart, 'x5'), get(hart, 'pc')]).toEqual([BASE + 4, BASE + 0x100]);
  });

  it('a target with bit 1 set traps at the jump and leaves rd', () => {
    expectTrap(play('jalr x1, 3(x5)', { x5: BASE + 0x100, x1: 7 }, 1), 0, BASE + 0x102, BASE);
    const jal = start('jal x1, . + 4', { x1: 7 });
    setWord(jal, BASE, 0x006000ef);
    jal.runSync(1);
    expectTrap(jal, 0, BASE + 6, BASE);
    expect(get(jal, 'x1')).toBe(7);
  });

  it('a jump into nowhere faults at the target, after the jump has retired', () => {
    const hart = play('jalr x1, 0(x5)', { x5: 0x40000000 }, 2);
    expectTrap(hart, 1, 0x40000000, 0x40000000);
    expect([get(hart, 'x1'), get(hart, 'retired')]).toEqual([BASE + 4, 1]);
  });

  it('devices cannot be executed', () => {
    expectTrap(play('jr x5', { x5: 0x10000000 }, 2), 1, 0x10000000, 0x10000000);
  });
});

describe('branches', () => {
  it.each([
    ['beq', 1, 1, true],
    ['beq', 1, 2, false],
    ['bne', 1, 2, true],
    ['bne', 1, 1, false],
    ['blt', 0x80000000, 0, true],
    ['blt', 0, 0x80000000, false],
    ['blt', 1, 1, false],
    ['bge', 0, 0x80000000, true],
    ['bge', 1, 1, true],
    ['bge', 0x80000000, 0, false],
    ['bltu', 0, 0x80000000, true],
    ['bltu', 0x80000000, 0, false],
    ['bgeu', 0x80000000, 0, true],
    ['bgeu', 0, 0x80000000, false],
  ])('%s %d, %d: taken is %s', (op, a, b, taken) => {
    const hart = play(`${op} x10, x11, . + 64`, { x10: a, x11: b }, 1);
    expect(get(hart, 'pc')).toBe(BASE + (taken ? 64 : 4));
  });

  it('a misaligned target traps only when the branch is taken', () => {
    const word = 0x00b50363; // beq x10, x11, . + 6
    const taken = start('nop');
    setWord(taken, BASE, word);
    taken.runSync(1);
    expectTrap(taken, 0, BASE + 6, BASE);
    const not = start('nop', { x10: 1 });
    setWord(not, BASE, word);
    not.runSync(1);
    expect(get(not, 'pc')).toBe(BASE + 4);
  });
});

describe('illegal words', () => {
  it.each([
    ['all zeros', 0x00000000],
    ['all ones', 0xffffffff],
    ['a 16-bit instruction', 0x00000001],
    ['branch funct3 2', 0x00002063],
    ['load funct3 3', 0x00003003],
    ['store funct3 3', 0x00003023],
    ['OP with funct7 2', 0x04000033],
    ['SUB as SLL', 0x40001033],
    ['JALR funct3 1', 0x00001067],
    ['LR with rs2', 0x1010202f],
    ['AMO funct5 5', 0x2800202f],
    ['AMO funct3 3', 0x0000302f],
    ['SYSTEM funct3 4', 0x00004073],
    ['ECALL with rd', 0x000000f3],
    ['MRET with rs1', 0x30208073],
    ['SFENCE.VMA with rd', 0x120000f3],
    ['MISC-MEM funct3 2', 0x0000200f],
  ])('%s', (_, word) => {
    const hart = start('nop');
    setWord(hart, BASE, word);
    hart.runSync(1);
    expectTrap(hart, 2, word, BASE);
    expect(get(hart, 'retired')).toBe(0);
  });

  it('FENCE and FENCE.I are fine with any fields', () => {
    const hart = start('nop\nnop');
    setWord(hart, BASE, 0xfff5058f);
    setWord(hart, BASE + 4, 0xfff5158f);
    hart.runSync(2);
    expect([get(hart, 'pc'), get(hart, 'x11')]).toEqual([BASE + 8, 0]);
  });

  it('ECALL and EBREAK', () => {
    expectTrap(play('ecall'), 11, 0, BASE);
    expectTrap(play('ebreak'), 3, BASE, BASE);
    for (const [priv, cause] of [
      [0, 8],
      [1, 9],
    ] as const) {
      const hart = play('ecall', { priv });
      expect([get(hart, 'mcause'), get(hart, 'pc')]).toEqual([cause, MTVEC]);
    }
  });
});
