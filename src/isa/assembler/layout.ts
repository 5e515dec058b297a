// Layout and fixups: sizes of fragments, addresses of sections, values of expressions, and the bytes they change.

import { place as put } from './encode.js';
import { AsmError, evaluate, type Expression, type Place, type Value } from './expression.js';
import type { Fixup, Fragment, Section } from './section.js';
import type { Location } from './source.js';

const NOP = 0x13;
/** Writable sections start on a page of their own, so that page permissions can differ. */
export const DATA_ALIGNMENT = 4096;

export type Report = (location: Location, error: unknown) => void;

export const offsetOf = (p: Place): number => p.fragment.start + p.offset;

/** Sizes of one section's fragments; branches out of reach become long, and never short again. */
export function sizeSection(section: Section, report: Report): void {
  for (let changed = true, first = true; changed; first = false) {
    changed = false;
    let at = 0;
    for (const f of section.fragments) {
      f.start = at;
      at += f.bytes.length;
      const size = tailSize(section, f, at, first, report);
      if (size !== f.tailSize) changed = true;
      f.tailSize = size;
      at += size;
    }
    // The end of code is filled to its alignment, as GNU as does.
    section.size = section.flags.execute ? align(at, section.alignment) : at;
  }
}

function tailSize(section: Section, f: Fragment, at: number, first: boolean, report: Report): number {
  const tail = f.tail;
  if (!tail) return 0;
  if (tail.kind === 'align') {
    const size = align(at, tail.alignment) - at;
    return size > tail.most ? 0 : size;
  }
  if (tail.kind === 'org') {
    const to = first ? undefined : known(tail.target, tail.location, report);
    if (!to) return 0;
    const size = Number(to.value) - at;
    if (size < 0) report(tail.location, new AsmError('.org moves backwards'));
    return Math.max(size, 0);
  }
  if (f.long) return 8;
  if (first) return 4;
  const to = known(tail.target, tail.location, () => undefined);
  if (!to) return 4;
  const distance = Number(to.value) - at;
  if (to.section && (to.section !== section || distance < -4096 || distance >= 4096)) {
    f.long = true;
    return 8;
  }
  return 4;
}

function known(e: Expression, location: Location, report: Report): Value | undefined {
  try {
    return evaluate(e, offsetOf);
  } catch (error) {
    report(location, error);
    return undefined;
  }
}

