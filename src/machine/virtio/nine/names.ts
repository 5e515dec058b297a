// Requests that change folders: mkdir, mknod, unlinkat, remove, rename, renameat; links are refused.

import type { Reader } from './codec.js';
import { AT_REMOVEDIR, MODE, NineError, T } from './protocol.js';
import { type Handler, type Session, folderOf, qidOf } from './session.js';
import type { Node } from './tree.js';

/** Makes something in the folder of a fid. */
function make(session: Session, number: number, name: string, kind: Node['kind'], mode: number, gid: number): Node {
  const fid = session.fids.get(number);
  return session.tree.create(folderOf(fid), name, kind, { mode, uid: fid.uid, gid });
}

/** Tmkdir dfid[4] name[s] mode[4] gid[4] */
const mkdir: Handler = (session, request, answer) => {
  const [number, name, mode, gid] = [request.u32(), request.string(), request.u32(), request.u32()];
  request.end();
  answer.qid(qidOf(make(session, number, name, 'folder', mode, gid)));
};

/** Tmknod dfid[4] name[s] mode[4] major[4] minor[4] gid[4]: plain files only; devices, pipes and sockets have no place here. */
const mknod: Handler = (session, request, answer) => {
  const [number, name, mode] = [request.u32(), request.string(), request.u32()];
  request.u32();
  request.u32();
  const gid = request.u32();
  request.end();
  const type = mode & MODE.TYPE;
  if (type !== MODE.FILE && type !== 0) throw new NineError('EPERM');
  answer.qid(qidOf(make(session, number, name, 'file', mode, gid)));
};

/** Tunlinkat dfid[4] name[s] flags[4] */
const unlinkat: Handler = ({ fids, tree }, request) => {
  const [number, name, flags] = [request.u32(), request.string(), request.u32()];
  request.end();
  tree.remove(folderOf(fids.get(number)), name, (flags & AT_REMOVEDIR) !== 0 ? 'folder' : 'file');
};

/** Tremove fid[4]: the fid is gone afterwards, even when the file is not. */
const remove: Handler = ({ fids, tree }, request) => {
  const number = request.u32();
  request.end();
  const { node } = fids.get(number);
  try {
    if (node === tree.root) throw new NineError('EROFS');
    if (!node.parent) throw new NineError('ENOENT');
    tree.remove(node.parent, node.name);
  } finally {
    fids.remove(number);
  }
};

/** Trename fid[4] dfid[4] name[s] */
const rename: Handler = ({ fids, tree }, request) => {
  const [number, folder, name] = [request.u32(), request.u32(), request.string()];
  request.end();
  const { node } = fids.get(number);
  const to = folderOf(fids.get(folder));
  if (node === tree.root) throw new NineError('EROFS');
  if (!node.parent) throw new NineError('ENOENT');
  tree.rename(node.parent, node.name, to, name);
};

/** Trenameat olddirfid[4] oldname[s] newdirfid[4] newname[s] */
const renameat: Handler = ({ fids, tree }, request) => {
  const [from, name, to, newName] = [request.u32(), request.string(), request.u32(), request.string()];
  request.end();
  tree.rename(folderOf(fids.get(from)), name, folderOf(fids.get(to)), newName);
};

/** Links: symbolic and hard ones are refused as a file system without them does. */
const refuseLink =
  (read: (request: Reader) => void): Handler =>
  ({ fids }, request) => {
    fids.get(request.u32());
    read(request);
    request.end();
    throw new NineError('EPERM');
  };

/** Treadlink fid[4]: nothing here is a symbolic link. */
const readlink: Handler = ({ fids }, request) => {
  fids.get(request.u32());
  request.end();
  throw new NineError('EINVAL');
};

export const NAMES: readonly (readonly [number, Handler])[] = [
  [T.MKDIR, mkdir],
  [T.MKNOD, mknod],
  [T.UNLINKAT, unlinkat],
  [T.REMOVE, remove],
  [T.RENAME, rename],
  [T.RENAMEAT, renameat],
  // Tsymlink fid[4] name[s] symtgt[s] gid[4]; Tlink dfid[4] fid[4] name[s]
  [T.SYMLINK, refuseLink((r) => [r.string(), r.string(), r.u32()])],
  [T.LINK, refuseLink((r) => [r.u32(), r.string()])],
  [T.READLINK, readlink],
];
