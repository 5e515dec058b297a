// Damaged logs: every changed byte, missing row, reordered row and cut end is refused with its place; the system begins a new log, says so, and keeps the
// old one for reading.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryStore, replay, verifyLog, type Damage, type LogStore, type StoredLog } from '../../../src/supervisor/axiom/index.js';
import { chain, decodeRecord, encodeRecord, encodeRow, rowRecords } from '../../../src/supervisor/axiom/record.js';
import { decodeLogFile, encodeLogFile } from '../../../src/supervisor/axiom/file.js';
import { encodeState, hashState, type Commit } from '../../../src/supervisor/kernel/index.js';
import { activeLog, copyLog, House } from './house.js';

/** A log of three epochs, in several rows; and one that was trimmed. */
let whole: StoredLog;
let trimmed: StoredLog;

async function record(keep: number): Promise<StoredLog> {
  const store = new MemoryStore();
  for (let epoch = 0; epoch < 3; epoch++) {
    const house = await House.open({ store, keep });
    for (let i = 0; i < 4; i++) {
      house.bustle();
      await house.gateway.flush();
    }
  }
  return activeLog(store);
}

beforeAll(async () => {
  whole = await record(10_000);
  trimmed = await record(60);
});

/** First record of each row, and the row each record is in. */
const rowOf = (log: StoredLog, seq: number): number => log.rows.findLast((row) => row.first <= seq)!.first;

/** Which record a byte of a row belongs to. */
function recordAt(log: StoredLog, row: number, at: number): number {
  let end = 0;
  let seq = log.rows[row]!.first;
  for (const { bytes } of rowRecords(log.rows[row]!.bytes)) {
    end += bytes.length + 36;
    if (at < end) break;
    seq++;
  }
  return seq;
}

it('undamaged logs are good', () => {
  for (const log of [whole, trimmed]) expect(verifyLog(log).damage).toBeUndefined();
  expect(whole.rows.length).toBeGreaterThan(8);
  expect(trimmed.anchor.state).toBeDefined();
});

describe.each([
  ['whole', () => whole],
  ['trimmed', () => trimmed],
])('a %s log', (_, of) => {
  it('with one flipped bit is refused at that record', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(7), (r, b, bit) => {
        const log = copyLog(of());
        const row = r % log.rows.length;
        const { bytes } = log.rows[row]!;
        const at = b % bytes.length;
        const seq = recordAt(log, row, at);
        bytes[at]! ^= 1 << bit;
        const { damage, commits, head } = verifyLog(log);
        expect(damage).toMatchObject({ seq, row: rowOf(log, seq) });
        // Everything before it is good.
        expect(commits).toBe(seq - log.anchor.seq);
        expect(head.seq).toBe(seq - 1);
      }),
      { numRuns: 150 },
    );
  });

  it('with a missing row is refused at its first record', () => {
    const { rows } = of();
    for (let missing = 0; missing < rows.length; missing++) {
      const log = copyLog(of());
      const [gone] = log.rows.splice(missing, 1);
      expect(verifyLog(log).damage).toMatchObject({ kind: 'missing', seq: gone!.first });
    }
  });

  it('with two rows in each other’s place is refused at the first of them', () => {
    const { rows } = of();
    for (let i = 0; i + 1 < rows.length; i++) {
      // Their contents change places; their numbers do not.
      const log = copyLog(of());
      const [a, b] = [log.rows[i]!, log.rows[i + 1]!];
      [a.bytes, b.bytes] = [b.bytes, a.bytes];
      expect(verifyLog(log).damage).toMatchObject({ seq: a.first, row: a.first });
      // The rows themselves change places.
      const other = copyLog(of());
      [other.rows[i], other.rows[i + 1]] = [other.rows[i + 1]!, other.rows[i]!];
      expect(verifyLog(other).damage).toMatchObject({ kind: 'missing', seq: other.rows[i + 1]!.first });
    }
  });

  it('with a row that says another number than its records is refused', () => {
    for (const by of [1, -1]) {
      const log = copyLog(of());
      const row = log.rows[2]!;
      row.first += by;
      expect(verifyLog(log).damage).toMatchObject({ kind: by > 0 ? 'missing' : 'order', seq: row.first - by, row: row.first });
    }
  });

  it('with a row twice is refused', () => {
    const log = copyLog(of());
    log.rows.splice(1, 0, log.rows[0]!);
    expect(verifyLog(log).damage).toMatchObject({ kind: 'order', seq: log.rows[2]!.first });
  });

  it('with a missing, doubled or moved record inside a row is refused there', () => {
    const rows = of().rows.length;
    for (const edit of ['missing', 'doubled', 'moved']) {
      const log = copyLog(of());
      const row = log.rows[Math.floor(rows / 2)]!;
      const records = [...rowRecords(row.bytes)];
      const at = 2;
      if (edit === 'missing') records.splice(at, 1);
      if (edit === 'doubled') records.splice(at, 0, records[at]!);
      if (edit === 'moved') [records[at], records[at + 1]] = [records[at + 1]!, records[at]!];
      row.bytes = encodeRow(records);
      expect(verifyLog(log).damage, edit).toMatchObject({ seq: row.first + at + (edit === 'doubled' ? 1 : 0) });
    }
  });

  it('cut at its end is refused: the head knows where it ended', () => {
    const log = copyLog(of());
    const last = log.rows.pop()!;
    expect(verifyLog(log).damage).toMatchObject({ kind: 'missing', seq: last.first });
    const shorter = copyLog(of());
    const row = shorter.rows.at(-1)!;
    row.bytes = encodeRow([...rowRecords(row.bytes)].slice(0, -1));
    expect(verifyLog(shorter).damage).toMatchObject({ kind: 'missing', seq: shorter.head.seq });
    const empty = copyLog(of());
    empty.rows.length = 0;
    expect(verifyLog(empty).damage).toMatchObject({ kind: 'missing', seq: empty.anchor.seq });
  });

  it('with another head is refused', () => {
    const log = copyLog(of());
    log.head.hash[0]! ^= 1;
    expect(verifyLog(log).damage).toMatchObject({ kind: 'head', seq: log.head.seq });
    const early = copyLog(of());
    early.head.seq--;
    expect(verifyLog(early).damage).toMatchObject({ kind: 'head', seq: early.head.seq + 1 });
  });

  it('with another beginning is refused at its first record', () => {
    const log = copyLog(of());
    log.anchor.previous[5]! ^= 1;
    expect(verifyLog(log).damage).toMatchObject({ seq: log.anchor.seq });
    const shifted = copyLog(of());
    shifted.anchor.seq++;
    expect(verifyLog(shifted).damage).toBeDefined();
  });
});

