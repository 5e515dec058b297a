// 9P2000.L over virtio, request by request: what a client may rely on, and with which errno it is refused.
import { beforeEach, describe, expect, test } from 'vitest';
import { NineDevice, SharedFolder } from '../../../src/machine/virtio/nine/index.js';
import { REG } from '../../../src/machine/virtio/registers.js';
import { Answer, Client, E, Errno, NOFID, O, ROOM, bytesOf, message, raw, s, u1, u2, u4, u8 } from './client.js';

let folder: SharedFolder;
let device: NineDevice;
let c: Client;
beforeEach(async () => {
  folder = new SharedFolder({
    capacity: 1 << 20,
    mounts: [
      { path: '/data/in.txt', bytes: bytesOf('hello\n') },
      { path: '/data/with space', bytes: bytesOf('mine\n'), writable: true },
    ],
  });
  device = new NineDevice(folder);
  c = await Client.attached(device);
});

const refused = (promise: Promise<unknown>, errno: number): Promise<void> => expect(promise).rejects.toEqual(new Errno(errno));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('device', () => {
  test('is a 9P transport whose tag stands in its config space', () => {
    const { driver } = c;
    expect(driver.get(REG.DEVICE_ID)).toBe(9);
    expect(driver.transport.load(REG.CONFIG, 2)).toBe(8);
    expect(text(Uint8Array.from({ length: 8 }, (_, i) => driver.transport.load(REG.CONFIG + 2 + i, 1)))).toBe('gpuvisor');
    expect(driver.get(REG.DEVICE_FEATURES)).toBe(1);
    expect(driver.get(REG.QUEUE_NUM_MAX)).toBe(128);
  });

  test.each(['', 'a b', 'a,b', 'é', 'x'.repeat(33)])('tag %j is refused', (tag) => {
    expect(() => new NineDevice(folder, tag)).toThrowError(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
  });

  test('a reset of the driver ends the session; files stay', async () => {
    await c.put('/shared/a', bytesOf('kept'));
    await c.driver.start(0);
    await refused(c.stat(0), E.PROTO);
    await c.version(8192);
    await refused(c.stat(0), E.BADF);
    await c.attach(0);
    expect(text(await c.content('/shared/a'))).toBe('kept');
  });
});

describe('session', () => {
  test('agrees on the smaller message, at most 256 KiB, and ends what was before', async () => {
    expect(await c.version(4096)).toEqual({ msize: 4096, version: '9P2000.L' });
    await refused(c.stat(0), E.BADF);
    expect(await c.version(1 << 30)).toEqual({ msize: 256 << 10, version: '9P2000.L' });
  });

  test('knows one protocol; another leaves no session', async () => {
    expect((await c.version(8192, '9P2000.u')).version).toBe('unknown');
    await refused(c.attach(1), E.PROTO);
    await refused(c.version(4095), E.MSGSIZE);
  });

  test('wants no proof, has one tree, and refuses fids in use', async () => {
    await refused(c.call(102, u4(5), s('root'), s(''), u4(0)), E.OPNOTSUPP);
    await refused(c.call(104, u4(5), u4(3), s('root'), s(''), u4(0)), E.BADF);
    await refused(c.attach(5, 0, '/etc'), E.NOENT);
    await refused(c.attach(0), E.BADF);
    await refused(c.attach(NOFID), E.BADF);
    await c.attach(5, 0, '/');
  });

  test('every request is done before the next: a flush has nothing to do', async () => {
    expect((await c.call(108, u2(77))).rest).toBe(0);
  });

  test('unknown requests are refused', async () => {
    for (const type of [0, 6, 7, 98, 106, 112, 114, 124, 126, 254, 255]) {
      const answer = new Answer((await c.send(message(type, 9, u4(0))))!);
      expect([answer.type, answer.tag, answer.u4()]).toEqual([7, 9, E.OPNOTSUPP]);
    }
  });
});

describe('walk', () => {
  test('as far as the names lead; the new fid is made at the end only', async () => {
    expect(await c.walk(0, 1, 'mounts', '1')).toBe(2);
    expect(await c.walk(0, 2, 'mounts', 'nothing')).toBe(1);
    await refused(c.stat(2), E.BADF);
    expect(await c.walk(0, 2, 'mounts', '1', 'below')).toBe(2);
    await refused(c.stat(2), E.BADF);
    await refused(c.walk(0, 2, 'nothing'), E.NOENT);
    await refused(c.walk(1, 2, 'below'), E.NOTDIR);
    await refused(c.walk(0, 1, 'shared'), E.BADF);
    await refused(c.walk(77, 3), E.BADF);
    await refused(c.walk(0, NOFID), E.BADF);
  });

  test('no name makes a copy; the same fid moves; .. goes up and no further than the root', async () => {
    await c.walk(0, 1);
    expect((await c.stat(1)).qid).toEqual((await c.stat(0)).qid);
    await c.walk(1, 1, 'mounts');
    expect((await c.stat(1)).qid).not.toEqual((await c.stat(0)).qid);
    expect(await c.walk(1, 1, '..', '..', '..')).toBe(3);
    expect((await c.stat(1)).qid).toEqual((await c.stat(0)).qid);
    await refused(c.walk(0, 2, '.'), E.NOENT);
    await refused(c.walk(0, 2, ''), E.NOENT);
    await refused(c.walk(0, 2, 'mounts/1'), E.NOENT);
  });

  test('from an open fid makes an unopened one, but cannot move it', async () => {
    await c.at(1, '/shared');
    await c.open(1, O.RDONLY);
    await refused(c.walk(1, 1, '..'), E.BADF);
    await c.walk(1, 2);
    await refused(c.readdir(2, 0, 1000), E.BADF);
  });

  test('more names than a walk has are a broken message', async () => {
    expect(await c.walk(0, 5, ...new Array<string>(16).fill('..'))).toBe(16);
    await refused(c.walk(0, 6, ...new Array<string>(17).fill('..')), E.PROTO);
  });

  test('out of a removed folder there is no way up', async () => {
    await c.at(1, '/shared');
    await c.mkdir(1, 'd');
    await c.at(2, '/shared/d');
    await c.unlink(1, 'd', 0x200);
    await refused(c.walk(2, 3, '..'), E.NOENT);
    await refused(c.create(2, 'x'), E.NOENT);
    await refused(c.mkdir(2, 'x'), E.NOENT);
    await refused(c.rename(2, 'x', 1, 'y'), E.NOENT);
    expect((await c.stat(2)).nlink).toBe(0);
  });
});

describe('layout', () => {
  test('the list of mounts, the mounts, and an empty shared folder', async () => {
    expect(await c.names('/')).toEqual(['mounts.list', 'mounts', 'shared']);
    expect(text(await c.content('/mounts.list'))).toBe('ro 1 /data/in.txt\nrw 2 /data/with space\n');
    expect(await c.names('/mounts')).toEqual(['1', '2']);
    expect(text(await c.content('/mounts/1'))).toBe('hello\n');
    expect(await c.names('/shared')).toEqual([]);
  });

  test('read-only is read-only: no writing, truncating, removing, renaming, no new names, no attributes', async () => {
    await c.at(1, '/mounts/1');
    for (const flags of [O.WRONLY, O.RDWR, O.RDONLY | O.TRUNC, O.RDWR | O.APPEND]) await refused(c.open(1, flags), E.ROFS);
    for (const valid of [1, 2, 4, 8, 16, 32, 64, 0x1ff]) await refused(c.setattr(1, valid), E.ROFS);
    await c.walk(1, 2);
    await refused(c.remove(2), E.ROFS);
    await refused(c.stat(2), E.BADF);
    await c.at(3, '/mounts');
    await c.at(4, '/shared');
    await c.mkdir(4, 'd');
    for (const name of ['1', '2']) {
      await refused(c.unlink(3, name), E.ROFS);
      await refused(c.rename(3, name, 4, 'mine'), E.ROFS);
      await refused(c.rename(3, name, 3, 'other'), E.ROFS);
    }
    await refused(c.call(20, u4(1), u4(4), s('mine')), E.ROFS);
    for (const fid of [0, 3]) {
      await refused(c.create(fid, 'new'), E.ROFS);
      await refused(c.mkdir(fid, 'new'), E.ROFS);
      await refused(c.call(18, u4(fid), s('new'), u4(0o100644), u4(0), u4(0), u4(0)), E.ROFS);
      await refused(c.rename(4, 'd', fid, 'd'), E.ROFS);
      await refused(c.setattr(fid, 1, { mode: 0o777 }), E.ROFS);
    }
    await refused(c.create(3, '1', O.WRONLY), E.ROFS);
    await refused(c.create(3, '1', O.RDONLY | O.TRUNC), E.ROFS);
    for (const name of ['mounts', 'mounts.list', 'shared']) {
      await refused(c.unlink(0, name, 0x200), E.ROFS);
      await refused(c.unlink(0, name), E.ROFS);
      await refused(c.rename(0, name, 4, 'x'), E.ROFS);
    }
    await c.walk(0, 5);
    await refused(c.remove(5), E.ROFS);
    await refused(c.call(20, u4(0), u4(4), s('root')), E.ROFS);
    expect(text(await c.content('/mounts/1'))).toBe('hello\n');
    expect((await c.stat(1)).mode).toBe(0o100555);
  });

  test('a writable mount can be written, cut and touched, and stays where it is', async () => {
    await c.at(1, '/mounts/2');
    await c.open(1, O.RDWR);
    await c.write(1, 5, bytesOf('more\n'));
    expect(text(folder.read('/data/with space'))).toBe('mine\nmore\n');
    await c.setattr(1, 8, { size: 4 });
    expect(text(folder.read('/data/with space'))).toBe('mine');
    await c.setattr(1, 1, { mode: 0o600 });
    expect((await c.stat(1)).mode).toBe(0o100600);
    await c.at(2, '/mounts');
    await refused(c.unlink(2, '2'), E.ROFS);
  });
});

describe('files', () => {
  test('are created, written, read, and cut', async () => {
    await c.at(1, '/shared');
    const a = await c.create(1, 'a', O.RDWR, 0o640);
    expect(a.qid().type).toBe(0);
    expect(a.u4()).toBe(65536 - 24);
    expect(await c.write(1, 0, bytesOf('0123456789'))).toBe(10);
    expect(text(await c.read(1, 3, 4))).toBe('3456');
    expect(text(await c.read(1, 8, 100))).toBe('89');
    expect(await c.read(1, 10, 100)).toHaveLength(0);
    expect(await c.read(1, 0, 0)).toHaveLength(0);
    expect(await c.write(1, 15, bytesOf('x'))).toBe(1);
    expect([...(await c.read(1, 10, 100))]).toEqual([0, 0, 0, 0, 0, 120]);
    await c.setattr(1, 8, { size: 12 });
    await c.setattr(1, 8, { size: 16 });
    expect([...(await c.read(1, 8, 100))]).toEqual([56, 57, 0, 0, 0, 0, 0, 0]);
    expect(await c.stat(1)).toMatchObject({ mode: 0o100640, size: 16, blocks: 1, nlink: 1 });
    await c.call(50, u4(1), u4(0));
    await c.clunk(1);
    await refused(c.read(1, 0, 1), E.BADF);
    expect(folder.list()).toEqual([{ path: '/shared/a', size: 16, kind: 'file' }]);
  });

  test('are open for what was asked', async () => {
    await c.put('/shared/a', bytesOf('abc'));
    await c.at(1, '/shared/a');
    await refused(c.read(1, 0, 1), E.BADF);
    await refused(c.write(1, 0, bytesOf('x')), E.BADF);
    await refused(c.open(1, 3), E.INVAL);
    await refused(c.open(1, O.RDONLY | O.DIRECTORY), E.NOTDIR);
    await c.open(1, O.WRONLY);
    await refused(c.open(1, O.RDONLY), E.BADF);
    await refused(c.read(1, 0, 1), E.BADF);
    await c.at(2, '/shared/a');
    await c.open(2, O.RDONLY);
    await refused(c.write(2, 0, bytesOf('x')), E.BADF);
    await refused(c.create(1, 'b'), E.BADF);
    await c.at(3, '/shared');
    await refused(c.open(3, O.RDWR), E.ISDIR);
    await refused(c.open(3, O.RDONLY | O.TRUNC), E.ISDIR);
    await c.open(3, O.RDONLY | O.DIRECTORY);
    await refused(c.read(3, 0, 1), E.ISDIR);
    await refused(c.write(3, 0, bytesOf('x')), E.BADF);
  });

  test('appending goes to the end wherever the client believes it is', async () => {
    await c.put('/shared/log', bytesOf('one\n'));
    await c.at(1, '/shared/log');
    await c.open(1, O.WRONLY | O.APPEND);
    await c.write(1, 0, bytesOf('two\n'));
    folder.write('log', bytesOf('three\n'));
    await c.write(1, 4, bytesOf('four\n'));
    expect(text(folder.read('log'))).toBe('three\nfour\n');
  });

  test('create opens what is there, unless it must not be', async () => {
    await c.put('/shared/a', bytesOf('abc'));
    await c.at(1, '/shared');
    await c.mkdir(1, 'd');
    await refused(c.create(1, 'a', O.RDWR | O.EXCL), E.EXIST);
    await refused(c.create(1, 'd'), E.ISDIR);
    await refused(c.create(1, 'b', 3), E.INVAL);
    for (const [name, errno] of [
      ['', E.INVAL],
      ['.', E.INVAL],
      ['..', E.INVAL],
      ['a/b', E.INVAL],
      ['a\0b', E.INVAL],
      ['x'.repeat(256), E.NAMETOOLONG],
      ['é'.repeat(128), E.NAMETOOLONG],
    ] as const) {
      await refused(c.create(1, name), errno);
      await refused(c.mkdir(1, name), errno);
      await refused(c.rename(1, 'a', 1, name), errno);
    }
    await refused(c.call(14, u4(1), raw(Uint8Array.of(0xff, 0xfe)), u4(2), u4(0), u4(0)), E.ILSEQ);
    await refused(
      c.create(1, 'a\u{d800}'.slice(0, 1)).then(() => c.create(1, 'x')),
      E.BADF,
    );
    expect(text(await c.content('/shared/a'))).toBe('abc');
  });

  test('a name of 255 bytes is a name', async () => {
    await c.at(1, '/shared');
    await c.mkdir(1, 'é'.repeat(127));
    expect(folder.list()[0]!.path).toBe(`/shared/${'é'.repeat(127)}`);
  });

  test('what is removed while it is open lives until it is closed, and counts until then', async () => {
    await c.put('/shared/a', new Uint8Array(1000).fill(7));
    const before = folder.bytes;
    await c.at(1, '/shared/a');
    await c.open(1, O.RDWR);
    await c.walk(1, 4);
    await c.at(2, '/shared');
    await c.unlink(2, 'a');
    expect(await c.names('/shared')).toEqual([]);
    expect(await c.stat(1)).toMatchObject({ size: 1000, nlink: 0 });
    expect((await c.read(1, 999, 10))[0]).toBe(7);
    await c.write(1, 1000, bytesOf('more'));
    expect(folder.bytes).toBe(before + 4);
    await c.clunk(1);
    expect(folder.bytes).toBe(before + 4);
    await refused(c.remove(4), E.NOENT);
    expect(folder.bytes).toBe(before - 1000);
  });

  test('offsets beyond what a file can have', async () => {
    await c.at(1, '/shared');
    await c.create(1, 'a');
    for (const offset of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(await c.read(1, offset, 10)).toHaveLength(0);
      await refused(c.write(1, offset, bytesOf('x')), E.FBIG);
      await refused(c.setattr(1, 8, { size: offset }), E.FBIG);
    }
    await refused(c.write(1, 2 ** 40, bytesOf('x')), E.NOSPC);
    await refused(c.setattr(1, 8, { size: 2 ** 40 }), E.NOSPC);
    expect(await c.write(1, 2 ** 40, new Uint8Array(0))).toBe(0);
    expect((await c.stat(1)).size).toBe(0);
  });

  test('full is full, to the byte; what does not fit changes nothing', async () => {
    const free = folder.capacity - folder.bytes;
    await c.at(1, '/shared');
    await c.create(1, 'a');
    await c.setattr(1, 8, { size: free });
    await refused(c.setattr(1, 8, { size: free + 1 }), E.NOSPC);
    await refused(c.write(1, free, bytesOf('x')), E.NOSPC);
    await c.write(1, free - 1, bytesOf('x'));
    expect((await c.stat(1)).size).toBe(free);
    const fs = await c.call(8, u4(0));
    expect([fs.u4(), fs.u4(), fs.u8(), fs.u8(), fs.u8()]).toEqual([0x01021997, 4096, 256, 0, 0]);
    await c.setattr(1, 8, { size: 0 });
    expect(folder.bytes).toBe(folder.capacity - free);
  });

  test('data is no longer than message and buffers', async () => {
    await c.put('/shared/big', new Uint8Array(200_000).fill(1));
    await c.at(1, '/shared/big');
    await c.open(1, O.RDONLY);
    expect(await c.read(1, 0, 0xffffffff)).toHaveLength(65536 - 11);
    const small = new Answer((await c.send(message(116, 1, u4(1), u8(0), u4(5000)), 100))!);
    expect([small.type, small.size]).toEqual([117, 100]);
    const none = new Answer((await c.send(message(116, 1, u4(1), u8(0), u4(5000)), 11))!);
    expect([none.type, none.u4()]).toEqual([117, 0]);
    // Room for an error is the least; an answer that needs more says so.
    const stat = new Answer((await c.send(message(24, 1, u4(1), u8(0)), 12))!);
    expect([stat.type, stat.u4()]).toEqual([7, E.MSGSIZE]);
    expect(await c.send(message(24, 1, u4(1), u8(0)), 10)).toBeUndefined();
    expect(c.driver.needsReset).toBe(true);
  });
});

describe('folders', () => {
  test('are read in pieces, each entry once, whatever comes and goes', async () => {
    await c.at(1, '/shared');
    const names = Array.from({ length: 100 }, (_, i) => `file-${i}`);
    for (const n of names) await c.mkdir(1, n);
    await c.walk(1, 2);
    await c.open(2, O.RDONLY);
    const seen: string[] = [];
    for (let offset = 0; ;) {
      const page = await c.readdir(2, offset, 100);
      if (page.length === 0) break;
      seen.push(...page.map((e) => e.name));
      offset = page.at(-1)!.offset;
      // What was read goes away, something new comes.
      const last = page.at(-1)!.name;
      if (last.startsWith('file-') && seen.length < 60) await c.unlink(1, last, 0x200);
    }
    expect(seen).toEqual(['.', '..', ...names]);
    await refused(c.readdir(2, 0, 20), E.INVAL);
    expect(await c.readdir(2, 2n ** 63n, 1000)).toEqual([]);
    const [dot, up] = await c.readdir(2, 0, 1000);
    expect(dot).toMatchObject({ name: '.', type: 4, path: (await c.stat(1)).qid.path });
    expect(up).toMatchObject({ name: '..', type: 4, path: (await c.stat(0)).qid.path });
  });

  test('a file is no folder', async () => {
    await c.put('/shared/a', bytesOf('x'));
    await c.at(1, '/shared/a');
    await refused(c.mkdir(1, 'x'), E.NOTDIR);
    await refused(c.create(1, 'x'), E.NOTDIR);
    await refused(c.unlink(1, 'x'), E.NOTDIR);
    await c.open(1, O.RDONLY);
    await refused(c.readdir(1, 0, 100), E.NOTDIR);
  });

  test('unlink takes files, rmdir empty folders', async () => {
    await c.put('/shared/a', bytesOf('x'));
    await c.at(1, '/shared');
    await c.mkdir(1, 'd');
    await c.put('/shared/d/b', bytesOf('y'));
    await refused(c.unlink(1, 'a', 0x200), E.NOTDIR);
    await refused(c.unlink(1, 'd'), E.ISDIR);
    await refused(c.unlink(1, 'd', 0x200), E.NOTEMPTY);
    await refused(c.unlink(1, 'none'), E.NOENT);
    await refused(c.unlink(1, '..', 0x200), E.NOENT);
    await c.at(2, '/shared/d/b');
    await c.remove(2);
    await c.unlink(1, 'd', 0x200);
    expect(folder.list().map((e) => e.path)).toEqual(['/shared/a']);
  });

  test('rename moves, replaces what it may, and refuses the rest', async () => {
    await c.at(1, '/shared');
    for (const d of ['d', 'e', 'full']) await c.mkdir(1, d);
    await c.put('/shared/full/x', bytesOf('x'));
    await c.put('/shared/a', bytesOf('a'));
    await c.put('/shared/b', bytesOf('b'));
    await c.at(2, '/shared/d');
    await refused(c.rename(1, 'none', 1, 'x'), E.NOENT);
    await refused(c.rename(1, 'a', 1, 'd'), E.ISDIR);
    await refused(c.rename(1, 'd', 1, 'a'), E.NOTDIR);
    await refused(c.rename(1, 'd', 1, 'full'), E.NOTEMPTY);
    await refused(c.rename(1, 'd', 2, 'itself'), E.INVAL);
    await c.rename(1, 'a', 1, 'a');
    await c.rename(1, 'a', 2, 'moved');
    await c.rename(2, 'moved', 1, 'b');
    expect(text(folder.read('b'))).toBe('a');
    await c.rename(1, 'd', 1, 'e');
    await c.rename(1, 'full', 2, 'inside');
    // A fid follows what it names: 2 was d, is e now.
    expect(folder.list().map((e) => e.path)).toEqual(['/shared/b', '/shared/e', '/shared/e/inside', '/shared/e/inside/x']);
    await c.at(3, '/shared/b');
    await c.call(20, u4(3), u4(2), s('last'));
    expect(folder.list().map((e) => e.path)).toContain('/shared/e/last');
    await refused(c.walk(3, 4, '..'), E.NOTDIR);
  });

  test('paths are 128 names deep at most, by making and by moving', async () => {
    await c.at(1, '/shared');
    for (let depth = 2; depth <= 128; depth++) {
      await c.mkdir(1, 'd');
      await c.walk(1, 1, 'd');
    }
    await refused(c.mkdir(1, 'd'), E.NAMETOOLONG);
    await refused(c.create(1, 'f'), E.NAMETOOLONG);
    await c.at(2, '/shared');
    await c.mkdir(2, 'e');
    await c.walk(1, 3, '..');
    await c.put('/shared/e/f', bytesOf('x'));
    await refused(c.rename(2, 'e', 3, 'e'), E.NAMETOOLONG);
    await c.walk(3, 4, '..');
    await c.rename(2, 'e', 4, 'e');
  });

  test('links, devices, pipes and sockets are refused; mknod of a file makes one', async () => {
    await c.at(1, '/shared');
    await c.put('/shared/a', bytesOf('x'));
    await c.at(2, '/shared/a');
    await refused(c.call(16, u4(1), s('link'), s('/etc/passwd'), u4(0)), E.PERM);
    await refused(c.call(70, u4(1), u4(2), s('link')), E.PERM);
    await refused(c.call(22, u4(2)), E.INVAL);
    const mknod = (name: string, mode: number): Promise<Answer> => c.call(18, u4(1), s(name), u4(mode), u4(1), u4(3), u4(0));
    for (const mode of [0o020666, 0o060660, 0o010644, 0o140644, 0o120777]) await refused(mknod('n', mode), E.PERM);
    await mknod('n', 0o100600);
    expect(await c.names('/shared')).toEqual(['a', 'n']);
  });
});

describe('attributes', () => {
  test('times are guest time; owners and modes are kept for the guest', async () => {
    c.driver.memory.now = 123_4567890n;
    await c.attach(9, 1000);
    await c.walk(9, 1, 'shared');
    await c.create(1, 'a', O.RDWR, 0o104755);
    expect(await c.stat(1)).toMatchObject({ mode: 0o104755, uid: 1000, atime: 123.456789, mtime: 123.456789, ctime: 123.456789 });
    c.driver.memory.now = 200_0000000n;
    await c.write(1, 0, bytesOf('x'));
    expect(await c.stat(1)).toMatchObject({ atime: 123.456789, mtime: 200, ctime: 200 });
    c.driver.memory.now = 300_0000000n;
    await c.setattr(1, 1 | 2 | 4 | 16 | 128 | 32, { mode: 0o600, uid: 5, gid: 6, atime: 77, nanos: 500_000_000 });
    expect(await c.stat(1)).toMatchObject({ mode: 0o100600, uid: 5, gid: 6, atime: 77.5, mtime: 300, ctime: 300 });
    await refused(c.setattr(1, 16 | 128, { atime: 2n ** 63n }), E.INVAL);
    await refused(c.setattr(1, 8 | 16 | 128, { size: 5, nanos: 1_000_000_000 }), E.INVAL);
    expect((await c.stat(1)).size).toBe(1);
    await c.at(2, '/shared');
    await refused(c.setattr(2, 8, { size: 0 }), E.ISDIR);
    await c.setattr(2, 1, { mode: 0o777 });
    expect((await c.stat(2)).mode).toBe(0o040777);
  });

  test('what changes has version 0, which no client keeps, and what never changes 1; numbers are never used twice', async () => {
    const numbers = new Set<number>();
    await c.at(1, '/shared');
    for (let i = 0; i < 20; i++) {
      await c.put('/shared/a', bytesOf('x'));
      const { qid } = await c.stat(await c.at(2, '/shared/a'));
      expect(qid.version).toBe(0);
      numbers.add(qid.path);
      await c.clunk(2);
      await c.unlink(1, 'a');
    }
    expect(numbers.size).toBe(20);
    const versions = [];
    for (const path of ['/', '/mounts.list', '/mounts', '/mounts/1', '/mounts/2', '/shared']) {
      versions.push((await c.stat(await c.at(3, path))).qid.version);
      await c.clunk(3);
    }
    expect(versions).toEqual([0, 1, 0, 1, 0, 0]);
  });

  test('there are no extended attributes', async () => {
    await refused(c.call(30, u4(0), u4(5), s('security.capability')), E.OPNOTSUPP);
    await refused(c.call(30, u4(0), u4(5), s('')), E.OPNOTSUPP);
    await refused(c.call(32, u4(0), s('user.x'), u8(5), u4(0)), E.OPNOTSUPP);
    await refused(c.stat(5), E.BADF);
  });

  test('locks are granted: the one client has settled them', async () => {
    await c.put('/shared/a', bytesOf('x'));
    await c.at(1, '/shared/a');
    const lock = (type: number): Promise<Answer> => c.call(52, u4(1), u1(type), u4(0), u8(0), u8(2n ** 64n - 1n), u4(7), s('me'));
    await refused(lock(1), E.BADF);
    await c.open(1, O.RDWR);
    for (const type of [0, 1, 2]) expect((await lock(type)).u1()).toBe(0);
    await refused(lock(3), E.INVAL);
    const got = await c.call(54, u4(1), u1(1), u8(5), u8(10), u4(7), s('me'));
    expect([got.u1(), got.u8(), got.u8(), got.u4(), got.s()]).toEqual([2, 5, 10, 7, 'me']);
  });
});

describe('limits', () => {
  test('4096 fids, 1024 of them open', async () => {
    await c.put('/shared/a', bytesOf('x'));
    const file = await c.at(1, '/shared/a');
    for (let fid = 2; fid < 4096; fid++) await c.walk(file, fid);
    await refused(c.walk(file, 5000), E.MFILE);
    for (let fid = 2; fid < 2 + 1024; fid++) await c.open(fid, O.RDONLY);
    await refused(c.open(3000, O.RDONLY), E.MFILE);
    await c.clunk(2);
    await c.open(3000, O.RDONLY);
    await c.version(8192);
    await c.attach(0);
    await c.open(await c.at(1, '/shared/a'), O.RDONLY);
  });

  test('16,384 files and folders', async () => {
    await c.at(1, '/shared');
    // Six are there from the start: the root, three in it, two mounts.
    for (let i = 6; i < 16_384; i++) await c.mkdir(1, `d${i}`);
    await refused(c.mkdir(1, 'one more'), E.NOSPC);
    await refused(c.create(1, 'file'), E.NOSPC);
    expect(() => folder.write('x', bytesOf('x'))).toThrowError(expect.objectContaining({ code: 'TOO_LARGE' }));
    const fs = await c.call(8, u4(0));
    fs.take(4 + 4 + 8 + 8 + 8);
    expect([fs.u8(), fs.u8()]).toEqual([16_384, 0]);
    await c.unlink(1, 'd100', 0x200);
    await c.mkdir(1, 'again');
  });
});

describe('broken messages', () => {
  test.each([
    ['too short for its fields', message(24, 5, u4(0))],
    ['longer than its fields', message(24, 5, u4(0), u8(0), u1(0))],
    ['of a size below its header', Uint8Array.of(6, 0, 0, 0, 24, 5, 0)],
    ['of a size beyond its bytes', Uint8Array.of(0, 0, 1, 0, 24, 5, 0)],
    ['with a string beyond its end', message(14, 5, u4(0), u2(1000))],
    ['with more data promised than given', message(118, 5, u4(0), u8(0), u4(1000), u1(0))],
    ['of a version message cut short', message(100, 5, u4(8192), u2(100))],
  ])('a message %s is refused with its tag', async (_name, bytes) => {
    const answer = new Answer((await c.send(bytes))!);
    expect([answer.size, answer.type, answer.tag, answer.u4()]).toEqual([11, 7, 5, E.PROTO]);
    await c.stat(0);
  });

  test('bytes behind a message are not looked at', async () => {
    const answer = new Answer((await c.send(new Uint8Array([...message(120, 5, u4(0)), 1, 2, 3])))!);
    expect(answer.type).toBe(121);
  });

  test('a message beyond what was agreed on is refused', async () => {
    await c.version(4096);
    await c.attach(0);
    const bytes = message(118, 5, u4(0), u8(0), u4(5000), new Uint8Array(5000));
    const answer = new Answer((await c.send(bytes))!);
    expect([answer.type, answer.u4()]).toEqual([7, E.PROTO]);
  });

  test.each([[0], [6]])('%i bytes are no message', async (length) => {
    expect(await c.send(new Uint8Array(length), ROOM)).toBeUndefined();
    expect(c.driver.needsReset).toBe(true);
  });
});
