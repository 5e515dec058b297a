// What a request works on: the tree, the fids of the session, the message size both sides agreed on.

import type { Qid, Reader, Writer } from './codec.js';
import type { Fid, Fids } from './fids.js';
import { NineError, QID } from './protocol.js';
import type { FileNode, FolderNode, Node, Tree } from './tree.js';

export interface Session {
  readonly tree: Tree;
  readonly fids: Fids;
  /** Bytes of a message at most, either way; 0 before the versions were agreed on. */
  readonly msize: number;
  /** Bytes of data the answer may carry: msize and the guest's buffers both have room for it. */
  readonly dataRoom: number;
}

/** Reads a request's fields, acts, writes the answer's fields. @throws NineError */
export type Handler = (session: Session, request: Reader, answer: Writer) => void;

/**
 * What a client is told a node is. Version 0 says that contents change without notice: Linux then reads and writes such a file straight through and keeps
 * nothing of it, whatever cache it was mounted with, so that neither side sees old bytes and a full folder is an error of the write that does not fit.
 * What never changes has version 1, and may be read ahead and kept.
 */
export const qidOf = (node: Node): Qid => ({
  type: node.kind === 'folder' ? QID.FOLDER : QID.FILE,
  version: node.kind === 'file' && node.readOnly ? 1 : 0,
  path: node.id,
});

/** @throws NineError ENOTDIR */
export function folderOf({ node }: Fid): FolderNode {
  if (node.kind !== 'folder') throw new NineError('ENOTDIR');
  return node;
}

/** @throws NineError EISDIR */
export function fileOf({ node }: Fid): FileNode {
  if (node.kind !== 'file') throw new NineError('EISDIR');
  return node;
}