describe('a checkpoint', () => {
  it('with another state is refused: the chain signs it', () => {
    const { state } = trimmed.anchor;
    fc.assert(
      fc.property(fc.nat(state!.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const log = copyLog(trimmed);
        log.anchor.state![at]! ^= change;
        expect(verifyLog(log).damage).toMatchObject({ kind: 'state', seq: log.anchor.seq });
      }),
      { numRuns: 60 },
    );
  });

  it('without its state is refused', () => {
    const log = copyLog(trimmed);
    log.anchor.state = undefined;
    expect(verifyLog(log).damage).toMatchObject({ kind: 'state', seq: log.anchor.seq });
  });
});

describe('a log that was made up', () => {
  /** The last record replaced by another commit, with a chain that fits: only the state can tell. */
  function forged(log: StoredLog, commit: Commit, change: { seq?: number; epoch?: number; time?: number } = {}): StoredLog {
    const copy = copyLog(log);
    const row = copy.rows.at(-1)!;
    const records = [...rowRecords(row.bytes)];
    const last = decodeRecord(records.pop()!.bytes);
    const before = records.at(-1)!;
    const { seq, epoch, time } = { ...last, ...change };
    const bytes = encodeRecord({ seq, epoch, time, causedBy: 0 }, commit);
    const hash = chain(before.hash, bytes);
    row.bytes = encodeRow([...records, { bytes, hash }]);
    return { ...copy, head: { seq: copy.head.seq, hash } };
  }

  const place = () => ({ seq: whole.head.seq });

  it('with commits that do not fit the state is refused', () => {
    const cases: Commit[] = [
      { type: 'ProcessStarted', pid: 4711 },
      { type: 'CapRemoved', cap: 999_999, reason: 1 },
      { type: 'ProcessCreated', pid: 1, parent: 0, kind: 1, name: 'init' },
      { type: 'EndpointCreated', endpoint: 1, owner: 1 },
    ];
    for (const commit of cases) expect(verifyLog(forged(whole, commit)).damage).toMatchObject({ kind: 'refused', ...place() });
  });

  it('with a checkpoint of another state is refused', () => {
    const commit: Commit = { type: 'Checkpoint', state: new Uint8Array(32) };
    expect(verifyLog(forged(whole, commit)).damage).toMatchObject({ kind: 'state', ...place() });
  });

  it('with a number out of turn, an epoch or a time that goes back is refused', () => {
    // What a checkpoint in the last record's place would sign: the state before it.
    let before = new Uint8Array(32);
    for (const { seq, state } of replay(whole)) if (seq === whole.head.seq - 1) before = hashState(state).slice();
    const commit: Commit = { type: 'Checkpoint', state: before };
    expect(verifyLog(forged(whole, commit)).damage).toBeUndefined();
    expect(verifyLog(forged(whole, commit, { seq: whole.head.seq + 1 })).damage).toMatchObject({ kind: 'missing', ...place() });
    expect(verifyLog(forged(whole, commit, { seq: whole.head.seq - 1 })).damage).toMatchObject({ kind: 'order', ...place() });
    expect(verifyLog(forged(whole, commit, { epoch: 2 })).damage).toMatchObject({ kind: 'epoch', ...place() });
    expect(verifyLog(forged(whole, commit, { time: 0 })).damage).toMatchObject({ kind: 'time', ...place() });
    const genesis: Commit = { type: 'Genesis', epoch: 3, wall: 0, previous: new Uint8Array(32), note: '' };
    expect(verifyLog(forged(whole, genesis, { epoch: 3 })).damage).toMatchObject({ kind: 'epoch', ...place() });
  });
});

