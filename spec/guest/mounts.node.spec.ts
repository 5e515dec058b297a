// Files of the host in the guest: /shared for both sides, files at the paths they are mounted at, and a guest that is offered none.
import { afterEach, expect, test } from 'vitest';
import { layoutBoot } from '../../src/machine/boot.js';
import { type Machine, createMachine } from '../../src/machine/machine.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { SharedFolder } from '../../src/machine/virtio/nine/index.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { EXECUTORS, PROMPT, artefacts, bootGuest, bytes, command, settle, waitFor } from '../linux/session.js';

const LONG = { timeout: 120_000 };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (file: Uint8Array): string => new TextDecoder().decode(file);

let machine: Machine;
afterEach(() => machine.dispose());

/** Boots with a shared folder; gives what the boot said after init took over. */
async function boot(share: SharedFolder): Promise<string> {
  ({ machine } = await bootGuest(EXECUTORS.reference, { share }));
  const said = await waitFor(machine, PROMPT);
  return said.slice(said.indexOf('Run /init')).replaceAll('\r', '');
}

test('mounted files stand at their paths; what is read-only is refused by name', LONG, async () => {
  const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) >>> 3);
  const share = new SharedFolder({
    mounts: [
      { path: '/etc/motd', bytes: utf8('read me\n') },
      { path: '/opt/my files/a  b.txt', bytes: utf8('with spaces\n'), writable: true },
      { path: '/etc/profile.d/late', bytes: utf8('') },
      { path: '/etc/passwd', bytes: utf8('root::0:0:root of the host:/root:/bin/sh\n') }, // over a file of the guest
      { path: '/mnt/deep/er/large', bytes: large },
    ],
  });
  expect(await boot(share)).not.toMatch(/can't|fail|error/i);
  expect(await command(machine, 'cat /etc/motd "/opt/my files/a  b.txt"; wc -c < /etc/profile.d/late; grep -c host /etc/passwd')).toBe(
    'read me\nwith spaces\n0\n1\n',
  );
  expect(await command(machine, 'cksum < /mnt/deep/er/large')).toMatch(/^\d+ 300000\n$/);
  expect(await command(machine, 'echo no > /etc/motd; echo $?; echo no >> /mnt/deep/er/large; echo $?')).toMatch(
    /^.*Read-only file system\n1\n.*Read-only file system\n1\n$/,
  );
  await command(machine, 'echo "and a line" >> "/opt/my files/a  b.txt"');
  await settle(machine);
  expect(text(share.read('/opt/my files/a  b.txt'))).toBe('with spaces\nand a line\n');
  expect(await command(machine, 'cat /etc/motd')).toBe('read me\n');
});

test('a path that cannot be made costs that file alone, and says so', LONG, async () => {
  const share = new SharedFolder({
    mounts: [
      { path: '/proc/nowhere', bytes: utf8('x') },
      { path: '/mnt', bytes: utf8('x') }, // a folder of the guest
      { path: '/root/here', bytes: utf8('here\n') },
    ],
  });
  const said = await boot(share);
  expect(said).toContain("can't create /proc/nowhere");
  expect(said).toContain('on /mnt failed');
  expect(await command(machine, 'cat /root/here; cat /shared/x 2>/dev/null; cat /sys/class/graphics/fbcon/cursor_blink')).toBe('here\n0\n');
});

test('/shared goes both ways, at once', LONG, async () => {
  const share = new SharedFolder();
  share.write('question.txt', utf8('6 * 7\n'));
  expect(await boot(share)).not.toMatch(/can't|fail|error/i);
  expect(await command(machine, 'cat /shared/question.txt')).toBe('6 * 7\n');
  await command(
    machine,
    'mkdir -p /shared/out; echo $((6*7)) > /shared/out/answer; seq 1 200 > /shared/out/numbers; cp /bin/busybox /shared/busybox',
  );
  await settle(machine);
  expect(text(share.read('/shared/out/answer'))).toBe('42\n');
  expect(text(share.read('out/numbers')).split('\n')).toHaveLength(201);
  expect(await command(machine, 'cmp /bin/busybox /shared/busybox && /shared/busybox uname -m')).toBe('riscv32\n');
  // What the host changes meanwhile is seen at the next opening, also when the size stays the same.
  share.write('question.txt', utf8('7 * 7\n'));
  share.write('new', utf8('new\n'));
  expect(
    await command(machine, 'cat /shared/question.txt /shared/new; rm /shared/new; mv /shared/out/answer /shared/moved; ls -1 /shared'),
  ).toBe('7 * 7\nnew\nbusybox\nmoved\nout\nquestion.txt\n');
  await settle(machine);
  expect(
    share
      .list()
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['/shared/busybox', '/shared/moved', '/shared/out', '/shared/out/numbers', '/shared/question.txt']);
});

test('what is still open is there, and a full host is told at the write', LONG, async () => {
  const share = new SharedFolder({ capacity: 1 << 20 });
  await boot(share);
  await command(machine, 'exec 5> /shared/log; echo one >&5');
  expect(text(share.read('log'))).toBe('one\n');
  expect(await command(machine, 'dd if=/dev/zero of=/shared/large bs=64k count=40 2>&1; echo $?')).toMatch(
    /No space left on device\n[^]*\n1\n$/,
  );
});

test('a guest that is offered no files boots as ever', LONG, async () => {
  const config = { map: MEMORY_MAPS.visual, ramSize: 64 << 20 };
  const hart = new ReferenceHart(config);
  const { image, initramfs } = artefacts();
  const { writes, state } = layoutBoot(config, { kernel: bytes(image), initramfs: bytes(initramfs) }, []);
  for (const write of writes) await hart.writeMemory(write.address, write.bytes);
  await hart.writeState(state);
  machine = createMachine(hart);
  const said = await waitFor(machine, PROMPT);
  expect(said.slice(said.indexOf('Run /init')).replaceAll('\r', '')).toMatch(
    /^Run \/init as init process\n\nWelcome to gpuvisor\..*\ngpuvisor:~# $/,
  );
  expect(await command(machine, 'ls -d /shared 2>&1')).toContain('No such file');
});
