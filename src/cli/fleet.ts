// Several programs side by side: one machine each, all in one fleet, a pass or fail line each.

import { GpuvisorError } from '../isa/errors.js';
import { EXIT, STATE_WORDS, W } from '../isa/state.js';
import type { ExecutorConfig } from '../machine/executor.js';
import { advanceTime, isWaiting, nextDeadline } from '../machine/interrupts.js';
import { type Program, prepareProgram } from '../machine/load.js';
import { MEMORY_MAPS, checkMemoryMb } from '../machine/map.js';
import { completeMmio } from '../machine/mmio.js';
import { backendFactory } from './backend.js';
import { haltStatus } from './boot.js';
import { STATUS, printError } from './errors.js';
import { readInput, writeOutput } from './files.js';
import { exitCode } from './htif.js';
import type { RunArguments } from './run-arguments.js';
import { formatSignature, makeSignatureDir, signatureRange, signatureTarget } from './signature.js';

/** RAM of each machine unless told otherwise: the smallest power of two, from 64 KiB, that holds every program with as much again for its stack. */
const LEAST_RAM = 1 << 16;
/** Steps between two looks at the machines. */
const ROUND = 1_000_000;
/** Machines in one fleet; more programs run in several. */
const FLEET_SIZE = 256;
/** RAM of one fleet at most. */
const FLEET_BYTES = 1 << 28;

interface Entry {
  readonly path: string;
  readonly program: Program;
  readonly signature: { readonly path: string; readonly base: number; readonly size: number } | undefined;
}

interface Outcome {
  /** Exit code, or why there is none. */
  readonly code: number | string;
  readonly instructions: number;
}

/** Runs every program; 0 when all passed. */
export async function runFleet(args: RunArguments): Promise<number> {
  const map = MEMORY_MAPS[args.map];
  if (args.memory !== undefined) checkMemoryMb(map, args.memory);
  await makeSignatureDir(args.signatureDir);
  const largest: ExecutorConfig = { map, ramSize: (args.memory ?? 64) * (1 << 20) };
  const entries: Entry[] = [];
  let failures = 0;
  let ramSize = LEAST_RAM;
  for (const path of args.files) {
    try {
      const program = prepareProgram(largest, await readInput('program', path));
      const target = signatureTarget(args, path);
      entries.push({ path, program, signature: target === undefined ? undefined : { path: target, ...signatureRange(program.elf, path) } });
      while (ramSize < 2 * extent(program, map.ramBase)) ramSize *= 2;
    } catch (e) {
      failures++;
      process.stdout.write(`fail  ${path}\n`);
      printError(e);
    }
  }
  const config: ExecutorConfig = { map, ramSize: args.memory === undefined ? Math.min(ramSize, largest.ramSize) : largest.ramSize };
  const size = Math.max(1, Math.min(FLEET_SIZE, Math.floor(FLEET_BYTES / config.ramSize)));
  const factory = backendFactory(args.backend);
  const began = performance.now();
  let instructions = 0;
  for (let at = 0; at < entries.length; at += size) {
    const group = entries.slice(at, at + size);
    process.stderr.write(`running ${at + 1} to ${at + group.length} of ${entries.length} programs side by side\n`);
    const outcomes = await runGroup(group, config, args, factory);
    for (const [i, outcome] of outcomes.entries()) {
      const passed = outcome.code === 0;
      if (!passed) failures++;
      instructions += outcome.instructions;
      const why = passed ? '' : `  ${typeof outcome.code === 'number' ? `exit ${outcome.code}` : outcome.code}`;
      process.stdout.write(`${passed ? 'pass' : 'fail'}  ${group[i]!.path}${why}\n`);
    }
  }
  const s = (performance.now() - began) / 1000;
  process.stdout.write(`${args.files.length - failures} passed, ${failures} failed\n`);
  process.stderr.write(`${instructions.toLocaleString('en-US')} instructions in ${s.toFixed(2)} s on ${factory.name()}\n`);
  return failures === 0 ? STATUS.OK : STATUS.FAILED;
}

/** Bytes from the start of RAM to the end of a program. */
function extent(program: Program, ramBase: number): number {
  const ends = program.elf ? program.elf.segments.map((s) => s.address + s.size) : program.writes.map((w) => w.address + w.bytes.length);
  return Math.max(...ends) - ramBase;
}

async function runGroup(
  entries: readonly Entry[],
  config: ExecutorConfig,
  args: RunArguments,
  factory: ReturnType<typeof backendFactory>,
): Promise<Outcome[]> {
  const fleet = await factory.createFleet(config, entries.length);
  try {
    const ram = new Uint8Array(entries.length * config.ramSize);
    let states: Uint32Array = new Uint32Array(entries.length * STATE_WORDS);
    entries.forEach(({ program }, i) => {
      for (const w of program.writes) ram.set(w.bytes, i * config.ramSize + (w.address - config.map.ramBase));
      states.set(program.state, i * STATE_WORDS);
    });
    await fleet.writeMemories(ram);
    await fleet.writeStates(states);
    const outcomes: (Outcome | undefined)[] = entries.map(() => undefined);
    for (let spent = 0; spent < args.maxInstructions && outcomes.includes(undefined);) {
      const budget = Math.min(ROUND, args.maxInstructions - spent);
      const results = await fleet.run(budget);
      spent += budget;
      states = await fleet.readStates();
      let touched = false;
      let memories: Uint8Array | undefined;
      for (const [i, { exit }] of results.entries()) {
        if (outcomes[i]) continue;
        const state = states.subarray(i * STATE_WORDS, (i + 1) * STATE_WORDS);
        const code = codeOf(exit, state);
        if (code !== undefined) {
          outcomes[i] = { code, instructions: state[W.retired]! };
          const { signature } = entries[i]!;
          if (signature) {
            memories ??= await fleet.readMemories();
            const from = i * config.ramSize + (signature.base - config.map.ramBase);
            await writeOutput(
              'signature',
              signature.path,
              formatSignature(memories.subarray(from, from + signature.size), args.signatureGranularity),
            );
          }
        } else if (exit === EXIT.MMIO) {
          completeMmio(state);
          touched = true;
        } else if (exit === EXIT.WFI) {
          advanceTime(state, nextDeadline(state) ?? 0n);
          touched = true;
        } else if (exit === EXIT.UART) {
          state[W.uart_tx_out] = state[W.uart_tx_in]!;
          touched = true;
        }
      }
      if (touched) await fleet.writeStates(states);
    }
    return outcomes.map(
      (o, i) => o ?? { code: `no end within ${args.maxInstructions} instructions`, instructions: states[i * STATE_WORDS + W.retired]! },
    );
  } catch (e) {
    if (e instanceof GpuvisorError && e.code === 'OUT_OF_MEMORY') {
      throw new GpuvisorError(e.code, e.message, 'give each machine less with --memory, or run fewer programs at once', { cause: e });
    }
    throw e;
  } finally {
    fleet.dispose();
  }
}

/** The exit code that ends a machine of the fleet, or why it cannot go on; undefined while it can. */
function codeOf(exit: number, state: Uint32Array): number | string | undefined {
  if (exit === EXIT.TOHOST) return exitCode(state[W.exit_value]!) ?? 'asked for a system call, which a fleet does not serve';
  if (exit === EXIT.HALT) return haltStatus(state[W.exit_value]!);
  if (exit === EXIT.WFI && isWaiting(state) && nextDeadline(state) === undefined) return 'waits for an interrupt that nothing will raise';
  return undefined;
}
