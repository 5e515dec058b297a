// What the guest does with files that a host offers by 9P, with QEMU's own server: as gpuvisor lays them out (guest/rootfs/etc/init.d/host-files).

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the tree of files below `folder`; returns its path. */
export function offeredFiles(folder) {
  const files = join(folder, 'files');
  for (const part of ['shared', 'mounts']) mkdirSync(join(files, part), { recursive: true });
  writeFileSync(join(files, 'mounts/0'), 'a mounted file\n');
  writeFileSync(join(files, 'mounts/1'), 'to be written\n');
  writeFileSync(join(files, 'mounts.list'), 'ro 0 /opt/a b/c.txt\nro 7 /root/absent\nrw 1 /root/notes\n');
  writeFileSync(join(files, 'shared/question'), '6 * 7\n');
  chmodSync(join(files, 'mounts/1'), 0o666);
  return files;
}

/** Tries them in a guest that has reached its prompt. `check(what, good, detail)` takes the results. */
export async function tryFiles(guest, files, check) {
  const read = await guest.command('cat "/opt/a b/c.txt" /root/notes /shared/question');
  check("files of the host at their paths, by QEMU's 9P server", read === 'a mounted file\nto be written\n6 * 7\n', read);
  await guest.command('echo more >> /root/notes; seq 1 1000 > /shared/numbers');
  const same = await guest.command('cp /bin/busybox /shared/; cmp /bin/busybox /shared/busybox; echo $?');
  check('the guest writes to /shared', same.endsWith('0\n') && !same.includes('differ'), same);
  const numbers = readFileSync(join(files, 'shared/numbers'), 'utf8');
  check('and the host reads it', numbers.split('\n').length === 1001 && numbers.endsWith('\n1000\n'), numbers.slice(-40));
  const notes = readFileSync(join(files, 'mounts/1'), 'utf8');
  check('what is mounted for writing is written', notes === 'to be written\nmore\n', notes);
}
