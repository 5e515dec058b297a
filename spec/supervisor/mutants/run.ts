// Hunts the planted bugs: `npm run supervisor:mutants`. The suite must find every one; `-- PART` hunts those of one file or name.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './index.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-supervisor-mutants-'));
/** A run that takes longer hangs, and that is a way of being found. */
const HANG_MS = 180_000;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs the suite with a bug planted; what noticed it, or undefined. */
async function hunt(number: number | undefined): Promise<string | undefined> {
  const report = join(folder, `${number ?? 'none'}.json`);
  const { SUPERVISOR_MUTANT: _, ...rest } = process.env;
  const env = number === undefined ? rest : { ...rest, SUPERVISOR_MUTANT: String(number) };
  const args = ['run', '--config', 'spec/supervisor/mutants/vitest.config.ts', '--reporter=json', `--outputFile=${report}`];
  const child = spawn(join(root, 'node_modules/.bin/vitest'), args, { cwd: root, env, stdio: 'ignore', detached: true });
  const code = await new Promise<number | 'hangs'>((resolve) => {
    const timer = setTimeout(() => {
      process.kill(-child.pid!, 'SIGKILL');
      resolve('hangs');
    }, HANG_MS);
    child.on('exit', (status) => {
      clearTimeout(timer);
      resolve(status ?? 1);
    });
  });
  if (code === 'hangs') return 'hangs';
  if (code === 0) return undefined;
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  for (const { assertionResults } of testResults) {
    const failed = assertionResults.find((a) => a.status === 'failed');
    if (failed) return failed.fullName;
  }
  const broken = testResults.find((t) => t.message);
  return broken ? `${broken.name.replace(root, '')}: ${broken.message.split('\n')[0]}` : 'the run failed';
}

const wanted = process.argv[2];
const numbers = MUTANTS.map((_, i) => i).filter((i) => !wanted || `${MUTANTS[i]!.part} ${MUTANTS[i]!.name}`.includes(wanted));
const healthy = await hunt(undefined);
if (healthy !== undefined) {
  console.error(`without a planted bug the suite fails already: ${healthy}`);
  process.exit(1);
}
const alive: string[] = [];
for (const number of numbers) {
  const { name, part } = MUTANTS[number]!;
  const by = await hunt(number);
  console.log(`${by === undefined ? 'ALIVE' : 'found'}  ${part.padEnd(20)} ${name}${by === undefined ? '' : `  <- ${by}`}`);
  if (by === undefined) alive.push(name);
}
rmSync(folder, { recursive: true });
console.log(`\n${numbers.length - alive.length} of ${numbers.length} planted bugs found`);
process.exit(alive.length > 0 ? 1 : 0);
