// Shared files in a snapshot: tree, open files and session go on elsewhere; a damaged snapshot is refused and changes nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MEMORY_MAPS } from '../../../src/machine/map.js';
import { createMachine } from '../../../src/machine/machine.js';
import { restoreSnapshot, saveSnapshot } from '../../../src/machine/snapshot.js';
import type { DeviceState } from '../../../src/machine/host-device.js';
import { NineDevice, SharedFolder } from '../../../src/machine/virtio/nine/index.js';
import { Fids } from '../../../src/machine/virtio/nine/fids.js';
import { NineServer } from '../../../src/machine/virtio/nine/server.js';
import { restoreFiles, saveFiles } from '../../../src/machine/virtio/nine/snapshot.js';
import { ReferenceHart } from '../../../src/reference/index.js';
import { Client, E, Errno, O, bytesOf } from './client.js';
import { CAPACITY, mounts, request, revive, sound } from './requests.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const invalid = expect.objectContaining({ code: 'SNAPSHOT_INVALID' });

test('any session goes on as if nothing had happened', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 40, size: 'max' }), fc.array(request, { maxLength: 20, size: 'max' }), (before, after) => {
      const folder = new SharedFolder({ capacity: CAPACITY, mounts });
      const server = new NineServer(folder.tree);
      for (const m of before) {
        revive(server);
        server.answer(m, 65536);
      }
      const saved = saveFiles(folder, server.fids);
      const other = new SharedFolder({ capacity: CAPACITY });
      const copy = new NineServer(other.tree);
      copy.adopt(server.msize);
      restoreFiles(other, copy.fids, saved);
      sound(other, copy);
      expect(saveFiles(other, copy.fids)).toEqual(saved);
      for (const m of after) expect(copy.answer(m, 65536)).toEqual(server.answer(m, 65536));
      expect(saveFiles(other, copy.fids)).toEqual(saveFiles(folder, server.fids));
      expect(other.list()).toEqual(folder.list());
      sound(other, copy);
    }),
    { numRuns: 300 },
  );
});

test('a machine with an open file, a removed one and a half-read folder goes on in another machine', async () => {
  const config = { map: MEMORY_MAPS.virt, ramSize: 1 << 20 };
  const folder = new SharedFolder({ mounts });
  const device = new NineDevice(folder);
  const machine = createMachine(new ReferenceHart(config), { devices: [device] });
  const c = await Client.attached(device);
  await c.at(1, '/shared');
  await c.create(1, 'open', O.RDWR);
  await c.write(1, 0, bytesOf('half'));
  await c.put('/shared/gone', bytesOf('still here'));
  await c.open(await c.at(2, '/shared/gone'), O.RDWR);
  await c.at(3, '/shared');
  await c.unlink(3, 'gone');
  for (const n of ['x', 'y', 'z']) await c.mkdir(3, n);
  await c.open(3, O.RDONLY);
  const first = await c.readdir(3, 0, 80);

  const file = await saveSnapshot(machine);
  const other = new SharedFolder();
  const copy = new NineDevice(other);
  const twin = createMachine(new ReferenceHart(config), { devices: [copy] });
  await restoreSnapshot(twin, file);
  expect(copy.save()).toEqual(device.save());
  // A driver of its own resets the device first; the session is put back after that.
  const d = new Client(copy);
  await d.driver.negotiate();
  copy.restore(device.save());
  await d.driver.setQueue(0);
  await d.driver.set(0x70, 15);
  await d.write(1, 4, bytesOf(' and whole'));
  await d.clunk(1);
  expect(text(other.read('open'))).toBe('half and whole');
  expect(text(await d.read(2, 0, 100))).toBe('still here');
  await d.write(2, 10, bytesOf('!'));
  const rest = await d.readdir(3, first.at(-1)!.offset, 1000);
  expect([...first, ...rest].map((e) => e.name)).toEqual(['.', '..', 'open', 'x', 'y', 'z']);
  expect(text(other.read('/ro'))).toBe('read only');
  await expect(d.open(await d.at(4, '/mounts/1'), O.RDWR)).rejects.toEqual(new Errno(E.ROFS));
  expect(text(folder.read('open'))).toBe('half');
  expect(await other.mounts()).toEqual(await folder.mounts());
});

