// Finds what this machine lacks for gpuvisor and installs it where that is possible: as root on Debian 12.
// Elsewhere it says what to install. Needs nothing but Node, so that it can run before `npm install`.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GROUPS, packagesFor } from './packages.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NODE_MAJOR_MIN = 20;

const HELP = `npm run setup [-- --for start|test|all] [--check]: install what is missing

  --for start   build the guest and boot it on this machine's adapter
  --for test    that, and the browsers, cross tools and QEMU of the tests
  --for all     everything (the default)
  --check       say what is missing, install nothing; status 1 when something is
`;

function osRelease() {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
    return { id: field('ID'), version: field('VERSION_ID'), name: field('PRETTY_NAME') };
  } catch {
    return { id: process.platform, version: '', name: process.platform };
  }
}

function onPath(command) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .concat('/usr/sbin', '/sbin')
    .some((folder) => {
      try {
        accessSync(join(folder, command), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function installedDebianPackages(names) {
  // dpkg-query says what it knows and exits 1 for the others.
  const result = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Abbrev} ${Package}\n', ...names], { encoding: 'utf8' });
  if (result.error) return undefined;
  return new Set(
    result.stdout
      .split('\n')
      .filter((line) => line.startsWith('ii '))
      .map((line) => line.split(/\s+/)[1]),
  );
}

function nodeModulesMissing(root) {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(lock)) return false;
  if (!existsSync(installed)) return true;
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).some(
    ([path, entry]) => path !== '' && !entry.optional && have[path]?.version !== entry.version && !entry.link,
  );
}

/**
 * What is missing for `group` ('start', 'test' or 'all'): Debian packages (or, off Debian, those whose command is not on the PATH)
 * and whether node_modules has to be installed.
 */
export function missing(group, root = ROOT) {
  const wanted = packagesFor(group);
  const installed = installedDebianPackages(wanted.map((entry) => entry.name));
  const packages = wanted.filter((entry) =>
    installed ? !installed.has(entry.name) : entry.command !== undefined && !onPath(entry.command),
  );
  return { packages, nodeModules: nodeModulesMissing(root) };
}

/** The command that installs `packages` on Debian 12, for a person to type. */
export function installCommand(packages) {
  return `apt-get update && apt-get install --no-install-recommends ${packages.map((entry) => entry.name).join(' ')}`;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function run(command, args, env = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] });
  if (result.error) throw result.error;
  return result.status === 0;
}

function installPackages(packages) {
  const os = osRelease();
  const isDebian12 = os.id === 'debian' && os.version === '12';
  const isRoot = process.getuid?.() === 0;
  if (isDebian12 && isRoot) {
    say(`Installing ${packages.length} Debian packages: ${packages.map((entry) => entry.name).join(' ')}`);
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    const options = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];
    if (
      run('apt-get', [...options, 'update'], env) &&
      run('apt-get', [...options, 'install', '--no-install-recommends', ...packages.map((entry) => entry.name)], env)
    ) {
      return true;
    }
    say('SETUP_INSTALL_FAILED: apt-get failed; its output is above. When the mirror was busy, run `npm run setup` again.');
    return false;
  }
  say(`SETUP_INCOMPLETE: ${packages.length} things are missing on this machine (${os.name}):`);
  for (const entry of packages) say(`  ${entry.name.padEnd(26)}${entry.why}`);
  if (isDebian12) say(`Run as root (or with sudo), then try again:\n  ${installCommand(packages)}`);
  else {
    say('They are named as Debian 12 packages. The guest can be built on Debian 12 or in a container of it, as root in this folder:');
    say('  docker run --rm -it -v "$PWD:/gpuvisor" -w /gpuvisor node:20-bookworm npm start');
  }
  return false;
}

/** Installs what is missing for `group`; resolves to true when all is there. Quick when nothing is missing. */
export function setup(group, { check = false } = {}) {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < NODE_MAJOR_MIN) {
    say(`SETUP_NODE_TOO_OLD: this is Node ${process.versions.node}; gpuvisor needs Node ${NODE_MAJOR_MIN} or later.`);
    return false;
  }
  const lacking = missing(group);
  if (check) {
    for (const entry of lacking.packages) say(`missing: ${entry.name} (${entry.why})`);
    if (lacking.packages.length > 0) say(`Install: ${installCommand(lacking.packages)}`);
    if (lacking.nodeModules) say('missing: node_modules\nInstall: npm ci');
    return lacking.packages.length === 0 && !lacking.nodeModules;
  }
  let complete = lacking.packages.length === 0 || installPackages(lacking.packages);
  if (lacking.nodeModules) {
    say('Installing node_modules (npm ci)');
    if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
      say('SETUP_INSTALL_FAILED: npm ci failed; its output is above.');
      complete = false;
    }
  }
  return complete;
}

function main(args) {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  let group = 'all';
  let check = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--check') check = true;
    else if (args[i] === '--for' && Object.hasOwn(GROUPS, args[i + 1] ?? '')) group = args[++i];
    else {
      say(`SETUP_BAD_OPTION: '${args.slice(i, i + 2).join(' ')}' is not understood.\n\n${HELP}`);
      return 2;
    }
  }
  const complete = setup(group, { check });
  if (complete) say(`Everything needed for '${group}' is there.`);
  return complete ? 0 : 1;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2));
