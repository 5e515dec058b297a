// Each invariant can fail: a good state, broken by hand in one place, is found out, with a sentence that says where. And: whatever is killed or revoked at
// any moment of a busy run, all of them still hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTransfer, KIND, OBJECT, packCounts, SLOT } from '../../../src/supervisor/abi/index.js';
import {
  decodeState,
  encodeState,
  LIMITS,
  violations,
  WAIT,
  type Capability,
  type KernelState,
} from '../../../src/supervisor/kernel/index.js';
import { acts, both, KINDS, SMALL } from './commands.js';
import { Rig } from './rig.js';

/** A state with everything in it: queues, waits, calls, capabilities on the way, uses, expiry. */
function rich(): Rig {
  const rig = new Rig();
  rig.now = 1000;
  const [a, b, c, d] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('c'), rig.spawn('d')];
  const vm = rig.spawn('vm', KIND.VM);
  const agent = rig.spawn('agent', KIND.PRINCIPAL);
  const root = [...rig.state.processes.get(1)!.slots.values()].find((x) => x.type === OBJECT.VM && x.object === vm)!;
  const view = rig.sys(1, 'CAP_GRANT', [root.slot, agent, 1])!;
  rig.op(agent, { kind: 'vm-begin', slot: view, rights: 1, what: 'read_text' });
  const toB = rig.sys(b, 'CAP_GRANT', [0, a, 2])!;
  const toC = rig.sys(c, 'CAP_GRANT', [0, a, 6])!;
  rig.sys(a, 'CAP_GRANT', [toC, d, 2]);
  rig.sys(a, 'CAP_DERIVE', [0, 7, 60_000]);
  const moved = rig.sys(a, 'CAP_DERIVE', [0, 7])!;
  rig.sys(a, 'SEND', [toC, 3], new Uint8Array(5));
  rig.sys(a, 'SEND_CAP', [toC, 4, packCounts(1, 1)], encodeTransfer(new Uint8Array(1), [moved]));
  rig.sys(a, 'CALL', [toB, 5]);
  rig.sys(b, 'RECEIVE', [SLOT.INPUT]);
  rig.sys(c, 'SLEEP', [1000]);
  rig.kill(d);
  return rig;
}

const good = rich();
const fresh = (): KernelState => {
  const state = decodeState(encodeState(good.state));
  expect(violations(state, LIMITS, good.now)).toEqual([]);
  return state;
};

const first = <T>(things: Iterable<T>, which: (thing: T) => boolean = () => true): T => {
  for (const thing of things) if (which(thing)) return thing;
  throw new Error('the state has no such thing');
};
/** Capability with a parent. */
const child = (s: KernelState): Capability => first(s.caps.values(), (c) => c.parent !== 0 && c.pid < 100);
const flying = (s: KernelState): Capability => first(s.caps.values(), (c) => c.message !== 0);
const receiver = (s: KernelState) => first(s.processes.values(), (p) => p.wait?.kind === WAIT.RECEIVE);
const caller = (s: KernelState) => first(s.processes.values(), (p) => p.wait?.kind === WAIT.CALL);
const busy = (s: KernelState) => first(s.endpoints.values(), (e) => e.queue.some((m) => m.caps.length > 0));

