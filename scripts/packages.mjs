// What a machine needs beside Node, as Debian 12 packages: one table for `npm run setup` and `gpuvisor doctor`.

/**
 * Each entry: `name` of the Debian package; `group`: 'start' (build the guest and boot it on this machine's adapter) or 'test'
 * (browsers, cross tools, QEMU); `why`; and, where there is one, a `command` whose presence shows on other
 * systems that the thing is there.
 */
export const PACKAGES = [
  { name: 'linux-source-6.12', group: 'start', why: 'the source of the guest kernel' },
  { name: 'gcc-riscv64-linux-gnu', group: 'start', why: 'compiles the guest kernel', command: 'riscv64-linux-gnu-gcc' },
  {
    name: 'gcc-riscv64-unknown-elf',
    group: 'start',
    why: 'compiles the guest programs; assembles the tests',
    command: 'riscv64-unknown-elf-gcc',
  },
  { name: 'gcc', group: 'start', why: 'the host tools of the kernel build', command: 'gcc' },
  { name: 'libc6-dev', group: 'start', why: 'the host tools of the kernel build' },
  { name: 'make', group: 'start', why: 'the kernel, musl and BusyBox builds', command: 'make' },
  { name: 'bc', group: 'start', why: 'the kernel build', command: 'bc' },
  { name: 'bison', group: 'start', why: 'the kernel build', command: 'bison' },
  { name: 'flex', group: 'start', why: 'the kernel build', command: 'flex' },
  { name: 'dpkg-dev', group: 'start', why: 'unpacks Debian source packages', command: 'dpkg-source' },
  { name: 'patch', group: 'start', why: 'unpacks Debian source packages', command: 'patch' },
  { name: 'bzip2', group: 'start', why: 'unpacks Debian source packages', command: 'bzip2' },
  { name: 'xz-utils', group: 'start', why: 'unpacks Debian source packages', command: 'xz' },
  { name: 'debian-archive-keyring', group: 'start', why: 'checks what is fetched from Debian' },
  { name: 'e2fsprogs', group: 'start', why: 'makes the guest disk', command: 'mke2fs' },
  { name: 'libvulkan1', group: 'start', why: 'WebGPU in Node' },
  { name: 'chromium-common', group: 'start', why: 'SwiftShader, the adapter of a machine without a GPU' },
  { name: 'chromium', group: 'test', why: 'the browser tests', command: 'chromium' },
  { name: 'firefox-esr', group: 'test', why: 'the browser tests', command: 'firefox-esr' },
  { name: 'qemu-system-misc', group: 'test', why: 'a second opinion on the hart and the guest', command: 'qemu-system-riscv32' },
  { name: 'device-tree-compiler', group: 'test', why: 'a second opinion on the device trees', command: 'dtc' },
];

/** Group names, and the groups that each contains. */
export const GROUPS = { start: ['start'], test: ['start', 'test'], all: ['start', 'test'] };

/** The packages of a group and of those that it contains. */
export function packagesFor(group) {
  return PACKAGES.filter((entry) => GROUPS[group].includes(entry.group));
}
