// Fetches what the guest is made of: musl and BusyBox as Debian 13 source packages, OpenSBI as its upstream
// source and its binary package, through an apt configuration of the build's own, so that the machine's apt stays as it was.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuestBuildError } from './command.mjs';

/** The upstream versions the recipe was written for; other ones are an error that says so. */
export const VERSIONS = { linux: '6.12', musl: '1.2.5', busybox: '1.37.0', opensbi: '1.6' };

const SUITE = 'trixie';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const KERNEL_TARBALL = `/usr/src/linux-source-${VERSIONS.linux}.tar.xz`;

/** The path of Debian's kernel source. */
export function kernelTarball() {
  if (existsSync(KERNEL_TARBALL)) return KERNEL_TARBALL;
  throw new GuestBuildError(
    `The kernel's source is not there: ${KERNEL_TARBALL}.`,
    'It comes from the Debian 12 package linux-source-6.12. Run: npm run setup',
    'GUEST_SOURCE_MISSING',
  );
}

/** Debian's mirror, as this machine's own sources name it. */
async function mirror(commands) {
  const release = /^VERSION_CODENAME="?(\w+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  // What apt has read: only Debian's own archive says Origin and Label "Debian".
  const targets = await commands.run('apt-get', ['indextargets', '--format', '$(SITE) $(RELEASE) $(ORIGIN) $(LABEL)']);
  const known = targets.split('\n').map((line) => line.split(' '));
  const site = known.find(([, name, origin, label]) => name === release && origin === 'Debian' && label === 'Debian')?.[0];
  if (site) return site;
  // Nothing read yet: what an update would read, as lines of 'ADDRESS/dists/RELEASE/InRelease' FILE ...
  const uris = await commands.run('apt-get', ['update', '--print-uris']);
  const found = uris.split('\n').map((line) => /^'(.+)\/dists\/([^/]+)\/InRelease'/.exec(line));
  const address = found.find((match) => match?.[2] === release)?.[1];
  if (address) return address;
  throw new GuestBuildError(
    `This machine's apt sources name no Debian mirror for '${release ?? 'an unknown release'}'.`,
    'The guest is built on Debian 12 (or in a container of it) with its usual sources.',
    'GUEST_MIRROR_UNKNOWN',
  );
}

function only(folder, pattern) {
  const name = readdirSync(folder).find((entry) => pattern.test(entry));
  if (name) return join(folder, name);
  throw new GuestBuildError(
    `No file matching ${pattern} came with the sources.`,
    `Debian 13 may have moved on from ${JSON.stringify(VERSIONS)}: adapt guest/build/sources.mjs.`,
    'GUEST_SOURCE_MISSING',
  );
}

/** Downloads the packages into `folder`. */
export async function fetchSources(folder, commands) {
  const apt = join(folder, 'apt');
  for (const part of ['state/lists/partial', 'cache/archives/partial', 'etc']) mkdirSync(join(apt, part), { recursive: true });
  const site = await mirror(commands);
  const architecture = (await commands.run('dpkg', ['--print-architecture'])).trim();
  writeFileSync(
    join(apt, 'etc/sources.list'),
    `deb [signed-by=${KEYRING} arch=${architecture}] ${site} ${SUITE} main\ndeb-src [signed-by=${KEYRING}] ${site} ${SUITE} main\n`,
  );
  writeFileSync(join(apt, 'etc/status'), '');
  const options = {
    'Dir::State': join(apt, 'state'),
    'Dir::State::status': join(apt, 'etc/status'),
    'Dir::Cache': join(apt, 'cache'),
    'Dir::Etc::sourcelist': join(apt, 'etc/sources.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::Etc::preferences': '-',
    'Dir::Etc::preferencesparts': '-',
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const aptGet = (...args) => commands.run('apt-get', [...flags, '-q', ...args], { cwd: folder });
  await aptGet('update', '--error-on=any');
  await aptGet('source', '--download-only', 'musl', 'busybox');
  await aptGet('source', '--tar-only', 'opensbi');
  await aptGet('download', 'opensbi');
  rmSync(apt, { recursive: true, force: true });
  sourcePackages(folder); // names what is not as expected now, not five minutes later
}

/** The files that `fetchSources` left in `folder`. */
export function sourcePackages(folder) {
  const quote = (version) => version.replaceAll('.', '\\.');
  return {
    musl: only(folder, new RegExp(`^musl_${quote(VERSIONS.musl)}-.*\\.dsc$`)),
    busybox: only(folder, new RegExp(`^busybox_${quote(VERSIONS.busybox)}-.*\\.dsc$`)),
    opensbi: only(folder, new RegExp(`^opensbi_${quote(VERSIONS.opensbi)}-.*\\.deb$`)),
    opensbiSource: only(folder, new RegExp(`^opensbi_${quote(VERSIONS.opensbi)}\\.orig\\.tar\\.\\w+$`)),
  };
}

/** The Debian version in a package file's name: `musl_1.2.5-3.dsc` is `1.2.5-3`. */
export function packageVersion(path) {
  return path.replace(/^.*\/[^/_]+_/, '').replace(/(_[a-z0-9]+)?\.(dsc|deb)$/, '');
}
