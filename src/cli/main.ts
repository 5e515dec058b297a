#!/usr/bin/env node
// The command line: what there is to type, and what it means. Each command is a file beside this one.

import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { parseBackend } from './backend.js';
import { boot } from './boot.js';
import { DEFAULT_SIZES, SUITES } from '../conformance/suites.js';
import { conformance, parseSuites } from './conformance.js';
import { doctor } from './doctor.js';
import { STATUS, printError, statusOf } from './errors.js';
import { mapName, memoryMb, pattern, portNumber, seconds, wholeNumber } from './options.js';
import { run } from './run.js';
import { DEFAULT_PORT, serve } from './serve.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** The program with its commands; `act` gets each command's exit status. */
export function createProgram(act: (status: number) => void): Command {
  const program = new Command('gpuvisor')
    .description('A RISC-V computer that runs on the GPU.')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'error BAD_ARGUMENT: ')) })
    .showHelpAfterError('  gpuvisor --help shows the commands, gpuvisor COMMAND --help their options.')
    .addHelpText(
      'after',
      `
Examples:
  gpuvisor boot                            Linux on the GPU, on this terminal (Ctrl-A x leaves)
  gpuvisor boot --backend reference        the same on the TypeScript hart
  gpuvisor run hello.elf                   a bare program; its exit status comes back
  gpuvisor conformance                     both harts against programs, an oracle and each other
  gpuvisor doctor                          what this machine has and what is missing

Exit status: 0 done, 1 failed, 2 used wrongly, 124 out of time, 130 interrupted; of a guest or program: its own.`,
    );

  program
    .command('boot')
    .description('boot Linux (or another rv32 kernel) and give you its console')
    .option('--kernel <file>', 'Linux Image; default: the guest built by `npm run guest`')
    .option('--initramfs <file>', 'cpio archive; default: the one of the built guest')
    .option('--disk <file>', "disk image, written to as the guest flushes; default: a throw-away view of the built guest's disk")
    .option('--append <text>', 'added to the kernel command line')
    .option('--memory <mib>', 'RAM, 64 unless told otherwise', memoryMb)
    .option('--map <name>', "memory map: visual (with a screen; the default) or virt (QEMU's addresses)", mapName)
    .option('--firmware <file>', "firmware instead of ours, as OpenSBI's fw_jump.bin (with --map virt)")
    .option('--backend <name>', 'gpu or reference', parseBackend, 'gpu' as const)
    .option('--until <regex>', 'leave with status 0 when the console shows this', pattern)
    .option('--timeout <seconds>', 'leave with status 124 after this long', seconds('--timeout'))
    .option('--screenshot <file>', 'save the screen as PNG at the end')
    .option('--save <file>', 'save a snapshot at the end')
    .option('--load <file>', 'go on from a snapshot instead of booting')
    .addHelpText(
      'after',
      `
On a terminal, what you type goes to the guest: Ctrl-A x leaves, Ctrl-A s saves a screenshot, Ctrl-A h shows this.
From a pipe, each line is typed when the guest shows a prompt.

Examples:
  gpuvisor boot
  gpuvisor boot --until 'gpuvisor:~# ' --timeout 600 --screenshot boot.png
  printf 'uname -a\\npoweroff\\n' | gpuvisor boot
  gpuvisor boot --disk my.ext4 --memory 128 --append quiet
  gpuvisor boot --until '# ' --save shell.snap && gpuvisor boot --load shell.snap
  gpuvisor boot --map virt --firmware fw_jump.bin --kernel Image --initramfs rootfs.cpio`,
    )
    .action(async (options: Parameters<typeof boot>[0]) => act(await boot(options)));

  program
    .command('run')
    .description('run bare programs (ELF, or raw code) until they end')
    .argument('<files...>', 'programs; several run side by side as a fleet')
    .option('--backend <name>', 'gpu or reference', parseBackend, 'gpu' as const)
    .option(
      '--map <name>',
      'memory map the program is linked for: virt (RAM at 0x80000000; the default) or visual (RAM at 0)',
      mapName,
      'virt' as const,
    )
    .option('--memory <mib>', 'RAM; default 64, for several programs just enough', memoryMb)
    .option('--max-instructions <n>', 'give up after this many', wholeNumber('--max-instructions'), 100_000_000)
    .option('--signature <file>', 'write the memory from begin_signature to end_signature, as Spike does')
    .option('--signature-granularity <n>', 'bytes a line of a signature', wholeNumber('--signature-granularity'), 4)
    .option('--signature-dir <dir>', 'write NAME.sig for each program')
    .option('--log-commits <file>', "log every retired instruction in Spike's format (single steps on the reference hart)")
    .addHelpText(
      'after',
      `
A program ends by a store to the word \`tohost\` (1 passes, 2n+1 exits with n) or to the test device. What it prints
on the UART appears here.

Examples:
  gpuvisor run hello.elf
  gpuvisor run --backend reference --log-commits hello.log hello.elf
  gpuvisor run --signature-dir sigs tests/*.elf`,
    )
    .action(async (files: string[], options: Omit<Parameters<typeof run>[0], 'files'>) => act(await run({ ...options, files })));

  program
    .command('conformance')
    .description('prove both harts: programs, Sv32 walks, random programs in lockstep, planted bugs')
    .option('--suites <list>', `some of ${SUITES.join(',')}; all unless told otherwise`, parseSuites, [...SUITES])
    .option('--programs <n>', 'random programs in lockstep', wholeNumber('--programs'), DEFAULT_SIZES.programs)
    .option('--walks <n>', 'Sv32 walks on each hart', wholeNumber('--walks'), DEFAULT_SIZES.walks)
    .option('--seed <n>', 'repeat a run; the seed of each run is printed', wholeNumber('--seed', 0))
    .option('--report <file>', 'write the report as JSON')
    .option('--verbose', 'a line for each program')
    .addHelpText(
      'after',
      `
Examples:
  gpuvisor conformance
  gpuvisor conformance --suites programs --verbose
  gpuvisor conformance --suites lockstep --programs 1000 --seed 7 --report report.json`,
    )
    .action(async (options: Parameters<typeof conformance>[0]) => act(await conformance(options)));

  program
    .command('serve')
    .description('serve the conformance and bench pages on this machine, for its browsers')
    .option('--port <n>', 'port on localhost; 0 takes any free one', portNumber, DEFAULT_PORT)
    .action(async (options: Parameters<typeof serve>[0]) => act(await serve(options)));

  program
    .command('doctor')
    .description('say what this machine has, what is missing and how to install it')
    .action(async () => act(await doctor()));

  return program;
}

/** Runs a command line; the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  let status: number = STATUS.OK;
  try {
    await createProgram((s) => (status = s)).parseAsync(['node', 'gpuvisor', ...args]);
    return status;
  } catch (e) {
    if (e instanceof CommanderError) return e.exitCode === 0 ? STATUS.OK : STATUS.USAGE;
    printError(e);
    return statusOf(e);
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const status = await main(process.argv.slice(2));
  // Whatever an adapter's library keeps running must not keep the process; what was printed must arrive first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}
