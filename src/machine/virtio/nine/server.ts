// A 9P2000.L server for one client: a message in, its answer out, at once and in order. Messages: size[4] type[1] tag[2], then the fields of the type.
// Whatever a message holds, the answer is a message: Rlerror when it is refused or malformed.

import { ATTRIBUTES } from './attributes.js';
import { Reader, Writer } from './codec.js';
import { Fids } from './fids.js';
import { FILES } from './files.js';
import { NAMES } from './names.js';
import { DATA_HEADER, ERRNO, HEADER, NineError, RLERROR, T, VERSION } from './protocol.js';
import type { Handler, Session } from './session.js';
import type { Tree } from './tree.js';
import { WALKS } from './walks.js';

/** The largest message, bytes. Why this one: docs/virtio.md. */
export const MAX_MSIZE = 256 << 10;
/** The smallest size to agree on. */
export const MIN_MSIZE = 4096;
/** Bytes of an Rlerror: there is no answering into less. */
export const ERROR_BYTES = HEADER + 4;

const HANDLERS: ReadonlyMap<number, Handler> = new Map([...WALKS, ...FILES, ...NAMES, ...ATTRIBUTES]);

export class NineServer {
  readonly fids: Fids;
  #msize = 0;

  constructor(readonly tree: Tree) {
    this.fids = new Fids(tree);
  }

  /** Bytes of a message, agreed on; 0 before that. */
  get msize(): number {
    return this.#msize;
  }

  /** The session is over: fids are dropped. */
  reset(): void {
    this.fids.clear();
    this.#msize = 0;
  }

  /** For snapshots. */
  adopt(msize: number): void {
    this.#msize = msize;
  }

  /**
   * Answers a message of HEADER bytes or more, in at most `room` bytes; `room` is at least ERROR_BYTES.
   * `message` may be longer than the size it tells: the rest is not looked at.
   */
  answer(message: Uint8Array, room: number): Uint8Array {
    const header = new Reader(message, 0);
    const size = header.u32();
    const type = header.u8();
    const tag = header.u16();
    try {
      if (size < HEADER || size > message.length) throw new NineError('EPROTO');
      const request = new Reader(message.subarray(0, size), HEADER);
      const body = new Writer()
        .u32(0)
        .u8(type + 1)
        .u16(tag);
      this.#serve(type, request, body, room);
      // What it did stands; the client asked for more than it has room for.
      if (body.length > room) throw new NineError('EMSGSIZE');
      body.patch32(0, body.length);
      return body.done();
    } catch (e) {
      if (!(e instanceof NineError)) throw e;
      return new Writer().u32(ERROR_BYTES).u8(RLERROR).u16(tag).u32(ERRNO[e.errno]).done();
    }
  }

  #serve(type: number, request: Reader, answer: Writer, room: number): void {
    if (type === T.VERSION) {
      this.#version(request, answer);
      return;
    }
    if (this.#msize === 0) throw new NineError('EPROTO');
    if (type === T.FLUSH) {
      // Every request is answered before the next is looked at: there is nothing to abort.
      request.u16();
      request.end();
      return;
    }
    const handler = HANDLERS.get(type);
    if (!handler) throw new NineError('EOPNOTSUPP');
    const session: Session = {
      tree: this.tree,
      fids: this.fids,
      msize: this.#msize,
      dataRoom: Math.min(this.#msize, room) - DATA_HEADER,
    };
    handler(session, request, answer);
  }

  /** Tversion msize[4] version[s]: a new session. */
  #version(request: Reader, answer: Writer): void {
    const asked = request.u32();
    const version = request.string();
    request.end();
    if (asked < MIN_MSIZE) throw new NineError('EMSGSIZE');
    this.reset();
    const known = version === VERSION;
    const msize = Math.min(asked, MAX_MSIZE);
    if (known) this.#msize = msize;
    answer.u32(msize).string(known ? VERSION : 'unknown');
  }
}
