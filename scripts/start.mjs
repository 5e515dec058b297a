// npm start: from a fresh clone to a Linux prompt. Installs what is missing, builds, builds the guest once, then `gpuvisor boot ARGS`.
// Needs nothing but Node.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(ROOT, 'dist/.built');
const args = process.argv.slice(2);

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(what, command, commandArgs) {
  const { status, error } = spawnSync(command, commandArgs, { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status === 0) return;
  process.stderr.write(`START_FAILED: ${what} failed; its output is above.\n`);
  process.exit(status ?? 1);
}

/** Compiles src/ into dist/, when something changed. */
function build() {
  const sources = Math.max(...['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json'].map((name) => newest(join(ROOT, name))));
  if (existsSync(STAMP) && statSync(STAMP).mtimeMs > sources) return;
  process.stderr.write('Compiling gpuvisor ...\n');
  run('the compiler', 'npm', ['run', '--silent', 'build']);
  writeFileSync(STAMP, '');
}

if (!setup('start')) process.exit(1);
build();
const own = ['--kernel', '--help', '-h'].some((option) => args.some((arg) => arg === option || arg.startsWith(`${option}=`)));
if (!own) run('the build of the guest', process.execPath, [join(ROOT, 'guest/build.mjs')]);

// Ctrl-C belongs to the machine: it ends it in good order.
process.on('SIGINT', () => {});
const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), 'boot', ...args], { stdio: 'inherit' });
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
