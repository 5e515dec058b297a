// A machine with a bare program in it: the short way from an ELF file to a run.

import type { Executor, ExecutorConfig } from './executor.js';
import { loadProgram, prepareProgram } from './load.js';
import { type Machine, type MachineOptions, createMachine } from './machine.js';
import { MEMORY_MAPS, type MapName, checkMemoryMb } from './map.js';
import { writePages } from './sparse.js';

export interface ProgramOptions {
  /** An ELF executable for rv32, or raw code. */
  readonly program: Uint8Array;
  /** Makes the executor. */
  readonly executorFactory: (config: ExecutorConfig) => Executor | Promise<Executor>;
  /** The map the program is linked for; `virt` (RAM at 0x80000000, where `assemble` puts programs) unless told otherwise. */
  readonly map?: MapName;
  /** RAM, MiB; 64 on `visual` and 1 on `virt` unless told otherwise. */
  readonly memoryMb?: number;
  readonly machine?: MachineOptions;
}

/** A machine with a bare program in it, and how to start over. */
export interface BootedProgram {
  readonly machine: Machine;
  /** Loads the program again, into RAM that is zero. */
  restart(): Promise<void>;
}

/**
 * Makes a machine and puts a bare program into it; the first `run` starts it in M-mode at its entry. A store to the program's `tohost` ends
 * a run with exit `tohost`.
 * @throws GpuvisorError BAD_MEMORY_SIZE, ELF_INVALID, LOAD_OUTSIDE_RAM, LOAD_OVERLAP, and whatever the factory throws
 */
export async function bootProgram(options: ProgramOptions): Promise<Machine> {
  return (await startProgram(options)).machine;
}

/** As bootProgram, with a way to start over. */
export async function startProgram(options: ProgramOptions): Promise<BootedProgram> {
  const map = MEMORY_MAPS[options.map ?? 'virt'];
  const memoryMb = options.memoryMb ?? (map.hole.size > 0 ? 64 : 1);
  checkMemoryMb(map, memoryMb);
  const config: ExecutorConfig = { map, ramSize: memoryMb * (1 << 20) };
  const program = prepareProgram(config, options.program);
  const executor = await options.executorFactory(config);
  try {
    await loadProgram(executor, program);
    const machine = createMachine(executor, options.machine);
    const restart = (): Promise<void> =>
      machine.reset(program.state, async (ram) => {
        await writePages(ram, new Map());
        for (const w of program.writes) await ram.writeMemory(w.address, w.bytes);
      });
    return { machine, restart };
  } catch (e) {
    executor.dispose();
    throw e;
  }
}
