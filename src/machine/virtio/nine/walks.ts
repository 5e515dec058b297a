// Requests that make and drop fids: attach, walk, clunk.

import { NOFID, NONUNAME, MAX_WALK, NineError, T } from './protocol.js';
import { type Handler, qidOf } from './session.js';
import type { Node, Tree } from './tree.js';

/** Tattach fid[4] afid[4] uname[s] aname[s] n_uname[4]: the fid stands for the root. */
const attach: Handler = ({ fids, tree }, request, answer) => {
  const number = request.u32();
  const afid = request.u32();
  request.string();
  const tree_ = request.string();
  const uid = request.u32();
  request.end();
  if (afid !== NOFID) throw new NineError('EBADF');
  if (tree_ !== '' && tree_ !== '/') throw new NineError('ENOENT');
  fids.add(number, { node: tree.root, uid: uid === NONUNAME ? 0 : uid, handle: undefined });
  answer.qid(qidOf(tree.root));
};

/** Tauth: nobody has to prove anything. */
const auth: Handler = () => {
  throw new NineError('EOPNOTSUPP');
};

function step(tree: Tree, from: Node, name: string): Node | undefined {
  if (from.kind !== 'folder') throw new NineError('ENOTDIR');
  if (name === '..') return from === tree.root ? from : from.parent;
  return from.children.get(name);
}

/** Twalk fid[4] newfid[4] nwname[2] nwname*(wname[s]): as far as the names lead; newfid is made when they lead to the end. */
const walk: Handler = ({ fids, tree }, request, answer) => {
  const number = request.u32();
  const made = request.u32();
  const count = request.u16();
  if (count > MAX_WALK) throw new NineError('EPROTO');
  const names = Array.from({ length: count }, () => request.string());
  request.end();
  const fid = fids.get(number);
  if (made !== number) fids.checkFree(made);
  else if (fid.handle) throw new NineError('EBADF');
  const met: Node[] = [];
  let at: Node = fid.node;
  for (const [i, name] of names.entries()) {
    let next: Node | undefined;
    try {
      next = step(tree, at, name);
    } catch (e) {
      // Only a first step that fails is an error; later ones end the walk.
      if (i === 0) throw e;
    }
    if (!next) {
      if (i === 0) throw new NineError('ENOENT');
      break;
    }
    met.push((at = next));
  }
  if (met.length === names.length) {
    const there = { node: at, uid: fid.uid, handle: undefined };
    if (made === number) fids.replace(number, there);
    else fids.add(made, there);
  }
  answer.u16(met.length);
  for (const node of met) answer.qid(qidOf(node));
};

/** Tclunk fid[4] */
const clunk: Handler = ({ fids }, request) => {
  const number = request.u32();
  request.end();
  fids.remove(number);
};

export const WALKS: readonly (readonly [number, Handler])[] = [
  [T.ATTACH, attach],
  [T.AUTH, auth],
  [T.WALK, walk],
  [T.CLUNK, clunk],
];