const BROKEN: readonly (readonly [string, (s: KernelState) => unknown, RegExp])[] = [
  ['more rights than the parent', (s) => Object.assign(s.caps.get(child(s).parent)!, { rights: 1 }), /more rights than its parent/],
  [
    'a parent without G',
    (s) => {
      const parent = s.caps.get(child(s).parent)!;
      for (const id of parent.children) Object.assign(s.caps.get(id)!, { rights: 2 });
      Object.assign(parent, { rights: 3 });
    },
    /came of one without G/,
  ],
  ['a parent that is gone', (s) => Object.assign(child(s), { parent: 3.5 }), /its parent 3.5 is gone/],
  ['another object than the parent', (s) => Object.assign(child(s), { object: child(s).object + 1 }), /something else than its parent/],
  ['a longer life than the parent', (s) => Object.assign(s.caps.get(child(s).parent)!, { expiry: 5 }), /outlives its parent/],
  ['a parent that does not know its child', (s) => s.caps.get(child(s).parent)!.children.clear(), /does not know it/],
  ['a child that came of another', (s) => child(s).children.add(1), /1 did not come of it/],
  ['rights that are none', (s) => Object.assign(child(s), { rights: 8 }), /rights 8/],
  ['an object that is gone', (s) => s.endpoints.delete(first(s.endpoints.keys())), /its object is gone/],
  ['an older generation', (s) => Object.assign(child(s), { generation: 0 }), /another generation/],
  [
    'an expired capability',
    (s) =>
      Object.assign(
        first(s.caps.values(), (c) => c.expiry !== 0),
        { expiry: 1 },
      ),
    /its time is over/,
  ],
  ['an expiry that is not in the index', (s) => s.mortal.clear(), /index of expiry/],
  ['an index of expiry with something gone in it', (s) => s.mortal.add(999), /index of expiry: capability 999/],
  [
    'a capability that its holder has not',
    (s) => s.processes.get(child(s).pid)!.slots.delete(child(s).slot),
    /its holder does not hold it/,
  ],
  ['a slot that holds another’s capability', (s) => s.processes.get(1)!.slots.set(1, s.processes.get(2)!.slots.get(0)!), /disagree/],
  ['a slot that will be used again', (s) => Object.assign(s.processes.get(1)!, { nextSlot: 1 }), /next is 1/],
  ['a capability in no message', (s) => Object.assign(flying(s), { message: 999 }), /is in no message/],
  [
    'a message without its capability',
    (s) => Object.assign(flying(s), { message: 0, endpoint: 0, pid: 1, slot: 50 }),
    /has not capability/,
  ],
  ['an object index without a capability', (s) => first(s.on.values()).clear(), /missing in the index|is empty/],
  ['an object index with something gone in it', (s) => first(s.on.values()).add(999), /index of objects: capability 999/],
  ['a pid that comes again', (s) => Object.assign(s, { nextPid: 2 }), /next pid is 2/],
  ['an id that comes again', (s) => Object.assign(s, { nextCap: 3 }), /capability 3: next is 3/],
  ['an endpoint id that comes again', (s) => Object.assign(s, { nextEndpoint: 2 }), /endpoint 2: next is 2/],
  ['a message id that comes again', (s) => Object.assign(s, { nextMessage: 1 }), /next is 1/],
  ['a call id that comes again', (s) => Object.assign(s, { nextCall: 1 }), /call 1: next is 1/],
  ['a use id that comes again', (s) => Object.assign(s, { nextUse: 1 }), /use 1: next is 1/],
  ['a blocked process that waits for nothing', (s) => Object.assign(receiver(s), { wait: undefined }), /state 2, waits: false/],
  ['a running process that waits', (s) => Object.assign(receiver(s), { state: 1 }), /state 1, waits: true/],
  [
    'a wait its endpoint does not know',
    (s) => first(s.endpoints.values(), (e) => e.waiters.length > 0).waiters.pop(),
    /does not know it waits/,
  ],
  ['a wait through a capability one has not', (s) => Object.assign(receiver(s).wait!, { cap: 1 }), /which it does not hold/],
  ['a waiter that does not wait', (s) => first(s.endpoints.values(), (e) => e.waiters.length > 0).waiters.push(1), /does not wait here/],
  [
    'a process that waits twice',
    (s) => first(s.endpoints.values(), (e) => e.waiters.length > 0).waiters.push(receiver(s).pid),
    /waits twice/,
  ],
  ['a caller without a call', (s) => s.calls.clear(), /which is not its own|is queued and over/],
  ['a call whose caller does not wait', (s) => Object.assign(caller(s), { state: 1, wait: undefined }), /does not wait/],
  [
    'a call that is nowhere',
    (s) => first(s.endpoints.values(), (e) => e.queue.some((m) => m.call !== 0)).queue.pop(),
    /neither queued nor taken/,
  ],
  ['a call that is queued and taken', (s) => Object.assign(first(s.calls.values()), { server: 1 }), /queued and taken/],
  [
    'a call whose server is gone',
    (s) => (
      first(s.endpoints.values(), (e) => e.queue.some((m) => m.call !== 0)).queue.pop(),
      Object.assign(first(s.calls.values()), { server: 88 })
    ),
    /its server 88 is gone/,
  ],
  ['an endpoint without an owner', (s) => Object.assign(first(s.endpoints.values()), { owner: 77 }), /its owner 77 does not own it/],
  [
    'an owner of somebody else’s endpoint',
    (s) => s.processes.get(1)!.endpoints.add(first(s.processes.get(2)!.endpoints)),
    /is not its own/,
  ],
  ['an endpoint nobody can reach', (s) => s.on.delete(`1:${busy(s).id}`), /nobody can receive from it/],
  ['messages while somebody waits', (s) => busy(s).waiters.push(receiver(s).pid), /messages and waiting processes/],
  ['a queue out of order', (s) => busy(s).queue.reverse(), /message \d+ after \d+/],
  ['a wrong count of bytes', (s) => busy(s).bytes++, /bytes, index/],
  [
    'a message that is not as long as it says',
    (s) => Object.assign(busy(s).queue[0]!, { data: new Uint8Array(4) }),
    /not the length it says/,
  ],
  ['a message that is too long', (s) => Object.assign(busy(s).queue[0]!, { length: 16385 }), /is too large/],
  ['a use without the right', (s) => Object.assign(first(s.uses.values()), { rights: 2 }), /has not the right/],
  [
    'a use of a machine that is gone',
    (s) => Object.assign(s.processes.get(first(s.uses.values()).vm)!, { kind: 1 }),
    /machine \d+ is gone/,
  ],
  ['an ended process that is there', (s) => s.ended.push({ ...s.ended[0]!, pid: 1 }), /process 1 has ended and is there/],
  ['an expiry before the alarm', (s) => Object.assign(s, { alarm: Infinity }), /expires before the alarm[^]*is due before the alarm/],
  ['no supervisor', (s) => s.processes.delete(0), /the supervisor is not there/],
  ['a supervisor with capabilities', (s) => s.processes.get(0)!.endpoints.add(1), /the supervisor holds|is not its own/],
];

