// A record of the CommitLog: a commit with its number, its time and its cause, in canonical bytes, chained by SHA-256 to the one before.
//
//   seq u64, epoch u32, time u64 (microseconds of the epoch), caused_by u64 (request in the SysLog, 0 none), commit
//   hash = SHA-256(hash of the record before, bytes)

import { sha256 } from '@noble/hashes/sha2.js';
import { ByteReader, ByteWriter } from '../abi/bytes.js';
import { decodeCommit, encodeCommit, type Commit } from '../kernel/index.js';

export interface RecordHead {
  readonly seq: number;
  readonly epoch: number;
  /** Microseconds since the epoch began. */
  readonly time: number;
  readonly causedBy: number;
}

/** As it is kept. */
export interface StoredRecord {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

/** As it is read. */
export interface CommitRecord extends RecordHead, StoredRecord {
  readonly commit: Commit;
}

/** What stands before the first record of a log that follows no other. */
export const NO_HASH: Uint8Array = new Uint8Array(32);

/** One step of the chain. */
export function chain(previous: Uint8Array, bytes: Uint8Array): Uint8Array {
  const both = new Uint8Array(32 + bytes.length);
  both.set(previous);
  both.set(bytes, 32);
  return sha256(both);
}

export function encodeRecord(head: RecordHead, commit: Commit): Uint8Array {
  const body = encodeCommit(commit);
  return new ByteWriter(28 + body.length).u64(head.seq).u32(head.epoch).u64(head.time).u64(head.causedBy).bytes(body).done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no record */
export function decodeRecord(bytes: Uint8Array): RecordHead & { readonly commit: Commit } {
  const r = new ByteReader(bytes, 'record');
  const head = { seq: r.u64(), epoch: r.u32(), time: r.u64(), causedBy: r.u64() };
  return { ...head, commit: decodeCommit(r.bytes(r.left)) };
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** Bytes of a record in a row: length, bytes, hash. */
export const rowSize = ({ bytes }: StoredRecord): number => 4 + bytes.length + 32;

/** Records in one piece, as a store keeps them: length u32, bytes, hash each. */
export function encodeRow(records: readonly StoredRecord[]): Uint8Array {
  const w = new ByteWriter(records.reduce((n, r) => n + rowSize(r), 0));
  for (const { bytes, hash } of records) w.u32(bytes.length).bytes(bytes).bytes(hash);
  return w.done();
}

/** The records of a row, one after another. Throws GpuvisorError BAD_ARGUMENT where the bytes are no records any more. */
export function* rowRecords(bytes: Uint8Array): Generator<StoredRecord> {
  const r = new ByteReader(bytes, 'row');
  r.check(r.left, r.left > 0, 'no record');
  while (r.left > 0) yield { bytes: r.bytes(r.u32()), hash: r.bytes(32) };
}
