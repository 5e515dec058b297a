// Random 9P requests that mean something, damaged ones, and what a shared folder has to be after any of them.

import fc from 'fast-check';
import { expect } from 'vitest';
import type { SharedFolder } from '../../../src/machine/virtio/nine/index.js';
import { type Fids, MAX_FIDS, MAX_OPEN } from '../../../src/machine/virtio/nine/fids.js';
import type { NineServer } from '../../../src/machine/virtio/nine/server.js';
import { MAX_DEPTH, MAX_NODES, type Node, checkName } from '../../../src/machine/virtio/nine/tree.js';
import { type Field, bytesOf, message, raw, s, u1, u2, u4, u8 } from './client.js';

export const CAPACITY = 1 << 16;
export const mounts = [
  { path: '/ro', bytes: bytesOf('read only') },
  { path: '/rw', bytes: bytesOf('writable'), writable: true },
];

/** Checks everything a shared folder promises about itself. */
export function sound(folder: SharedFolder, { fids: held }: { readonly fids: Fids }): void {
  const { tree } = folder;
  let bytes = 0;
  let nodes = 0;
  const open: { node: Node; depth: number }[] = [{ node: tree.root, depth: 0 }];
  const seen = new Set<Node>();
  const count = (node: Node): void => {
    if (seen.has(node)) throw new Error('a node twice');
    seen.add(node);
    nodes++;
    if (node.kind === 'file') bytes += node.content.size;
  };
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    count(node);
    if (depth > MAX_DEPTH) throw new Error('too deep');
    if (node !== tree.root) checkName(node.name);
    if (node.kind === 'folder') {
      let last = 2;
      for (const [name, child] of node.children) {
        if (child.parent !== node || child.name !== name || child.slot <= last || child.slot >= node.nextSlot)
          throw new Error('a child out of place');
        last = child.slot;
        open.push({ node: child, depth: depth + 1 });
      }
    }
  }
  const fids = held.entries();
  for (const node of new Set(fids.map(([, f]) => f.node))) {
    if (!seen.has(node)) count(node);
    if (node.held !== fids.filter(([, f]) => f.node === node).length) throw new Error('a node held wrongly');
  }
  expect({ bytes: tree.bytes, nodes: tree.nodes }).toEqual({ bytes, nodes });
  expect(bytes).toBeLessThanOrEqual(CAPACITY);
  expect(nodes).toBeLessThanOrEqual(MAX_NODES);
  expect(fids.length).toBeLessThanOrEqual(MAX_FIDS);
  expect(fids.filter(([, f]) => f.handle).length).toBeLessThanOrEqual(MAX_OPEN);
  expect([...tree.root.children.keys()]).toEqual(['mounts.list', 'mounts', 'shared']);
  expect(new TextDecoder().decode(folder.read('/ro'))).toBe('read only');
}

const fid = fc.oneof({ weight: 16, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.constantFrom(0xffffffff, 77) });
const name = fc
  .oneof(
    { weight: 30, arbitrary: fc.constantFrom('shared', 'mounts', 'a', 'a', 'b', 'b', 'c', '1') },
    { weight: 2, arbitrary: fc.constantFrom('..', '.', '', '/', 'a/b', '../..', 'a\0', 'x'.repeat(300), 'mounts.list', 'é') },
  )
  .map(s);
const bad = fc.uint8Array({ maxLength: 8 }).map(raw);
const anyName = fc.oneof({ weight: 30, arbitrary: name }, { weight: 1, arbitrary: bad });
const offset = fc.oneof(
  { weight: 4, arbitrary: fc.nat(200).map(BigInt) },
  { weight: 1, arbitrary: fc.constantFrom(BigInt(CAPACITY), 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n) },
);
const data = fc.uint8Array({ maxLength: 300 });
const f4 = fid.map(u4);
const mostly = (numbers: fc.Arbitrary<number>): fc.Arbitrary<Field> =>
  fc.oneof({ weight: 4, arbitrary: numbers }, { weight: 1, arbitrary: fid }).map(u4);
/** Fids that stand for folders, for an open file, for nothing yet, most of the time. */
const inFolder = mostly(fc.constantFrom(1, 1, 1, 0, 4, 5));
const onFile = mostly(fc.constantFrom(2, 2, 6));
const fresh = mostly(fc.integer({ min: 4, max: 12 }));
const flags = fc.constantFrom(0, 1, 2, 3, 0o1000, 0o1001, 0o1002, 0o2002, 0o100, 0o300, 0o200000, 0xffffffff).map(u4);
const mode = fc.constantFrom(0o644, 0o100644, 0o040755, 0o020666, 0xffffffff).map(u4);
const zero = fc.constant(u4(0));
const type = (n: number): fc.Arbitrary<number> => fc.constant(n);
const build = (t: number, ...fields: fc.Arbitrary<Field>[]): fc.Arbitrary<Uint8Array> =>
  fc.tuple(type(t), fc.nat(0xffff), fc.tuple(...fields)).map(([n, tag, parts]) => message(n, tag, ...parts));

