// Files between a host and its guest, in memory. The guest sees one tree over 9P (server.ts):
//   /mounts.list   one line a mount: `ro` or `rw`, its number, its path in the guest
//   /mounts/<n>    the files that were mounted
//   /shared        empty at first; what either side puts there the other sees

import { GpuvisorError } from '../../../isa/errors.js';
import { sha256 } from '../../sha256.js';
import { SHARED_PATH, checkMountPaths, isPlain, sharedNames, shown } from './paths.js';
import { NineError } from './protocol.js';
import { type FileNode, type FolderNode, type Node, type Owner, Tree } from './tree.js';

/** A file to appear in the guest. */
export interface MountFile {
  /** Absolute, in the guest. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether the guest may change it; the host's own bytes stay as they are. */
  readonly writable?: boolean;
}

/** What is mounted, for logs. */
export interface MountInfo {
  readonly path: string;
  /** Bytes, now. */
  readonly size: number;
  /** Of the bytes as they are now. */
  readonly sha256: string;
  readonly writable: boolean;
}

/** Something below /shared. */
export interface SharedEntry {
  /** Absolute in the guest: `/shared/...`. */
  readonly path: string;
  /** Bytes; 0 for a folder. */
  readonly size: number;
  readonly kind: Node['kind'];
}

export interface SharedFolderOptions {
  readonly mounts?: readonly MountFile[];
  /** Bytes that all files together may have, mounts included; DEFAULT_CAPACITY unless told otherwise. */
  readonly capacity?: number;
}

export const DEFAULT_CAPACITY = 64 << 20;
const MAX_CAPACITY = 1 << 30;
const MAX_MOUNTS = 256;
/** What stands in the root, in this order: the list of mounts, the mounts, the shared files. */
export const ROOT = ['mounts.list', 'mounts', 'shared'] as const;
const [LIST, MOUNTS, SHARED] = ROOT;

const HOST: Owner = { mode: 0o644, uid: 0, gid: 0 };
const HOST_FOLDER: Owner = { ...HOST, mode: 0o755 };
const FIXED_FILE: Owner = { ...HOST, mode: 0o444, readOnly: true };
const FIXED_FOLDER: Owner = { ...HOST, mode: 0o555, readOnly: true };
/** Mounted files can be programs. */
const READ_ONLY_MOUNT: Owner = { ...HOST, mode: 0o555, readOnly: true };
const WRITABLE_MOUNT: Owner = { ...HOST, mode: 0o755 };

/** A mount and the file that stands for it. */
interface Mount {
  readonly path: string;
  readonly file: FileNode;
}

/** Files that a host shares with one guest. */
export class SharedFolder {
  /** The files, for the server. */
  readonly tree: Tree;
  #mounts: readonly Mount[];

