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

export const qidOf = (node: Node): Qid => ({ type: node.kind === 'folder' ? QID.FOLDER : QID.FILE, version: node.version, path: node.id });

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
