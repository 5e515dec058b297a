// One log of two parts: what the store has of earlier epochs, and what this page has in memory.

import { equalBytes, decodeRecord, encodeRow, rowRecords, type StoredRecord } from '../../../src/supervisor/axiom/record.js';
import type { Row, StoredLog } from '../../../src/supervisor/axiom/index.js';

/** `memory` with what of `stored` stands before it; `memory` alone where the two do not fit together. */
export function joinLogs(stored: StoredLog | undefined, memory: StoredLog): StoredLog {
  const end = memory.anchor.seq;
  if (!stored || stored.anchor.seq >= end) return memory;
  const rows: Row[] = [];
  let seq = stored.anchor.seq;
  let hash = stored.anchor.previous;
  try {
    for (const row of stored.rows) {
      if (row.first >= end) break;
      const records: StoredRecord[] = [];
      for (const record of rowRecords(row.bytes)) {
        if (decodeRecord(record.bytes).seq >= end) break;
        records.push(record);
        seq++;
        hash = record.hash;
      }
      rows.push({ first: row.first, bytes: encodeRow(records) });
    }
  } catch {
    return memory;
  }
  if (seq !== end || !equalBytes(hash, memory.anchor.previous)) return memory;
  return { anchor: stored.anchor, rows: [...rows, ...memory.rows], head: memory.head };
}
