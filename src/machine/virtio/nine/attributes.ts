// Requests about attributes and the file system: getattr, setattr, statfs, extended attributes, locks.

import type { Reader } from './codec.js';
import { FS_MAGIC, GETATTR_BASIC, LOCK, MODE, NineError, SETATTR, T } from './protocol.js';
import { type Handler, qidOf } from './session.js';
import { MAX_NAME, MAX_NODES, type Node, type Time } from './tree.js';

const BLOCK = 4096;
const SECTOR = 512;

const sizeOf = (node: Node): number => (node.kind === 'file' ? node.content.size : 0);

/** Tgetattr fid[4] request_mask[8]: always all of the basic ones. */
const getattr: Handler = ({ fids, tree }, request, answer) => {
  const { node } = fids.get(request.u32());
  request.u64();
  request.end();
  const links = node.parent || node === tree.root ? (node.kind === 'folder' ? 2 : 1) : 0;
  answer
    .u64(GETATTR_BASIC)
    .qid(qidOf(node))
    .u32(node.mode | (node.kind === 'folder' ? MODE.FOLDER : MODE.FILE))
    .u32(node.uid)
    .u32(node.gid)
    .u64(links)
    .u64(0) // rdev
    .u64(sizeOf(node))
    .u64(BLOCK)
    .u64(Math.ceil(sizeOf(node) / SECTOR));
  for (const time of [node.atime, node.mtime, node.ctime]) answer.u64(time.seconds).u64(time.nanoseconds);
  // Birth time, generation and data version are reserved.
  for (let i = 0; i < 4; i++) answer.u64(0);
};

/** @throws NineError EINVAL */
function time(seconds: number, nanoseconds: number): Time {
  if (!Number.isSafeInteger(seconds) || nanoseconds >= 1e9) throw new NineError('EINVAL');
  return { seconds, nanoseconds };
}

/** Tsetattr fid[4] valid[4] mode[4] uid[4] gid[4] size[8] atime_sec[8] atime_nsec[8] mtime_sec[8] mtime_nsec[8] */
const setattr: Handler = ({ fids, tree }, request) => {
  const { node } = fids.get(request.u32());
  const valid = request.u32();
  const [mode, uid, gid] = [request.u32(), request.u32(), request.u32()];
  const size = request.size();
  const [atimeSeconds, atimeNanos, mtimeSeconds, mtimeNanos] = [request.size(), request.size(), request.size(), request.size()];
  request.end();
  const asked = (bit: number): boolean => (valid & bit) !== 0;
  if (node.readOnly) throw new NineError('EROFS');
  // All is checked before anything changes.
  const atime = asked(SETATTR.ATIME_SET) ? time(atimeSeconds, atimeNanos) : tree.now;
  const mtime = asked(SETATTR.MTIME_SET) ? time(mtimeSeconds, mtimeNanos) : tree.now;
  if (asked(SETATTR.SIZE)) {
    if (node.kind === 'folder') throw new NineError('EISDIR');
    tree.resize(node, size);
  }
  if (asked(SETATTR.MODE)) node.mode = mode & MODE.PERMISSIONS;
  if (asked(SETATTR.UID)) node.uid = uid;
  if (asked(SETATTR.GID)) node.gid = gid;
  if (asked(SETATTR.ATIME)) node.atime = atime;
  if (asked(SETATTR.MTIME)) node.mtime = mtime;
  node.ctime = tree.now;
};

/** Tstatfs fid[4] */
const statfs: Handler = ({ fids, tree }, request, answer) => {
  fids.get(request.u32());
  request.end();
  const free = Math.floor((tree.capacity - tree.bytes) / BLOCK);
  answer
    .u32(FS_MAGIC)
    .u32(BLOCK)
    .u64(Math.floor(tree.capacity / BLOCK))
    .u64(free)
    .u64(free)
    .u64(MAX_NODES)
    .u64(MAX_NODES - tree.nodes)
    .u64(0) // file system number
    .u32(MAX_NAME);
};

/** Txattrwalk fid[4] newfid[4] name[s], Txattrcreate fid[4] name[s] attr_size[8] flags[4]: there are none. */
const refuseAttributes =
  (read: (request: Reader) => void): Handler =>
  ({ fids }, request) => {
    fids.get(request.u32());
    read(request);
    request.end();
    throw new NineError('EOPNOTSUPP');
  };

function lockType(type: number): number {
  if (type > LOCK.UNLOCK) throw new NineError('EINVAL');
  return type;
}

/** Tlock fid[4] type[1] flags[4] start[8] length[8] proc_id[4] client_id[s]: granted, since the one client has settled it among its own processes. */
const lock: Handler = ({ fids }, request, answer) => {
  const { handle } = fids.get(request.u32());
  lockType(request.u8());
  request.u32();
  request.u64();
  request.u64();
  request.u32();
  request.string();
  request.end();
  if (!handle) throw new NineError('EBADF');
  answer.u8(LOCK.SUCCESS);
};

/** Tgetlock fid[4] type[1] start[8] length[8] proc_id[4] client_id[s]: nobody else holds one. */
const getlock: Handler = ({ fids }, request, answer) => {
  const { handle } = fids.get(request.u32());
  lockType(request.u8());
  const [start, length, process, client] = [request.u64(), request.u64(), request.u32(), request.string()];
  request.end();
  if (!handle) throw new NineError('EBADF');
  answer.u8(LOCK.UNLOCK).u64(start).u64(length).u32(process).string(client);
};

export const ATTRIBUTES: readonly (readonly [number, Handler])[] = [
  [T.GETATTR, getattr],
  [T.SETATTR, setattr],
  [T.STATFS, statfs],
  [T.XATTRWALK, refuseAttributes((r) => [r.u32(), r.string()])],
  [T.XATTRCREATE, refuseAttributes((r) => [r.string(), r.u64(), r.u32()])],
  [T.LOCK, lock],
  [T.GETLOCK, getlock],
];