/** Quotas, each one below what the state has. */
const QUOTAS: readonly (readonly [Partial<typeof LIMITS>, RegExp])[] = [
  [{ processes: 6 }, /7 processes/],
  [{ endpoints: 1 }, /2 endpoints/],
  [{ caps: 4 }, /capabilities/],
  [{ initCaps: 6 }, /process 1: \d+ capabilities/],
  [{ capsFromOne: 0 }, /1 capabilities from process/],
  [{ capsFromOthers: 0 }, /2 capabilities from other processes/],
  [{ queue: 0 }, /2 messages, 0 inputs/],
  [{ queueShare: 1 }, /2 messages of process/],
  [{ queueBytes: 5 }, /6 bytes/],
  [{ processBytes: 5 }, /6 bytes in queues/],
  [{ queueCaps: 0 }, /1 capabilities on the way/],
  [{ uses: 0 }, /1 uses/],
];

describe('every invariant can fail', () => {
  it.each(BROKEN)('%s', (_, breakIt, said) => {
    const state = fresh();
    breakIt(state);
    const found = violations(state, LIMITS, good.now);
    expect(found.join('\n')).toMatch(said);
  });

  it.each(QUOTAS.map(([limits, said]) => [Object.keys(limits).join(', '), limits, said] as const))('quota: %s', (_, limits, said) => {
    expect(violations(fresh(), { ...LIMITS, ...limits }).join('\n')).toMatch(said);
  });

  it('ended processes without bound', () => {
    const state = fresh();
    for (let i = 0; i < 257; i++) state.ended.push(state.ended[0]!);
    expect(violations(state)).toEqual(['258 ended processes remembered']);
  });
});

