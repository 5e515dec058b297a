// Sections of a program being assembled: fragments of fixed bytes, each ended by something whose size layout decides.

import type { Expression } from './expression.js';
import type { Location } from './source.js';

/** How a value goes into the bytes at a fixup (psABI, relocations). */
export type FixupKind =
  | 'byte'
  | 'half'
  | 'word'
  | 'dword'
  | 'branch'
  | 'jal'
  | 'call'
  | 'hi'
  | 'lo_i'
  | 'lo_s'
  | 'imm_i'
  | 'imm_s'
  | 'pcrel_hi'
  /** The value is that of the pcrel_hi at the address the expression names. */
  | 'pcrel_lo_i'
  | 'pcrel_lo_s';

export interface Fixup {
  /** Offset into the fragment's bytes. */
  readonly offset: number;
  readonly kind: FixupKind;
  readonly expression: Expression;
  readonly location: Location;
}

/** What ends a fragment. */
export type Tail =
  | { readonly kind: 'align'; readonly alignment: number; readonly fill: number | undefined; readonly most: number }
  | { readonly kind: 'org'; readonly target: Expression; readonly fill: number; readonly location: Location }
  /** A conditional branch that becomes an inverted branch over a jump when its target is out of reach. */
  | { readonly kind: 'branch'; readonly word: number; readonly target: Expression; readonly location: Location };

export interface Fragment {
  readonly bytes: number[];
  readonly fixups: Fixup[];
  /** First instruction after a start or after data: layout checks that it is aligned. */
  readonly code: { readonly offset: number; readonly location: Location }[];
  tail: Tail | undefined;
  /** Set by layout: offset in the section, bytes of the tail, and whether a branch became long. */
  start: number;
  tailSize: number;
  long: boolean;
}

export class Section {
  readonly fragments: Fragment[] = [newFragment()];
  /** Bytes; a power of two. */
  alignment: number;
  /** Set by layout. */
  address = 0;
  size = 0;
  constructor(
    readonly name: string,
    readonly flags: { readonly write: boolean; readonly execute: boolean; readonly nobits: boolean; readonly alloc: boolean },
  ) {
    this.alignment = flags.execute ? 4 : 1;
  }

  get last(): Fragment {
    return this.fragments[this.fragments.length - 1]!;
  }

  /** Ends the current fragment with `tail`. */
  end(tail: Tail): void {
    this.last.tail = tail;
    this.fragments.push(newFragment());
  }
}

function newFragment(): Fragment {
  return { bytes: [], fixups: [], code: [], tail: undefined, start: 0, tailSize: 0, long: false };
}

const KNOWN: readonly (readonly [RegExp, string, boolean])[] = [
  [/^\.(text|init|fini)(\.|$)/, 'ax', false],
  [/^\.(rodata|rodata1)(\.|$)/, 'a', false],
  [/^\.(bss|sbss)(\.|$)/, 'aw', true],
  [/^\.(data|sdata|data1|tdata)(\.|$)/, 'aw', false],
];

/** Makes a section; flags and type default by name as in GNU as. */
export function makeSection(name: string, flags?: string, type?: string): Section {
  const known = KNOWN.find(([pattern]) => pattern.test(name));
  const text = flags ?? known?.[1] ?? '';
  return new Section(name, {
    alloc: text.includes('a'),
    write: text.includes('w'),
    execute: text.includes('x'),
    nobits: type === undefined ? (known?.[2] ?? false) : type === 'nobits',
  });
}
