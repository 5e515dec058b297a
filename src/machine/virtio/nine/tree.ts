// The files of a shared folder: a tree in memory with limits, the rules of names, and what may be changed. It knows nothing of 9P but its errors.

import { Content } from './content.js';
import { NineError } from './protocol.js';

/** Files and folders in one tree, open but removed ones included. */
export const MAX_NODES = 16_384;
/** Names in a path, counted from the root. */
export const MAX_DEPTH = 128;
/** Bytes of a name in UTF-8. */
export const MAX_NAME = 255;

/** A moment of guest time. */
export interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** What files and folders share. Permissions are kept for the guest, which applies them; `readOnly` is the host's and is applied here. */
interface NodeBase {
  /** Never used twice in a tree. */
  readonly id: number;
  name: string;
  /** Undefined for the root, and after removal. */
  parent: FolderNode | undefined;
  /** Permission bits, 0 to 0o7777. */
  mode: number;
  uid: number;
  gid: number;
  atime: Time;
  mtime: Time;
  ctime: Time;
  /** Position among its neighbours: a place to go on reading a folder from. */
  slot: number;
  /** How many fids hold it. */
  held: number;
  /** A file whose bytes and attributes, or a folder whose entries and attributes, the guest may not change. */
  readonly readOnly: boolean;
}

export interface FileNode extends NodeBase {
  readonly kind: 'file';
  readonly content: Content;
}

export interface FolderNode extends NodeBase {
  readonly kind: 'folder';
  /** In the order of their slots. */
  readonly children: Map<string, Node>;
  nextSlot: number;
}

export type Node = FileNode | FolderNode;

/** Owner and permissions of something new. */
export interface Owner {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly readOnly?: boolean;
}

/** Slots below this are `.` and `..`. */
export const FIRST_SLOT = 3;
const ROOT_OWNER: Owner = { mode: 0o555, uid: 0, gid: 0, readOnly: true };

export const nameBytes = (name: string): number => new TextEncoder().encode(name).length;

/** @throws NineError EINVAL, ENAMETOOLONG */
export function checkName(name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) throw new NineError('EINVAL');
  if (name.length > MAX_NAME || nameBytes(name) > MAX_NAME) throw new NineError('ENAMETOOLONG');
}

/** A tree with one read-only folder in it, the root. Every change is all or nothing; what is refused throws a NineError. */
export class Tree {
  root: FolderNode;
  /** Guest time, for what changes next. */
  now: Time = { seconds: 0, nanoseconds: 0 };
  #nextId = 1;
  #bytes = 0;
  #nodes = 0;

  constructor(
    /** Bytes that all files together may have. */
    readonly capacity: number,
  ) {
    this.root = this.makeFolder('', undefined, ROOT_OWNER);
  }

  /** Bytes in all files. */
  get bytes(): number {
    return this.#bytes;
  }

  get nodes(): number {
    return this.#nodes;
  }

  get nextId(): number {
    return this.#nextId;
  }

