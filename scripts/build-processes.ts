// Compiles the processes of src/supervisor/processes (AssemblyScript) to dist/processes/NAME.wasm and writes their manifest. Nothing is done when nothing has
// changed since the last time. The numbers of the ABI come from src/supervisor/abi, by way of a generated file.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';
import * as abi from '../src/supervisor/abi/index.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = 'src/supervisor/processes';
const GENERATED = `${SOURCES}/rt/abi.generated.ts`;

/** What the processes need of the ABI: tables of numbers. */
const TABLES = {
  SYSCALL: abi.SYSCALL,
  ERROR: abi.ERROR,
  OBJECT: abi.OBJECT,
  RIGHT: abi.RIGHT,
  TAG: abi.TAG,
  REVOKE_REASON: abi.REVOKE_REASON,
  SLOT: abi.SLOT,
  PID: abi.PID,
  KIND: abi.KIND,
  PROCESS_STATE: abi.PROCESS_STATE,
  SIZE: abi.SIZE,
  RECEIVE: { NOBLOCK: abi.RECEIVE_NOBLOCK },
  EVERY: { PROCESS: abi.EVERY_PROCESS },
  MAILBOX: abi.MAILBOX,
  INIT_TAG: abi.INIT_TAG,
  PERMISSION_TAG: abi.PERMISSION_TAG,
  SERVICE: abi.SERVICE,
  MANIFEST: abi.MANIFEST,
} as const;

/** The tables as AssemblyScript. */
export function generatedAbi(): string {
  const table = ([name, numbers]: [string, Readonly<Record<string, number>>]): string => {
    const type = name === 'ERROR' ? 'i64' : 'u32';
    const rows = Object.entries(numbers).map(([key, value]) => `  export const ${key}: ${type} = ${value};\n`);
    return `export namespace ${name} {\n${rows.join('')}}\n`;
  };
  return `// Generated from src/supervisor/abi by scripts/build-processes.ts. Do not edit.\n\n${Object.entries(TABLES).map(table).join('\n')}`;
}

/** Each process: its name and its entry file. */
export function entries(): Map<string, string> {
  const folder = (path: string): string[] => readdirSync(join(ROOT, SOURCES, path)).sort();
  const main = ['init', 'permission_manager', 'terminal'].map((name): [string, string] => [name, `${SOURCES}/${name}/index.ts`]);
  const probes = folder('probes').filter((file) => file.endsWith('.ts'));
  return new Map([...main, ...probes.map((file): [string, string] => [file.slice(0, -3), `${SOURCES}/probes/${file}`])]);
}

/** Compiles one process of a source tree. @throws Error with the compiler's words */
export async function compile(entry: string, root = ROOT): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const flags = ['--importMemory', '--noExportMemory', '--initialMemory', '4', '--maximumMemory', '256', '--zeroFilledMemory'];
  const { error, stderr } = await asc.main(
    [
      entry,
      '--baseDir',
      root,
      '--outFile',
      'out.wasm',
      ...['--optimizeLevel', '2', '--shrinkLevel', '2'],
      ...['--runtime', 'incremental', '--exportStart', '_start', '--use', `abort=${SOURCES}/rt/abort/abort`],
      ...flags,
    ],
    { writeFile: (_name, contents) => void (binary = contents as Uint8Array) },
  );
  if (error || !binary) throw new Error(`${entry}: ${error?.message ?? 'no binary'}\n${stderr.toString()}`);
  return binary;
}

interface Plan {
  readonly processes: Readonly<Record<string, { readonly console: boolean; readonly policy?: unknown }>>;
  readonly boot: readonly string[];
}

const hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Of everything that a binary depends on. */
function digest(): string {
  const folder = join(ROOT, SOURCES);
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
  const compiler = readFileSync(join(ROOT, 'node_modules/assemblyscript/package.json'));
  return hex([...files.sort(), fileURLToPath(import.meta.url)].map((file) => hex(readFileSync(file))).join() + hex(compiler));
}

/** Builds what has changed; the names that were compiled. */
export async function buildProcesses(folder = join(ROOT, 'dist/processes')): Promise<readonly string[]> {
  const generated = join(ROOT, GENERATED);
  const text = generatedAbi();
  if (!existsSync(generated) || readFileSync(generated, 'utf8') !== text) writeFileSync(generated, text);
  const stamp = join(folder, 'sources.sha256');
  const now = digest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return [];
  const plan = JSON.parse(readFileSync(join(ROOT, SOURCES, 'manifest.json'), 'utf8')) as Plan;
  const binaries = new Map<string, Uint8Array>();
  for (const [name, entry] of entries()) binaries.set(`${name}.wasm`, await compile(entry));
  const row = ([file, binary]: [string, Uint8Array]): [string, unknown] => {
    const name = file.slice(0, -5);
    return [name, { file, bytes: binary.length, sha256: hex(binary), ...plan.processes[name] }];
  };
  const manifest = { processes: Object.fromEntries([...binaries].map(row)), boot: plan.boot };
  abi.readManifest(manifest);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, binary] of binaries) writeFileSync(join(folder, file), binary);
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(stamp, now);
  return [...binaries.keys()];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = await buildProcesses();
  if (names.length > 0) console.log(`${names.length} processes: dist/processes`);
}
