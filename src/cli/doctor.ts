// gpuvisor doctor: what this machine has, what is missing, and the command that installs it.

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { GpuvisorError } from '../isa/errors.js';
import { STATUS } from './errors.js';
import { findGuest } from './guest.js';

const run = promisify(execFile);

/** One thing looked for. */
interface Finding {
  readonly what: string;
  readonly found: string | undefined;
  /** What it is for, and how to get it. */
  readonly otherwise: string;
  /** Without it nothing works here. */
  readonly needed: boolean;
}

/** Prints what there is. Status 1 when something needed is missing. */
export async function doctor(): Promise<number> {
  const findings: Finding[] = [];
  const major = Number.parseInt(process.versions.node, 10);
  findings.push({
    what: 'Node',
    found: major >= 20 ? process.versions.node : undefined,
    otherwise: `this is ${process.versions.node}; install Node 20 or later`,
    needed: true,
  });
  const adapter = await describeAdapter();
  findings.push({ what: 'WebGPU adapter', ...adapter, needed: false });
  findings.push({ what: 'guest (Linux and BusyBox)', ...(await describeGuest()), needed: false });
  for (const tool of TOOLS) {
    findings.push({
      what: tool.what,
      found: await version(tool.command, tool.args),
      otherwise: `${tool.why}: ${tool.install}`,
      needed: false,
    });
  }
  const missing = await missingPackages();
  for (const f of findings)
    process.stdout.write(
      `${f.found === undefined ? (f.needed ? 'MISSING' : 'missing') : 'ok     '}  ${f.what}: ${f.found ?? f.otherwise}\n`,
    );
  if (missing.length > 0) {
    process.stdout.write(
      `\nOf the Debian packages that building the guest and testing use, ${missing.length} are not installed. To install them:\n`,
    );
    process.stdout.write(`  apt-get update && apt-get install --no-install-recommends ${missing.join(' ')}\n`);
  }
  if (adapter.found === undefined) process.stdout.write('\nWithout an adapter everything still runs with --backend reference.\n');
  return findings.some((f) => f.needed && f.found === undefined) ? STATUS.FAILED : STATUS.OK;
}

const APT = 'apt-get install';
const TOOLS = [
  { what: 'Chromium', command: 'chromium', args: ['--version'], why: 'browser tests', install: `${APT} chromium` },
  { what: 'Firefox', command: 'firefox-esr', args: ['--version'], why: 'browser tests', install: `${APT} firefox-esr` },
  {
    what: 'cross compiler',
    command: 'riscv64-unknown-elf-gcc',
    args: ['--version'],
    why: 'builds the guest programs',
    install: `${APT} gcc-riscv64-unknown-elf`,
  },
  {
    what: 'kernel compiler',
    command: 'riscv64-linux-gnu-gcc',
    args: ['--version'],
    why: 'builds the guest kernel',
    install: `${APT} gcc-riscv64-linux-gnu`,
  },
  {
    what: 'QEMU',
    command: 'qemu-system-riscv32',
    args: ['--version'],
    why: 'a second opinion in tests',
    install: `${APT} qemu-system-misc`,
  },
  { what: 'dtc', command: 'dtc', args: ['--version'], why: 'checks device trees in tests', install: `${APT} device-tree-compiler` },
] as const;

/** The first line a tool says about itself, or undefined. */
async function version(command: string, args: readonly string[]): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, command);
    try {
      await access(path, constants.X_OK);
    } catch {
      continue;
    }
    try {
      const { stdout } = await run(path, [...args], { timeout: 20_000 });
      return stdout.split('\n')[0]!.trim() || path;
    } catch {
      return path;
    }
  }
  return undefined;
}

async function describeAdapter(): Promise<Pick<Finding, 'found' | 'otherwise'>> {
  try {
    const { adapterName, requestAdapter } = await import('../gpu/index.js');
    const adapter = await requestAdapter();
    const { maxStorageBufferBindingSize, maxBufferSize, maxComputeInvocationsPerWorkgroup } = adapter.limits;
    const mib = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / 2 ** 20);
    const features = ['subgroups', 'timestamp-query'].filter((f) => adapter.features.has(f));
    return {
      found: `${adapterName(adapter)}; guest RAM up to ${mib} MiB, ${maxComputeInvocationsPerWorkgroup} invocations a workgroup${features.length > 0 ? `, ${features.join(', ')}` : ''}`,
      otherwise: '',
    };
  } catch (e) {
    if (!(e instanceof GpuvisorError)) throw e;
    return { found: undefined, otherwise: `${e.message}. ${e.hint}` };
  }
}

async function describeGuest(): Promise<Pick<Finding, 'found' | 'otherwise'>> {
  try {
    return { found: (await findGuest()).kernel, otherwise: '' };
  } catch (e) {
    if (!(e instanceof GpuvisorError)) throw e;
    return { found: undefined, otherwise: `${e.message}: ${e.hint}` };
  }
}

/** Names of Debian packages that are not installed, by the checkout's own table; empty off Debian and outside a checkout. */
async function missingPackages(): Promise<string[]> {
  const setup = new URL('../../scripts/setup.mjs', import.meta.url);
  if (!existsSync(fileURLToPath(setup)) || !existsSync('/etc/debian_version')) return [];
  const { missing } = (await import(setup.href)) as { missing(group: string): { packages: readonly { name: string }[] } };
  return missing('all').packages.map((p) => p.name);
}