describe('opening a damaged log', () => {
  const stored = async (edit: (log: ReturnType<typeof copyLog>) => void): Promise<MemoryStore> => {
    const store = new MemoryStore();
    const log = copyLog(whole);
    edit(log);
    const id = await store.begin(log.anchor, undefined);
    let head = { seq: log.anchor.seq - 1, hash: log.anchor.previous };
    for (const row of log.rows) {
      const next = row === log.rows.at(-1) ? log.head : { seq: row.first, hash: new Uint8Array(32) };
      await store.append(id, [row], head, next);
      head = next;
    }
    return store;
  };

  it('begins a new log, says so, and keeps the old one for reading', async () => {
    let flipped = 0;
    const store = await stored((log) => {
      const row = log.rows[5]!;
      flipped = recordAt(log, 5, 100);
      row.bytes[100]! ^= 4;
    });
    const house = await House.open({ store });
    const { past } = house.opened;
    expect(past).toMatchObject({ log: 1, damage: { seq: flipped }, head: { seq: flipped - 1 } });
    house.bustle();
    await house.gateway.flush();
    const logs = await store.logs();
    expect(logs.map((l) => [l.id, l.damage?.seq])).toEqual([
      [1, flipped],
      [2, undefined],
    ]);
    expect((await store.read(1)).rows).toHaveLength(whole.rows.length);
    // The numbers go on behind everything that was ever seen, and the new log says why it begins.
    const [first] = house.gateway.commits.since(0);
    expect(first!.seq).toBe(whole.head.seq + 1);
    expect(first!.commit).toMatchObject({
      type: 'Genesis',
      note: expect.stringMatching(new RegExp(`^log 1 is damaged at record ${flipped} `)) as string,
    });
    expect(verifyLog(await store.read(2)).damage).toBeUndefined();
    // The next visit goes on with the new log.
    const next = await House.open({ store });
    expect(next.opened.past).toMatchObject({ log: 2, damage: undefined });
  });

  it.each(['missing', 'reordered', 'cut'])('names the place of a %s row too', async (what) => {
    const store = await stored((log) => {
      if (what === 'missing') log.rows.splice(3, 1);
      if (what === 'reordered') [log.rows[3]!.bytes, log.rows[4]!.bytes] = [log.rows[4]!.bytes, log.rows[3]!.bytes];
      if (what === 'cut') log.rows.pop();
    });
    const seq = whole.rows.at(what === 'cut' ? -1 : 3)!.first;
    const house = await House.open({ store });
    const expected: Partial<Damage> = { seq };
    // A cut end shows in the head, which the store wrote with the last row that is left.
    if (what === 'cut') expect(house.opened.past!.damage).toBeDefined();
    else expect(house.opened.past!.damage).toMatchObject(expected);
  });

  it('of which the store gives nothing begins a new one as well', async () => {
    const inner = await stored(() => {});
    const broken: LogStore = Object.assign(Object.create(inner) as LogStore, {
      logs: () => inner.logs(),
      begin: inner.begin.bind(inner),
      append: inner.append.bind(inner),
      checkpoint: inner.checkpoint.bind(inner),
      read: (id: number) => (id === 1 ? Promise.reject(new Error('no such row')) : inner.read(id)),
    });
    const house = await House.open({ store: broken });
    expect(house.opened.past).toMatchObject({ damage: { kind: 'unreadable', message: 'no such row' } });
    house.bustle();
    await house.gateway.flush();
    expect(house.gateway.store.mode).toBe('stored');
    expect((await inner.logs()).map((l) => l.damage?.kind)).toEqual(['unreadable', undefined]);
  });
});

describe('a log as a file', () => {
  it('is verified and replayed to the same state', () => {
    for (const log of [whole, trimmed]) {
      const read = decodeLogFile(encodeLogFile(log));
      const verdict = verifyLog(read);
      expect(verdict.damage).toBeUndefined();
      expect(encodeState(verdict.state)).toEqual(encodeState(verifyLog(log).state));
    }
  });

  it('is exported from memory the same', async () => {
    const house = await House.open({ keep: 50 });
    house.bustle(12);
    const verdict = verifyLog(decodeLogFile(encodeLogFile(house.gateway.commits.stored())));
    expect(verdict.damage).toBeUndefined();
    expect(hashState(verdict.state)).toEqual(house.gateway.view.stateHash());
  });

  it('with any byte changed is refused, or found damaged', () => {
    const file = encodeLogFile(trimmed);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = file.slice();
        bad[at]! ^= change;
        let log: StoredLog;
        try {
          log = decodeLogFile(bad);
        } catch (e) {
          expect((e as { code?: string }).code).toBe('BAD_ARGUMENT');
          return;
        }
        expect(verifyLog(log).damage).toBeDefined();
      }),
      { numRuns: 150 },
    );
  });

  it('that is none is refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeLogFile(bytes)).toThrow(/log file/);
      }),
    );
    expect(() => decodeLogFile(Uint8Array.of(...encodeLogFile(whole), 0))).toThrow(/1 bytes too many/);
  });
});
