// Reader of ELF32 little-endian RISC-V executables (System V ABI, ch. 4, 5). The file is hostile: every offset and count is checked.

import { GpuvisorError } from '../isa/errors.js';

/** What a segment puts where. */
export interface ElfSegment {
  /** Physical address. */
  readonly address: number;
  /** Virtual address. */
  readonly virtual: number;
  /** Contents; the rest of `size` is zero. */
  readonly bytes: Uint8Array;
  /** Bytes in memory. */
  readonly size: number;
}

export interface ElfFile {
  readonly entry: number;
  readonly segments: readonly ElfSegment[];
  /** Value by name, of every named symbol that is defined. */
  readonly symbols: ReadonlyMap<string, number>;
}

const EHDR = 52;
const PHDR = 32;
const SHDR = 40;
const SYM = 16;
const EM_RISCV = 243;
const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const MAX_SYMBOLS = 1 << 20;

function invalid(what: string): GpuvisorError {
  return new GpuvisorError(
    'ELF_INVALID',
    what,
    'link for rv32 with `riscv64-unknown-elf-gcc -march=rv32ima_zicsr_zifencei -mabi=ilp32 -nostdlib -static`',
  );
}

/** True when the bytes begin like an ELF file. */
export function isElf(file: Uint8Array): boolean {
  return file.length >= 4 && file[0] === 0x7f && file[1] === 0x45 && file[2] === 0x4c && file[3] === 0x46;
}

/** Parses an executable. @throws GpuvisorError ELF_INVALID */
export function parseElf(file: Uint8Array): ElfFile {
  if (!isElf(file)) throw invalid('the file does not begin with the ELF magic number');
  if (file.length < EHDR) throw invalid(`the file has ${file.length} bytes; an ELF header has ${EHDR}`);
  if (file[4] !== 1) throw invalid(`the ELF class is ${file[4]}; it must be 1 (32-bit)`);
  if (file[5] !== 1) throw invalid(`the ELF byte order is ${file[5]}; it must be 1 (little-endian)`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const type = view.getUint16(16, true);
  const machine = view.getUint16(18, true);
  if (machine !== EM_RISCV) throw invalid(`the ELF machine is ${machine}; it must be ${EM_RISCV} (RISC-V)`);
  if (type !== 2 && type !== 3) throw invalid(`the ELF type is ${type}; it must be 2 (executable) or 3 (position-independent)`);
  const segments = readSegments(file, view);
  if (segments.length === 0) throw invalid('the file has no segment to load');
  return { entry: view.getUint32(24, true), segments, symbols: readSymbols(file, view) };
}

function readSegments(file: Uint8Array, view: DataView): ElfSegment[] {
  const at = view.getUint32(28, true);
  const size = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (count > 0 && size !== PHDR) throw invalid(`program headers of ${size} bytes; they have ${PHDR}`);
  if (at + count * PHDR > file.length) throw invalid(`${count} program headers at ${at} reach beyond the file's ${file.length} bytes`);
  const segments: ElfSegment[] = [];
  for (let i = 0; i < count; i++) {
    const h = at + i * PHDR;
    if (view.getUint32(h, true) !== PT_LOAD) continue;
    const offset = view.getUint32(h + 4, true);
    const virtual = view.getUint32(h + 8, true);
    const address = view.getUint32(h + 12, true);
    const fileSize = view.getUint32(h + 16, true);
    const memorySize = view.getUint32(h + 20, true);
    if (memorySize === 0) continue;
    if (fileSize > memorySize) throw invalid(`segment ${i} has ${fileSize} bytes in the file and ${memorySize} in memory`);
    if (offset + fileSize > file.length) {
      throw invalid(`segment ${i} wants bytes ${offset} to ${offset + fileSize} of a file of ${file.length}: it is cut short`);
    }
    segments.push({ address, virtual, bytes: file.slice(offset, offset + fileSize), size: memorySize });
  }
  return segments;
}

function readSymbols(file: Uint8Array, view: DataView): Map<string, number> {
  const symbols = new Map<string, number>();
  const at = view.getUint32(32, true);
  const size = view.getUint16(46, true);
  const count = view.getUint16(48, true);
  if (count === 0) return symbols;
  if (size !== SHDR) throw invalid(`section headers of ${size} bytes; they have ${SHDR}`);
  if (at + count * SHDR > file.length) throw invalid(`${count} section headers at ${at} reach beyond the file's ${file.length} bytes`);
  for (let i = 0; i < count; i++) {
    const h = at + i * SHDR;
    if (view.getUint32(h + 4, true) !== SHT_SYMTAB) continue;
    const offset = view.getUint32(h + 16, true);
    const length = view.getUint32(h + 20, true);
    const link = view.getUint32(h + 24, true);
    if (offset + length > file.length) throw invalid(`the symbol table reaches beyond the file's ${file.length} bytes`);
    if (link >= count) throw invalid(`the symbol table names section ${link} of ${count}`);
    const strings = at + link * SHDR;
    const base = view.getUint32(strings + 16, true);
    const end = base + view.getUint32(strings + 20, true);
    if (end > file.length) throw invalid(`the string table reaches beyond the file's ${file.length} bytes`);
    const entries = Math.min(Math.floor(length / SYM), MAX_SYMBOLS);
    for (let n = 1; n < entries; n++) {
      const s = offset + n * SYM;
      const name = base + view.getUint32(s, true);
      if (view.getUint16(s + 14, true) === 0 || name <= base || name >= end) continue;
      symbols.set(text(file, name, end), view.getUint32(s + 4, true));
    }
  }
  return symbols;
}

const MAX_NAME = 512;

/** The zero-terminated name at `at`, before `end`. */
function text(file: Uint8Array, at: number, end: number): string {
  let name = '';
  for (let i = at; i < end && file[i] !== 0 && name.length < MAX_NAME; i++) name += String.fromCharCode(file[i]!);
  return name;
}
