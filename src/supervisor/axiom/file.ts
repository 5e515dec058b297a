// A log as a file: exported for keeping, read back, verified and replayed to the same state.
//
//   "GVAXIOM1", anchor (seq u64, hash before it, state length u32, state), head (seq u64, hash), rows u32, then each: first u64, length u32, bytes

import { ByteReader, ByteWriter, encodeText } from '../abi/bytes.js';
import { equalBytes } from './record.js';
import type { StoredLog } from './verify.js';

const MAGIC = encodeText('GVAXIOM1');

export function encodeLogFile({ anchor, head, rows }: StoredLog): Uint8Array {
  const state = anchor.state ?? new Uint8Array(0);
  const w = new ByteWriter(65536).bytes(MAGIC).u64(anchor.seq).bytes(anchor.previous).u32(state.length).bytes(state);
  w.u64(head.seq).bytes(head.hash).u32(rows.length);
  for (const row of rows) w.u64(row.first).u32(row.bytes.length).bytes(row.bytes);
  return w.done();
}

/** @throws GpuvisorError BAD_ARGUMENT for bytes that are no such file. Whether the log in it is good, `verifyLog` says. */
export function decodeLogFile(bytes: Uint8Array): StoredLog {
  const r = new ByteReader(bytes, 'log file');
  r.check(r.left, r.left >= MAGIC.length && equalBytes(r.bytes(MAGIC.length), MAGIC), 'it does not begin with GVAXIOM1');
  const [seq, previous, size] = [r.u64(), r.bytes(32), r.u32()];
  const state = r.bytes(size);
  const head = { seq: r.u64(), hash: r.bytes(32) };
  const count = r.u32();
  r.check(count, count <= r.left / 12, `${count} rows`);
  const rows = Array.from({ length: count }, () => ({ first: r.u64(), bytes: r.bytes(r.u32()) }));
  r.end();
  return { anchor: { seq, previous, state: size === 0 ? undefined : state }, head, rows };
}