describe('bytes that are no state', () => {
  it('are refused', () => {
    const bytes = encodeState(good.state);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (cut) => {
        expect(() => decodeState(bytes.subarray(0, cut))).toThrow(/state/);
      }),
    );
    expect(() => decodeState(Uint8Array.of(...bytes, 0))).toThrow(/1 bytes too many/);
    expect(() => decodeState(Uint8Array.of(9, ...bytes.subarray(1)))).toThrow(/version 9/);
  });

  it('never read as something that is written otherwise', () => {
    const bytes = encodeState(good.state);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bad = bytes.slice();
        bad[at]! ^= change;
        let state: KernelState;
        try {
          state = decodeState(bad);
        } catch (e) {
          expect((e as { code?: string }).code).toBe('BAD_ARGUMENT');
          return;
        }
        // Ids that change places are sorted when they are written; everything else comes out as it went in.
        expect(encodeState(decodeState(encodeState(state)))).toEqual(encodeState(state));
      }),
      { numRuns: 300 },
    );
  });
});

describe('killing anything at any moment', () => {
  // A random run; at a random moment everything there is ends, one after another in a random order. The rig checks every invariant after each.
  it('leaves the invariants true, and in the end nothing', () => {
    fc.assert(
      fc.property(acts(KINDS, 40), fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (commands, order) => {
        const { model, real } = both(SMALL);
        for (const command of commands) command.run(model, real);
        for (const n of order) {
          const pids = [...real.state.processes.keys()].filter((pid) => pid !== 0);
          if (pids.length === 0) break;
          const pid = pids[n % pids.length]!;
          if (n % 3 === 0) real.op(0, { kind: 'fault', pid, reason: 4, text: 'trap' });
          else real.kill(pid);
          expect(real.last.effects).toContainEqual(expect.objectContaining({ kind: 'ended', pid }));
        }
        const { state } = real;
        expect([...state.processes.keys()]).toEqual([0]);
        expect([state.caps.size, state.endpoints.size, state.calls.size, state.uses.size, state.on.size, state.mortal.size]).toEqual([
          0, 0, 0, 0, 0, 0,
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it('at each point of a call, on either side', () => {
    const points = ['before', 'posted', 'taken', 'answered'];
    for (const point of points) {
      for (const victim of ['client', 'server']) {
        for (const how of ['kill', 'exit', 'fault', 'revoke'] as const) {
          const rig = new Rig();
          const [client, server] = [rig.spawn('client'), rig.spawn('server')];
          const slot = rig.sys(server, 'CAP_GRANT', [0, client, 2])!;
          if (point !== 'before') rig.sys(client, 'CALL', [slot, 1], new Uint8Array(3));
          if (point === 'taken' || point === 'answered') rig.sys(server, 'RECEIVE', [0]);
          if (point === 'answered') rig.sys(server, 'REPLY', [1, 2]);
          const pid = victim === 'client' ? client : server;
          if (how === 'kill') rig.kill(pid);
          else if (how === 'fault') rig.op(0, { kind: 'fault', pid, reason: 1, text: '' });
          else if (how === 'revoke') rig.op(0, { kind: 'revoke', pid: server, slot: 0 });
          else rig.sys(pid, 'EXIT', [1]);
          // A caller is left waiting only where somebody can still answer it.
          for (const { server: by, endpoint } of rig.state.calls.values()) {
            expect(by === undefined ? rig.state.endpoints.get(endpoint)!.owner : by, `${point}, ${how} of the ${victim}`).toBe(server);
            expect(rig.state.processes.has(server)).toBe(true);
          }
          expect(rig.sys(1, 'NOP')).toBe(0);
        }
      }
    }
  });
});
