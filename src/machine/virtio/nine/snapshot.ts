// A shared folder and its session in a snapshot: `tree` is JSON, `contents` the bytes of all files, back to back in the order of the tree.
// Snapshots are hostile: everything is checked before anything is taken over.

import { GpuvisorError } from '../../../isa/errors.js';
import { Content } from './content.js';
import { type Fid, type Fids, MAX_FIDS, MAX_OPEN } from './fids.js';
import { ROOT, type SharedFolder, mountList } from './folder.js';
import { checkMountPaths } from './paths.js';
import { NOFID, NineError } from './protocol.js';
import { FIRST_SLOT, type FileNode, type FolderNode, MAX_DEPTH, MAX_NODES, type Node, type Time, checkName } from './tree.js';

/** Bytes of the JSON. */
const MAX_TREE = 32 << 20;
/** Numbers that stand for what a fid is open for. */
const OPEN = 1;
const READ = 2;
const WRITE = 4;
const APPEND = 8;

/** A file or folder: `size` is a file's bytes, `nextSlot` a folder's. Parent 0: the root, or removed and still held. */
interface SavedNode {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Access, modification, change: seconds and nanoseconds of each. */
  readonly times: readonly number[];
  readonly slot: number;
  readonly readOnly: boolean;
  readonly size?: number;
  readonly nextSlot?: number;
}

interface Saved {
  readonly nextId: number;
  readonly root: number;
  readonly now: readonly number[];
  readonly mounts: readonly string[];
  readonly nodes: readonly SavedNode[];
  /** Number, node, user, what it is open for. */
  readonly fids: readonly (readonly number[])[];
}

const pair = ({ seconds, nanoseconds }: Time): number[] => [seconds, nanoseconds];

/** Every node there is: those in the tree, and those that only fids hold. By id. */
function allNodes(folder: SharedFolder, fids: Fids): Node[] {
  const nodes = new Set<Node>(fids.entries().map(([, fid]) => fid.node));
  const open: Node[] = [folder.tree.root];
  for (let node = open.pop(); node; node = open.pop()) {
    nodes.add(node);
    if (node.kind === 'folder') open.push(...node.children.values());
  }
  return [...nodes].sort((a, b) => a.id - b.id);
}

export function saveFiles(folder: SharedFolder, fids: Fids): Record<string, Uint8Array> {
  const { tree } = folder;
  const nodes = allNodes(folder, fids);
  const saved: Saved = {
    nextId: tree.nextId,
    root: tree.root.id,
    now: pair(tree.now),
    mounts: folder.mountPaths.map((m) => m.path),
    nodes: nodes.map((n) => ({
      id: n.id,
      parent: n.parent?.id ?? 0,
      name: n.name,
      mode: n.mode,
      uid: n.uid,
      gid: n.gid,
      times: [n.atime, n.mtime, n.ctime].flatMap(pair),
      slot: n.slot,
      readOnly: n.readOnly,
      ...(n.kind === 'file' ? { size: n.content.size } : { nextSlot: n.nextSlot }),
    })),
    fids: fids
      .entries()
      .map(([number, { node, uid, handle: h }]) => [
        number,
        node.id,
        uid,
        h ? OPEN | (h.read ? READ : 0) | (h.write ? WRITE : 0) | (h.append ? APPEND : 0) : 0,
      ]),
  };
  const files = nodes.filter((n): n is FileNode => n.kind === 'file');
  const contents = new Uint8Array(files.reduce((sum, f) => sum + f.content.size, 0));
  let at = 0;
  for (const { content } of files) {
    contents.set(content.all(), at);
    at += content.size;
  }
  return { tree: new TextEncoder().encode(JSON.stringify(saved)), contents };
}

const invalid = (what: string): GpuvisorError =>
  new GpuvisorError('SNAPSHOT_INVALID', `the shared files of the snapshot cannot be used: ${what}`, 'the snapshot is damaged');

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isCount = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;
const isWord = (v: unknown): v is number => isCount(v) && v <= 0xffffffff;
const isTime = (s: unknown, n: unknown): boolean => isCount(s) && isCount(n) && n < 1e9;

