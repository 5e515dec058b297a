// The assembler: GNU-style RV32IMA source to an ELF32 executable. Sections, symbols and bytes are those of
// `as -march=rv32ima_zicsr_zifencei -mabi=ilp32 -mno-relax` and `ld --no-relax` with the layout of `sectionOrder`.

import { writeElf, type ElfSection, type ElfSymbol } from '../elf.js';
import { GpuvisorError } from '../errors.js';
import { DIRECTIVES, isIgnored, type DirectiveHost } from './directives.js';
import { AsmError, evaluate, parseExpression, type AsmSymbol, type Expression, type Place } from './expression.js';
import { assembleInstruction, type Emitter } from './instructions.js';
import { addressSections, finalValue, offsetOf, sectionBytes, sectionOrder, sizeSection } from './layout.js';
import { constant } from './operands.js';
import { Preprocessor } from './preprocess.js';
import { makeSection, type FixupKind, type Section } from './section.js';
import { splitOperands, type Line, type Location } from './source.js';

export interface AssembleOptions {
  /** Name of the source in messages. */
  readonly file?: string;
  /** Address of the first section, bytes; 0x80000000 unless told otherwise. */
  readonly base?: number;
  /** Numbers known to the program from outside, as with --defsym. */
  readonly symbols?: Readonly<Record<string, number>>;
  /** Text of a file named by `.include`; without it there are no files. */
  readonly include?: (name: string) => string;
}

export interface Assembled {
  /** An ELF32 executable (EM_RISCV) with sections, program headers and a symbol table. */
  readonly elf: Uint8Array;
  /** In memory order. */
  readonly sections: readonly ElfSection[];
  /** Every named symbol but those that start with `.L`; 32-bit unsigned values. */
  readonly symbols: ReadonlyMap<string, number>;
  /** `_start`, or the base. */
  readonly entry: number;
}

const MAX_ERRORS = 20;

class Assembler implements Emitter, DirectiveHost {
  readonly sections: Section[] = [];
  readonly symbols = new Map<string, AsmSymbol>();
  readonly errors: string[] = [];
  location: Location = { file: '', line: 0 };
  section: Section;
  private last: Section;
  private readonly stack: [Section, Section][] = [];
  private readonly labels = new Map<number, AsmSymbol[]>();
  private readonly ahead = new Map<number, AsmSymbol>();
  readonly preprocessor: Preprocessor;

  constructor(options: AssembleOptions) {
    for (const name of ['.text', '.data', '.bss']) this.sections.push(makeSection(name));
    this.section = this.last = this.sections[0]!;
    for (const [name, value] of Object.entries(options.symbols ?? {})) {
      this.symbol(name).value = { kind: 'number', value: BigInt(value) };
    }
    this.preprocessor = new Preprocessor({
      constant: (text) => constant(text, this),
      isDefined: (name) => this.symbols.get(name)?.value !== undefined,
      include: (name) => {
        if (!options.include) throw new AsmError(`.include "${name}": no files were given`);
        return options.include(name);
      },
      statement: (line) => this.statement(line),
      report: this.report,
    });
  }

  readonly report = (location: Location, error: unknown): void => {
    if (!(error instanceof AsmError || error instanceof GpuvisorError)) throw error;
    const text = `${location.file}:${location.line}: ${error.message}`;
    if (!this.errors.includes(text)) this.errors.push(text);
  };

  // Scope
  symbol(name: string): AsmSymbol {
    if (!/^[A-Za-z_.$][\w.$]*$/.test(name)) throw new AsmError(`"${name}" is not a symbol name`);
    let s = this.symbols.get(name);
    if (!s) this.symbols.set(name, (s = blank(name)));
    return s;
  }

  local(digits: number, direction: 'b' | 'f'): AsmSymbol {
    if (direction === 'b') {
      const s = this.labels.get(digits)?.at(-1);
      if (!s) throw new AsmError(`no label ${digits}: before ${digits}b`);
      return s;
    }
    let s = this.ahead.get(digits);
    if (!s) this.ahead.set(digits, (s = blank(`${digits}f`)));
    return s;
  }

  here(): Place {
    const fragment = this.section.last;
    return { section: this.section, fragment, offset: fragment.bytes.length };
  }

  // Emitter
  emit(word: number): void {
    this.code();
    for (let i = 0; i < 4; i++) this.byte(word >>> (8 * i));
  }

  fixup(kind: FixupKind, expression: Expression): void {
    this.section.last.fixups.push({ offset: this.section.last.bytes.length, kind, expression, location: this.location });
  }

  branch(word: number, target: Expression): void {
    this.code();
    this.section.end({ kind: 'branch', word, target, location: this.location });
  }

  private code(): void {
    const { bytes, code } = this.section.last;
    const before = code[code.length - 1];
    if (!before || (bytes.length - before.offset) % 4 !== 0) code.push({ offset: bytes.length, location: this.location });
  }

  // DirectiveHost
  byte(value: number): void {
    if (this.section.flags.nobits && value !== 0) throw new AsmError(`${this.section.name} holds only zeros`);
    this.section.last.bytes.push(value & 255);
  }

  data(kind: FixupKind, size: number, expression: Expression): void {
    const now = evaluate(expression, undefined);
    if (now && !now.section) {
      const limit = 1n << BigInt(size * 8);
      if (now.value >= limit || now.value < -limit / 2n) throw new AsmError(`${now.value} does not fit in ${size * 8} bits`);
      for (let i = 0; i < size; i++) this.byte(Number((now.value >> BigInt(8 * i)) & 255n));
      return;
    }
    this.fixup(kind, expression);
    for (let i = 0; i < size; i++) this.byte(0);
  }

