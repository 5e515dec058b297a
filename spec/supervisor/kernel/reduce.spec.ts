// The reducer: a commit that does not fit the state is refused and has changed nothing, whatever it says. A hostile log cannot make a state that the kernel
// could not have made.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GpuvisorError } from '../../../src/isa/errors.js';
import {
  apply,
  commitFields,
  COMMIT_TYPES,
  decodeState,
  emptyState,
  encodeState,
  type Commit,
  type CommitType,
  type KernelState,
} from '../../../src/supervisor/kernel/index.js';
import { acts, both, KINDS } from './commands.js';
import { Rig, same } from './rig.js';

/** A commit whose numbers are mostly of things that are there. */
const near = (type: CommitType, s: KernelState): fc.Arbitrary<Commit> => {
  const ids = [
    ...s.processes.keys(),
    ...s.caps.keys(),
    ...[s.nextPid, s.nextCap, s.nextEndpoint, s.nextMessage, s.nextCall, s.nextUse],
    ...[0, 1, 2, 3, 7, 0xffffffff],
  ];
  const number = fc.constantFrom(...ids);
  const kinds: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    u8: fc.oneof(fc.nat(8), fc.nat(255)),
    u32: number,
    i32: fc.integer(),
    u64: number,
    text: fc.constant('x'),
    hash: fc.constant(new Uint8Array(32)),
    u32s: fc.array(number, { maxLength: 3 }),
    u64s: fc.array(number, { maxLength: 3 }),
  };
  return fc
    .record(Object.fromEntries(Object.entries(commitFields(type)).map(([name, kind]) => [name, kinds[kind]!])))
    .map((fields) => ({ type, ...fields }) as unknown as Commit);
};

/** What the state is, with the indexes that are not in its bytes. */
const picture = (s: KernelState): string =>
  JSON.stringify([
    [...encodeState(s)],
    [...s.processes.values()].map((p) => [[...p.slots.keys()], [...p.endpoints]]),
    [...s.caps.values()].map((c) => [c.id, [...c.children]]),
    [...s.on].map(([key, ids]) => [key, [...ids]]),
    [...s.endpoints.values()].map((e) => e.bytes),
    [...s.mortal],
  ]);

it('a state that is read back has those who wait in their order', () => {
  const rig = new Rig();
  const [server, first, second] = [rig.spawn('server'), rig.spawn('first'), rig.spawn('second')];
  for (const pid of [second, first, server]) {
    const slot = pid === server ? 0 : rig.sys(server, 'CAP_GRANT', [0, pid, 1])!;
    expect(rig.sys(pid, 'RECEIVE', [slot])).toBeUndefined();
  }
  const waiters = (s: KernelState): number[][] => [...s.endpoints.values()].map((e) => e.waiters).filter((w) => w.length > 1);
  expect(waiters(decodeState(encodeState(rig.state)))).toEqual([[second, first, server]]);
});

describe('a commit that does not fit', () => {
  it('is refused by name, and has changed nothing', () => {
    let refused = 0;
    let taken = 0;
    fc.assert(
      fc.property(acts(KINDS, 30), fc.gen(), (commands, gen) => {
        const { model, real } = both();
        for (const command of commands) command.run(model, real);
        const start = encodeState(real.state);
        for (const type of COMMIT_TYPES) {
          const state = decodeState(start);
          const before = picture(state);
          const commit = gen(() => near(type, state));
          try {
            apply(state, commit);
            taken++;
          } catch (e) {
            expect(e).toBeInstanceOf(GpuvisorError);
            expect((e as GpuvisorError).code).toBe('BAD_ARGUMENT');
            expect(picture(state)).toBe(before);
            refused++;
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(300);
    expect(taken).toBeGreaterThan(20);
  });

  const cases: readonly (readonly [string, (rig: Rig, pid: number) => Commit])[] = [
    ['more rights than the parent', (rig, pid) => cap(rig, pid, { rights: 3, parent: of(rig, pid, 1) })],
    ['rights that are none', (rig, pid) => cap(rig, pid, { rights: 8 })],
    ['no rights', (rig, pid) => cap(rig, pid, { rights: 0 })],
    ['a slot that was used before', (rig, pid) => cap(rig, pid, { slot: 0 })],
    ['another object than the parent', (rig, pid) => cap(rig, pid, { parent: of(rig, pid, 0) })],
    ['another type than the parent', (rig, pid) => cap(rig, pid, { rights: 2, parent: of(rig, pid, 3) })],
    ['an object that is not there', (rig, pid) => cap(rig, pid, { object: 999 })],
    ['another generation', (rig, pid) => cap(rig, pid, { generation: 2 })],
    ['a parent that is not there', (rig, pid) => cap(rig, pid, { parent: 999 })],
    ['an id out of turn', (rig, pid) => cap(rig, pid, { cap: rig.state.nextCap + 1 })],
    ['a holder that is not there', (rig) => cap(rig, 99, {})],
  ];
  const of = (rig: Rig, pid: number, slot: number): number => rig.state.processes.get(pid)!.slots.get(slot)!.id;
  const cap = (rig: Rig, pid: number, change: object): Commit => {
    const input = rig.state.processes.get(3)!.slots.get(1)!;
    return {
      type: 'CapInserted',
      cap: rig.state.nextCap,
      pid,
      slot: 10,
      objectType: input.type,
      object: input.object,
      rights: 1,
      generation: 1,
      expiry: 0,
      parent: input.id,
      giver: pid,
      ...change,
    };
  };

  it.each(cases)('CapInserted: %s', (_, make) => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(pid).toBe(3);
    const state = decodeState(encodeState(rig.state));
    expect(() => apply(state, make(rig, pid))).toThrow(/does not fit the state/);
    expect(same(encodeState(state), encodeState(rig.state))).toBe(true);
    apply(state, cap(rig, pid, {}));
  });

  it('CapInserted: a longer life than the parent', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const slot = rig.sys(pid, 'CAP_DERIVE', [0, 7, 5])!;
    const parent = rig.state.processes.get(pid)!.slots.get(slot)!;
    const change = { object: parent.object, parent: parent.id };
    for (const expiry of [0, parent.expiry + 1]) expect(() => apply(rig.state, cap(rig, pid, { ...change, expiry }))).toThrow(/outlives/);
    apply(rig.state, cap(rig, pid, { ...change, expiry: parent.expiry }));
  });

  it('a process that still holds something does not end', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(() => apply(rig.state, { type: 'ProcessEnded', pid, how: 2, code: 0, reason: 0, text: '' })).toThrow(/still holds/);
  });

  it('a capability does not go before what came of it, unless it is given up', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    rig.sys(pid, 'CAP_DERIVE', [0, 7]);
    const parent = of(rig, pid, 0);
    for (const reason of [1, 2, 3])
      expect(() => apply(rig.state, { type: 'CapRemoved', cap: parent, reason })).toThrow(/before what came of it/);
  });
});

describe('the first commit', () => {
  it('is a Genesis; it empties everything, and epochs go up', () => {
    const rig = new Rig();
    rig.spawn();
    const genesis = (epoch: number): Commit => ({ type: 'Genesis', epoch, wall: 0, previous: new Uint8Array(32), note: '' });
    for (const epoch of [0, 1]) expect(() => apply(rig.state, genesis(epoch))).toThrow(/epoch/);
    apply(rig.state, genesis(2));
    expect(encodeState(rig.state)).toEqual(encodeState(emptyState(2)));
    expect([rig.state.on.size, rig.state.mortal.size]).toEqual([0, 0]);
  });
});
