// The package as its users get it: packed, installed in an empty project, run in Node and in a page that Vite built, type-checked, linted.
import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumLaunch } from '../../scripts/browsers.js';
import { buildPages, startServer } from '../../src/cli/serve.js';

const MINUTES = 60_000;
const root = fileURLToPath(new URL('../../', import.meta.url));
const inRoot = (path: string): string => join(root, path);
const FIVE_LINES = readFileSync(inRoot('examples/five-lines.ts'), 'utf8');
const RESULT = { exit: 'tohost', value: 42, instret: 6, steps: 6 };

const run = promisify(execFile);
/** Runs a command; its output, or an error with all it said. */
async function done(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run(command, [...args], { cwd, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}
const node = (args: readonly string[], cwd: string): Promise<string> => done(process.execPath, args, cwd);

let project: string;
let tarball: string;
const inProject = (path: string): string => join(project, path);

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'gpuvisor-package-'));
  // What prepack does, without building pages anew under the specs that are looking at them.
  const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { scripts: Record<string, string> };
  expect(scripts['prepack']).toBe('npm run build && npm run build:web');
  await done('npm', ['run', 'build'], root);
  await buildPages();
  await done('npm', ['pack', '--ignore-scripts', '--pack-destination', project], root);
  tarball = inProject(readdirSync(project).find((name) => name.endsWith('.tgz'))!);
  writeFileSync(inProject('package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  await done('npm', ['install', tarball, '--prefer-offline', '--no-audit', '--no-fund', '--omit=optional'], project);
  // What a user would install beside it: the WebGPU binding for Node, and tools of their own.
  for (const name of ['webgpu', 'typescript', 'vite'])
    symlinkSync(inRoot(`node_modules/${name}`), inProject(`node_modules/${name}`), 'dir');
}, 5 * MINUTES);

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the tarball', () => {
  it('has what runs and the pages, and nothing else', async () => {
    const files = (await done('tar', ['-tzf', tarball], project))
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, ''));
    for (const needed of [
      'package.json',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/cli/main.js',
      'web-dist/conformance/index.html',
      'web-dist/bench/index.html',
    ]) {
      expect(files).toContain(needed);
    }
    for (const name of files) expect(name).toMatch(/^(dist\/|web-dist\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/);
  });

  it('installs no package that needs building, and not the optional WebGPU binding', () => {
    const lock = JSON.parse(readFileSync(inProject('package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const names = Object.keys(lock.packages).filter((name) => name !== '');
    expect(names).toContain('node_modules/gpuvisor');
    expect(names).not.toContain('node_modules/webgpu');
    for (const name of names) expect([name, lock.packages[name]!.hasInstallScript ?? false]).toEqual([name, false]);
  });

  it('is clean for publint', async () => {
    await node([inRoot('node_modules/publint/src/cli.js'), 'run', inProject('node_modules/gpuvisor'), '--strict'], project);
  });

  it(
    'is clean for arethetypeswrong',
    async () => {
      const text = await node(
        [inRoot('node_modules/@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii'],
        project,
      );
      const { exports } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { exports: Record<string, unknown> };
      for (const kind of [/^node16 \(from ESM\): OK/gm, /^bundler: OK/gm])
        expect(text.match(kind)).toHaveLength(Object.keys(exports).length);
    },
    MINUTES,
  );
});

describe('the five lines of the README', () => {
  it('stand in the README', () => {
    expect(FIVE_LINES.trim().split('\n')).toHaveLength(5);
    const readme = inRoot('README.md');
    expect(existsSync(readme)).toBe(true);
    expect(readFileSync(readme, 'utf8')).toContain(FIVE_LINES.trim());
  });

  it(
    'run on both executors in Node',
    async () => {
      writeFileSync(inProject('five-lines.mjs'), FIVE_LINES.replace(/console\.log\((.*)\);\s*$/, 'console.log(JSON.stringify($1));\n'));
      const lines = (await node(['five-lines.mjs'], project)).trim().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([RESULT, RESULT]);
    },
    2 * MINUTES,
  );

  it(
    'run on both executors in a page built by Vite',
    async () => {
      const page = inProject('page');
      mkdirSync(page);
      writeFileSync(join(page, 'index.html'), '<!doctype html><script type="module" src="./main.ts"></script>');
      writeFileSync(join(page, 'main.ts'), FIVE_LINES);
      await node([inProject('node_modules/vite/bin/vite.js'), 'build', page, '--logLevel', 'warn'], project);
      const server = await startServer(join(page, 'dist'), 0);
      const browser = await chromium.launch(chromiumLaunch());
      try {
        const tab = await browser.newPage();
        const printed: Promise<unknown>[] = [];
        const wrong: string[] = [];
        tab.on('pageerror', (error) => wrong.push(error.message));
        tab.on('console', (message) => message.type() === 'log' && printed.push(message.args()[0]!.jsonValue()));
        await tab.goto(server.url);
        await expect.poll(() => [printed.length, wrong], { timeout: MINUTES }).toEqual([2, []]);
        expect(await Promise.all(printed)).toEqual([RESULT, RESULT]);
      } finally {
        await browser.close();
        await server.close();
      }
    },
    3 * MINUTES,
  );
});

describe('the supervisor of the seed’s example', () => {
  it(
    'runs real processes in a page built by Vite, from the package alone',
    async () => {
      const page = inProject('supervised');
      mkdirSync(join(page, 'public'), { recursive: true });
      cpSync(inProject('node_modules/gpuvisor/dist/processes'), join(page, 'public/processes'), { recursive: true });
      writeFileSync(join(page, 'index.html'), '<!doctype html><script type="module" src="./main.ts"></script>');
      const example = readFileSync(inRoot('examples/supervisor.ts'), 'utf8');
      writeFileSync(join(page, 'main.ts'), `${example}\nvoid supervisor.boot().then(() => supervisor.spawn('terminal'));\n`);
      await node([inProject('node_modules/vite/bin/vite.js'), 'build', page, '--logLevel', 'warn'], project);
      const server = await startServer(join(page, 'dist'), 0);
      const browser = await chromium.launch(chromiumLaunch());
      try {
        const tab = await browser.newPage();
        const [printed, wrong]: [string[], string[]] = [[], []];
        tab.on('pageerror', (error) => wrong.push(error.message));
        tab.on('console', (message) => message.type() === 'log' && printed.push(message.text()));
        await tab.goto(server.url);
        await expect.poll(() => [printed.join('').includes('terminal'), wrong], { timeout: MINUTES }).toEqual([true, []]);
      } finally {
        await browser.close();
        await server.close();
      }
    },
    3 * MINUTES,
  );
});

describe('types', () => {
  /** Every entry, with a use that must be right and one that must be wrong: types that are `any` would let it pass. */
  const USES = `
import { MEMORY_MAPS, bootLinux, bootProgram, createMachine, GpuvisorError, type Machine, type RunResult } from 'gpuvisor';
import { disassemble, INSTRUCTIONS } from 'gpuvisor/isa';
import { ReferenceFleet, ReferenceHart } from 'gpuvisor/reference';
import { GPUExecutionSystem, GpuFleet } from 'gpuvisor/gpu';
import { runConformance, type ConformanceReport } from 'gpuvisor/conformance';
import { Supervisor, type ProcessRow, type SupervisorEvent } from 'gpuvisor/supervisor';
export async function use(program: Uint8Array): Promise<RunResult> {
  const machine: Machine = await bootProgram({ program, executorFactory: ReferenceHart.create, map: 'visual' });
  const hart = new ReferenceHart({ map: MEMORY_MAPS.virt, ramSize: 4096 });
  createMachine(hart);
  const system = await GPUExecutionSystem.create({ map: MEMORY_MAPS.virt, ramSize: 4096 });
  const buffer: GPUBuffer = system.system_memory;
  const report: ConformanceReport = await runConformance({
    fleets: { reference: (c, n) => new ReferenceFleet(c, n), gpu: (c, n) => GpuFleet.create({ ...c, size: n }) },
  });
  console.log(buffer.size, report.passed, disassemble, INSTRUCTIONS.length, bootLinux, GpuvisorError);
  const supervisor = new Supervisor({ watchdogMs: 1000, worker: () => new Worker('/worker.js') });
  supervisor.onEvent((event: SupervisorEvent) => console.log(event.kind));
  const rows: ProcessRow[] = supervisor.processes();
  // @ts-expect-error a pid is a number
  supervisor.kill_process(rows[0]!.name);
  // @ts-expect-error the map has no such name
  await bootProgram({ program, executorFactory: ReferenceHart.create, map: 'nowhere' });
  // @ts-expect-error a budget is a number
  return machine.run('1000');
}
`;

  it.each([
    ['bundler', 'ESNext'],
    ['nodenext', 'NodeNext'],
  ])(
    'resolve with moduleResolution %s',
    async (moduleResolution, module) => {
      const folder = inProject(`types-${moduleResolution}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'five-lines.ts'), FIVE_LINES);
      writeFileSync(join(folder, 'uses.ts'), USES);
      const compilerOptions = {
        module,
        moduleResolution,
        target: 'ES2022',
        lib: ['ES2023', 'DOM'],
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: [],
      };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      await node([inProject('node_modules/typescript/bin/tsc'), '-p', folder], project);
    },
    2 * MINUTES,
  );
});

describe('the command', () => {
  const bin = (): string => inProject('node_modules/.bin/gpuvisor');

  it('is there, and knows its version', async () => {
    const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { version: string };
    expect((await done(bin(), ['--version'], project)).trim()).toBe(version);
  });

  it(
    'serves the pages that were packed',
    async () => {
      const child = spawn(bin(), ['serve', '--port', '0'], { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const url = await new Promise<string>((resolve, reject) => {
          child.on('close', (code) => reject(new Error(`gpuvisor serve left with ${code}`)));
          child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(/http:\S+/.exec(text)![0]));
        });
        const answer = await fetch(`${url}conformance`);
        expect([answer.status, answer.headers.get('cross-origin-opener-policy')]).toEqual([200, 'same-origin']);
        const script = /src="(\.\.\/assets\/[^"]+\.js)"/.exec(await answer.text())![1]!;
        expect((await fetch(new URL(script, answer.url))).headers.get('content-type')).toContain('javascript');
      } finally {
        child.kill('SIGTERM');
      }
    },
    MINUTES,
  );
});

it('the lock file names no host', () => {
  expect(readFileSync(inRoot('package-lock.json'), 'utf8')).not.toMatch(/"resolved"|registry/);
});