export function align(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

/** The order of sections in memory: code (`.text.init` first), read-only data, then from a new page data, then zeroed memory. */
export function sectionOrder(sections: readonly Section[]): Section[] {
  const rank = (s: Section): number => {
    if (s.name === '.text.init') return 0;
    if (s.name === '.text') return 1;
    if (s.flags.execute) return 2;
    if (!s.flags.write && !s.flags.nobits) return 3;
    return s.flags.nobits ? 5 : 4;
  };
  return sections
    .filter((s) => s.flags.alloc)
    .map((s, i) => [s, i] as const)
    .sort(([a, i], [b, j]) => rank(a) - rank(b) || i - j)
    .map(([s]) => s);
}

/** Gives every section its address. The first of the writable ones starts at a multiple of DATA_ALIGNMENT. */
export function addressSections(ordered: readonly Section[], base: number): void {
  let at = base;
  let writable = false;
  for (const s of ordered) {
    if ((s.flags.write || s.flags.nobits) && !writable) {
      writable = true;
      at = align(at, DATA_ALIGNMENT);
    }
    at = align(at, s.alignment);
    s.address = at;
    at += s.size;
  }
}

/** The 32-bit value of an expression after layout. @throws AsmError for undefined names */
export function finalValue(e: Expression): number {
  const v = evaluate(e, offsetOf);
  if (!v) throw new AsmError(`undefined symbol ${undefinedName(e) ?? ''}`.trim());
  return Number(BigInt.asUintN(32, v.value + BigInt(v.section?.address ?? 0)));
}

function undefinedName(e: Expression): string | undefined {
  if (e.kind === 'symbol') {
    const v = e.symbol.value;
    if (v === undefined) return e.symbol.name;
    return 'fragment' in v ? undefined : undefinedName(v);
  }
  if (e.kind === 'unary') return undefinedName(e.arg);
  return e.kind === 'binary' ? (undefinedName(e.left) ?? undefinedName(e.right)) : undefined;
}

/** The bytes of a section, all fixups applied. */
export function sectionBytes(section: Section, report: Report): Uint8Array {
  if (section.flags.nobits) return new Uint8Array(0);
  const bytes = new Uint8Array(section.size);
  const view = new DataView(bytes.buffer);
  for (const f of section.fragments) {
    bytes.set(f.bytes, f.start);
    for (const c of f.code) {
      if ((f.start + c.offset) % 4 !== 0)
        report(c.location, new AsmError('an instruction at an address that is no multiple of 4; put .balign 4, 0 before it'));
    }
    fillTail(section, f, view, report);
  }
  const last = section.fragments[section.fragments.length - 1]!;
  fillNops(view, last.start + last.bytes.length, section.size);
  const highs = new Map<number, number>();
  for (const pass of ['high', 'rest'] as const) {
    for (const f of section.fragments) {
      for (const x of f.fixups) {
        if ((x.kind === 'pcrel_hi') !== (pass === 'high')) continue;
        try {
          applyFixup(section, f, x, view, highs);
        } catch (error) {
          report(x.location, error);
        }
      }
    }
  }
  return bytes;
}

function fillNops(view: DataView, from: number, to: number): void {
  for (let at = from + ((to - from) % 4); at < to; at += 4) view.setUint32(at, NOP, true);
}

function fillTail(section: Section, f: Fragment, view: DataView, report: Report): void {
  const tail = f.tail;
  const at = f.start + f.bytes.length;
  if (!tail) return;
  if (tail.kind === 'branch') {
    try {
      const distance = (finalValue(tail.target) - (section.address + at)) | 0;
      if (f.long) {
        view.setUint32(at, (tail.word ^ 0x1000) | put.immB(8), true);
        view.setUint32(at + 4, 0x6f | put.immJ(reach(distance - 4, 20, 'jump')), true);
      } else view.setUint32(at, tail.word | put.immB(reach(distance, 12, 'branch')), true);
    } catch (error) {
      report(tail.location, error);
    }
  } else if (tail.kind === 'align' && tail.fill === undefined) {
    if (section.flags.execute) fillNops(view, at, at + f.tailSize);
  } else {
    for (let i = 0; i < f.tailSize; i++) view.setUint8(at + i, tail.fill ?? 0);
  }
}

/** Checks that a distance fits in a signed field of `bits` + 1 bits and is even. */
function reach(distance: number, bits: number, what: string): number {
  if (distance < -(2 ** bits) || distance >= 2 ** bits) throw new AsmError(`${what} of ${distance} bytes is out of reach`);
  if (distance & 1) throw new AsmError(`${what} to an odd address`);
  return distance;
}

function applyFixup(section: Section, f: Fragment, x: Fixup, view: DataView, highs: Map<number, number>): void {
  const at = f.start + x.offset;
  const pc = section.address + at;
  const or = (offset: number, bits: number): void => view.setUint32(offset, view.getUint32(offset, true) | bits, true);
  // Also when the value is not known, so that its %pcrel_lo adds no second message.
  if (x.kind === 'pcrel_hi') highs.set(pc, 0);
  const value = finalValue(x.expression);
  const low = (v: number): number => (v << 20) >> 20;
  const high = (v: number): number => ((v + 0x800) >>> 12) & 0xfffff;
  switch (x.kind) {
    case 'byte':
      if ((value | 0) < -128 || (value | 0) > 255) throw new AsmError(`${value | 0} does not fit in a byte`);
      return view.setUint8(at, value);
    case 'half':
      if ((value | 0) < -32768 || (value | 0) > 65535) throw new AsmError(`${value | 0} does not fit in 16 bits`);
      return view.setUint16(at, value, true);
    case 'word':
      return view.setUint32(at, value, true);
    case 'dword': {
      const v = evaluate(x.expression, offsetOf)!;
      return view.setBigUint64(at, BigInt.asUintN(64, v.section ? BigInt(value) : v.value), true);
    }
    case 'branch':
      return or(at, put.immB(reach((value - pc) | 0, 12, 'branch')));
    case 'jal':
      return or(at, put.immJ(reach((value - pc) | 0, 20, 'jump')));
    case 'call':
      or(at, put.immU(high(value - pc)));
      return or(at + 4, put.immI(low(value - pc)));
    case 'hi':
      return or(at, put.immU(high(value)));
    case 'lo_i':
      return or(at, put.immI(low(value)));
    case 'lo_s':
      return or(at, put.immS(low(value)));
    case 'imm_i':
    case 'imm_s':
      if ((value | 0) < -2048 || (value | 0) > 2047) throw new AsmError(`immediate is ${value | 0}; -2048 to 2047 is allowed`);
      return or(at, x.kind === 'imm_i' ? put.immI(value) : put.immS(value));
    case 'pcrel_hi':
      highs.set(pc, value);
      return or(at, put.immU(high(value - pc)));
    case 'pcrel_lo_i':
    case 'pcrel_lo_s': {
      const target = highs.get(value);
      if (target === undefined) throw new AsmError('%pcrel_lo wants the label of an instruction with %pcrel_hi in this section');
      const v = low(target - value);
      return or(at, x.kind === 'pcrel_lo_i' ? put.immI(v) : put.immS(v));
    }
  }
}
