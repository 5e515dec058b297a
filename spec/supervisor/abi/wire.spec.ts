// Wire formats: what is written reads back the same; every other sequence of bytes is refused by name. The bytes themselves are pinned by examples.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuvisorError } from '../../../src/isa/errors.js';
import {
  decodeCapInfo,
  decodeCaps,
  decodeCreated,
  decodeMessage,
  decodeNotice,
  decodeProcesses,
  decodeTransfer,
  encodeCapInfo,
  encodeCaps,
  encodeCreated,
  encodeMessage,
  encodeNotice,
  encodeProcesses,
  encodeTransfer,
  ERROR,
  errorName,
  formatDebug,
  objectName,
  OPERATION,
  packCounts,
  parseDebug,
  SYSCALL,
  syscallName,
  type DebugCommand,
} from '../../../src/supervisor/abi/index.js';
import { ByteReader, ByteWriter } from '../../../src/supervisor/abi/bytes.js';

const u32 = fc.nat(0xffffffff);
const u64 = fc.maxSafeNat();
const rights = fc.integer({ min: 1, max: 7 });
const type = fc.integer({ min: 1, max: 7 });
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const name = fc.string({ unit: 'grapheme', maxLength: 16 });

const message = fc.record({ from: u32, tag: u32, call: u64, slots: fc.array(u32, { maxLength: 8 }), data: bytes(200) });
const cap = fc.record({ slot: u32, type, rights, object: u64 });
const process = fc.record({ pid: u32, parent: u32, kind: fc.nat(3), state: fc.nat(2), name });
const info = fc.record({ type, rights, slot: u32, object: u64, generation: u32, expiry: u64, id: u64 });
const notice = fc.record({ slot: fc.nat(0xfffffffe), type, object: u64, reason: fc.integer({ min: 1, max: 3 }) });

interface Codec {
  readonly of: fc.Arbitrary<never>;
  readonly encode: (value: never) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}
const codec = <T>(of: fc.Arbitrary<T>, encode: (value: T) => Uint8Array, decode: (bytes: Uint8Array) => T): Codec => ({
  of: of as fc.Arbitrary<never>,
  encode: encode as (value: never) => Uint8Array,
  decode,
});

const CODECS: readonly (readonly [string, Codec])[] = [
  ['message', codec(message, encodeMessage, decodeMessage)],
  ['list of capabilities', codec(fc.array(cap, { maxLength: 5 }), encodeCaps, decodeCaps)],
  ['list of processes', codec(fc.array(process, { maxLength: 5 }), encodeProcesses, decodeProcesses)],
  ['capability', codec(info, encodeCapInfo, decodeCapInfo)],
  ['endpoint', codec(fc.record({ slot: u32, endpoint: u64 }), (e) => encodeCreated(e.slot, e.endpoint), decodeCreated)],
  ['revoke notice', codec(notice, encodeNotice, decodeNotice)],
];

/** What a decoder makes of bytes: a value, or a refusal of the house. */
function judge(decode: (bytes: Uint8Array) => unknown, given: Uint8Array): { readonly value: unknown } | 'refused' {
  try {
    return { value: decode(given) };
  } catch (e) {
    if (e instanceof GpuvisorError && e.code === 'BAD_ARGUMENT') return 'refused';
    throw e;
  }
}

