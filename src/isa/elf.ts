// ELF32 writer for RISC-V executables (System V ABI, ch. 4, 5; RISC-V psABI, ELF).

/** A section of an executable. */
export interface ElfSection {
  readonly name: string;
  /** Address of the first byte. */
  readonly address: number;
  /** Bytes in memory; `bytes` is empty for a section of zeros that is not stored (`.bss`). */
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly alignment: number;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly nobits: boolean;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly binding: 'local' | 'global' | 'weak';
  readonly type: 'none' | 'object' | 'function';
  /** Name of its section; undefined for an absolute value. */
  readonly section: string | undefined;
}

export interface ElfImage {
  readonly entry: number;
  /** In address order, not overlapping. */
  readonly sections: readonly ElfSection[];
  readonly symbols: readonly ElfSymbol[];
}

const EHDR = 52;
const PHDR = 32;
const SHDR = 40;
const SYM = 16;
const PAGE = 4096;
const SHN_ABS = 0xfff1;

class Strings {
  private readonly bytes: number[] = [0];
  add(text: string): number {
    if (text === '') return 0;
    const at = this.bytes.length;
    this.bytes.push(...new TextEncoder().encode(text), 0);
    return at;
  }
  done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

interface Segment {
  readonly first: ElfSection;
  readonly sections: ElfSection[];
  readonly writable: boolean;
}

function segmentsOf(sections: readonly ElfSection[]): Segment[] {
  const out: Segment[] = [];
  for (const s of sections) {
    if (s.size === 0) continue;
    const last = out[out.length - 1];
    const writable = s.writable || s.nobits;
    if (last && last.writable === writable) last.sections.push(s);
    else out.push({ first: s, sections: [s], writable });
  }
  return out;
}

/** The bytes of an executable: one program header for the code and read-only sections, one for the writable ones. */
export function writeElf(image: ElfImage): Uint8Array {
  const names = new Strings();
  const strings = new Strings();
  const segments = segmentsOf(image.sections);
  let at = EHDR + PHDR * segments.length;
  const offsets = new Map<ElfSection, number>();
  for (const { sections, first } of segments) {
    at += (((first.address - at) % PAGE) + PAGE) % PAGE;
    for (const s of sections) offsets.set(s, at + s.address - first.address);
    const stored = sections.filter((s) => !s.nobits);
    const end = stored[stored.length - 1];
    if (end) at += end.address + end.size - first.address;
  }
  const locals = image.symbols.filter((s) => s.binding === 'local');
  const globals = image.symbols.filter((s) => s.binding !== 'local');
  const symbolAt = Math.ceil(at / 4) * 4;
  const symbolBytes = SYM * (1 + image.symbols.length);
  const symbolTable = new DataView(new ArrayBuffer(symbolBytes));
  [...locals, ...globals].forEach((s, i) => {
    const p = SYM * (i + 1);
    const index = image.sections.findIndex((x) => x.name === s.section);
    symbolTable.setUint32(p, strings.add(s.name), true);
    symbolTable.setUint32(p + 4, s.value, true);
    symbolTable.setUint32(p + 8, s.size, true);
    symbolTable.setUint8(p + 12, ({ local: 0, global: 1, weak: 2 }[s.binding] << 4) | { none: 0, object: 1, function: 2 }[s.type]);
    symbolTable.setUint16(p + 14, s.section === undefined ? SHN_ABS : index + 1, true);
  });
  const stringBytes = strings.done();
  const count = image.sections.length + 4;
  const headers: number[][] = [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]];
  for (const s of image.sections) {
    const flags = 2 | (s.writable ? 1 : 0) | (s.executable ? 4 : 0);
    headers.push([names.add(s.name), s.nobits ? 8 : 1, flags, s.address, offsets.get(s) ?? at, s.size, 0, 0, s.alignment, 0]);
  }
  const stringAt = symbolAt + symbolBytes;
  const nameAt = stringAt + stringBytes.length;
  headers.push([names.add('.symtab'), 2, 0, 0, symbolAt, symbolBytes, count - 2, locals.length + 1, 4, SYM]);
  headers.push([names.add('.strtab'), 3, 0, 0, stringAt, stringBytes.length, 0, 0, 1, 0]);
  const nameIndex = names.add('.shstrtab');
  const nameBytes = names.done();
  headers.push([nameIndex, 3, 0, 0, nameAt, nameBytes.length, 0, 0, 1, 0]);
  const headerAt = Math.ceil((nameAt + nameBytes.length) / 4) * 4;

  const out = new Uint8Array(headerAt + SHDR * count);
  const view = new DataView(out.buffer);
  out.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  [1, image.entry, EHDR, headerAt, 0].forEach((v, i) => view.setUint32(20 + 4 * i, v, true));
  [EHDR, PHDR, segments.length, SHDR, count, count - 1].forEach((v, i) => view.setUint16(40 + 2 * i, v, true));
  segments.forEach(({ first, sections, writable }, i) => {
    const last = sections[sections.length - 1]!;
    const stored = sections.filter((s) => !s.nobits);
    const end = stored[stored.length - 1];
    const fileSize = end ? end.address + end.size - first.address : 0;
    const memorySize = last.address + last.size - first.address;
    const row = [1, offsets.get(first)!, first.address, first.address, fileSize, memorySize, writable ? 6 : 5, PAGE];
    row.forEach((v, k) => view.setUint32(EHDR + PHDR * i + 4 * k, v, true));
  });
  for (const [s, offset] of offsets) if (!s.nobits) out.set(s.bytes, offset);
  out.set(new Uint8Array(symbolTable.buffer), symbolAt);
  out.set(stringBytes, stringAt);
  out.set(nameBytes, nameAt);
  headers.forEach((row, i) => row.forEach((v, k) => view.setUint32(headerAt + SHDR * i + 4 * k, v, true)));
  return out;
}
