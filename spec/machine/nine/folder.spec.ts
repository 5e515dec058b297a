// The shared folder from its host's side: mounts, files of /shared, limits, refusals.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MountFile, NineDevice, SharedFolder } from '../../../src/machine/virtio/nine/index.js';
import { Client, bytesOf } from './client.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const coded = (code: string, ...parts: string[]): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(parts[0] ?? ''), hint: expect.stringContaining(parts[1] ?? '') });
const mount = (path: unknown, bytes: unknown = bytesOf('x')): MountFile => ({ path, bytes }) as MountFile;

describe('mounts', () => {
  test('are listed with their hashes, and can be read back by their path', async () => {
    const folder = new SharedFolder({
      mounts: [mount('/a.txt', bytesOf('abc')), { path: '/b/c', bytes: new Uint8Array(0), writable: true }],
    });
    expect(await folder.mounts()).toEqual([
      { path: '/a.txt', size: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', writable: false },
      { path: '/b/c', size: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', writable: true },
    ]);
    expect(text(folder.read('/a.txt'))).toBe('abc');
  });

  test("are copies: what either side does to its bytes does not reach the other's", async () => {
    const bytes = bytesOf('abc');
    const folder = new SharedFolder({ mounts: [{ path: '/f', bytes, writable: true }] });
    bytes[0] = 0;
    folder.read('/f')[1] = 0;
    expect(text(folder.read('/f'))).toBe('abc');
    const c = await Client.attached(new NineDevice(folder));
    await c.open(await c.at(1, '/mounts/1'), 1);
    await c.write(1, 0, bytesOf('xyz'));
    expect(text(bytes.slice(1))).toBe('bc');
    expect((await folder.mounts())[0]).toMatchObject({
      size: 3,
      sha256: '3608bca1e44ea6c4d268eb6db02260269892c0b42b86bbf1e77a6fa16c3c9282',
    });
  });

  test.each([
    ['relative.txt', 'does not begin with /'],
    ['', 'does not begin with /'],
    ['/', 'the root'],
    ['//a', 'an empty name'],
    ['/a//b', 'an empty name'],
    ['/a/', 'an empty name'],
    ['/a/../etc/passwd', '. or ..'],
    ['/..', '. or ..'],
    ['/a/./b', '. or ..'],
    ['/a\nrw 2 /etc/passwd', 'a control character'],
    ['/a\0', 'a control character'],
    ['/a\x7f', 'a control character'],
    ['/a ', 'ends with a space'],
    ['/a\u3000', 'ends with a space'],
    ['/a\ud800', 'not well-formed'],
    ['/\udc00a', 'not well-formed'],
    [`/${'x'.repeat(256)}`, 'longer than 255 bytes'],
    [`/${'é'.repeat(128)}`, 'longer than 255 bytes'],
    [`${'/abcdefgh'.repeat(126)}`, 'longer than 1024 bytes'],
    [`${'/a'.repeat(127)}`, 'longer than 1024 bytes or 126 names'],
    ['/shared', 'where shared files are'],
    ['/shared/x', 'where shared files are'],
    ['/run/gpuvisor', 'where shared files are'],
    ['/run/gpuvisor/mounts.list', 'where shared files are'],
    [5, 'not text'],
    [undefined, 'not text'],
  ])('at %j is refused', (path, why) => {
    expect(() => new SharedFolder({ mounts: [mount('/fine'), mount(path)] })).toThrowError(coded('MOUNT_INVALID', why, '/data/input.csv'));
  });

  test.each(['/shared.txt', '/a b/c d', '/é/ü', '/run/gpuvisorx', '/a/..b/...', '/-', `/${'x'.repeat(255)}`, '/\u{1f600}', '/a"b\\c$d'])(
    'at %j is taken',
    (path) => {
      const folder = new SharedFolder({ mounts: [mount(path)] });
      expect(text(folder.read(path))).toBe('x');
    },
  );

  test('cannot share a path, or lie below one another', () => {
    expect(() => new SharedFolder({ mounts: [mount('/a'), mount('/a')] })).toThrowError(coded('MOUNT_INVALID', 'two files'));
    expect(() => new SharedFolder({ mounts: [mount('/a/b/c'), mount('/a/b')] })).toThrowError(
      coded('MOUNT_INVALID', 'another mount is below'),
    );
    expect(() => new SharedFolder({ mounts: [mount('/a'), mount('/a/b/c')] })).toThrowError(
      coded('MOUNT_INVALID', 'another mount is below'),
    );
    expect(new SharedFolder({ mounts: [mount('/a/b'), mount('/a/bc'), mount('/a/c')] }).bytes).toBeGreaterThan(0);
  });

  test('want bytes, room, and no more than 256 of them', () => {
    for (const bytes of ['text', null, [1, 2]]) {
      expect(() => new SharedFolder({ mounts: [mount('/a', bytes)] })).toThrowError(coded('MOUNT_INVALID', 'no bytes'));
    }
    const many = (n: number): MountFile[] => Array.from({ length: n }, (_, i) => mount(`/f${i}`));
    expect(() => new SharedFolder({ mounts: many(257) })).toThrowError(coded('TOO_LARGE', '257 mounts'));
    expect(new SharedFolder({ mounts: many(256) }).read('/f255')).toHaveLength(1);
    const list = 'ro 1 /a\n'.length;
    expect(() => new SharedFolder({ capacity: 100, mounts: [mount('/a', new Uint8Array(101 - list))] })).toThrowError(
      coded('TOO_LARGE', '101 bytes', 'capacity'),
    );
    expect(new SharedFolder({ capacity: 100, mounts: [mount('/a', new Uint8Array(100 - list))] }).bytes).toBe(100);
  });

  test('no list of mounts can say what a path did not', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ unit: 'binary', maxLength: 12 }).map((p) => `/${p}`),
          { maxLength: 4 },
        ),
        (paths) => {
          let folder: SharedFolder;
          try {
            folder = new SharedFolder({ mounts: paths.map((p) => mount(p)) });
          } catch (e) {
            expect(e).toMatchObject({ code: 'MOUNT_INVALID' });
            return;
          }
          const lines = text(folder.tree.root.children.get('mounts.list')!.kind === 'file' ? listOf(folder) : new Uint8Array(0)).split(
            '\n',
          );
          expect(lines).toEqual([...paths.map((p, i) => `ro ${i + 1} ${p}`), '']);
        },
      ),
      { numRuns: 2000 },
    );
  });

  function listOf(folder: SharedFolder): Uint8Array {
    const file = folder.tree.root.children.get('mounts.list')!;
    return file.kind === 'file' ? file.content.all() : new Uint8Array(0);
  }
});