describe.each(CODECS)('%s', (_, { of, encode, decode }) => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(of, (value) => {
        expect(decode(encode(value))).toEqual(value);
      }),
    );
  });

  it('has one encoding: whatever reads at all is written the same again', () => {
    const damaged = fc.tuple(of, fc.nat(), fc.nat(255), fc.integer({ min: -3, max: 3 })).map(([value, at, byte, length]) => {
      const good = encode(value);
      const bad = new Uint8Array(Math.max(0, good.length + length));
      bad.set(good.subarray(0, bad.length));
      if (bad.length > 0) bad[at % bad.length] = byte;
      return bad;
    });
    fc.assert(
      fc.property(fc.oneof(damaged, bytes(80)), (given) => {
        const judged = judge(decode, given);
        if (judged !== 'refused') expect(encode(judged.value as never)).toEqual(given);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the bytes', () => {
  it('of a message', () => {
    const m = { from: 3, tag: 0x10, call: 2 ** 32 + 5, slots: [6], data: Uint8Array.of(0xab) };
    expect([...encodeMessage(m)]).toEqual([3, 0, 0, 0, 0x10, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1, 6, 0, 0, 0, 0xab]);
  });

  it('of a revoke notice', () => {
    const n = { slot: 4, type: 1, object: 9, reason: 1 };
    expect([...encodeNotice(n)]).toEqual([4, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('of CAP_INSPECT begin as they always did: type, rights, slot, object in 16', () => {
    const c = { type: 7, rights: 3, slot: 5, object: 258, generation: 1, expiry: 0, id: 77 };
    expect([...encodeCapInfo(c).subarray(0, 16)]).toEqual([7, 3, 0, 0, 5, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0]);
    expect(encodeCapInfo(c)).toHaveLength(40);
  });
});

it('a message carries eight capabilities at most', () => {
  const slots = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const m = (count: number): Uint8Array => encodeMessage({ from: 1, tag: 1, call: 0, slots: slots(count), data: new Uint8Array(0) });
  expect(decodeMessage(m(8)).slots).toEqual(slots(8));
  expect(judge(decodeMessage, m(9))).toBe('refused');
});

describe('SEND_CAP', () => {
  it('has its counts in one argument and its slots behind its bytes', () => {
    fc.assert(
      fc.property(bytes(100), fc.array(u32, { maxLength: 8 }), (data, slots) => {
        expect(decodeTransfer(encodeTransfer(data, slots), packCounts(data.length, slots.length))).toEqual({ data, slots });
      }),
    );
    expect(packCounts(16384, 8)).toBe(0x00084000);
  });

  it('is refused when the counts and the bytes disagree', () => {
    fc.assert(
      fc.property(bytes(64), u32, (given, counts) => {
        const fits = (counts & 0xffff) + (counts >>> 16) * 4 === given.length;
        expect(judge((b) => decodeTransfer(b, counts), given) !== 'refused').toBe(fits);
      }),
    );
  });
});

describe('the debug protocol', () => {
  const u = fc.nat(0xffffffff);
  const spawnName = fc.stringMatching(/^[a-z][a-z0-9_-]{0,31}$/);
  const command: fc.Arbitrary<DebugCommand> = fc.oneof(
    fc.record({ kind: fc.constant('spawn' as const), name: spawnName }),
    fc.record({ kind: fc.constant('grant' as const), pid: u, slot: u, type: u, object: u64, rights: u }),
    fc.record({ kind: fc.constant('revoke' as const), pid: u, slot: u }),
    fc.record({ kind: fc.constant('kill' as const), pid: u, slot: u }),
    fc.record({ kind: fc.constant('permission' as const), request: u, ok: fc.boolean(), pid: u, value: u }),
  );

  it('reads back what was written', () => {
    fc.assert(
      fc.property(command, (c) => {
        expect(parseDebug(formatDebug(c))).toEqual(c);
      }),
    );
  });

  it('has one way to say a thing: what reads at all is written the same again', () => {
    const pieces = fc.array(
      fc.constantFrom('INIT', ':', 'SPAWN', 'GRANT', 'REVOKE', 'KILL', 'PERM_RESPONSE', 'ok', 'err', '1', '01', '-1', ' ', 'a'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((p) => p.join('')),
          pieces.map((p) => `INIT:${p.join('')}`),
          fc.string(),
        ),
        (text) => {
          const parsed = parseDebug(text);
          if (parsed) expect(formatDebug(parsed)).toBe(text);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    'INIT:',
    'INIT:SPAWN',
    'INIT:SPAWN:',
    'INIT:SPAWN:Terminal',
    'INIT:SPAWN:../etc',
    'INIT:SPAWN:a/b',
    'INIT:SPAWN:a?x=1',
    `INIT:SPAWN:${'a'.repeat(33)}`,
    'INIT:SPAWN:a\n',
    'INIT:GRANT:3:0:2',
    'INIT:GRANT:3:0:1:1:7:0',
    'INIT:GRANT:3:0:1:1:4294967296',
    'INIT:GRANT:3:0:1:9007199254740992:1',
    'INIT:GRANT:3:0:0x1:1:1',
    'INIT:GRANT:3:+0:1:1:1',
    'INIT:REVOKE:3',
    'INIT:REVOKE:3:4:5',
    'INIT:REVOKE:3:1e3',
    'INIT:REVOKE:03:4',
    'INIT:KILL:3:00',
    'INIT:PERM_RESPONSE:1:yes:3:4',
    'INIT:FORMAT:c',
    'init:SPAWN:a',
    ' INIT:SPAWN:a',
  ])('refuses %j', (text) => {
    expect(parseDebug(text)).toBeUndefined();
  });
});

describe('the tables', () => {
  it('have the numbers of the design', () => {
    expect(SYSCALL).toEqual({
      NOP: 0x00,
      DEBUG: 0x01,
      TIME: 0x02,
      PID: 0x03,
      LIST_CAPS: 0x04,
      PS: 0x05,
      WALLCLOCK: 0x06,
      CONSOLE_WRITE: 0x07,
      EXIT: 0x11,
      YIELD: 0x12,
      SLEEP: 0x13,
      CAP_GRANT: 0x30,
      CAP_REVOKE: 0x31,
      CAP_DELETE: 0x32,
      CAP_INSPECT: 0x33,
      CAP_DERIVE: 0x34,
      EP_CREATE: 0x35,
      SEND: 0x40,
      RECEIVE: 0x41,
      CALL: 0x42,
      REPLY: 0x43,
      SEND_CAP: 0x44,
    });
    expect(ERROR).toEqual({ PERM: 1, NOENT: 2, INVAL: 3, NOSYS: 4, AGAIN: 5, NOMEM: 6, BADF: 7, BUSY: 8, EXIST: 9, OVERFLOW: 10 });
  });

  it('name each number once', () => {
    const numbers = [...Object.values(SYSCALL), ...Object.values(OPERATION)];
    expect(new Set(numbers).size).toBe(numbers.length);
    expect([syscallName(0x40), syscallName(0xf5), syscallName(0x99)]).toEqual(['SEND', 'KILL', '0x99']);
    expect([errorName(-1), errorName(-10), errorName(0), errorName(5)]).toEqual(['PERM', 'OVERFLOW', undefined, undefined]);
    expect([objectName(7), objectName(9)]).toEqual(['VM', '9']);
  });
});

describe('bytes', () => {
  it('grow as they are written, whatever is written when they do', () => {
    for (let at = 0; at < 10; at++) {
      const w = new ByteWriter(8).bytes(new Uint8Array(at).fill(7));
      const done = w
        .u8(1)
        .u16(0x302)
        .u32(0x7060504)
        .i32(-2)
        .u64(2 ** 40)
        .text('hé')
        .bytes(Uint8Array.of(9))
        .done();
      const tail = [1, 2, 3, 4, 5, 6, 7, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 3, 0, 0x68, 0xc3, 0xa9, 9];
      expect([...done]).toEqual([...new Array<number>(at).fill(7), ...tail]);
    }
  });

  it('refuse numbers that have no place', () => {
    for (const n of [-1, 0.5, 2 ** 53, NaN, Infinity]) expect(() => new ByteWriter().u64(n)).toThrow(/no whole number/);
    expect(() => new ByteReader(new Uint8Array(8).fill(0xff), 'x').u64()).toThrow(/beyond 2\^53/);
    expect(() => new ByteWriter().text('a'.repeat(65536))).toThrow(/65536 bytes/);
  });

  it('refuse text that is not UTF-8, and keep what is', () => {
    expect(() => new ByteReader(Uint8Array.of(2, 0, 0xc3, 0x28), 'x').text()).toThrow(/not UTF-8/);
    for (const s of ['', 'é', '\ufeffa', '👩‍💻']) expect(new ByteReader(new ByteWriter().text(s).done(), 'x').text()).toBe(s);
  });
});