function isNode(n: unknown): n is SavedNode {
  if (!isObject(n)) return false;
  const { times: t, size, nextSlot } = n;
  return (
    isCount(n['id']) &&
    n['id'] > 0 &&
    isCount(n['parent']) &&
    typeof n['name'] === 'string' &&
    isCount(n['mode']) &&
    n['mode'] <= 0o7777 &&
    isWord(n['uid']) &&
    isWord(n['gid']) &&
    Array.isArray(t) &&
    t.length === 6 &&
    isTime(t[0], t[1]) &&
    isTime(t[2], t[3]) &&
    isTime(t[4], t[5]) &&
    isCount(n['slot']) &&
    typeof n['readOnly'] === 'boolean' &&
    (size === undefined ? isCount(nextSlot) && nextSlot >= FIRST_SLOT : isCount(size) && nextSlot === undefined)
  );
}

function parse(bytes: Uint8Array | undefined): Saved {
  if (!bytes || bytes.length > MAX_TREE) throw invalid(`its tree has ${bytes?.length ?? 'no'} bytes`);
  let v: unknown;
  try {
    v = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw invalid('its tree is not JSON');
  }
  if (!isObject(v)) throw invalid('its tree is not an object');
  const { nextId, root, now, mounts, nodes, fids } = v;
  if (!isCount(nextId) || !isCount(root)) throw invalid('it has no root');
  if (!Array.isArray(now) || now.length !== 2 || !isTime(now[0], now[1])) throw invalid('it has no time');
  if (!Array.isArray(mounts) || !mounts.every((m) => typeof m === 'string')) throw invalid('its mounts are malformed');
  if (!Array.isArray(nodes) || nodes.length > MAX_NODES || !nodes.every(isNode)) throw invalid('its files are malformed');
  if (!Array.isArray(fids) || fids.length > MAX_FIDS || !fids.every((f) => Array.isArray(f) && f.length === 4 && f.every(isWord)))
    throw invalid('its open files are malformed');
  return v as unknown as Saved;
}

/** Puts files and fids in place of those that are there. @throws GpuvisorError SNAPSHOT_INVALID, with nothing changed */
export function restoreFiles(folder: SharedFolder, fids: Fids, blobs: Readonly<Record<string, Uint8Array>>): void {
  const saved = parse(blobs['tree']);
  const nodes = makeNodes(saved, blobs['contents'] ?? new Uint8Array(0), folder.capacity);
  const root = link(saved, nodes);
  checkLayout(saved, root);
  const held = makeFids(saved, nodes);
  const kept = new Set(held.map(([, fid]) => fid.node));
  for (const node of nodes.values()) {
    if (node !== root && !node.parent && !kept.has(node)) throw invalid(`nothing holds file ${node.id}`);
  }
  folder.tree.adopt(root, [...nodes.values()], saved.nextId);
  folder.tree.now = { seconds: saved.now[0]!, nanoseconds: saved.now[1]! };
  folder.adopt(saved.mounts);
  fids.adopt(held);
}

/** The nodes by id, with their bytes, not yet in folders. */
function makeNodes(saved: Saved, contents: Uint8Array, capacity: number): Map<number, Node> {
  const nodes = new Map<number, Node>();
  const total = saved.nodes.reduce((sum, n) => sum + (n.size ?? 0), 0);
  if (total !== contents.length) throw invalid(`its files have ${total} bytes, it holds ${contents.length}`);
  if (total > capacity) {
    throw new GpuvisorError(
      'SNAPSHOT_INVALID',
      `the shared files of the snapshot have ${total} bytes, this shared folder takes ${capacity}`,
      'make the folder with a larger `capacity`',
    );
  }
  let at = 0;
  for (const n of saved.nodes) {
    if (nodes.has(n.id) || n.id >= saved.nextId) throw invalid(`file number ${n.id} does not fit`);
    const time = (i: number): Time => ({ seconds: n.times[2 * i]!, nanoseconds: n.times[2 * i + 1]! });
    const { id, name, mode, uid, gid, slot, readOnly } = n;
    const base = {
      id,
      name,
      parent: undefined,
      mode,
      uid,
      gid,
      atime: time(0),
      mtime: time(1),
      ctime: time(2),
      slot,
      held: 0,
      readOnly,
    };
    if (n.size === undefined) nodes.set(id, { kind: 'folder', ...base, children: new Map(), nextSlot: n.nextSlot! });
    else {
      nodes.set(id, { kind: 'file', ...base, content: new Content(contents.subarray(at, at + n.size)) });
      at += n.size;
    }
  }
  return nodes;
}