/** A device with a bit of everything, and its state as an object that can be changed. */
async function sample(): Promise<{
  state: DeviceState;
  tree: () => Record<string, unknown> & { nodes: Record<string, unknown>[]; fids: number[][] };
}> {
  const device = new NineDevice(new SharedFolder({ mounts }));
  const c = await Client.attached(device);
  await c.put('/shared/a', bytesOf('abc'));
  await c.at(1, '/shared');
  await c.mkdir(1, 'd');
  await c.put('/shared/d/b', bytesOf('b'));
  await c.open(await c.at(2, '/shared/d/b'), O.RDWR | O.APPEND);
  await c.at(3, '/shared/d');
  await c.unlink(3, 'b');
  const state = device.save();
  return { state, tree: () => JSON.parse(text(state.blobs['tree']!)) };
}

describe('a damaged snapshot is refused', () => {
  type Tree = Awaited<ReturnType<typeof sample>> extends { tree: () => infer T } ? T : never;
  const node = (t: Tree, name: string): Record<string, unknown> => t.nodes.find((n) => n['name'] === name)!;
  const cases: [string, (t: Tree) => unknown][] = [
    ['no nodes', (t) => (t.nodes = [])],
    ['nodes that are none', (t) => t.nodes.push(5 as never)],
    ['no root', (t) => (t['root'] = 999)],
    ['a root that is a file', (t) => (t['root'] = node(t, 'a')['id'])],
    ['a next number that was used', (t) => (t['nextId'] = 3)],
    ['a number twice', (t) => (node(t, 'a')['id'] = node(t, 'd')['id'])],
    ['a parent that is not there', (t) => (node(t, 'a')['parent'] = 999)],
    ['a parent that is a file', (t) => (node(t, 'd')['parent'] = node(t, 'a')['id'])],
    ['a loop', (t) => (node(t, 'd')['parent'] = node(t, 'd')['id'])],
    [
      'a file that hangs on a removed one',
      (t) => ((node(t, 'd')['parent'] = 0), (node(t, 'a')['parent'] = node(t, 'd')['id']), (node(t, 'a')['slot'] = 3)),
    ],
    ['a removed file that nothing holds', (t) => (t.fids = [])],
    ['a root with a parent', (t) => (t.nodes[0]!['parent'] = node(t, 'shared')['id'])],
    ['two files of one name', (t) => (node(t, 'a')['name'] = 'd')],
    ['a name with a slash', (t) => (node(t, 'a')['name'] = '../x')],
    ['a name that goes up', (t) => (node(t, 'a')['name'] = '..')],
    ['a name of 300 bytes', (t) => (node(t, 'a')['name'] = 'x'.repeat(300))],
    ['two files in one place', (t) => (node(t, 'a')['slot'] = node(t, 'd')['slot'])],
    ['a place before the first', (t) => (node(t, 'a')['slot'] = 2)],
    ['a place to come', (t) => (node(t, 'a')['slot'] = 1000)],
    ['a mode that is none', (t) => (node(t, 'a')['mode'] = 0o100644)],
    ['a time that is none', (t) => (node(t, 'a')['times'] = [0, 1e9, 0, 0, 0, 0])],
    ['a user that is none', (t) => (node(t, 'a')['uid'] = 2 ** 32)],
    ['a size that is not there', (t) => (node(t, 'a')['size'] = 4)],
    ['a negative size', (t) => (node(t, 'a')['size'] = -3)],
    ['no shared folder', (t) => (node(t, 'shared')['name'] = 'other')],
    ['a shared folder that is read-only', (t) => (node(t, 'shared')['readOnly'] = true)],
    ['a root that can be written', (t) => (t.nodes[0]!['readOnly'] = false)],
    ['mounts that can be written', (t) => (node(t, 'mounts')['readOnly'] = false)],
    ['a mount that became writable', (t) => (node(t, '1')['readOnly'] = false)],
    ['a mount elsewhere', (t) => (t['mounts'] = ['/etc/passwd', '/rw'])],
    ['a mount of no file', (t) => (t['mounts'] = ['/ro', '/rw', '/more'])],
    ['a mount without its path', (t) => (t['mounts'] = ['/ro'])],
    ['mounts of bad paths', (t) => (t['mounts'] = ['/ro', '/../rw'])],
    ['something more in the root', (t) => t.nodes.push({ ...node(t, 'd'), id: 1000, name: 'more', parent: t['root'], slot: 6 })],
    ['a root in another order', (t) => ((t.nodes[0]!['nextSlot'] = 7), (node(t, 'mounts.list')['slot'] = 6))],
    ['a fid of nothing', (t) => (t.fids[0]![1] = 999)],
    ['a fid twice', (t) => t.fids.push(t.fids[0]!)],
    ['a fid that is no fid', (t) => (t.fids[0]![0] = 0xffffffff)],
    ['a fid with more than it has', (t) => (t.fids[0]![3] = 16)],
    ['a fid that writes and is not open', (t) => (t.fids[0]![3] = 4)],
    ['a folder open for writing', (t) => (t.fids[0]![3] = 5)],
    ['a read-only file open for writing', (t) => t.fids.push([50, node(t, '1')['id'] as number, 0, 7])],
    ['too many fids', (t) => (t.fids = Array.from({ length: 4097 }, (_, i) => [i, t['root'] as number, 0, 0]))],
    ['too many open', (t) => (t.fids = [...t.fids, ...Array.from({ length: 1025 }, (_, i) => [i + 100, t['root'] as number, 0, 3])])],
    ['too many nodes', (t) => (t.nodes = Array.from({ length: 16_385 }, () => t.nodes[0]!))],
    ['no time', (t) => (t['now'] = [1])],
  ];
  test.each(cases)('%s', async (_name, change) => {
    const { state, tree } = await sample();
    const t = tree();
    const target = new NineDevice(new SharedFolder({ mounts: [{ path: '/mine', bytes: bytesOf('mine') }] }));
    const before = target.save();
    // The sample itself is fine.
    new NineDevice(new SharedFolder()).restore(state);
    change(t);
    const blobs = { ...state.blobs, tree: bytesOf(JSON.stringify(t)) };
    expect(() => target.restore({ ...state, blobs })).toThrowError(invalid);
    expect(target.save()).toEqual(before);
  });

  test('another tag, message size, contents, or no JSON', async () => {
    const { state } = await sample();
    const target = new NineDevice(new SharedFolder());
    const wrong: DeviceState[] = [
      { ...state, fields: { ...state.fields, tag: 'other' } },
      { ...state, fields: { ...state.fields, msize: 100 } },
      { ...state, fields: { ...state.fields, msize: 2 ** 30 } },
      { ...state, fields: { tag: 'gpuvisor' } },
      { ...state, blobs: { tree: state.blobs['tree']! } },
      { ...state, blobs: { contents: state.blobs['contents']! } },
      { ...state, blobs: { ...state.blobs, contents: new Uint8Array([...state.blobs['contents']!, 0]) } },
      { ...state, blobs: { ...state.blobs, tree: bytesOf('{') } },
      { ...state, blobs: { ...state.blobs, tree: bytesOf('[]') } },
    ];
    for (const w of wrong) expect(() => target.restore(w)).toThrowError(invalid);
    target.restore(state);
  });

  test('more than the folder takes, with what to do', async () => {
    const { state } = await sample();
    expect(() => new NineDevice(new SharedFolder({ capacity: 10 })).restore(state)).toThrowError(
      expect.objectContaining({ code: 'SNAPSHOT_INVALID', hint: expect.stringContaining('capacity') }),
    );
  });

  test('whatever changes in it, what is taken is sound', async () => {
    const { state, tree } = await sample();
    const scalar = fc.oneof(
      fc.constantFrom<unknown>(0, 1, 2, 3, 4, 5, 8, 15, -1, 1e20, null, '', '/ro', 'a', 'shared', true, []),
      fc.nat(20),
    );
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(), scalar), { minLength: 1, maxLength: 3 }), (changes) => {
        const t = tree();
        const targets: Record<string, unknown>[] = [...t.nodes, ...(t.fids as unknown as Record<string, unknown>[]), t];
        for (const [which, field, value] of changes) {
          const target = targets[which % targets.length]!;
          const keys = Object.keys(target);
          target[keys[field % keys.length]!] = value;
        }
        const folder = new SharedFolder({ capacity: CAPACITY });
        const fids = new Fids(folder.tree);
        try {
          restoreFiles(folder, fids, { ...state.blobs, tree: bytesOf(JSON.stringify(t)) });
        } catch (e) {
          expect(e).toMatchObject({ code: 'SNAPSHOT_INVALID' });
          return;
        }
        taken++;
        sound(folder, { fids });
        fids.clear();
        sound(folder, { fids });
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(20);
  });
});
