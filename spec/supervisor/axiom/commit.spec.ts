// Commits and records: canonical bytes, every type; hostile bytes are refused; every field is under the hash.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuvisorError } from '../../../src/isa/errors.js';
import { chain, decodeRecord, encodeRecord, encodeRow, hex, rowRecords } from '../../../src/supervisor/axiom/record.js';
import {
  COMMIT_TYPES,
  commitFields,
  decodeCommit,
  encodeCommit,
  type Commit,
  type CommitType,
} from '../../../src/supervisor/kernel/index.js';
import { same } from '../kernel/rig.js';

const u32 = fc.nat(0xffffffff);
const KINDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  u8: fc.nat(255),
  u32,
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  u64: fc.maxSafeNat(),
  text: fc.string({ unit: 'grapheme', maxLength: 20 }),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  u32s: fc.array(u32, { maxLength: 8 }),
  u64s: fc.array(fc.maxSafeNat(), { maxLength: 8 }),
};

/** Any commit of a type: its fields hold anything their encoding can. */
export const commitOf = (type: CommitType): fc.Arbitrary<Commit> =>
  fc
    .record(Object.fromEntries(Object.entries(commitFields(type)).map(([name, kind]) => [name, KINDS[kind]!])))
    .map((fields) => ({ type, ...fields }) as unknown as Commit);

const anyCommit = fc.oneof(...COMMIT_TYPES.map(commitOf));

function refused(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (e) {
    if (e instanceof GpuvisorError && e.code === 'BAD_ARGUMENT') return true;
    throw e;
  }
}

describe.each(COMMIT_TYPES.map((type) => [type]))('%s', (type) => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(commitOf(type), (commit) => {
        expect(decodeCommit(encodeCommit(commit))).toEqual(commit);
      }),
    );
  });

  it('has every field in its bytes', () => {
    // Two commits that differ in a field differ in their bytes: nothing is left out of the hash.
    fc.assert(
      fc.property(commitOf(type), commitOf(type), (a, b) => {
        for (const name of Object.keys(commitFields(type))) {
          const mixed = { ...a, [name]: (b as unknown as Record<string, unknown>)[name] } as Commit;
          const equal = JSON.stringify(mixed) === JSON.stringify(a);
          expect(same(encodeCommit(mixed), encodeCommit(a)), name).toBe(equal);
        }
      }),
    );
  });
});

describe('bytes that are no commit', () => {
  it('are refused, or are the one encoding of what they say', () => {
    const damaged = fc.tuple(anyCommit, fc.nat(), fc.nat(255), fc.integer({ min: -4, max: 4 })).map(([commit, at, byte, length]) => {
      const good = encodeCommit(commit);
      const bad = new Uint8Array(Math.max(0, good.length + length));
      bad.set(good.subarray(0, bad.length));
      if (bad.length > 0) bad[at % bad.length] = byte;
      return bad;
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        let commit: Commit | undefined;
        if (!refused(() => (commit = decodeCommit(bytes)))) expect(encodeCommit(commit!)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('do not make a reader spend memory: a count of 65,535 in ten bytes is refused', () => {
    const bytes = Uint8Array.of(41, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0xff, 0xff);
    expect(refused(() => decodeCommit(bytes))).toBe(true);
  });
});

describe('the message’s bytes', () => {
  it('never reach the log', () => {
    const sent: Commit = { type: 'MessageSent', message: 1, from: 2, endpoint: 3, tag: 4, length: 6, caps: [], call: 0 };
    const with_ = encodeCommit({ ...sent, data: new TextEncoder().encode('secret') });
    expect(with_).toEqual(encodeCommit(sent));
    expect(new TextDecoder().decode(with_)).not.toContain('secret');
  });
});

describe('records', () => {
  const head = fc.record({ seq: fc.maxSafeNat(), epoch: u32, time: fc.maxSafeNat(), causedBy: fc.maxSafeNat() });

  it('read back what was written', () => {
    fc.assert(
      fc.property(head, anyCommit, (h, commit) => {
        expect(decodeRecord(encodeRecord(h, commit))).toEqual({ ...h, commit });
      }),
    );
  });

  it('are chained with everything that is in them, the cause too', () => {
    fc.assert(
      fc.property(
        head,
        anyCommit,
        fc.constantFrom('seq', 'epoch', 'time', 'causedBy'),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (h, c, name, before) => {
          const hash = chain(before, encodeRecord(h, c));
          const other = { ...h, [name]: h[name as 'seq'] === 0 ? 1 : h[name as 'seq'] - 1 };
          expect(hex(chain(before, encodeRecord(other, c)))).not.toBe(hex(hash));
          const flipped = before.slice();
          flipped[0]! ^= 1;
          expect(hex(chain(flipped, encodeRecord(h, c)))).not.toBe(hex(hash));
        },
      ),
    );
  });

  it('are hashed with SHA-256', () => {
    // sha256 of 32 zero bytes and "abc", from coreutils: (head -c 32 /dev/zero; printf abc) | sha256sum
    expect(hex(chain(new Uint8Array(32), new TextEncoder().encode('abc')))).toBe(
      '365aa7d8f7f9402c4b9434502b4cc89ddb09fe50d7cd95b493b834c62d5a5370',
    );
  });

  it('stand in rows that read back, and end where they are cut', () => {
    const records = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 40 }), hash: KINDS['hash'] as fc.Arbitrary<Uint8Array> }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(records, (list) => {
        const row = encodeRow(list);
        expect([...rowRecords(row)]).toEqual(list);
        for (let cut = 1; cut < row.length; cut++) {
          const got = [];
          const stopped = refused(() => {
            for (const record of rowRecords(row.subarray(0, cut))) got.push(record);
          });
          // A cut between two records leaves a shorter row, which is good; any other one is refused behind the last whole record.
          expect(got.length).toBeLessThan(list.length);
          expect(got.length > 0 || stopped).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
    expect(refused(() => [...rowRecords(new Uint8Array(0))])).toBe(true);
  });
});
