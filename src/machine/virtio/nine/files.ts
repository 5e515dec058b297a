// Requests on open files and folders: lopen, lcreate, read, write, readdir, fsync.

import { Writer } from './codec.js';
import type { Fid, Handle } from './fids.js';
import { ENTRY, IO_HEADER, NineError, OPEN, T } from './protocol.js';
import { type Handler, type Session, fileOf, folderOf, qidOf } from './session.js';
import { type FileNode, type Node, checkName } from './tree.js';

/** What open flags ask for. @throws NineError EINVAL */
function handleOf(flags: number): Handle {
  const access = flags & OPEN.ACCESS;
  if (access === OPEN.ACCESS) throw new NineError('EINVAL');
  return { read: access !== OPEN.WRONLY, write: access !== OPEN.RDONLY, append: (flags & OPEN.APPEND) !== 0 };
}

/** Opens a node for a fid, or says why not. @throws NineError EISDIR, ENOTDIR, EROFS, EMFILE */
function open({ fids, tree }: Session, number: number, fid: Fid, node: Node, flags: number): void {
  const handle = handleOf(flags);
  const cut = (flags & OPEN.TRUNC) !== 0;
  fids.checkOpen();
  if (node.kind === 'folder') {
    if (handle.write || cut) throw new NineError('EISDIR');
  } else {
    if ((flags & OPEN.DIRECTORY) !== 0) throw new NineError('ENOTDIR');
    if (node.readOnly && (handle.write || cut)) throw new NineError('EROFS');
    if (cut) tree.resize(node, 0);
  }
  fids.replace(number, { node, uid: fid.uid, handle });
}

/** Bytes a client should read or write at once. */
const ioUnit = (session: Session): number => session.msize - IO_HEADER;

/** Tlopen fid[4] flags[4] */
const lopen: Handler = (session, request, answer) => {
  const number = request.u32();
  const flags = request.u32();
  request.end();
  const fid = session.fids.get(number);
  if (fid.handle) throw new NineError('EBADF');
  open(session, number, fid, fid.node, flags);
  answer.qid(qidOf(fid.node)).u32(ioUnit(session));
};

/** Tlcreate fid[4] name[s] flags[4] mode[4] gid[4]: the fid, a folder before, stands for the file after. */
const lcreate: Handler = (session, request, answer) => {
  const number = request.u32();
  const name = request.string();
  const flags = request.u32();
  const mode = request.u32();
  const gid = request.u32();
  request.end();
  const { fids, tree } = session;
  const fid = fids.get(number);
  if (fid.handle) throw new NineError('EBADF');
  const folder = folderOf(fid);
  checkName(name);
  handleOf(flags);
  fids.checkOpen();
  const there = folder.children.get(name);
  if (there && (flags & OPEN.EXCL) !== 0) throw new NineError('EEXIST');
  if (there?.kind === 'folder') throw new NineError('EISDIR');
  const file = there ?? tree.create(folder, name, 'file', { mode, uid: fid.uid, gid });
  open(session, number, fid, file, flags);
  answer.qid(qidOf(file)).u32(ioUnit(session));
};

/** An open file. @throws NineError EBADF, EISDIR */
function opened(fid: Fid, way: 'read' | 'write'): FileNode {
  if (!fid.handle?.[way]) throw new NineError('EBADF');
  return fileOf(fid);
}

/** Tread fid[4] offset[8] count[4] */
const read: Handler = (session, request, answer) => {
  const fid = session.fids.get(request.u32());
  const offset = request.size();
  const count = request.u32();
  request.end();
  const data = opened(fid, 'read').content.read(offset, Math.min(count, session.dataRoom));
  answer.u32(data.length).bytes(data);
};

/** Twrite fid[4] offset[8] count[4] data[count] */
const write: Handler = ({ fids, tree }, request, answer) => {
  const fid = fids.get(request.u32());
  const offset = request.size();
  const count = request.u32();
  const data = request.bytes(count);
  request.end();
  const file = opened(fid, 'write');
  tree.write(file, fid.handle!.append ? file.content.size : offset, data);
  answer.u32(count);
};

/** Treaddir fid[4] offset[8] count[4]: entries qid[13] offset[8] type[1] name[s]; an entry's offset is where to go on after it. */
const readdir: Handler = (session, request, answer) => {
  const fid = session.fids.get(request.u32());
  const offset = request.size();
  const room = Math.min(request.u32(), session.dataRoom);
  request.end();
  if (!fid.handle?.read) throw new NineError('EBADF');
  const folder = folderOf(fid);
  const data = new Writer();
  const fits = (name: string, slot: number, node: Node): boolean => {
    if (slot <= offset) return true;
    const entry = new Writer();
    entry
      .qid(qidOf(node))
      .u64(slot)
      .u8(node.kind === 'folder' ? ENTRY.FOLDER : ENTRY.FILE)
      .string(name);
    if (data.length + entry.length > room) {
      if (data.length === 0) throw new NineError('EINVAL');
      return false;
    }
    data.bytes(entry.done());
    return true;
  };
  if (fits('.', 1, folder) && fits('..', 2, folder.parent ?? folder)) {
    for (const [name, node] of folder.children) if (!fits(name, node.slot, node)) break;
  }
  answer.u32(data.length).bytes(data.done());
};

/** Tfsync fid[4] datasync[4]: everything is where it belongs already. */
const fsync: Handler = ({ fids }, request) => {
  fids.get(request.u32());
  request.u32();
  request.end();
};

export const FILES: readonly (readonly [number, Handler])[] = [
  [T.LOPEN, lopen],
  [T.LCREATE, lcreate],
  [T.READ, read],
  [T.WRITE, write],
  [T.READDIR, readdir],
  [T.FSYNC, fsync],
];
