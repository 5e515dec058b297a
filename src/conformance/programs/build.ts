// The programs of riscv-tests/ as machine images: one of them, assembled for one environment.

import { GpuvisorError } from '../../isa/errors.js';
import { STATE_WORDS, W, assemble, resetState, type ElfSection } from '../../isa/index.js';
import { MEMORY_MAPS, type MemoryMap } from '../../machine/map.js';
import { INCLUDES, PROGRAMS } from './programs.generated.js';

/** `bare`: M-mode on physical addresses. `virtual`: U-mode under Sv32, with demand paging. */
export type Environment = 'bare' | 'virtual';

/** One file of riscv-tests/. */
export interface ProgramSource {
  readonly name: string;
  /** What it proves, in a sentence or two. */
  readonly about: string;
  readonly environments: readonly Environment[];
  readonly source: string;
}

/** A program ready to load. Addresses are physical. */
export interface BuiltProgram {
  readonly name: string;
  readonly environment: Environment;
  readonly elf: Uint8Array;
  readonly sections: readonly ElfSection[];
  readonly symbols: ReadonlyMap<string, number>;
  readonly entry: number;
  readonly tohost: number;
  /** The signature's first byte, and the byte behind its last. */
  readonly signature: { readonly begin: number; readonly end: number };
}

/** The map every program is linked for, and the RAM it may use, bytes. */
export const PROGRAM_MAP: MemoryMap = MEMORY_MAPS.virt;
export const PROGRAM_RAM = 256 * 1024;

/** Every program in every environment it is written for, as [name, environment]. */
export function programList(): readonly (readonly [string, Environment])[] {
  return PROGRAMS.flatMap((p) => p.environments.map((e): readonly [string, Environment] => [p.name, e]));
}

/**
 * Assembles a program. With `keepGoing` failed checks show in the signature only, and the program runs to its end: for comparisons
 * with a machine that departs from the manual.
 * @throws GpuvisorError BAD_ARGUMENT for a name or an environment that is not there
 */
export function buildProgram(name: string, environment: Environment, options: { readonly keepGoing?: boolean } = {}): BuiltProgram {
  const program = PROGRAMS.find((p) => p.name === name);
  if (!program?.environments.includes(environment)) {
    const known = program ? `${name} is written for ${program.environments.join(' and ')}` : `there are ${PROGRAMS.length} programs`;
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `no program "${name}" for the environment "${environment}"; ${known}`,
      'programList() names them all',
    );
  }
  const symbols: Record<string, number> = {};
  if (environment === 'virtual') symbols['VIRTUAL'] = 1;
  if (options.keepGoing) symbols['KEEP_GOING'] = 1;
  const a = assemble(program.source, { file: `riscv-tests/${name}.s`, base: PROGRAM_MAP.ramBase, symbols, include });
  const address = (symbol: string): number => {
    const value = a.symbols.get(symbol);
    if (value === undefined)
      throw new GpuvisorError('INTERNAL', `${name} has no symbol ${symbol}`, 'every program defines it through include/test.inc');
    return value;
  };
  return {
    name,
    environment,
    elf: a.elf,
    sections: a.sections,
    symbols: a.symbols,
    entry: a.entry,
    tohost: address('tohost'),
    signature: { begin: address('begin_signature'), end: address('end_signature') },
  };
}

function include(name: string): string {
  const text = INCLUDES[name];
  if (text === undefined)
    throw new GpuvisorError('FILE_NOT_FOUND', `riscv-tests/include has no ${name}`, 'run scripts/generate-programs.ts');
  return text;
}

/** Puts a program into one machine's state (STATE_WORDS words) and RAM (PROGRAM_RAM bytes). */
export function placeProgram(program: BuiltProgram, state: Uint32Array, ram: Uint8Array): void {
  for (const s of program.sections) ram.set(s.bytes, s.address - PROGRAM_MAP.ramBase);
  state.set(resetState(program.entry).subarray(0, STATE_WORDS));
  state[W.tohost] = program.tohost;
}

/** The words of a program's signature in its RAM. */
export function readSignature(program: BuiltProgram, ram: Uint8Array): Uint32Array {
  const { begin, end } = program.signature;
  const base = PROGRAM_MAP.ramBase;
  return new Uint32Array(ram.slice(begin - base, end - base).buffer);
}
