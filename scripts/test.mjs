// `npm test`: installs what is missing, builds the guest once, checks types and lint, runs the suite in Node, Chromium and Firefox,
// and closes with their counts. `npm test -- node` runs a part, `npm test -- node spec/gpu` a folder of it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Two at a time: two cores, and each waits often. `pages` are the built pages, driven in both browsers. */
const PAIRS = [
  ['node', 'pages'],
  ['chromium', 'firefox'],
];
const PROJECTS = PAIRS.flat();
const HELP = `usage: npm test [-- PROJECT ... [FILTER ...]]

  npm test                     everything, in ${PROJECTS.join(', ')}
  npm test -- node             one of them
  npm test -- node spec/gpu    what matches a path, in one of them`;

const asked = process.argv.slice(2);
if (asked.includes('--help') || asked.includes('-h')) {
  console.log(HELP);
  process.exit(0);
}
const projects = PROJECTS.filter((p) => asked.includes(p));
const filters = asked.filter((a) => !PROJECTS.includes(a));
const started = Date.now();

/** Runs a command to its end; its exit status. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Runs a step; its failure ends the whole. */
async function step(what, command, args) {
  console.log(`\n== ${what}`);
  if ((await run(command, args)) === 0) return;
  console.error(`\n${what}: failed (${command} ${args.join(' ')})`);
  process.exit(1);
}

await step('packages of this machine', process.execPath, ['scripts/setup.mjs', '--for', 'test']);
if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) await step('npm ci', 'npm', ['ci', '--no-audit', '--no-fund']);
await step('guest', process.execPath, ['guest/build.mjs']);
const bin = (name) => join(root, 'node_modules', '.bin', name);
await Promise.all([
  step('types', bin('tsc'), ['--noEmit', '-p', '.']),
  step('lint', bin('eslint'), ['.']),
  step('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']),
]);
await step('build', 'npm', ['run', '--silent', 'build']);
await step('pages', bin('vite'), ['build', '--logLevel', 'warn']);

const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-test-'));
/** Runs one of the projects; how it ended. */
async function suite(project) {
  console.log(`\n== ${project}`);
  const report = join(folder, `${project}.json`);
  const reporters = ['--reporter', 'default', '--reporter', './scripts/test-report.mjs'];
  // A filter may leave a project without a file.
  const some = filters.length > 0 ? ['--passWithNoTests'] : [];
  const status = await run(bin('vitest'), ['run', '--project', project, ...reporters, ...some, ...filters], {
    GPUVISOR_TEST_REPORT: report,
  });
  const nothing = { passed: 0, failed: 0, skipped: 0, wrong: [] };
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : nothing;
  if (status !== 0 && result.wrong.length === 0) result.wrong.push({ where: `vitest ended with ${status}`, errors: [] });
  // A hook, or an error outside tests, is a failure too.
  return { project, ...result, failed: result.wrong.length };
}

const chosen = projects.length ? projects : PROJECTS;
const counts = [];
for (const pair of PAIRS) counts.push(...(await Promise.all(pair.filter((p) => chosen.includes(p)).map(suite))));
rmSync(folder, { recursive: true });

console.log('');
for (const { project, wrong } of counts) {
  for (const { where, errors } of wrong) console.log(`${[`failed in ${project}: ${where}`, ...errors].join('\n')}\n`);
}
for (const c of counts) console.log(`${c.project.padEnd(9)} ${c.passed} passed, ${c.failed} failed, ${c.skipped} skipped`);
const sum = (key) => counts.reduce((n, c) => n + c[key], 0);
console.log(`in ${Math.round((Date.now() - started) / 1000)} s\n`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exit(sum('failed') > 0 || sum('passed') === 0 ? 1 : 0);
