// Linux on the reference hart with shared files mounted: its 9P client is the one that has to be content.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BootedMachine, bootLinux } from '../../../src/machine/boot.js';
import type { Machine } from '../../../src/machine/machine.js';
import { restoreSnapshot, saveSnapshot } from '../../../src/machine/snapshot.js';
import { NineDevice, SharedFolder } from '../../../src/machine/virtio/nine/index.js';
import { EXECUTORS, PROMPT, artefacts, bytes, command, waitFor } from '../../linux/session.js';
import { bytesOf } from './client.js';

const text = (b: Uint8Array): string => new TextDecoder().decode(b);
const sha = (b: Uint8Array): string => createHash('sha256').update(b).digest('hex');
/** A megabyte that is not a multiple of anything. */
const BIG = Uint8Array.from({ length: 1_000_003 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 0xff);

/** A guest with a folder of its own under the tag `mine`, which nothing in it mounts by itself. */
async function boot(mine: SharedFolder): Promise<BootedMachine> {
  const guest = artefacts();
  return bootLinux({
    executorFactory: EXECUTORS.reference,
    kernel: bytes(guest.image),
    initramfs: bytes(guest.initramfs),
    devices: [new NineDevice(mine, 'mine')],
  });
}

const mine = new SharedFolder({
  capacity: 4 << 20,
  mounts: [
    { path: '/data/big', bytes: BIG },
    { path: '/data/rw.txt', bytes: bytesOf('mine\n'), writable: true },
    { path: '/data/run.sh', bytes: bytesOf('#!/bin/sh\necho ran with $1\n') },
  ],
});
let machine: Machine;
/** What a command prints, on one machine. */
const sh = (line: string): Promise<string> => command(machine, line);

beforeAll(async () => {
  ({ machine } = await boot(mine));
  await waitFor(machine, PROMPT);
});
afterAll(() => machine.dispose());

describe.each(['cache=none', 'cache=mmap'])('mounted with %s', (options) => {
  const at = '/tmp/x';
  /** In the shared folder. The prompt stays where it is. */
  const here = (line: string): Promise<string> => sh(`(cd ${at}/shared && ${line})`);

  beforeAll(async () => {
    expect(await sh(`mkdir -p ${at}; mount -t 9p -o trans=virtio,version=9p2000.L,msize=131072,${options} mine ${at}`)).toBe('');
  });
  afterAll(async () => {
    expect(await sh(`rm -rf ${at}/shared/*; umount ${at}`)).toBe('');
    expect(mine.list()).toEqual([]);
  });

  test('lists and reads what is there', async () => {
    expect(await here(`ls ${at} ${at}/mounts; cat ${at}/mounts.list`)).toBe(
      `${at}:\nmounts       mounts.list  shared\n\n${at}/mounts:\n1  2  3\nro 1 /data/big\nrw 2 /data/rw.txt\nro 3 /data/run.sh\n`,
    );
    expect(await here(`${at}/mounts/3 arguments`)).toBe('ran with arguments\n');
  });

  test('a megabyte goes in and out whole', async () => {
    expect(await here(`cp ${at}/mounts/1 /tmp/big; cp /tmp/big out; cp out again; sync`)).toBe('');
    expect(sha(mine.read('out'))).toBe(sha(BIG));
    expect(sha(mine.read('again'))).toBe(sha(BIG));
    // Its own hash of a megabyte costs a guest 85 million instructions: once is enough.
    if (options === 'cache=mmap') expect(await here('sha256sum < /tmp/big')).toBe(`${sha(BIG)}  -\n`);
    expect(await here('rm out again /tmp/big')).toBe('');
  });

  test('a program that has a file open sees what the host adds', async () => {
    mine.write('feed', bytesOf('one\n'));
    expect(
      await here(
        '(read a; echo $a; echo > /tmp/read; while [ -e /tmp/read ]; do usleep 10000; done; cat) < feed > /tmp/fed & while [ ! -e /tmp/read ]; do usleep 10000; done',
      ),
    ).toBe('');
    mine.write('feed', bytesOf('one\ntwo\n'));
    expect(await sh('rm /tmp/read; usleep 200000; cat /tmp/fed; rm /tmp/fed')).toBe('one\ntwo\n');
    expect(await here('rm feed')).toBe('');
  });

  test('what the host puts there the guest sees, and the reverse', async () => {
    mine.write('from/host', bytesOf('one\n'));
    expect(await here('cat from/host; echo two >> from/host; echo three > from/guest')).toBe('one\n');
    expect(text(mine.read('from/host'))).toBe('one\ntwo\n');
    mine.write('from/guest', bytesOf('rewritten\n'));
    expect(await here('cat from/guest; rm -r from; ls')).toBe('rewritten\n');
  });

  test('appends, truncates, moves, removes, replaces', async () => {
    expect(await here('echo 123456789 > f; echo more >> f; cat f; truncate -s 4 f; cat f; echo; truncate -s 8 f; wc -c < f')).toBe(
      '123456789\nmore\n1234\n8\n',
    );
    expect(
      await here('mkdir -p d/e; mv f d/e/g; find . | sort; echo over > h; mv h d/e/g; cat d/e/g; rmdir d 2>&1; mv d k; rm -r k; ls -A'),
    ).toBe(".\n./d\n./d/e\n./d/e/g\nover\nrmdir: 'd': Directory not empty\n");
    expect(await here('echo a > f; chmod 640 f; chown 12:34 f; touch -d @1000 f; stat -c "%a %u %g %Y %s %h" f; rm f')).toBe(
      '640 12 34 1000 2 1\n',
    );
    expect(await here('exec 4> open; rm open; echo x >&4; exec 4>&-; ls -A; echo hold > held; (rm held; cat) < held')).toBe('hold\n');
    expect(
      await here(
        'dd if=/dev/zero of=sparse bs=1 count=1 seek=99999 2> /dev/null; wc -c < sparse; tail -c 3 sparse | hexdump -C | head -n 1; rm sparse',
      ),
    ).toBe(`100000\n00000000  00 00 00                                          |...|\n`);
  });

  test('100 files are all listed, and all gone again', async () => {
    expect(
      await here('i=0; while [ $i -lt 100 ]; do : > file-with-a-longer-name-$i; i=$((i+1)); done; ls | wc -l; ls | sort -u | wc -l'),
    ).toBe('100\n100\n');
    expect(mine.list()).toHaveLength(100);
    expect(await here('rm file-*; ls -A')).toBe('');
  });

  test('read-only is read-only, and says so', async () => {
    const said = await here(
      `(echo x > ${at}/mounts/1; echo x >> ${at}/mounts/1; : > ${at}/mounts.list; rm ${at}/mounts/1; mv ${at}/mounts/1 y; touch ${at}/new; mkdir ${at}/new; chmod 777 ${at}/mounts/1; truncate -s 0 ${at}/mounts/1; rm ${at}/mounts/2; mv ${at}/shared ${at}/s) 2>&1 | grep -vc 'Read-only file system'; stat -c %s ${at}/mounts/1`,
    );
    expect(said).toBe(`0\n${BIG.length}\n`);
  });

  test('a writable mount takes what is written', async () => {
    await here(`echo ${options} >> ${at}/mounts/2; sync`);
    expect(text(mine.read('/data/rw.txt')).split('\n').at(-2)).toBe(options);
  });

  test('links and devices are not there, and say so', async () => {
    expect(await here('(ln -s a b; mknod n c 1 3; mknod p p) 2>&1 | grep -c "not permitted"; : > a; ln a b 2>&1; rm a; ls -A')).toBe(
      '3\nln: b: Operation not permitted\n',
    );
  });

  test('full is full, and room comes back', async () => {
    expect(
      await here(
        `df -k ${at} | tail -n 1 | awk '{ print $2 }'; dd if=/dev/zero of=fill bs=64k 2>&1 | head -n 1; rm fill; echo fits > small; cat small; rm small`,
      ),
    ).toMatch(/^4096\ndd: error writing 'fill': No space left on device\nfits\n$/);
  });
});

test('a snapshot with a file open for writing goes on in another machine', async () => {
  await sh('mkdir -p /tmp/x; mount -t 9p -o trans=virtio,version=9p2000.L,msize=131072,cache=mmap mine /tmp/x');
  await sh('(i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); usleep 100000; done) > /tmp/x/shared/log & :');
  await machine.run(2_000_000);
  const half = text(mine.read('log'));
  const other = new SharedFolder();
  const { machine: copy } = await boot(other);
  await restoreSnapshot(copy, await saveSnapshot(machine));
  const whole = Array.from({ length: 40 }, (_, i) => `line ${i}\n`).join('');
  expect(whole.startsWith(half)).toBe(true);
  expect(await command(copy, 'wait; cat /tmp/x/shared/log; sync')).toBe(whole);
  expect(text(other.read('log'))).toBe(whole);
  expect(text(mine.read('log'))).toBe(half);
  expect(await command(machine, 'wait; umount /tmp/x')).toContain('');
  copy.dispose();
});

test('the same commands give the same machine, however the run is cut', { timeout: 60_000 }, async () => {
  const digests: string[] = [];
  for (const slice of [500_000, 123_457]) {
    const folder = new SharedFolder({ mounts: [{ path: '/data/in', bytes: BIG.subarray(0, 100_000) }] });
    const { machine: m } = await boot(folder);
    await waitFor(m, PROMPT);
    const end = m.steps + 15_000_000;
    m.send(
      'mount -t 9p -o trans=virtio,version=9p2000.L,cache=mmap mine /mnt; cp /mnt/mounts/1 /mnt/shared/a; date > /mnt/shared/b; ls -l /mnt/shared\n',
    );
    while (m.steps < end) {
      const before = m.steps;
      await m.run(Math.min(slice, end - m.steps));
      if (m.steps === before) break;
    }
    expect(sha(folder.read('a'))).toBe(sha(BIG.subarray(0, 100_000)));
    digests.push(await m.digest());
    m.dispose();
  }
  expect(digests[1]).toBe(digests[0]);
});
