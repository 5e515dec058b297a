// A small 9P2000.L client for tests: messages put together and taken apart here, sent through a virtqueue.

import type { NineDevice } from '../../../src/machine/virtio/nine/index.js';
import { DATA, Driver } from '../virtio-driver.js';

/** A field: little-endian bytes. */
export type Field = Uint8Array;

const number = (size: number, value: number | bigint): Field => {
  const bytes = new Uint8Array(size);
  let v = BigInt(value);
  for (let i = 0; i < size; i++, v >>= 8n) bytes[i] = Number(v & 0xffn);
  return bytes;
};
export const u1 = (v: number): Field => number(1, v);
export const u2 = (v: number): Field => number(2, v);
export const u4 = (v: number): Field => number(4, v);
export const u8 = (v: number | bigint): Field => number(8, v);
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const raw = (bytes: Uint8Array): Field => join([u2(bytes.length), bytes]);
export const s = (text: string): Field => raw(bytesOf(text));

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

export const message = (type: number, tag: number, ...fields: Field[]): Uint8Array => {
  const body = join(fields);
  return join([u4(7 + body.length), u1(type), u2(tag), body]);
};

/** Takes an answer apart, field by field. */
export class Answer {
  #at = 7;
  readonly #view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get size(): number {
    return this.#view.getUint32(0, true);
  }

  get type(): number {
    return this.bytes[4]!;
  }

  get tag(): number {
    return this.#view.getUint16(5, true);
  }

  #take(n: number): number {
    const at = this.#at;
    this.#at += n;
    return at;
  }

  u1(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u2(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u4(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u8(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  s(): string {
    return new TextDecoder().decode(this.take(this.u2()));
  }

  take(n: number): Uint8Array {
    const at = this.#take(n);
    return this.bytes.slice(at, at + n);
  }

  qid(): { type: number; version: number; path: number } {
    return { type: this.u1(), version: this.u4(), path: this.u8() };
  }

  get rest(): number {
    return this.bytes.length - this.#at;
  }
}

/** An Rlerror. */
export class Errno extends Error {
  constructor(readonly errno: number) {
    super(`errno ${errno}`);
  }
}

export const E = {
  PERM: 1,
  NOENT: 2,
  BADF: 9,
  EXIST: 17,
  NOTDIR: 20,
  ISDIR: 21,
  INVAL: 22,
  MFILE: 24,
  FBIG: 27,
  NOSPC: 28,
  ROFS: 30,
  NAMETOOLONG: 36,
  NOTEMPTY: 39,
  PROTO: 71,
  ILSEQ: 84,
  MSGSIZE: 90,
  OPNOTSUPP: 95,
} as const;

export const O = { RDONLY: 0, WRONLY: 1, RDWR: 2, CREAT: 0o100, EXCL: 0o200, TRUNC: 0o1000, APPEND: 0o2000, DIRECTORY: 0o200000 } as const;
export const NOFID = 0xffffffff;

const REQUEST = DATA;
const REPLY = DATA + 0x60000;
export const ROOM = 0x20000;

export interface Stat {
  readonly qid: { type: number; version: number; path: number };
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly nlink: number;
  readonly size: number;
  readonly blocks: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
}

export interface Entry {
  readonly name: string;
  readonly offset: number;
  readonly type: number;
  readonly path: number;
}

/** A driver with a 9P device, and the requests Linux makes. A refused one throws its Errno. */
export class Client {
  readonly driver: Driver;
  #tag = 0;

  constructor(device: NineDevice) {
    this.driver = new Driver(device, 128);
  }

  /** A client whose fid 0 is the root. */
  static async attached(device: NineDevice, msize = 65536): Promise<Client> {
    const client = new Client(device);
    await client.driver.start(0);
    await client.version(msize);
    await client.attach(0);
    return client;
  }

  /** Sends bytes as they are, cut into two buffers, with room for an answer; gives what came back, or undefined when the device gave up. */
  async send(bytes: Uint8Array, room = ROOM): Promise<Uint8Array | undefined> {
    const { driver } = this;
    driver.write(REQUEST, bytes);
    const cut = Math.min(7, bytes.length);
    const parts = [
      { address: REQUEST, length: cut, flags: 0 },
      { address: REQUEST + cut, length: bytes.length - cut, flags: 0 },
      { address: REPLY, length: Math.min(room, 11), flags: 2 },
      { address: REPLY + Math.min(room, 11), length: Math.max(0, room - 11), flags: 2 },
    ].filter((p) => p.length > 0);
    driver.chain(0, parts);
    driver.offer(0);
    const before = driver.usedIndex;
    await driver.notify(0);
    if (driver.usedIndex === before) return undefined;
    return driver.read(REPLY, driver.usedEntry(before).length);
  }

  async call(type: number, ...fields: Field[]): Promise<Answer> {
    const tag = this.#tag++ & 0x7fff;
    const bytes = await this.send(message(type, tag, ...fields));
    if (!bytes) throw new Error(`the device gave up: ${this.driver.transport.fault}`);
    const answer = new Answer(bytes);
    if (answer.size !== bytes.length || answer.tag !== tag)
      throw new Error(`an answer of ${bytes.length} bytes says ${answer.size}, tag ${answer.tag} for ${tag}`);
    if (answer.type === 7) throw new Errno(answer.u4());
    if (answer.type !== type + 1) throw new Error(`an answer of type ${answer.type} to ${type}`);
    return answer;
  }

  async version(msize: number, version = '9P2000.L'): Promise<{ msize: number; version: string }> {
    const a = await this.call(100, u4(msize), s(version));
    return { msize: a.u4(), version: a.s() };
  }

  attach(fid: number, uid = 0, aname = ''): Promise<Answer> {
    return this.call(104, u4(fid), u4(NOFID), s('root'), s(aname), u4(uid));
  }

  /** How many names it got. */
  async walk(fid: number, newfid: number, ...names: string[]): Promise<number> {
    return (await this.call(110, u4(fid), u4(newfid), u2(names.length), ...names.map(s))).u2();
  }

  open(fid: number, flags: number): Promise<Answer> {
    return this.call(12, u4(fid), u4(flags));
  }

  create(fid: number, name: string, flags: number = O.RDWR, mode = 0o644): Promise<Answer> {
    return this.call(14, u4(fid), s(name), u4(flags), u4(mode), u4(0));
  }

  async read(fid: number, offset: number | bigint, count: number): Promise<Uint8Array> {
    const a = await this.call(116, u4(fid), u8(offset), u4(count));
    const length = a.u4();
    if (a.rest !== length) throw new Error(`${a.rest} bytes for ${length}`);
    return a.take(length);
  }

  async write(fid: number, offset: number | bigint, data: Uint8Array): Promise<number> {
    return (await this.call(118, u4(fid), u8(offset), u4(data.length), data)).u4();
  }

  clunk(fid: number): Promise<Answer> {
    return this.call(120, u4(fid));
  }

  remove(fid: number): Promise<Answer> {
    return this.call(122, u4(fid));
  }

  mkdir(fid: number, name: string, mode = 0o755): Promise<Answer> {
    return this.call(72, u4(fid), s(name), u4(mode), u4(0));
  }

  unlink(fid: number, name: string, flags = 0): Promise<Answer> {
    return this.call(76, u4(fid), s(name), u4(flags));
  }

  rename(from: number, name: string, to: number, newName: string): Promise<Answer> {
    return this.call(74, u4(from), s(name), u4(to), s(newName));
  }

  async stat(fid: number): Promise<Stat> {
    const a = await this.call(24, u4(fid), u8(0x7ff));
    a.u8();
    const head = { qid: a.qid(), mode: a.u4(), uid: a.u4(), gid: a.u4(), nlink: a.u8() };
    a.u8();
    const size = a.u8();
    a.u8();
    const blocks = a.u8();
    const time = (): number => a.u8() + a.u8() / 1e9;
    return { ...head, size, blocks, atime: time(), mtime: time(), ctime: time() };
  }

  setattr(
    fid: number,
    valid: number,
    { mode = 0, uid = 0, gid = 0, size = 0 as number | bigint, atime = 0 as number | bigint, nanos = 0 as number | bigint, mtime = 0 } = {},
  ): Promise<Answer> {
    return this.call(26, u4(fid), u4(valid), u4(mode), u4(uid), u4(gid), u8(size), u8(atime), u8(nanos), u8(mtime), u8(0));
  }

  async readdir(fid: number, offset: number | bigint, count: number): Promise<Entry[]> {
    const a = await this.call(40, u4(fid), u8(offset), u4(count));
    if (a.u4() !== a.rest) throw new Error('a wrong count');
    const out: Entry[] = [];
    while (a.rest > 0) {
      const { path } = a.qid();
      out.push({ path, offset: a.u8(), type: a.u1(), name: a.s() });
    }
    return out;
  }

  /** A new fid for a path below the root. */
  async at(fid: number, path: string): Promise<number> {
    const names = path.split('/').filter((n) => n !== '');
    for (let at = 0; at === 0 || at < names.length; at += 16) {
      const some = names.slice(at, at + 16);
      if ((await this.walk(at === 0 ? 0 : fid, fid, ...some)) !== some.length) throw new Errno(E.NOENT);
    }
    return fid;
  }

  /** All names of a folder, in order, `.` and `..` left out. */
  async names(path: string): Promise<string[]> {
    const fid = await this.at(900, path);
    await this.open(fid, O.RDONLY);
    const out: string[] = [];
    for (let offset = 0; ;) {
      const page = await this.readdir(fid, offset, 4096);
      if (page.length === 0) break;
      offset = page.at(-1)!.offset;
      out.push(...page.map((e) => e.name));
    }
    await this.clunk(fid);
    return out.filter((n) => n !== '.' && n !== '..');
  }

  async content(path: string): Promise<Uint8Array> {
    const fid = await this.at(901, path);
    await this.open(fid, O.RDONLY);
    const parts: Uint8Array[] = [];
    for (let offset = 0; ;) {
      const part = await this.read(fid, offset, 50_000);
      if (part.length === 0) break;
      parts.push(part);
      offset += part.length;
    }
    await this.clunk(fid);
    return join(parts);
  }

  async put(path: string, data: Uint8Array): Promise<void> {
    const cut = path.lastIndexOf('/');
    const fid = await this.at(902, path.slice(0, cut));
    await this.create(fid, path.slice(cut + 1), O.RDWR | O.TRUNC);
    for (let at = 0; at < data.length; at += 50_000) await this.write(fid, at, data.subarray(at, at + 50_000));
    await this.clunk(fid);
  }
}
