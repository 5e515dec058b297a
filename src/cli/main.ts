#!/usr/bin/env node
// The command line: what there is to type, and what it means. Each command is a file beside this one.

import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { parseBackend } from './backend.js';
import { boot } from './boot.js';
import { address, collectSegments, inspect, pack, unpack, verify } from './cartridge.js';
import { DEFAULT_SIZES, SUITES } from '../conformance/suites.js';
import { conformance, parseSuites } from './conformance.js';
import { doctor } from './doctor.js';
import { STATUS, printError, statusOf } from './errors.js';
import { collectMounts } from './mounts.js';
import type { McpArguments } from './mcp/mcp.js';
import { headless, mapName, memoryMb, pattern, portNumber, seconds, wholeNumber } from './options.js';
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
    .argument('[cartridge]', 'a .rts.png file, its URL, or a built-in name: linux, desk (windows on a screen), mmu (a bare program)')
    .option('--kernel <file>', 'Linux Image; default: the guest built by `npm run guest`')
    .option('--initramfs <file>', 'cpio archive; default: the one of the built guest')
    .option(
      '--disk <file>',
      "disk image, written to as the guest flushes, or a disk cartridge; default: a throw-away view of the built guest's disk",
    )
    .option(
      '--mount <file:path>',
      'a file or URL at an absolute path in the guest, read-only unless :rw follows; repeatable',
      collectMounts,
    )
    .option('--shared-out <folder>', 'save what the guest leaves in /shared into a new folder at the end')
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
  gpuvisor boot desk --timeout 60 --screenshot desk.png
  gpuvisor boot https://example.com/linux.rts.png --disk my.ext4
  gpuvisor boot --mount input.csv:/data/input.csv --mount https://example.com/a.sh:/tmp/a.sh:rw --shared-out results
  gpuvisor boot --until 'gpuvisor:~# ' --timeout 600 --screenshot boot.png
  printf 'uname -a\\npoweroff\\n' | gpuvisor boot
  gpuvisor boot --disk my.ext4 --memory 128 --append quiet
  gpuvisor boot --until '# ' --save shell.snap && gpuvisor boot --load shell.snap
  gpuvisor boot --map virt --firmware fw_jump.bin --kernel Image --initramfs rootfs.cpio`,
    )
    .action(async (cartridge: string | undefined, options: Parameters<typeof boot>[0]) =>
      act(await boot(cartridge === undefined ? options : { ...options, cartridge })),
    );

  addCartridgeCommands(program, act);

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
    .command('mcp')
    .description('serve the tools to MCP clients (Claude, Cursor and others) over standard input and output')
    .option('--headless <where>', 'node: machines in this process, without a browser; browser: one without a window', headless)
    .option('--backend <name>', 'with --headless node: gpu or reference', parseBackend, 'gpu' as const)
    .option('--root <folder>', 'with --headless node: agents may boot and mount files below this folder')
    .option('--snapshots <folder>', 'with --headless node: where snapshots are kept')
    .option('--no-network', 'with --headless node: fetch nothing')
    .option('--browser <path>', 'the browser to open the page with; one that is found unless told otherwise')
    .option('--browser-arg <args...>', 'further arguments for it')
    .option('--software', "the browser's software adapter, for machines without a GPU")
    .option('--no-launch', 'open no browser: the address of the page is printed on standard error')
    .option('--port <n>', 'port of the page on localhost; any free one unless told otherwise', portNumber, 0)
    .addHelpText(
      'after',
      `
Examples:
  claude mcp add gpuvisor -- npx -y gpuvisor mcp
  gpuvisor mcp --headless node --backend reference
  gpuvisor mcp --headless browser --software`,
    )
    .action(async (options: McpArguments) => {
      const { mcp } = await import('./mcp/mcp.js');
      act(await mcp(options));
    });

  program
    .command('doctor')
    .description('say what this machine has, what is missing and how to install it')
    .action(async () => act(await doctor()));

  return program;
}

function addCartridgeCommands(program: Command, act: (status: number) => void): void {
  const cartridge = program
    .command('cartridge')
    .description('pack, unpack, inspect and verify .rts.png cartridges')
    .addHelpText(
      'after',
      `
A cartridge is a PNG picture whose pixels are bytes: a kernel with what belongs to it, a disk, a program, or any files,
each with its SHA-256. It can be sent and shown like any picture, as long as nobody saves it anew.

