// gpuvisor run: bare programs, one on a machine of its own, several side by side as a fleet.

import type { WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { GpuvisorError } from '../isa/errors.js';
import { EXIT, UART_TX_CAPACITY, W } from '../isa/state.js';
import type { ExecutorConfig } from '../machine/executor.js';
import { loadProgram, prepareProgram } from '../machine/load.js';
import { createMachine } from '../machine/machine.js';
import { MEMORY_MAPS, checkMemoryMb } from '../machine/map.js';
import { completeMmio } from '../machine/mmio.js';
import { ReferenceHart } from '../reference/index.js';
import { backendFactory } from './backend.js';
import { haltStatus } from './boot.js';
import { before, commitLine } from './commit-log.js';
import { STATUS } from './errors.js';
import { readInput, writeOutput } from './files.js';
import { runFleet } from './fleet.js';
import { exitCode, serveCall } from './htif.js';
import { Meter, pump } from './pump.js';
import type { RunArguments } from './run-arguments.js';
import { formatSignature, signatureRange, signatureTarget } from './signature.js';

const DEFAULT_MB = 64;

/** Runs the programs; the exit status is the program's own, or for a fleet whether all passed. */
export async function run(args: RunArguments): Promise<number> {
  check(args);
  if (args.files.length > 1) return runFleet(args);
  const path = args.files[0]!;
  const map = MEMORY_MAPS[args.map];
  const memoryMb = args.memory ?? DEFAULT_MB;
  checkMemoryMb(map, memoryMb);
  const config: ExecutorConfig = { map, ramSize: memoryMb * (1 << 20) };
  const program = prepareProgram(config, await readInput('program', path));
  const wanted = signatureTarget(args, path);
  const range = wanted === undefined ? undefined : signatureRange(program.elf, path);
  const signature = wanted === undefined || !range ? undefined : { path: wanted, ...range };
  if (args.logCommits !== undefined) return runLogged(args, config, program, signature);

  const factory = backendFactory(args.backend);
  const executor = await factory.create(config);
  await loadProgram(executor, program);
  const machine = createMachine(executor);
  machine.onConsole((bytes) => process.stdout.write(bytes));
  let interrupted = false;
  const onSignal = (): void => void (interrupted ? process.exit(STATUS.INTERRUPTED) : (interrupted = true));
  process.on('SIGINT', onSignal);
  const meter = new Meter();
  try {
    let code: number | undefined;
    let left = args.maxInstructions;
    while (code === undefined) {
      const began = machine.steps;
      const { result, stopped } = await pump(machine, meter, () => interrupted, left);
      left -= machine.steps - began;
      if (stopped && interrupted) return STATUS.INTERRUPTED;
      if (result.exit === 'tohost')
        code = exitCode(result.value) ?? (await serveCall(machine, program.elf!, program.state[W.tohost]!, result.value));
      else if (result.exit === 'halt') code = haltStatus(result.value);
      else if (result.exit === 'wfi') {
        throw new GpuvisorError(
          'TIMEOUT',
          `${path} waits for an interrupt that nothing will raise (pc 0x${(await machine.readState())[W.pc]!.toString(16)})`,
          'enable a timer before wfi, or end the program with a store to tohost',
        );
      }
      if (code === undefined && left <= 0) throw outOfBudget(path, args.maxInstructions, (await machine.readState())[W.pc]!);
    }
    if (signature) {
      const bytes = await machine.readMemory(signature.base, signature.size);
      await writeOutput('signature', signature.path, formatSignature(bytes, args.signatureGranularity));
    }
    process.stderr.write(`${code === 0 ? 'pass' : `exit ${code}`}  ${path}  ${meter.line(factory.name())}\n`);
    return code & 0xff || (code === 0 ? 0 : STATUS.FAILED);
  } finally {
    process.off('SIGINT', onSignal);
    machine.dispose();
  }
}

export function outOfBudget(path: string, budget: number, pc: number): GpuvisorError {
  return new GpuvisorError(
    'TIMEOUT',
    `${path} did not end within ${budget} instructions (pc 0x${pc.toString(16)})`,
    'give it more with --max-instructions; a program ends by storing to tohost or to the test device',
  );
}

function check(args: RunArguments): void {
  if (args.files.length > 1 && args.signature !== undefined) {
    throw new GpuvisorError('BAD_ARGUMENT', `--signature with ${args.files.length} programs; it names one file`, 'use --signature-dir DIR');
  }
  if (args.files.length > 1 && args.logCommits !== undefined) {
    throw new GpuvisorError('BAD_ARGUMENT', `--log-commits with ${args.files.length} programs; it logs one`, 'run them one by one');
  }
  if (![1, 2, 4, 8, 16].includes(args.signatureGranularity)) {
    throw new GpuvisorError('BAD_ARGUMENT', `--signature-granularity is ${args.signatureGranularity}; it takes 1, 2, 4, 8 or 16`, 'use 4');
  }
}

/** Single steps on the reference hart, one log line an instruction. */
async function runLogged(
  args: RunArguments,
  config: ExecutorConfig,
  program: ReturnType<typeof prepareProgram>,
  signature: { path: string; base: number; size: number } | undefined,
): Promise<number> {
  const hart = new ReferenceHart(config);
  await loadProgram(hart, program);
  const log = await openLog(args.logCommits!);
  try {
    for (let n = 0; n < args.maxInstructions; n++) {
      const about = await before(hart);
      const { exit } = hart.runSync(1);
      if (exit === EXIT.MMIO) completeMmio(hart.state);
      const line = about && commitLine(about, hart);
      if (line !== undefined && !log.write(`${line}\n`)) await new Promise<void>((resolve) => log.once('drain', () => resolve()));
      drain(hart.state);
      const value = hart.state[W.exit_value]!;
      const code = exit === EXIT.TOHOST ? (exitCode(value) ?? STATUS.FAILED) : exit === EXIT.HALT ? haltStatus(value) : undefined;
      if (code === undefined) continue;
      if (signature) {
        await writeOutput(
          'signature',
          signature.path,
          formatSignature(await hart.readMemory(signature.base, signature.size), args.signatureGranularity),
        );
      }
      return code;
    }
    throw outOfBudget(args.files[0]!, args.maxInstructions, hart.state[W.pc]!);
  } finally {
    await new Promise<void>((resolve) => log.end(() => resolve()));
    hart.dispose();
  }
}

/** Opens the commit log. @throws GpuvisorError FILE_NOT_FOUND */
async function openLog(path: string): Promise<WriteStream> {
  try {
    return (await open(path, 'w')).createWriteStream();
  } catch (cause) {
    throw new GpuvisorError(
      'FILE_NOT_FOUND',
      `commit log ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      'check the path',
      { cause },
    );
  }
}

/** Prints what stands in the transmit ring. */
function drain(s: Uint32Array): void {
  const count = (s[W.uart_tx_in]! - s[W.uart_tx_out]!) >>> 0;
  if (count === 0) return;
  process.stdout.write(Uint8Array.from({ length: count }, (_, i) => s[W.uart_tx + ((s[W.uart_tx_out]! + i) % UART_TX_CAPACITY)]!));
  s[W.uart_tx_out] = s[W.uart_tx_in]!;
}