  find(name: string): Section | undefined {
    return this.sections.find((s) => s.name === name);
  }

  enter(section: Section): void {
    if (!this.sections.includes(section)) this.sections.push(section);
    this.last = this.section;
    this.section = section;
  }

  previous(): void {
    [this.section, this.last] = [this.last, this.section];
  }

  push(): void {
    this.stack.push([this.section, this.last]);
  }

  pop(): void {
    const top = this.stack.pop();
    if (!top) throw new AsmError('.popsection without .pushsection');
    [this.section, this.last] = top;
  }

  set(symbol: AsmSymbol, value: Expression, once: boolean): void {
    if (symbol.value !== undefined && (once || 'fragment' in symbol.value)) throw new AsmError(`${symbol.name} is defined already`);
    const now = evaluate(value, undefined);
    symbol.value = now && !now.section ? { kind: 'number', value: now.value } : value;
  }

  // Statements
  private define(name: string): void {
    if (/^\d+$/.test(name)) {
      const digits = Number(name);
      const s = this.ahead.get(digits) ?? blank(name);
      this.ahead.delete(digits);
      s.value = this.here();
      this.labels.set(digits, [...(this.labels.get(digits) ?? []).slice(-1), s]);
      return;
    }
    const s = this.symbol(name);
    if (s.value !== undefined) throw new AsmError(`${name} is defined already`);
    s.value = this.here();
  }

  private statement(line: Line): void {
    this.location = line;
    let text = line.text;
    for (let m = LABEL.exec(text); m; m = LABEL.exec(text)) {
      this.define(m[1]!);
      text = text.slice(m[0].length);
    }
    if (text === '') return;
    const equals = /^([A-Za-z_.$][\w.$]*)\s*=(?!=)\s*(.*)$/s.exec(text);
    if (equals) return this.set(this.symbol(equals[1]!), parseExpression(equals[2]!, this), false);
    const [, word, rest] = /^(\S+)\s*(.*)$/s.exec(text)!;
    if (word!.startsWith('.')) {
      const handler = DIRECTIVES.get(word!.toLowerCase());
      if (handler) handler(this, rest!);
      else if (!isIgnored(word!.toLowerCase())) throw new AsmError(`unknown directive ${word}`);
      return;
    }
    if (this.section.flags.nobits) throw new AsmError(`an instruction in ${this.section.name}`);
    assembleInstruction(this, word!, splitOperands(rest!));
  }

  finish(base: number): Assembled {
    for (const [digits] of this.ahead) this.errors.push(`${this.location.file}: no label ${digits}: after ${digits}f`);
    for (const s of this.sections) sizeSection(s, this.report);
    const ordered = sectionOrder(this.sections);
    addressSections(ordered, base);
    const sections = ordered.map((s): ElfSection => ({
      name: s.name,
      address: s.address,
      size: s.size,
      bytes: sectionBytes(s, this.report),
      alignment: s.alignment,
      writable: s.flags.write,
      executable: s.flags.execute,
      nobits: s.flags.nobits,
    }));
    this.fail();
    const symbols = new Map<string, number>();
    const table: ElfSymbol[] = [];
    for (const s of this.symbols.values()) {
      if (s.value === undefined || s.name.startsWith('.L')) continue;
      const value = finalValue({ kind: 'symbol', symbol: s });
      const home = evaluate({ kind: 'symbol', symbol: s }, offsetOf)!.section;
      symbols.set(s.name, value);
      table.push({ name: s.name, value, size: s.size ? finalValue(s.size) : 0, binding: s.binding, type: s.type, section: home?.name });
    }
    const entry = symbols.get('_start') ?? base;
    return { elf: writeElf({ entry, sections, symbols: table }), sections, symbols, entry };
  }

  /** @throws GpuvisorError ASSEMBLY_FAILED when anything was reported */
  fail(): void {
    if (this.errors.length === 0) return;
    const more = this.errors.length - MAX_ERRORS;
    const shown = this.errors.slice(0, MAX_ERRORS).join('\n');
    throw new GpuvisorError(
      'ASSEMBLY_FAILED',
      more > 0 ? `${shown}\nand ${more} more` : shown,
      'correct the lines named and assemble again',
    );
  }
}

const LABEL = /^([A-Za-z_.$][\w.$]*|\d+)\s*:\s*/;

function blank(name: string): AsmSymbol {
  return { name, value: undefined, binding: 'local', type: 'none', size: undefined };
}

/**
 * Assembles a program.
 * @throws GpuvisorError ASSEMBLY_FAILED; the message names file and line of each error, up to 20
 */
export function assemble(source: string, options: AssembleOptions = {}): Assembled {
  const file = options.file ?? 'input.s';
  const a = new Assembler(options);
  a.preprocessor.file(source, file);
  a.fail();
  return a.finish(options.base ?? 0x80000000);
}

/** The `ld` script that lays sections out as `assemble` does; sections in the order of `Assembled.sections`. */
export function linkerScript(sections: readonly ElfSection[], base: number): string {
  let writable = false;
  const lines = sections.map((s) => {
    const page = !writable && (s.writable || s.nobits) ? '  . = ALIGN(4096);\n' : '';
    writable ||= page !== '';
    return `${page}  . = ALIGN(${s.alignment});\n  ${s.name} . : { *(${s.name}) }`;
  });
  return `SECTIONS\n{\n  . = 0x${base.toString(16)};\n${lines.join('\n')}\n}\n`;
}