Examples:
  gpuvisor cartridge pack linux.rts.png --kernel Image --initramfs rootfs.cpio --boot-args 'console=ttyS0 quiet'
  gpuvisor cartridge pack disk.rts.png --disk my.ext4
  gpuvisor cartridge inspect linux.rts.png --preview map.png
  gpuvisor boot linux.rts.png --disk disk.rts.png`,
    );

  cartridge
    .command('pack')
    .description('make a cartridge of files')
    .argument('<out>', 'the cartridge to write; it replaces a file of that name')
    .option('--kernel <file>', 'Linux Image for rv32, uncompressed')
    .option('--program <file>', 'a bare program, ELF for rv32, instead of a kernel')
    .option('--initramfs <file>', 'cpio archive')
    .option('--firmware <file>', "firmware instead of gpuvisor's own, as OpenSBI's fw_jump.bin (with --map virt)")
    .option('--dtb <file>', 'device tree blob instead of the generated one')
    .option('--disk <file>', 'disk image')
    .option('--boot-args <text>', "the kernel's whole command line; console=ttyS0 unless told otherwise")
    .option('--memory <mib>', 'RAM it wants, 64 unless told otherwise', memoryMb)
    .option('--map <name>', 'memory map: visual or virt; default: visual for a Linux Image, what it is linked for for an ELF', mapName)
    .option('--entry <address>', 'where an ELF is entered instead of at its own entry, as 0x80000000', address)
    .option('--segment <name=file>', 'any other file as a segment, as glyphs=glyphs.json; repeatable', collectSegments)
    .option('--name <text>', 'what it is called; default: the name of the file')
    .option('--content-version <text>', 'version of what is in it')
    .option('--no-compress', 'leave the bytes as they are, so that they can be seen in the picture')
    .addHelpText(
      'after',
      `
The same files give the same cartridge, byte for byte, on every machine.

Examples:
  gpuvisor cartridge pack linux.rts.png --kernel Image --initramfs rootfs.cpio --memory 128 --content-version 6.12
  gpuvisor cartridge pack hello.rts.png --program hello.elf
  gpuvisor cartridge pack sbi.rts.png --kernel Image --firmware fw_jump.bin --map virt
  gpuvisor cartridge pack data.rts.png --segment table=table.csv --segment readme=README.md`,
    )
    .action(async (out: string, options: Parameters<typeof pack>[1]) => act(await pack(out, options)));

  cartridge
    .command('unpack')
    .description('write the segments of a cartridge into files')
    .argument('<cartridge>', 'a .rts.png file or its URL')
    .option('--out <folder>', 'a new or empty folder; default: the name of the cartridge')
    .addHelpText(
      'after',
      `
Every hash is verified before the first file is written. The files are called as the segments are: kernel, initramfs, disk, boot.

Examples:
  gpuvisor cartridge unpack linux.rts.png
  gpuvisor cartridge unpack https://example.com/linux.rts.png --out linux`,
    )
    .action(async (place: string, options: Parameters<typeof unpack>[1]) => act(await unpack(place, options)));

  cartridge
    .command('inspect')
    .description('say what a cartridge says about itself')
    .argument('<cartridge>', 'a .rts.png file or its URL')
    .option('--json', 'as JSON')
    .option('--preview <file>', 'draw where the segments lie, as PNG')
    .addHelpText(
      'after',
      `
Only the metadata is read; \`gpuvisor cartridge verify\` shows whether the rest is whole.

Examples:
  gpuvisor cartridge inspect linux.rts.png
  gpuvisor cartridge inspect linux.rts.png --preview map.png
  gpuvisor cartridge inspect linux.rts.png --json`,
    )
    .action(async (place: string, options: Parameters<typeof inspect>[1]) => act(await inspect(place, options)));

  cartridge
    .command('verify')
    .description('read cartridges to the last byte and verify every hash')
    .argument('<cartridges...>', '.rts.png files or URLs')
    .addHelpText(
      'after',
      `
Exit status 0 when all of them are whole, 1 when one is not; the reason is on standard error.

Examples:
  gpuvisor cartridge verify linux.rts.png disk.rts.png`,
    )
    .action(async (places: string[]) => act(await verify(places)));
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
