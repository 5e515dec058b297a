// The assembler: expressions, directives, macros, pseudo-instructions, layout, and errors that name file and line. Words are held against
// the formats of the unprivileged manual by hand; gnu.node.spec.ts compares everything with GNU as and ld.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuvisorError, INSTRUCTIONS, assemble, decode, linkerScript } from '../../src/isa/index.js';

const words = (source: string, base = 0x80000000): number[] => {
  const text = assemble(source, { base }).sections[0]!.bytes;
  const view = new DataView(text.buffer);
  return Array.from({ length: text.length / 4 }, (_, i) => view.getUint32(4 * i, true));
};
const data = (source: string): number[] => Array.from(assemble(`.data\n${source}`).sections.find((s) => s.name === '.data')!.bytes);

function failure(source: string, options: Parameters<typeof assemble>[1] = {}): GpuvisorError {
  try {
    assemble(source, { file: 'x.s', ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(GpuvisorError);
    expect((error as GpuvisorError).code).toBe('ASSEMBLY_FAILED');
    return error as GpuvisorError;
  }
  throw new Error(`assembled: ${source}`);
}

describe('instructions', () => {
  it('encodes every format', () => {
    expect(words('add a0, a1, a2\naddi a0, a1, -1\nsw a2, -4(sp)\nlui a0, 0xfffff\nslli t0, t1, 31')).toEqual([
      0x00c58533, 0xfff58513, 0xfec12e23, 0xfffff537, 0x01f31293,
    ]);
    expect(words('x: beq a0, a1, x\njal ra, x\njalr ra, -4(a0)\ncsrrwi a0, mstatus, 31')).toEqual([
      0x00b50063, 0xffdff0ef, 0xffc500e7, 0x300fd573,
    ]);
    expect(words('lr.w.aqrl a0, (a1)\nsc.w a0, a2, (a1)\nfence rw, w\nfence.i\nsfence.vma a0, a1')).toEqual([
      0x1605a52f, 0x18c5a52f, 0x0310000f, 0x0000100f, 0x12b50073,
    ]);
  });

  it('li loads any 32-bit number in one or two instructions', () => {
    fc.assert(
      fc.property(fc.integer({ min: -0x80000000, max: 0xffffffff }), (value) => {
        const list = words(`li a0, ${value}`);
        let a0 = 0;
        for (const w of list) {
          const name = decode(w)!.name;
          if (name === 'lui') a0 = w & 0xfffff000;
          else a0 = ((w >>> 15) & 31) === 0 ? w >> 20 : (a0 + (w >> 20)) | 0;
        }
        expect(a0).toBe(value | 0);
        expect(list.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('turns a branch that is out of reach into a branch over a jump', () => {
    const near = words('x: .space 4092\nbeq a0, a1, x');
    expect(near[1023]).toBe(0x80b50263);
    const far = words('x: .space 4100\nbeq a0, a1, x');
    expect(far.slice(1025)).toEqual([0x00b51463, 0xff9fe06f].map((w) => w >>> 0));
  });

  it('knows every mnemonic of the table', () => {
    const operands: Record<string, string> = {
      R: 'a0, a1, a2',
      I: 'a0, a1, 4',
      S: 'a0, 4(a1)',
      B: 'a0, a1, .',
      U: 'a0, 1',
      J: 'a0, .',
      SHIFT: 'a0, a1, 3',
      CSR: 'a0, mscratch, a1',
      CSRI: 'a0, mscratch, 3',
      AMO: 'a0, a1, (a2)',
      LR: 'a0, (a1)',
      FENCE: 'r, w',
      SFENCE: 'a0, a1',
      NONE: '',
    };
    for (const row of INSTRUCTIONS) {
      const load = row.format === 'I' && (row.match & 0x7f) === 3;
      const [word] = words(`${row.name} ${load ? 'a0, 4(a1)' : operands[row.format]!}`);
      expect(decode(word!)?.name, row.name).toBe(row.name);
    }
  });
});

describe('expressions', () => {
  it('follow the ranks of GNU as: * / % << >> over | & ^ over + - over comparisons', () => {
    const value = (e: string): number => new DataView(Uint8Array.from(data(`.word ${e}`)).buffer).getInt32(0, true);
    expect(value('1 + 2 * 3')).toBe(7);
    expect(value('1 << 4 | 1')).toBe(17);
    expect(value('6 | 1 + 1')).toBe(8);
    expect(value('-7 / 2')).toBe(-3);
    expect(value('-7 % 2')).toBe(-1);
    expect(value('~0 & 0xff')).toBe(255);
    expect(value('(1 == 1) + (2 < 1)')).toBe(-1);
    expect(value("'A' + '\\n'")).toBe(75);
    expect(value('0b101 + 010 + 0x10')).toBe(29);
    expect(value('2 && 3 || 0')).toBe(1);
  });

  it('resolve labels, differences, and symbols set later', () => {
    expect(data('a: .word b - a, end - a\nb: .word K\nend:\n.equ K, 5')).toEqual([8, 0, 0, 0, 12, 0, 0, 0, 5, 0, 0, 0]);
    const { symbols } = assemble('x: nop\n y: .equ z, y - x\n .equ w, y + 4');
    expect([symbols.get('x'), symbols.get('y'), symbols.get('z'), symbols.get('w')]).toEqual([0x80000000, 0x80000004, 4, 0x80000008]);
  });
});

describe('directives', () => {
  it('put data', () => {
    expect(data('.byte 1, -1, 255\n.half 0x1234\n.word 0x12345678\n.ascii "a\\n\\101"\n.asciz "b"')).toEqual([
      1, 255, 255, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12, 97, 10, 65, 98, 0,
    ]);
    expect(data('.byte 1\n.align 2\n.byte 2\n.balign 4, 7\n.zero 2\n.fill 2, 2, 9\n.org 16, 3')).toEqual([
      1, 0, 0, 0, 2, 7, 7, 7, 0, 0, 9, 0, 9, 0, 3, 3,
    ]);
    expect(data('.dword -2')).toEqual([254, 255, 255, 255, 255, 255, 255, 255]);
  });

  it('lay sections out: code, read-only data, then from a new page data and zeros', () => {
    const { sections, entry, symbols } = assemble(
      '.data\nd: .word 1\n.text\nnop\n.section .rodata\n.byte 1\n.section .text.init, "ax"\n.globl _start\nnop\n_start: nop\n.bss\n.align 3\n.skip 5\nb:',
    );
    expect(sections.map((s) => [s.name, s.address, s.size])).toEqual([
      ['.text.init', 0x80000000, 8],
      ['.text', 0x80000008, 4],
      ['.rodata', 0x8000000c, 1],
      ['.data', 0x80001000, 4],
      ['.bss', 0x80001008, 5],
    ]);
    expect(entry).toBe(0x80000004);
    expect(symbols.get('b')).toBe(0x8000100d);
    expect(linkerScript(sections, 0x80000000)).toContain('. = ALIGN(4096);\n  . = ALIGN(1);\n  .data');
  });

  it('expand macros, loops and conditions', () => {
    const source = `
      .macro push first, rest:vararg
      .word \\first
      .ifnb \\rest
      push \\rest
      .endif
      .endm
      .macro twice value=3
l\\@_\\()x: .word \\value, \\value
      .endm
      .data
      push 1, 2, 3
      twice
      twice value=9
      .rept 2
      .byte 7
      .endr
      .irp n, 4, 5
      .byte \\n
      .endr
      .if 0
      .error "never"
      .elseif 2 > 1
      .byte 11
      .else
      .byte 12
      .endif`;
    const bytes = Uint8Array.from(assemble(source).sections.find((s) => s.name === '.data')!.bytes);
    expect([...new Uint32Array(bytes.slice(0, 28).buffer)]).toEqual([1, 2, 3, 3, 3, 9, 9]);
    expect([...bytes.slice(28)]).toEqual([7, 7, 4, 5, 11]);
  });

  it('include files, and take numbers from outside', () => {
    const { symbols } = assemble('.include "k.inc"\n.ifdef OUT\n.equ seen, OUT + K\n.endif', {
      symbols: { OUT: 40 },
      include: (name) => `.equ K, ${name.length}`,
    });
    expect(symbols.get('seen')).toBe(45);
  });

  it('take comments of all kinds, and several statements a line', () => {
    expect(words("nop # one; nop\nnop // two\n/* three\nnop */ nop; nop\n.equ x, '#'").length).toBe(4);
  });
});

describe('the ELF file', () => {
  it('carries tohost and the signature', () => {
    const { elf, symbols } = assemble('.data\ntohost: .word 0\nbegin_signature: .word 1\nend_signature:');
    expect([...elf.slice(0, 7)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
    const text = new TextDecoder('latin1').decode(elf);
    for (const name of ['tohost', 'begin_signature', 'end_signature']) {
      expect(text).toContain(`\0${name}\0`);
      expect(symbols.has(name)).toBe(true);
    }
  });
});

describe('errors', () => {
  it('name file and line, several at once', () => {
    const { message, hint } = failure('nop\nfoo a0\nadd a0, a1\n.data\n.byte 256\nla a0, nowhere');
    expect(message.split('\n')).toEqual([
      'x.s:2: unknown instruction foo',
      'x.s:3: add takes 3 operands, 2 given',
      'x.s:5: 256 does not fit in 8 bits',
    ]);
    expect(hint).not.toBe('');
    expect(failure('nop\nla a0, nowhere\nj elsewhere').message).toBe('x.s:2: undefined symbol nowhere\nx.s:3: undefined symbol elsewhere');
  });

  it('name the included file', () => {
    expect(failure('nop\n.include "inner.inc"', { include: () => 'nop\nbad' }).message).toBe('inner.inc:2: unknown instruction bad');
  });

  it.each([
    ['addi a0, a0, 2048', '2048'],
    ['lw a0, 4(a9)', '"4(a9)"'],
    ['slli a0, a0, 32', '0 to 31'],
    ['lui a0, 0x100000', '0 to 0xfffff'],
    ['li a0, 0x100000000', '32 bits'],
    ['csrr a0, nothing', 'nothing'],
    ['jal ra, . + 0x100002', 'out of reach'],
    ['jal ra, . + 3', 'odd'],
    ['x: nop\nx: nop', 'x is defined already'],
    ['1: j 2f', 'no label 2:'],
    ['j 1b', 'no label 1:'],
    ['.if 1\nnop', '.if without .endif'],
    ['.macro m\nnop', '.macro without its end'],
    ['.macro m\nm\n.endm\nm', 'deeper than 100'],
    ['.equ a, b\n.equ b, a\n.word a', 'defined by itself'],
    ['.unknown 3', 'unknown directive .unknown'],
    ['.word 1 +', 'bad expression'],
    ['.ascii "abc', 'quoted'],
    ['.align 33', '0 to 16'],
    ['.bss\n.byte 1', 'only zeros'],
    ['.ascii "abc"\nnop', 'multiple of 4'],
    ['.include "x.inc"', 'no files were given'],
    ['.option rvc', 'norvc'],
  ])('%s', (source, part) => {
    expect(failure(source).message).toContain(part);
  });

  it('never anything else, for any text', () => {
    const piece = fc.constantFrom(
      'li',
      'a0',
      ',',
      '(',
      ')',
      '.word',
      '.macro m',
      '.endm',
      'm',
      '.if',
      '.endif',
      '\n',
      ' ',
      '1',
      '1b',
      '"',
      "'",
      '\\',
      '%hi',
      '+',
      '.rept 2',
      '.endr',
      'x:',
      '.text',
      '#',
      '/*',
      '.align',
      '-',
      '0x',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((p) => p.join('')),
        (source) => {
          try {
            assemble(source);
          } catch (error) {
            expect((error as GpuvisorError).code).toBe('ASSEMBLY_FAILED');
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
