// `npm test`: installs what is missing, builds the guest once, checks types and lint, runs the suite in Node, Chromium and Firefox,
// and closes with their counts. `npm test -- node` runs one of them, `npm test -- node spec/gpu` a folder of it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const PROJECTS = ['node', 'chromium', 'firefox'];
const HELP = `usage: npm test [-- PROJECT ... [FILTER ...]]

  npm test                     everything, in ${PROJECTS.join(', ')}
  npm test -- node             one runtime
  npm test -- node spec/gpu    what matches a path, in one runtime`;

const asked = process.argv.slice(2);
if (asked.includes('--help') || asked.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const projects = PROJECTS.filter((p) => asked.includes(p));
const filters = asked.filter((a) => !PROJECTS.includes(a));
const started = Date.now();

/** Runs a step; its failure ends the whole. */
function step(what, command, args) {
  console.log(`\n== ${what}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`\n${what}: failed (${command} ${args.join(' ')})`);
    process.exit(1);
  }
}

step('packages of this machine', process.execPath, ['scripts/setup.mjs', '--for', 'test']);
if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) step('npm ci', 'npm', ['ci', '--no-audit', '--no-fund']);
step('guest', process.execPath, ['guest/build.mjs']);
const bin = (name) => join(root, 'node_modules', '.bin', name);
step('types', bin('tsc'), ['--noEmit', '-p', '.']);
step('lint', bin('eslint'), ['.']);
step('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
step('build', 'npm', ['run', '--silent', 'build']);
step('pages', bin('vite'), ['build', '--logLevel', 'warn']);

const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-test-'));
const counts = [];
for (const project of projects.length ? projects : PROJECTS) {
  console.log(`\n== ${project}`);
  const report = join(folder, `${project}.json`);
  const { status } = spawnSync(
    bin('vitest'),
    ['run', '--project', project, '--reporter', 'default', '--reporter', 'json', `--outputFile.json=${report}`, ...filters],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numPendingTests = 0,
  } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
  counts.push({
    project,
    passed: numPassedTests,
    failed: numFailedTests + (status !== 0 && numFailedTests === 0 ? 1 : 0),
    skipped: numPendingTests,
  });
}
rmSync(folder, { recursive: true });

console.log('');
for (const c of counts) console.log(`${c.project.padEnd(9)} ${c.passed} passed, ${c.failed} failed, ${c.skipped} skipped`);
const sum = (key) => counts.reduce((n, c) => n + c[key], 0);
console.log(`in ${Math.round((Date.now() - started) / 1000)} s\n`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exit(sum('failed') > 0 || sum('passed') === 0 ? 1 : 0);