test.each([-1, 1.5, NaN, 2 ** 31, Infinity, '5'])('a capacity of %s is refused', (capacity) => {
  expect(() => new SharedFolder({ capacity: capacity as number })).toThrowError(coded('BAD_ARGUMENT', 'capacity'));
});

describe('/shared', () => {
  test('files go in by relative or absolute path, folders are made, and all of it is listed by name', async () => {
    const folder = new SharedFolder();
    folder.write('b.txt', bytesOf('b'));
    folder.write('/shared/notes/deep/a.txt', bytesOf('aa'));
    folder.write('notes/z', new Uint8Array(0));
    expect(folder.list()).toEqual([
      { path: '/shared/b.txt', size: 1, kind: 'file' },
      { path: '/shared/notes', size: 0, kind: 'folder' },
      { path: '/shared/notes/deep', size: 0, kind: 'folder' },
      { path: '/shared/notes/deep/a.txt', size: 2, kind: 'file' },
      { path: '/shared/notes/z', size: 0, kind: 'file' },
    ]);
    expect(folder.list('notes/deep').map((e) => e.path)).toEqual(['/shared/notes/deep/a.txt']);
    expect(folder.list('/shared/b.txt')).toEqual([{ path: '/shared/b.txt', size: 1, kind: 'file' }]);
    expect(text(folder.read('notes/deep/a.txt'))).toBe('aa');
    expect(text(folder.read('/shared/notes/deep/a.txt'))).toBe('aa');
    folder.write('b.txt', bytesOf('longer'));
    folder.write('b.txt', bytesOf('c'));
    expect(text(folder.read('b.txt'))).toBe('c');
    const c = await Client.attached(new NineDevice(folder));
    expect(text(await c.content('/shared/notes/deep/a.txt'))).toBe('aa');
  });

  test.each([
    '',
    '/',
    '/shared',
    '/shared/',
    '/etc/passwd',
    '../etc/passwd',
    '/shared/../x',
    'a/../../x',
    'a//b',
    'a/',
    './a',
    'a\0b',
    'a\nb',
    'x'.repeat(256),
    'a/'.repeat(126) + 'a',
    'a\ud800',
  ])('%j is no place for a file', (path) => {
    const folder = new SharedFolder();
    expect(() => folder.write(path, bytesOf('x'))).toThrowError(coded('BAD_ARGUMENT', 'below /shared', 'notes/a.txt'));
    expect(folder.list()).toEqual([]);
  });

  test('a file cannot be a folder, nor the reverse', () => {
    const folder = new SharedFolder();
    folder.write('d/f', bytesOf('x'));
    expect(() => folder.write('d', bytesOf('x'))).toThrowError(coded('BAD_ARGUMENT', 'there is a folder'));
    expect(() => folder.write('d/f/g', bytesOf('x'))).toThrowError(coded('BAD_ARGUMENT', 'there is a file'));
  });

  test('what does not fit changes nothing', () => {
    const folder = new SharedFolder({ capacity: 10 });
    folder.write('a', new Uint8Array(6));
    expect(() => folder.write('d/e/b', new Uint8Array(5))).toThrowError(coded('TOO_LARGE', '6 of 10 bytes'));
    expect(() => folder.write('a', new Uint8Array(11))).toThrowError(coded('TOO_LARGE'));
    expect(folder.list()).toEqual([{ path: '/shared/a', size: 6, kind: 'file' }]);
    folder.write('a', new Uint8Array(10));
    expect(folder.bytes).toBe(10);
  });

  test('what is not there is refused with what is', () => {
    const folder = new SharedFolder({ mounts: [mount('/data/in')] });
    expect(() => new SharedFolder().read('x')).toThrowError(coded('FILE_NOT_FOUND', '"x"', 'nothing is shared yet'));
    folder.write('out.txt', bytesOf('x'));
    for (const path of [
      'nothing',
      '/nothing',
      '/shared',
      '/shared/',
      '/run/gpuvisor/shared/out.txt',
      'out.txt/x',
      '../out.txt',
      '',
      '/mounts/1',
      5 as unknown as string,
    ]) {
      expect(() => folder.read(path)).toThrowError(coded('FILE_NOT_FOUND', '', '"/data/in", "/shared/out.txt"'));
    }
    expect(() => folder.list('/data')).toThrowError(coded('FILE_NOT_FOUND', '/data'));
    expect(() => folder.list('nothing')).toThrowError(coded('FILE_NOT_FOUND', 'nothing'));
  });

  test('names that only a guest can make are listed and read as they are', async () => {
    const folder = new SharedFolder();
    const c = await Client.attached(new NineDevice(folder));
    await c.put('/shared/a\nb', bytesOf('odd'));
    expect(folder.list()).toEqual([{ path: '/shared/a\nb', size: 3, kind: 'file' }]);
    expect(text(folder.read('a\nb'))).toBe('odd');
    for (let i = 0; i < 120; i++) await c.at(1, `/shared${'/d'.repeat(i)}`).then((f) => c.mkdir(f, 'd').then(() => c.clunk(f)));
    const deepest = folder.list().at(-1)!;
    expect(deepest.path).toBe(`/shared${'/d'.repeat(120)}`);
  });
});