/** Puts the nodes into their folders, in the order of their slots; gives the root. */
function link(saved: Saved, nodes: ReadonlyMap<number, Node>): FolderNode {
  const root = nodes.get(saved.root);
  if (root?.kind !== 'folder') throw invalid('its root is no folder');
  const lastSlots = new Map<number, number>();
  for (const n of saved.nodes.toSorted((a, b) => a.slot - b.slot)) {
    if (n.parent === 0) continue;
    const node = nodes.get(n.id)!;
    const parent = nodes.get(n.parent);
    const fits = parent?.kind === 'folder' && node !== root && n.slot >= FIRST_SLOT && n.slot < parent.nextSlot;
    if (!fits || parent.children.has(n.name) || lastSlots.get(n.parent) === n.slot) throw invalid(`${n.id} does not fit into its folder`);
    lastSlots.set(n.parent, n.slot);
    try {
      checkName(n.name);
    } catch (e) {
      if (!(e instanceof NineError)) throw e;
      throw invalid(`file number ${n.id} has a name that cannot be`);
    }
    node.parent = parent;
    parent.children.set(n.name, node);
  }
  // Counting down from the root finds loops, depth, and what hangs on something removed.
  let level: Node[] = [root];
  let reached = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw invalid('its folders are too deep');
    reached += level.length;
    level = level.flatMap((n) => (n.kind === 'folder' ? [...n.children.values()] : []));
  }
  if (reached !== 1 + [...nodes.values()].filter((n) => n.parent).length) throw invalid('its folders are no tree');
  return root;
}

/** What every shared folder has: the list of mounts, the mounts, /shared; and nothing read-only elsewhere. */
function checkLayout(saved: Saved, root: FolderNode): void {
  const [list, mounts, shared] = ROOT.map((name) => root.children.get(name));
  const whole =
    [...root.children.keys()].join() === ROOT.join() &&
    root.readOnly &&
    list?.kind === 'file' &&
    list.readOnly &&
    mounts?.kind === 'folder' &&
    mounts.readOnly &&
    shared?.kind === 'folder';
  if (!whole) throw invalid('its root has not what a shared folder has');
  try {
    checkMountPaths(saved.mounts);
  } catch (e) {
    if (!(e instanceof GpuvisorError)) throw e;
    throw invalid(e.message);
  }
  const files = saved.mounts.map((path, i) => ({ path, node: mounts.children.get(String(i + 1)) }));
  if (mounts.children.size !== files.length || files.some(({ node }) => node?.kind !== 'file')) throw invalid('its mounts have no files');
  const text = mountList(files.map(({ path, node }) => ({ path, writable: !node!.readOnly })));
  if (new TextDecoder().decode(list.content.all()) !== text) throw invalid('its list of mounts is wrong');
  const open: Node[] = [shared];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.readOnly) throw invalid(`file ${node.id} is read-only`);
    if (node.kind === 'folder') for (const child of node.children.values()) open.push(child);
  }
}

function makeFids(saved: Saved, nodes: ReadonlyMap<number, Node>): (readonly [number, Fid])[] {
  const numbers = new Set<number>([NOFID]);
  let open = 0;
  return saved.fids.map(([number, id, uid, flags]) => {
    const node = nodes.get(id!);
    if (!node || numbers.has(number!) || flags! > 15) throw invalid(`fid ${number!} does not fit`);
    numbers.add(number!);
    const is = (bit: number): boolean => (flags! & bit) !== 0;
    if (!is(OPEN)) {
      if (flags !== 0) throw invalid(`fid ${number!} does not fit`);
      return [number!, { node, uid: uid!, handle: undefined }];
    }
    if (++open > MAX_OPEN || (is(WRITE) && (node.kind === 'folder' || node.readOnly)))
      throw invalid(`fid ${number!} is not open like that`);
    return [number!, { node, uid: uid!, handle: { read: is(READ), write: is(WRITE), append: is(APPEND) } }];
  });
}