export const request: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 1,
    arbitrary: build(100, fc.constantFrom(4096, 8192, 65536, 0xffffffff, 0).map(u4), fc.constantFrom('9P2000.L', '9P2000').map(s)),
  },
  { weight: 3, arbitrary: build(104, fresh, fc.constantFrom(0xffffffff, 0).map(u4), anyName, fc.constantFrom('', '/', 'x').map(s), zero) },
  {
    weight: 20,
    arbitrary: fc
      .tuple(inFolder, fresh, fc.array(anyName, { maxLength: 3 }))
      .map(([a, b, names]) => message(110, 1, a, b, u2(names.length), ...names)),
  },
  { weight: 8, arbitrary: build(12, fresh, flags) },
  { weight: 8, arbitrary: build(14, inFolder, anyName, flags, mode, zero) },
  { weight: 6, arbitrary: build(116, onFile, offset.map(u8), fc.constantFrom(0, 1, 100, 0xffffffff).map(u4)) },
  { weight: 10, arbitrary: fc.tuple(onFile, offset, data).map(([f, o, d]) => message(118, 1, f, u8(o), u4(d.length), d)) },
  { weight: 3, arbitrary: build(120, f4) },
  { weight: 3, arbitrary: build(122, fresh) },
  { weight: 3, arbitrary: build(24, inFolder, offset.map(u8)) },
  {
    weight: 6,
    arbitrary: build(
      26,
      onFile,
      fc.constantFrom(0, 1, 8, 16, 32, 8 | 32, 0x1ff).map(u4),
      mode,
      zero,
      zero,
      offset.map(u8),
      offset.map(u8),
      offset.map(u8),
      offset.map(u8),
      offset.map(u8),
    ),
  },
  { weight: 3, arbitrary: build(40, mostly(fc.constant(3)), offset.map(u8), fc.constantFrom(0, 20, 100, 0xffffffff).map(u4)) },
  { weight: 8, arbitrary: build(72, inFolder, anyName, mode, zero) },
  { weight: 2, arbitrary: build(18, inFolder, anyName, mode, zero, zero, zero) },
  { weight: 14, arbitrary: build(76, inFolder, anyName, fc.constantFrom(0, 0x200).map(u4)) },
  { weight: 14, arbitrary: build(74, inFolder, anyName, inFolder, anyName) },
  { weight: 14, arbitrary: build(20, fresh, inFolder, anyName) },
  { weight: 1, arbitrary: build(16, f4, anyName, anyName, zero) },
  { weight: 1, arbitrary: build(70, f4, f4, anyName) },
  { weight: 1, arbitrary: build(8, f4) },
  { weight: 1, arbitrary: build(50, onFile, zero) },
  { weight: 1, arbitrary: build(52, onFile, fc.nat(4).map(u1), zero, offset.map(u8), offset.map(u8), zero, anyName) },
  { weight: 1, arbitrary: build(30, f4, f4, anyName) },
);

/** A request with a byte changed, cut short, made longer, or of another type; or noise. */
export const damaged: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.tuple(request, fc.nat(), fc.nat(255)).map(([m, at, byte]) => m.map((b, i) => (i === at % m.length ? byte : b))),
  fc.tuple(request, fc.nat()).map(([m, at]) => m.subarray(0, Math.max(7, at % m.length))),
  fc.tuple(request, fc.uint8Array({ maxLength: 10 })).map(([m, more]) => new Uint8Array([...m, ...more])),
  fc.tuple(request, fc.nat(255)).map(([m, t]) => m.map((b, i) => (i === 4 ? t : b))),
  fc.uint8Array({ minLength: 7, maxLength: 64 }),
);

/** What a request may work on is there, as long as the tree allows: fid 0 the root, 1 /shared, 2 an open file, 3 an open folder. */
export function revive(server: NineServer): void {
  const has = (number: number): boolean => server.fids.entries().some(([n]) => n === number);
  if (server.msize === 0) server.answer(message(100, 0, u4(65536), s('9P2000.L')), 65536);
  if (!has(0)) server.answer(message(104, 0, u4(0), u4(0xffffffff), s(''), s(''), u4(0)), 65536);
  const walk = (to: number): Uint8Array => server.answer(message(110, 0, u4(0), u4(to), u2(1), s('shared')), 65536);
  if (!has(1)) walk(1);
  if (!has(2)) {
    walk(2);
    server.answer(message(14, 0, u4(2), s('a'), u4(2), u4(0o644), u4(0)), 65536);
  }
  if (!has(3)) {
    walk(3);
    server.answer(message(12, 0, u4(3), u4(0)), 65536);
  }
}
