// The trap handlers of random programs: they skip what trapped, go back to the start of the code after a failed fetch, and switch off the
// interrupt that came. They touch no memory (MPRV may be on) and begin with SFENCE.VMA, for a table store whose own fence was not allowed.

import { encode, loadImmediate } from '../encode.js';
import { CODE_START } from './layout.js';

const T0 = 5;
const T1 = 6;
const VECTORS = 16;
const MPP_M = 0x1800;

/** Straight-line code with labels for branches: enough for a handler. */
class Code {
  readonly words: number[] = [];
  private readonly labels = new Map<string, number>();
  private readonly fixups: { at: number; label: string; make: (offset: number) => number }[] = [];

  emit(...words: number[]): this {
    this.words.push(...words);
    return this;
  }
  label(name: string): this {
    this.labels.set(name, this.words.length);
    return this;
  }
  to(label: string, make: (offset: number) => number): this {
    this.fixups.push({ at: this.words.length, label, make });
    return this.emit(0);
  }
  finish(): number[] {
    for (const { at, label, make } of this.fixups) this.words[at] = make((this.labels.get(label)! - at) * 4);
    return this.words;
  }
}

const csrw = (csr: string, rs1: number): number => encode('csrrw', { csr, rs1 });
const csrr = (rd: number, csr: string): number => encode('csrrs', { rd, csr });
const jump = (offset: number): number => encode('jal', { imm: offset });

/** The M-mode handler: a vector table of jumps, then the body. */
export function machineHandler(): number[] {
  const code = new Code();
  for (let i = 0; i < VECTORS; i++) code.to('body', jump);
  code.label('body').emit(encode('sfence.vma'), csrw('mscratch', T0), csrw('sscratch', T1), csrr(T0, 'mcause'));
  code.to('interrupt', (imm) => encode('blt', { rs1: T0, imm }));
  code.emit(encode('addi', { rd: T1, imm: 12 })).to('restart', (imm) => encode('beq', { rs1: T0, rs2: T1, imm }));
  code.emit(encode('addi', { rd: T1, imm: 2 })).to('restart', (imm) => encode('bltu', { rs1: T0, rs2: T1, imm }));
  code.emit(csrr(T0, 'mepc'), encode('addi', { rd: T0, rs1: T0, imm: 4 }), csrw('mepc', T0));
  code.label('done').emit(csrr(T1, 'sscratch'), csrr(T0, 'mscratch'), encode('mret'));
  // A place that cannot be fetched: back to the start, every other time in M-mode, where nothing is translated.
  code.label('restart').emit(...loadImmediate(T0, CODE_START), csrw('mepc', T0), csrr(T0, 'minstret'));
  code.emit(encode('andi', { rd: T0, rs1: T0, imm: 8 })).to('done', (imm) => encode('beq', { rs1: T0, imm }));
  code.emit(...loadImmediate(T1, MPP_M), encode('csrrs', { csr: 'mstatus', rs1: T1 })).to('done', jump);
  // An interrupt: clear its bit in mie. Shifts take the low five bits of mcause.
  code.label('interrupt').emit(encode('addi', { rd: T1, imm: 1 }), encode('sll', { rd: T1, rs1: T1, rs2: T0 }));
  code.emit(encode('csrrc', { csr: 'mie', rs1: T1 })).to('done', jump);
  return code.finish();
}

/** The S-mode handler; vectored entries fall on its first words or on the jumps after it, all of which end in it. */
export function supervisorHandler(): number[] {
  const code = new Code();
  for (let i = 0; i < VECTORS; i++) code.to('body', jump);
  code.label('body').emit(encode('sfence.vma'), csrw('sscratch', T0), csrr(T0, 'scause'));
  code.to('interrupt', (imm) => encode('blt', { rs1: T0, imm }));
  code.emit(encode('addi', { rd: T0, rs1: T0, imm: -12 })).to('restart', (imm) => encode('beq', { rs1: T0, imm }));
  code.emit(csrr(T0, 'sepc'), encode('addi', { rd: T0, rs1: T0, imm: 4 }), csrw('sepc', T0));
  code.label('done').emit(csrr(T0, 'sscratch'), encode('sret'));
  code
    .label('restart')
    .emit(...loadImmediate(T0, CODE_START), csrw('sepc', T0))
    .to('done', jump);
  code.label('interrupt').emit(csrw('sie', 0)).to('done', jump);
  return code.finish();
}