  /** @throws GpuvisorError MOUNT_INVALID for a path, TOO_LARGE for more bytes or mounts than there may be, BAD_ARGUMENT for a capacity that is no size */
  constructor(options: SharedFolderOptions = {}) {
    const { mounts = [], capacity = DEFAULT_CAPACITY } = options;
    if (!Number.isSafeInteger(capacity) || capacity < 0 || capacity > MAX_CAPACITY) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `the capacity of a shared folder is ${capacity}; it takes 0 to ${MAX_CAPACITY} bytes`,
        `leave it out for ${DEFAULT_CAPACITY}`,
      );
    }
    if (mounts.length > MAX_MOUNTS) throw tooLarge(`${mounts.length} mounts; ${MAX_MOUNTS} may be`);
    checkMountPaths(mounts.map((m) => m.path));
    for (const m of mounts) {
      if (m.bytes instanceof Uint8Array) continue;
      throw new GpuvisorError('MOUNT_INVALID', `the mount at ${shown(m.path)} has no bytes`, 'give its contents as a Uint8Array');
    }
    const list = new TextEncoder().encode(mountList(mounts.map((m) => ({ path: m.path, writable: m.writable ?? false }))));
    const bytes = mounts.reduce((sum, m) => sum + m.bytes.length, list.length);
    if (bytes > capacity) throw tooLarge(`the mounts have ${bytes} bytes, the shared folder ${capacity}`);
    this.tree = new Tree(capacity);
    const { root } = this.tree;
    this.tree.makeFile(LIST, root, FIXED_FILE, list);
    const folder = this.tree.makeFolder(MOUNTS, root, FIXED_FOLDER);
    this.#mounts = mounts.map((m, i) => ({
      path: m.path,
      file: this.tree.makeFile(String(i + 1), folder, m.writable ? WRITABLE_MOUNT : READ_ONLY_MOUNT, m.bytes),
    }));
    this.tree.makeFolder(SHARED, root, HOST_FOLDER);
  }

  /** Bytes that all files together may have. */
  get capacity(): number {
    return this.tree.capacity;
  }

  /** Bytes in all files. */
  get bytes(): number {
    return this.tree.bytes;
  }

  /** The mounts in order, with the hash of what they hold now. */
  mounts(): Promise<MountInfo[]> {
    return Promise.all(
      this.#mounts.map(async ({ path, file }) => ({
        path,
        size: file.content.size,
        sha256: await sha256(file.content.all()),
        writable: !file.readOnly,
      })),
    );
  }

  /** What is below /shared, or below a folder or file in it; everything at every depth, by name. @throws GpuvisorError FILE_NOT_FOUND */
  list(path: string = SHARED_PATH): SharedEntry[] {
    const names = sharedNames(path);
    const start = names && this.#find(names);
    if (!start) throw this.#missing(path);
    const out: SharedEntry[] = [];
    const open: { node: Node; path: string }[] = [{ node: start, path: [SHARED_PATH, ...names].join('/') }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { node, path: at } = next;
      if (node !== start || node.kind === 'file')
        out.push({ path: at, size: node.kind === 'file' ? node.content.size : 0, kind: node.kind });
      if (node.kind === 'file') continue;
      const names = [...node.children.keys()].sort((a, b) => (a < b ? 1 : -1));
      for (const name of names) open.push({ node: node.children.get(name)!, path: `${at}/${name}` });
    }
    return out;
  }

  /**
   * A copy of a file below /shared (`notes/a.txt` and `/shared/notes/a.txt` are the same), or of a mounted file by its path in the guest.
   * @throws GpuvisorError FILE_NOT_FOUND
   */
  read(path: string): Uint8Array {
    const mount = this.#mounts.find((m) => m.path === path);
    const names = sharedNames(path);
    const node = mount?.file ?? (names && this.#find(names));
    if (node?.kind !== 'file') throw this.#missing(path);
    return node.content.all();
  }

  /**
   * Puts a file into /shared, in place of what it held before; folders on its way are made. The guest sees it at once. It is no recorded input:
   * a replay needs the same call at the same place.
   * @throws GpuvisorError BAD_ARGUMENT for a path outside /shared or through a file, TOO_LARGE
   */
  write(path: string, bytes: Uint8Array): void {
    const names = sharedNames(path);
    if (!names || !isPlain(names)) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${shown(path)} is no path of a file below ${SHARED_PATH}`,
        'use a path such as notes/a.txt, without . or ..',
      );
    }
    const at = this.#walk(names);
    const rest = names.slice(at.names);
    if (rest.length === 0 ? at.node.kind === 'folder' : at.node.kind === 'file') {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${shown(path)} cannot be a file: there is a ${at.node.kind} in its place`,
        'use another name',
      );
    }
    try {
      if (at.node.kind === 'file') {
        if (this.tree.bytes - at.node.content.size + bytes.length > this.capacity) throw new NineError('ENOSPC');
        this.tree.resize(at.node, 0);
        this.tree.write(at.node, 0, bytes);
        return;
      }
      if (this.tree.bytes + bytes.length > this.capacity) throw new NineError('ENOSPC');
      this.tree.checkRoom(rest.length);
      let folder: FolderNode = at.node;
      for (const name of rest.slice(0, -1)) folder = this.tree.makeFolder(name, folder, HOST_FOLDER);
      this.tree.makeFile(rest.at(-1)!, folder, HOST, bytes);
    } catch (e) {
      if (!(e instanceof NineError)) throw e;
      throw tooLarge(
        `${bytes.length} bytes at ${shown(path)} do not fit: ${this.bytes} of ${this.capacity} bytes are taken, and ${this.tree.nodes} files and folders`,
      );
    }
  }

  get #shared(): FolderNode {
    return this.tree.root.children.get(SHARED) as FolderNode;
  }

  /** How far names lead from /shared: the last node on the way, and how many names led there. */
  #walk(names: readonly string[]): { node: Node; names: number } {
    let node: Node = this.#shared;
    for (const [i, name] of names.entries()) {
      const next: Node | undefined = node.kind === 'folder' ? node.children.get(name) : undefined;
      if (!next) return { node, names: i };
      node = next;
    }
    return { node, names: names.length };
  }

  #find(names: readonly string[]): Node | undefined {
    const at = this.#walk(names);
    return at.names === names.length ? at.node : undefined;
  }

  #missing(path: unknown): GpuvisorError {
    const there = [...this.#mounts.map((m) => m.path), ...this.list().flatMap((e) => (e.kind === 'file' ? [e.path] : []))];
    const some = there.slice(0, 8).map(shown).join(', ');
    return new GpuvisorError(
      'FILE_NOT_FOUND',
      `there is no ${shown(path)} among the shared files`,
      there.length === 0
        ? 'nothing is shared yet: the guest puts files into /shared'
        : `there are ${some}${there.length > 8 ? ' and more' : ''}`,
    );
  }

  /** Where mounts are in the guest, and whether it may change them: for snapshots. */
  get mountPaths(): readonly { readonly path: string; readonly writable: boolean }[] {
    return this.#mounts.map(({ path, file }) => ({ path, writable: !file.readOnly }));
  }

  /** Takes over the tree of a snapshot, which was checked; the mounts are the files of its mounts folder, in order. */
  adopt(paths: readonly string[]): void {
    const folder = this.tree.root.children.get(MOUNTS) as FolderNode;
    this.#mounts = paths.map((path, i) => ({ path, file: folder.children.get(String(i + 1)) as FileNode }));
  }
}

/** The contents of `/mounts.list`. */
export function mountList(mounts: readonly { readonly path: string; readonly writable: boolean }[]): string {
  return mounts.map((m, i) => `${m.writable ? 'rw' : 'ro'} ${i + 1} ${m.path}\n`).join('');
}

const tooLarge = (what: string): GpuvisorError =>
  new GpuvisorError('TOO_LARGE', what, 'share less, or make the folder with a larger `capacity`; a disk image has no such limit');
