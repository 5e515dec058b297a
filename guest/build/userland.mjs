// What runs in user space: the musl C library, a compiler driver for it over riscv64-unknown-elf-gcc,
// BusyBox, and our own programs of guest/demos.

import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { GUEST_FOLDER } from './cache.mjs';
import { GuestBuildError } from './command.mjs';
import { installHeaders, missingAnswers } from './kernel.mjs';

const TOOL = 'riscv64-unknown-elf-';
const TARGET_FLAGS = ['-march=rv32ima_zicsr', '-mabi=ilp32'];
// The compiler has no libgcc for rv32ima; the one for rv32im is the same code without floating-point registers.
const LIBGCC_FLAGS = ['-march=rv32im', '-mabi=ilp32', '-print-libgcc-file-name'];
const JOBS = `-j${availableParallelism()}`;

async function unpackSource(dsc, folder, commands) {
  await commands.run('dpkg-source', ['-x', dsc, folder]);
  return folder;
}

/** Builds musl into `output` (`include/`, `lib/`), with the kernel's headers beside its own. */
export async function buildLibc(output, { work, commands, packages }) {
  const tree = await unpackSource(packages.musl, join(work, 'musl'), commands);
  await commands.run('sh', ['./configure', '--target=riscv32-linux-musl', '--disable-shared', '--prefix=/'], {
    cwd: tree,
    env: { CC: [`${TOOL}gcc`, ...TARGET_FLAGS].join(' '), AR: `${TOOL}ar`, RANLIB: `${TOOL}ranlib` },
  });
  await commands.run('make', [JOBS], { cwd: tree });
  await commands.run('make', [`DESTDIR=${output}`, 'install-headers', 'install-libs'], { cwd: tree });
  await installHeaders(output, { work, commands });
}

/**
 * Writes into `work` a compiler driver `riscv32-musl-gcc` that compiles and links statically against the musl in `libc`;
 * returns its path. Its behaviour is a gcc specs file: which headers, which start files, which libraries.
 */
export async function compilerDriver(work, libc, commands) {
  const libgcc = (await commands.run(`${TOOL}gcc`, LIBGCC_FLAGS)).trim();
  const include = (await commands.run(`${TOOL}gcc`, ['-print-file-name=include'])).trim();
  const headers = `-nostdinc -isystem ${libc}/include -isystem ${include} -D__linux__ -D__linux -D__gnu_linux__ -D__unix__`;
  const specs = {
    cpp_options: `${headers} %(base_cpp_options)`,
    cc1: headers,
    link: `-melf32lriscv -nostdlib -static -L${libc}/lib %{mno-relax:--no-relax}`,
    startfile: `${libc}/lib/crt1.o ${libc}/lib/crti.o`,
    endfile: `${libc}/lib/crtn.o`,
    lib: '-lc',
    libgcc,
    link_gcc_c_sequence: '--start-group %L %G --end-group',
  };
  const entries = Object.entries(specs).map(([name, value]) => `*${name}:\n${value}\n`);
  // gcc wants a blank line between entries, and after the last.
  writeFileSync(join(work, 'musl.specs'), `%rename cpp_options base_cpp_options\n\n${entries.join('\n')}\n`);
  const driver = join(work, 'riscv32-musl-gcc');
  writeFileSync(driver, `#!/bin/sh\nexec ${TOOL}gcc ${TARGET_FLAGS.join(' ')} -specs='${join(work, 'musl.specs')}' "$@"\n`);
  chmodSync(driver, 0o755);
  return driver;
}

/** The `.config` text with the fragment's answers in place of its own (BusyBox's kconfig has no KCONFIG_ALLCONFIG). */
export function mergeAnswers(config, fragment) {
  const answers = new Map();
  for (const line of fragment.split('\n')) {
    const answer = /^(CONFIG_\w+)=(.*)$/.exec(line);
    if (answer) answers.set(answer[1], answer[2]);
  }
  const rest = config.split('\n').filter((line) => !answers.has(/^(?:# )?(CONFIG_\w+)[= ]/.exec(line)?.[1]));
  const lines = [...answers].map(([name, value]) => (value === 'n' ? `# ${name} is not set` : `${name}=${value}`));
  return `${[...rest, ...lines].join('\n')}\n`;
}

/** Builds the static `busybox` and `busybox.links` (one path a line) into `output`. */
export async function buildBusybox(output, { work, commands, packages, libc }) {
  const tree = await unpackSource(packages.busybox, join(work, 'busybox'), commands);
  const driver = await compilerDriver(work, libc, commands);
  const fragment = readFileSync(join(GUEST_FOLDER, 'busybox/config.fragment'), 'utf8');
  const config = join(tree, '.config');
  await commands.run('make', ['allnoconfig'], { cwd: tree });
  writeFileSync(config, mergeAnswers(readFileSync(config, 'utf8'), fragment));
  await commands.run('make', ['oldconfig'], { cwd: tree, input: '\n'.repeat(5000) });
  const missing = missingAnswers(fragment, readFileSync(config, 'utf8'));
  if (missing.length > 0) {
    throw new GuestBuildError(
      `BusyBox's configuration did not take: ${missing.join(', ')}.`,
      'An option was renamed, or one it depends on is missing in guest/busybox/config.fragment.',
      'GUEST_CONFIG_REFUSED',
    );
  }
  const tools = [
    `CC=${driver}`,
    `LD=${TOOL}ld -melf32lriscv`,
    ...['ar', 'nm', 'strip', 'objcopy'].map((tool) => `${tool.toUpperCase()}=${TOOL}${tool}`),
  ];
  await commands.run('make', [JOBS, ...tools, 'busybox', 'busybox.links'], { cwd: tree, env: { SOURCE_DATE_EPOCH: '1767225600' } });
  copyFileSync(join(tree, 'busybox'), join(output, 'busybox'));
  copyFileSync(join(tree, 'busybox.links'), join(output, 'busybox.links'));
}

/** Compiles every program of guest/demos into `output`: a file `name.c`, or a folder `name` of such files. */
export async function buildDemos(output, { work, commands, libc }) {
  mkdirSync(work, { recursive: true });
  const driver = await compilerDriver(work, libc, commands);
  const folder = join(GUEST_FOLDER, 'demos');
  const isSource = (name) => name.endsWith('.c');
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const sources = entry.isDirectory()
      ? readdirSync(path)
          .filter(isSource)
          .sort()
          .map((name) => join(path, name))
      : [path].filter(isSource);
    if (sources.length === 0) continue;
    const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-s', '-o', join(output, basename(entry.name, '.c'))];
    await commands.run(driver, [...flags, ...sources]);
  }
}
