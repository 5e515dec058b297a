// Programs into a machine: ELF executables and raw bytes.

import { GpuvisorError } from '../isa/errors.js';
import { NO_ADDRESS, W, resetState } from '../isa/state.js';
import { type ElfFile, isElf, parseElf } from './elf.js';
import type { Executor, ExecutorConfig } from './executor.js';
import { Placement } from './placement.js';

/** Linkers round segments down to this. */
const PAGE = 4096;

/** A program for a machine: what goes where, and the state it starts with. */
export interface Program {
  readonly writes: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly state: Uint32Array;
  /** The ELF file it came from, for its symbols. */
  readonly elf: ElfFile | undefined;
}

/**
 * Prepares a bare program: an ELF executable by its physical addresses, anything else as raw bytes at the start of RAM. The hart starts in M-mode at the entry;
 * the symbol `tohost` is watched when the file has it.
 * @throws GpuvisorError ELF_INVALID, LOAD_OUTSIDE_RAM, LOAD_OVERLAP
 */
export function prepareProgram(config: ExecutorConfig, file: Uint8Array): Program {
  const placement = new Placement(config);
  if (!isElf(file)) {
    if (file.length === 0) throw new GpuvisorError('ELF_INVALID', 'the program is empty', 'pass an ELF executable or raw code');
    placement.claim('the program', config.map.ramBase, file.length);
    return { writes: [{ address: config.map.ramBase, bytes: file }], state: resetState(config.map.ramBase), elf: undefined };
  }
  const elf = parseElf(file);
  elf.segments.forEach((s, i) => {
    if (s.address < config.map.ramBase && config.map.ramBase - s.address <= PAGE) {
      throw new GpuvisorError(
        'LOAD_OUTSIDE_RAM',
        `segment ${i} of the program begins at 0x${s.address.toString(16)}, just below RAM at 0x${config.map.ramBase.toString(16)}: the linker put the ELF headers before the code`,
        'link with -Wl,-N, or with a linker script',
      );
    }
    placement.claim(`segment ${i} of the program`, s.address, s.size);
  });
  const state = resetState(elf.entry);
  state[W.tohost] = tohostOf(elf, config) ?? NO_ADDRESS;
  const writes = elf.segments.filter((s) => s.bytes.length > 0).map((s) => ({ address: s.address, bytes: s.bytes }));
  return { writes, state, elf };
}

/** The physical address of `tohost`, when the file has the symbol. @throws GpuvisorError ELF_INVALID when it is misaligned */
function tohostOf(elf: ElfFile, config: ExecutorConfig): number | undefined {
  const value = elf.symbols.get('tohost');
  if (value === undefined) return undefined;
  if (value % 4 !== 0)
    throw new GpuvisorError('ELF_INVALID', `tohost is at 0x${value.toString(16)}; it must be a multiple of 4`, 'align it with .balign 8');
  const segment = elf.segments.find((s) => value >= s.virtual && value < s.virtual + s.size);
  const physical = segment ? segment.address + (value - segment.virtual) : value;
  new Placement(config).claim('tohost', physical, 4);
  return physical;
}

/** Puts a prepared program into an executor. */
export async function loadProgram(executor: Executor, program: Program): Promise<void> {
  for (const w of program.writes) await executor.writeMemory(w.address, w.bytes);
  await executor.writeState(program.state);
}
