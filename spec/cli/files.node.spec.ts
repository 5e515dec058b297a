// Mount arguments, and names from a guest as files of the host.
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { findBuiltin, findGuest, isCheckout } from '../../src/cli/guest.js';
import { parseMount } from '../../src/cli/mounts.js';
import { safeName, writeShared } from '../../src/cli/shared-out.js';
import { SharedFolder } from '../../src/machine/virtio/nine/index.js';

test('mounts: source, path and mode', () => {
  const cases: [string, string, string, boolean][] = [
    ['a.txt:/data/a.txt', 'a.txt', '/data/a.txt', false],
    ['a.txt:/data/a.txt:rw', 'a.txt', '/data/a.txt', true],
    ['a.txt:/data/a.txt:ro', 'a.txt', '/data/a.txt', false],
    ['/x/y:z:/data/a b', '/x/y:z', '/data/a b', false],
    ['https://h:8080/a.txt?x=1:/t:rw', 'https://h:8080/a.txt?x=1', '/t', true],
    ['C:\\a.txt:/t', 'C:\\a.txt', '/t', false],
  ];
  for (const [text, source, path, writable] of cases) expect(parseMount(text)).toEqual({ source, path, writable });
  for (const text of ['', 'a', ':/a', 'a:b', 'a.txt:rw', 'http://h/a', 'https://h:80/a:rw'])
    expect(() => parseMount(text)).toThrowError(/names no path/);
});

test('a published package brings its guests as cartridges beside its pages', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-package-'));
  const root = pathToFileURL(`${folder}/`);
  expect(isCheckout(root)).toBe(false);
  await expect(findBuiltin('linux', root)).rejects.toMatchObject({ code: 'GUEST_NOT_BUILT' });
  await expect(findGuest(root)).rejects.toMatchObject({ code: 'GUEST_NOT_BUILT' });
  mkdirSync(join(folder, 'web-dist/guest'), { recursive: true });
  writeFileSync(join(folder, 'web-dist/guest/linux.rts.png'), '');
  const at = (name: string): string => join(folder, 'web-dist/guest', name);
  expect(await findBuiltin('linux', root)).toEqual({ cartridge: at('linux.rts.png'), disk: at('disk.rts.png'), glyphs: at('glyphs.json') });
  expect(await findBuiltin('mmu', root)).toEqual({ cartridge: at('mmu.rts.png') });
  expect(isCheckout()).toBe(true);
});

test('names that are safe stay; others become safe, each its own', () => {
  expect(['a.txt', 'Grüße ✓', '-rf', '.profile', '日本'].map(safeName)).toEqual(['a.txt', 'Grüße ✓', '-rf', '.profile', '日本']);
  expect(['..', '.', '...', 'a/b', 'a\\b', 'C:x', 'a\nb', '100%', '\u202egnp.exe', 'x.', 'x ', ' x', '\0'].map(safeName)).toEqual([
    '%2e%2e',
    '%2e',
    '%2e%2e%2e',
    'a%2fb',
    'a%5cb',
    'C%3ax',
    'a%0ab',
    '100%25',
    '%e2%80%aegnp.exe',
    'x%2e',
    'x%20',
    '%20x',
    '%00',
  ]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      const safe = safeName(name);
      expect(basename(safe)).toBe(safe);
      expect(normalize(join('/out', safe))).toBe(`/out/${safe}`);
      expect(safe).not.toBe('..');
    }),
  );
});

test('a guest whose names lead elsewhere leaves its files in the folder', async () => {
  const root = mkdtempSync(join(tmpdir(), 'gpuvisor-shared-'));
  const folder = join(root, 'out');
  const names = ['/shared/...', '/shared/../escaped', '/shared/a/../../../escaped', '/shared/d', '/shared/d/x', '/shared/C:\\y'];
  const hostile = {
    list: () => names.map((path) => ({ path, size: 1, kind: path === '/shared/d' ? 'folder' : 'file' })),
    read: (path: string) => new TextEncoder().encode(path),
  } as unknown as SharedFolder;
  const bytes = names.filter((n) => n !== '/shared/d').join('').length;
  expect(await writeShared(hostile, folder)).toEqual({ files: 5, bytes });
  expect(readdirSync(root)).toEqual(['out']);
  expect(readdirSync(folder).sort()).toEqual(['%2e%2e', '%2e%2e%2e', 'C%3a%5cy', 'a', 'd']);
  expect(readFileSync(join(folder, 'd/x'), 'utf8')).toBe('/shared/d/x');
  expect(readFileSync(join(folder, 'a/%2e%2e/%2e%2e/%2e%2e/escaped'), 'utf8')).toBe('/shared/a/../../../escaped');
});

test('nothing that is there is replaced', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-shared-'));
  writeFileSync(join(folder, 'a'), 'mine');
  const share = new SharedFolder();
  share.write('a', new TextEncoder().encode('theirs'));
  await expect(writeShared(share, folder)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('mine');
});

test('what a shared folder holds arrives as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-shared-'));
  const share = new SharedFolder();
  share.write('notes/deep/a.txt', Uint8Array.of(1, 2, 3));
  share.write('b', new Uint8Array(0));
  expect(await writeShared(share, folder)).toEqual({ files: 2, bytes: 3 });
  expect([...readFileSync(join(folder, 'notes/deep/a.txt'))]).toEqual([1, 2, 3]);
});
