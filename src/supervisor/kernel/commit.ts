// Commits: every change of the kernel's state, as data. One table gives their fields, their types and their canonical bytes.

import { GpuvisorError } from '../../isa/errors.js';
import { ByteReader, ByteWriter } from '../abi/bytes.js';

/** Field encodings: whole numbers little-endian, `text` UTF-8 behind its length, `hash` 32 bytes, lists behind their count in 16 bits. */
interface FieldTypes {
  u8: number;
  u32: number;
  i32: number;
  u64: number;
  text: string;
  hash: Uint8Array;
  u32s: readonly number[];
  u64s: readonly number[];
}
type Fields = Readonly<Record<string, keyof FieldTypes>>;

/** Type number and fields, in the order of their bytes. A number is never used for another type. */
const SCHEMA = {
  /** A boot: the state is empty again. `previous` is the head of the epoch before, `note` says what happened to it. */
  Genesis: [1, { epoch: 'u32', wall: 'u64', previous: 'hash', note: 'text' }],
  /** Signs the state as it is here; a trimmed log begins with one. */
  Checkpoint: [2, { state: 'hash' }],
  ProcessCreated: [10, { pid: 'u32', parent: 'u32', kind: 'u8', name: 'text' }],
  ProcessStarted: [11, { pid: 'u32' }],
  ProcessBlocked: [12, { pid: 'u32', wait: 'u8', endpoint: 'u64', cap: 'u64', call: 'u64', deadline: 'u64' }],
  ProcessWoken: [13, { pid: 'u32', result: 'i32' }],
  ProcessEnded: [14, { pid: 'u32', how: 'u8', code: 'i32', reason: 'u8', text: 'text' }],
  EndpointCreated: [20, { endpoint: 'u64', owner: 'u32' }],
  EndpointDestroyed: [21, { endpoint: 'u64' }],
  CapInserted: [
    30,
    {
      cap: 'u64',
      pid: 'u32',
      slot: 'u32',
      objectType: 'u8',
      object: 'u64',
      rights: 'u8',
      generation: 'u32',
      expiry: 'u64',
      parent: 'u64',
      giver: 'u32',
    },
  ],
  /** `reason`: abi REVOKE_REASON, or 0 when its holder gave it up: then what came of it hangs on its parent. */
  CapRemoved: [31, { cap: 'u64', reason: 'u8' }],
  ObjectRenewed: [32, { objectType: 'u8', object: 'u64', generation: 'u32' }],
  MessageSent: [40, { message: 'u64', from: 'u32', endpoint: 'u64', tag: 'u32', length: 'u32', caps: 'u64s', call: 'u64' }],
  /** `slots`: where its capabilities went, SLOT.NONE for one that was gone. */
  MessageReceived: [41, { message: 'u64', endpoint: 'u64', pid: 'u32', slots: 'u32s' }],
  /** `replied` 1 with the answer's tag and length, 0 when the call came to nothing. */
  CallEnded: [42, { call: 'u64', replied: 'u8', tag: 'u32', length: 'u32' }],
  UseBegan: [50, { use: 'u64', pid: 'u32', cap: 'u64', rights: 'u8', what: 'text' }],
  /** `how` 0 done, 1 cancelled because the right is gone, 2 because the process or the machine is. */
  UseEnded: [51, { use: 'u64', how: 'u8' }],
} as const satisfies Readonly<Record<string, readonly [number, Fields]>>;

type Schema = typeof SCHEMA;
export type CommitType = keyof Schema;

type Record_<K extends CommitType> = { readonly type: K } & {
  readonly [F in keyof Schema[K][1]]: FieldTypes[Extract<Schema[K][1][F], keyof FieldTypes>];
} & (K extends 'MessageSent'
    ? {
        /** The message's bytes, on their way into the queue. Never encoded: the log knows only their length. */
        readonly data?: Uint8Array;
      }
    : unknown);

/** A commit of one type. */
export type CommitOf<K extends CommitType> = Record_<K>;
export type Commit = { [K in CommitType]: Record_<K> }[CommitType];

const byNumber = new Map<number, CommitType>((Object.keys(SCHEMA) as CommitType[]).map((type) => [SCHEMA[type][0], type]));

/** Every type, for tables and tests. */
export const COMMIT_TYPES = Object.keys(SCHEMA) as readonly CommitType[];
/** Names and encodings of a type's fields. */
export function commitFields(type: CommitType): Fields {
  return SCHEMA[type][1];
}

/** Canonical bytes of a commit: type u8, then its fields. */
export function encodeCommit(commit: Commit): Uint8Array {
  const [number, fields] = SCHEMA[commit.type] as readonly [number, Fields];
  const w = new ByteWriter().u8(number);
  const values = commit as unknown as Readonly<Record<string, never>>;
  for (const name in fields) {
    const kind = fields[name]!;
    const value = values[name]!;
    if (kind === 'hash') {
      if ((value as Uint8Array).length !== 32) throw new GpuvisorError('BAD_ARGUMENT', `${commit.type}.${name}: a hash has 32 bytes`);
      w.bytes(value);
    } else if (kind === 'u32s' || kind === 'u64s') {
      const list = value as readonly number[];
      w.u16(list.length);
      for (const n of list) w[kind === 'u32s' ? 'u32' : 'u64'](n);
    } else w[kind](value);
  }
  return w.done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no commit */
export function decodeCommit(bytes: Uint8Array): Commit {
  const r = new ByteReader(bytes, 'commit');
  const number = r.u8();
  const type = byNumber.get(number);
  if (!type) throw new GpuvisorError('BAD_ARGUMENT', `commit: no type has number ${number}`);
  const values: Record<string, unknown> = { type };
  for (const [name, kind] of Object.entries(SCHEMA[type][1] as Fields)) {
    if (kind === 'hash') values[name] = r.bytes(32);
    else if (kind === 'u32s' || kind === 'u64s') {
      const count = r.u16();
      values[name] = Array.from({ length: count }, () => (kind === 'u32s' ? r.u32() : r.u64()));
    } else values[name] = r[kind]();
  }
  r.end();
  return values as unknown as Commit;
}
