// The two file systems: the initramfs that the kernel unpacks, and the ext4 disk that the guest mounts at /mnt.
// Both come out the same, byte for byte, on every build of the same recipe.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GUEST_FOLDER } from './cache.mjs';
import { CpioArchive, FILE_TIME } from './cpio.mjs';
import { GuestBuildError } from './command.mjs';

const DISK_BYTES = 16 * 1024 * 1024;
const DISK_BLOCK_BYTES = 4096;
const DISK_UUID = '67707576-6973-6f72-8000-6775657374fd';
const HASH_SEED = '67707576-6973-6f72-8000-7365656400fd';
const DATA_BYTES = 100_000;

function tree(folder, prefix = '') {
  return readdirSync(join(folder, prefix))
    .sort()
    .flatMap((name) => {
      const path = prefix ? `${prefix}/${name}` : name;
      return statSync(join(folder, path)).isDirectory() ? [path, ...tree(folder, path)] : [path];
    });
}

/** Writes `initramfs.cpio` into `output` from guest/rootfs, `busybox` (a folder) and `demos` (a folder). */
export function buildInitramfs(output, { busybox, demos }) {
  const archive = new CpioArchive();
  const made = new Set();
  const directory = (path, mode) => {
    if (path === '.' || path === '' || made.has(path)) return;
    directory(dirname(path));
    made.add(path);
    archive.directory(path, mode);
  };
  for (const path of ['bin', 'dev', 'etc', 'mnt', 'proc', 'root', 'run', 'sbin', 'sys', 'usr/bin', 'usr/sbin', 'var']) directory(path);
  directory('tmp', 0o1777);
  archive.characterDevice('dev/console', 5, 1); // init's first three descriptors, before devtmpfs is mounted
  archive.file('bin/busybox', readFileSync(join(busybox, 'busybox')), 0o755);
  archive.symlink('init', 'bin/busybox');
  for (const line of readFileSync(join(busybox, 'busybox.links'), 'utf8').split('\n')) {
    const path = line.trim().replace(/^\//, '');
    if (path === '' || path === 'bin/busybox') continue;
    directory(dirname(path));
    archive.symlink(path, '/bin/busybox');
  }
  for (const name of readdirSync(demos).sort()) archive.file(`usr/bin/${name}`, readFileSync(join(demos, name)), 0o755);
  const rootfs = join(GUEST_FOLDER, 'rootfs');
  for (const path of tree(rootfs)) {
    const stat = statSync(join(rootfs, path));
    if (stat.isDirectory()) directory(path);
    else archive.file(path, readFileSync(join(rootfs, path)), stat.mode & 0o100 ? 0o755 : 0o644);
  }
  writeFileSync(join(output, 'initramfs.cpio'), archive.toBuffer());
}

/** `length` bytes of a fixed sequence (xorshift32 from 2463534242, low byte of each value). */
export function deterministicBytes(length) {
  const bytes = Buffer.alloc(length);
  let x = 2463534242;
  for (let i = 0; i < length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x & 0xff;
  }
  return bytes;
}

/** Writes `disk.ext4` into `output`: guest/disk, `data.bin` and `SHA256SUMS`. */
export async function buildDisk(output, { work, commands }) {
  mkdirSync(work, { recursive: true });
  const image = join(output, 'disk.ext4');
  const source = join(GUEST_FOLDER, 'disk');
  const files = new Map(tree(source).map((path) => [path, readFileSync(join(source, path))]));
  files.set('data.bin', deterministicBytes(DATA_BYTES));
  const sums = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`);
  files.set('SHA256SUMS', Buffer.from(sums.join('')));

  // debugfs stamps files with this time too; a copy through `mke2fs -d` would carry the host's inode change times.
  const env = { E2FSPROGS_FAKE_TIME: String(FILE_TIME), MKE2FS_CONFIG: '/dev/null' };
  writeFileSync(image, '');
  await commands.run(
    'mke2fs',
    // prettier-ignore
    ['-q', '-F', '-t', 'ext4', '-b', String(DISK_BLOCK_BYTES), '-m', '0', '-I', '256', '-N', '1024', '-L', 'gpuvisor', '-U', DISK_UUID,
      // No checksums of metadata: on this machine they cost instructions and the host's files do not rot.
      '-O', 'none,has_journal,ext_attr,dir_index,filetype,extent,flex_bg,sparse_super,large_file,extra_isize',
      '-J', 'size=4', '-E', `root_owner=0:0,hash_seed=${HASH_SEED},lazy_itable_init=0,lazy_journal_init=0,nodiscard`,
      image, String(DISK_BYTES / DISK_BLOCK_BYTES)],
    { env },
  );
  const script = [];
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const staged = join(work, path.replaceAll('/', '%'));
    writeFileSync(staged, bytes);
    script.push(`write ${staged} ${path}`, `set_inode_field ${path} mode 0${(path.endsWith('.sh') ? 0o100755 : 0o100644).toString(8)}`);
    script.push(`set_inode_field ${path} uid 0`, `set_inode_field ${path} gid 0`);
  }
  await commands.run('debugfs', ['-w', '-f', '-', image], { env, input: `${script.join('\n')}\n` });
  // debugfs goes on after a failed command: what it wrote is read back.
  const readBack = await commands.run('debugfs', ['-R', 'cat SHA256SUMS', image], { env });
  if (readBack !== sums.join('')) {
    throw new GuestBuildError('debugfs did not write the files of the disk.', 'Read the log of this step.');
  }
  await commands.run('e2fsck', ['-f', '-n', image], { env });
  if (statSync(image).size !== DISK_BYTES) {
    throw new GuestBuildError(
      `disk.ext4 came out with ${statSync(image).size} bytes instead of ${DISK_BYTES}.`,
      'Read the log of this step.',
    );
  }
}