  #base(name: string, parent: FolderNode | undefined, owner: Owner): NodeBase {
    this.checkRoom(1);
    if (parent && depthOf(parent) >= MAX_DEPTH) throw new NineError('ENAMETOOLONG');
    this.#nodes++;
    const now = this.now;
    return {
      id: this.#nextId++,
      name,
      parent,
      mode: owner.mode & 0o7777,
      uid: owner.uid,
      gid: owner.gid,
      atime: now,
      mtime: now,
      ctime: now,
      slot: 0,
      held: 0,
      readOnly: owner.readOnly ?? false,
    };
  }

  /** @throws NineError ENOSPC unless `count` more files or folders may be made */
  checkRoom(count: number): void {
    if (this.#nodes + count > MAX_NODES) throw new NineError('ENOSPC');
  }

  /** A new folder, whatever its parent allows: for the host. */
  makeFolder(name: string, parent: FolderNode | undefined, owner: Owner): FolderNode {
    const node: FolderNode = { kind: 'folder', ...this.#base(name, parent, owner), children: new Map(), nextSlot: FIRST_SLOT };
    if (parent) this.#enter(parent, node);
    return node;
  }

  /** A new file, whatever its parent allows: for the host. */
  makeFile(name: string, parent: FolderNode, owner: Owner, bytes?: Uint8Array): FileNode {
    if (bytes && this.#bytes + bytes.length > this.capacity) throw new NineError('ENOSPC');
    const node: FileNode = { kind: 'file', ...this.#base(name, parent, owner), content: new Content(bytes) };
    this.#bytes += node.content.size;
    this.#enter(parent, node);
    return node;
  }

  /** Something new in a folder. @throws NineError EROFS, ENOENT, EEXIST, EINVAL, ENAMETOOLONG, ENOSPC */
  create(parent: FolderNode, name: string, kind: Node['kind'], owner: Owner): Node {
    this.#checkEntries(parent);
    checkName(name);
    if (parent.children.has(name)) throw new NineError('EEXIST');
    return kind === 'file' ? this.makeFile(name, parent, owner) : this.makeFolder(name, parent, owner);
  }

  /** Takes a file or an empty folder out of its folder. @throws NineError EROFS, ENOENT, ENOTDIR, EISDIR, ENOTEMPTY */
  remove(parent: FolderNode, name: string, kind?: Node['kind']): void {
    this.#checkEntries(parent);
    const node = parent.children.get(name);
    if (!node) throw new NineError('ENOENT');
    if (kind && node.kind !== kind) throw new NineError(kind === 'folder' ? 'ENOTDIR' : 'EISDIR');
    if (node.kind === 'folder' && node.children.size > 0) throw new NineError('ENOTEMPTY');
    this.#leave(parent, node);
    this.#free(node);
  }

  /** Moves something, over what has the new name already if that can be. @throws NineError EROFS, ENOENT, EINVAL, EISDIR, ENOTDIR, ENOTEMPTY, ENAMETOOLONG */
  rename(from: FolderNode, name: string, to: FolderNode, newName: string): void {
    this.#checkEntries(from);
    this.#checkEntries(to);
    checkName(newName);
    const node = from.children.get(name);
    if (!node) throw new NineError('ENOENT');
    const target = to.children.get(newName);
    if (target === node) return;
    if (node.kind === 'folder') {
      for (let at: FolderNode | undefined = to; at; at = at.parent) if (at === node) throw new NineError('EINVAL');
    }
    if (depthOf(to) + heightOf(node) > MAX_DEPTH) throw new NineError('ENAMETOOLONG');
    if (target) {
      if (target.kind === 'folder' && node.kind === 'file') throw new NineError('EISDIR');
      if (target.kind === 'file' && node.kind === 'folder') throw new NineError('ENOTDIR');
      if (target.kind === 'folder' && target.children.size > 0) throw new NineError('ENOTEMPTY');
      this.#leave(to, target);
      this.#free(target);
    }
    this.#leave(from, node);
    node.name = newName;
    node.parent = to;
    node.ctime = this.now;
    this.#enter(to, node);
  }

  /** Stores bytes in a file. @throws NineError EROFS, EFBIG, ENOSPC */
  write(file: FileNode, offset: number, bytes: Uint8Array): void {
    if (file.readOnly) throw new NineError('EROFS');
    if (bytes.length === 0) return;
    this.#reserve(file, Math.max(file.content.size, offset + bytes.length));
    file.content.write(offset, bytes);
    this.#changed(file);
  }

  /** @throws NineError EROFS, EFBIG, ENOSPC */
  resize(file: FileNode, size: number): void {
    if (file.readOnly) throw new NineError('EROFS');
    this.#reserve(file, size);
    file.content.resize(size);
    this.#changed(file);
  }

  /** Counts a file as `size` bytes. */
  #reserve(file: FileNode, size: number): void {
    if (!Number.isSafeInteger(size)) throw new NineError('EFBIG');
    const bytes = this.#bytes - file.content.size + size;
    if (size > file.content.size && bytes > this.capacity) throw new NineError('ENOSPC');
    this.#bytes = bytes;
  }

  /** Something holds a node: it outlives its removal. */
  hold(node: Node): void {
    node.held++;
  }

  release(node: Node): void {
    node.held--;
    if (node.parent === undefined && node !== this.root) this.#free(node);
  }

  /** Forgets a node that is removed and that nothing holds. */
  #free(node: Node): void {
    if (node.held > 0) return;
    this.#nodes--;
    if (node.kind === 'file') this.#bytes -= node.content.size;
  }

  #enter(parent: FolderNode, node: Node): void {
    node.slot = parent.nextSlot++;
    parent.children.set(node.name, node);
    this.#changed(parent);
  }

  #leave(parent: FolderNode, node: Node): void {
    parent.children.delete(node.name);
    node.parent = undefined;
    node.ctime = this.now;
    this.#changed(parent);
  }

  #changed(node: Node): void {
    node.mtime = node.ctime = this.now;
  }

  /** Entries of a folder can change: it is not read-only, and it is still there. */
  #checkEntries(folder: FolderNode): void {
    if (folder.readOnly) throw new NineError('EROFS');
    if (folder.parent === undefined) throw new NineError('ENOENT');
  }

  /** Takes over the nodes of a snapshot, which were checked; counts bytes and nodes anew. */
  adopt(root: FolderNode, all: readonly Node[], nextId: number): void {
    this.root = root;
    this.#nextId = nextId;
    this.#nodes = all.length;
    this.#bytes = all.reduce((sum, n) => sum + (n.kind === 'file' ? n.content.size : 0), 0);
  }
}

/** Folders above a folder; the root has 0. */
export function depthOf(folder: FolderNode): number {
  let depth = 0;
  for (let at = folder.parent; at; at = at.parent) depth++;
  return depth;
}

/** Levels of a subtree; a file, or an empty folder, is 1. */
function heightOf(node: Node): number {
  let height = 0;
  for (let level: Node[] = [node]; level.length > 0; height++) {
    level = level.flatMap((n) => (n.kind === 'folder' ? [...n.children.values()] : []));
  }
  return height;
}
