// Capabilities: grant, derive, inspect, delete, revoke with cascade and notices, expiry, generation. Every step is also checked by the rig.
import { describe, expect, it } from 'vitest';
import {
  decodeCapInfo,
  decodeCaps,
  decodeNotice,
  ERROR,
  OBJECT,
  RIGHT,
  SLOT,
  TAG,
  type RevokeNotice,
} from '../../../src/supervisor/abi/index.js';
import { pair, Rig, text } from './rig.js';

const { PERM, NOENT, INVAL, BADF, NOMEM } = ERROR;

/** What a process was told it has lost. */
function notices(rig: Rig, pid: number): RevokeNotice[] {
  return rig
    .drain(pid, SLOT.INPUT)
    .filter((m) => m.tag === TAG.CAP_REVOKED)
    .map((m) => {
      expect(m.from).toBe(0);
      return decodeNotice(m.data);
    });
}

const info = (rig: Rig, pid: number, slot: number) => {
  expect(rig.sys(pid, 'CAP_INSPECT', [slot])).toBe(1);
  return decodeCapInfo(rig.last.data);
};

describe('at birth', () => {
  it('a process holds its endpoint, its input, a way to init, its console', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(rig.sys(pid, 'LIST_CAPS')).toBe(4);
    const [own, input] = [...rig.state.processes.get(pid)!.endpoints];
    const door = rig.state.processes.get(1)!.slots.get(0)!.object;
    expect(decodeCaps(rig.last.data)).toEqual([
      { slot: SLOT.OWN, type: OBJECT.ENDPOINT, rights: 7, object: own },
      { slot: SLOT.INPUT, type: OBJECT.ENDPOINT, rights: RIGHT.READ, object: input },
      { slot: SLOT.INIT, type: OBJECT.ENDPOINT, rights: RIGHT.WRITE, object: door },
      { slot: SLOT.CONSOLE, type: OBJECT.CONSOLE, rights: RIGHT.WRITE, object: pid },
    ]);
  });

  it('slots keep their meaning when one is missing', () => {
    const rig = new Rig();
    const { result } = rig.op(0, { kind: 'create', name: 'mute', parent: 1, process: 1, console: false });
    expect(rig.slots(result!)).toEqual([SLOT.OWN, SLOT.INPUT, SLOT.INIT]);
    rig.op(0, { kind: 'start', pid: result! });
    expect(rig.sys(result!, 'EP_CREATE')).toBe(SLOT.FIRST_FREE);
    rig.kill(1);
    const orphan = rig.op(0, { kind: 'create', name: 'late', parent: 0, process: 1, console: true }).result!;
    expect(rig.slots(orphan)).toEqual([SLOT.OWN, SLOT.INPUT, SLOT.CONSOLE]);
  });

  it('its parent holds it', () => {
    const rig = new Rig();
    const before = rig.slots(1);
    const pid = rig.spawn();
    const [slot] = rig.slots(1).filter((s) => !before.includes(s));
    expect(info(rig, 1, slot!)).toMatchObject({ type: OBJECT.PROCESS, object: pid, rights: RIGHT.ALL });
  });
});

describe('grant', () => {
  it('gives what is asked and held, and no more', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const slot = rig.sys(a, 'CAP_GRANT', [SLOT.OWN, b, RIGHT.WRITE | RIGHT.GRANT])!;
    expect(info(rig, b, slot)).toMatchObject({ rights: RIGHT.WRITE | RIGHT.GRANT, generation: 1, expiry: 0 });
    const back = rig.sys(b, 'CAP_GRANT', [slot, a, RIGHT.ALL])!;
    expect(info(rig, a, back).rights).toBe(RIGHT.WRITE | RIGHT.GRANT);
    expect(rig.state.caps.get(info(rig, a, back).id)).toMatchObject({ giver: b });
  });

  it('needs G', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    expect(rig.sys(client, 'CAP_GRANT', [slot, server, RIGHT.WRITE])).toBe(-PERM);
    expect(rig.sys(client, 'CAP_GRANT', [SLOT.INPUT, server, RIGHT.READ])).toBe(-PERM);
  });

  it('names what is wrong', () => {
    const rig = new Rig();
    const { client: a, server: b } = pair(rig);
    expect(rig.sys(a, 'CAP_GRANT', [99, b, 1])).toBe(-BADF);
    expect(rig.sys(a, 'CAP_GRANT', [0, 99, 1])).toBe(-NOENT);
    expect(rig.sys(a, 'CAP_GRANT', [0, 0, 1])).toBe(-INVAL);
    expect(rig.sys(a, 'CAP_GRANT', [0, b, 0])).toBe(-INVAL);
    expect(rig.sys(a, 'CAP_GRANT', [0, b, 8])).toBe(-INVAL);
    expect(rig.sys(a, 'CAP_GRANT', [0, b, 0x80000001])).toBe(-INVAL);
    const grantOnly = rig.sys(a, 'CAP_DERIVE', [0, RIGHT.GRANT])!;
    expect(rig.sys(a, 'CAP_GRANT', [grantOnly, b, RIGHT.READ | RIGHT.WRITE])).toBe(-PERM);
  });
});

describe('derive', () => {
  it('makes a weaker copy for oneself, and needs G', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const weak = rig.sys(pid, 'CAP_DERIVE', [SLOT.OWN, RIGHT.READ])!;
    expect(info(rig, pid, weak)).toMatchObject({ rights: RIGHT.READ });
    expect(rig.sys(pid, 'CAP_DERIVE', [weak, RIGHT.READ])).toBe(-PERM);
    expect(rig.sys(pid, 'CAP_DERIVE', [SLOT.OWN, 0])).toBe(-INVAL);
    expect(rig.sys(pid, 'CAP_DERIVE', [50, 1])).toBe(-BADF);
  });

  it('makes a shorter-lived one, never a longer-lived one', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    rig.now = 5_000_000;
    const first = rig.sys(pid, 'CAP_DERIVE', [SLOT.OWN, RIGHT.ALL, 100])!;
    expect(info(rig, pid, first).expiry).toBe(5_100_000_000);
    const longer = rig.sys(pid, 'CAP_DERIVE', [first, RIGHT.ALL, 5000])!;
    const same = rig.sys(pid, 'CAP_DERIVE', [first, RIGHT.ALL])!;
    const shorter = rig.sys(pid, 'CAP_DERIVE', [first, RIGHT.ALL, 50])!;
    expect([longer, same, shorter].map((s) => info(rig, pid, s).expiry)).toEqual([5_100_000_000, 5_100_000_000, 5_050_000_000]);
  });
});

describe('inspect and list', () => {
  it('tell of one’s own, and BADF of the rest', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(rig.sys(pid, 'CAP_INSPECT', [77])).toBe(-BADF);
    expect(info(rig, pid, 0)).toMatchObject({ slot: 0, type: OBJECT.ENDPOINT, rights: 7, generation: 1, expiry: 0 });
  });

  it('list from a slot on', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(rig.sys(pid, 'LIST_CAPS', [2])).toBe(2);
    expect(decodeCaps(rig.last.data).map((c) => c.slot)).toEqual([2, 3]);
    expect(rig.sys(pid, 'LIST_CAPS', [4])).toBe(0);
  });
});

describe('delete', () => {
  it('gives up one’s own: its slot is empty, and never used again', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const slot = rig.sys(pid, 'CAP_DERIVE', [0, 1])!;
    expect(rig.sys(pid, 'CAP_DELETE', [slot])).toBe(0);
    expect(rig.sys(pid, 'CAP_DELETE', [slot])).toBe(-BADF);
    expect(rig.sys(pid, 'CAP_INSPECT', [slot])).toBe(-BADF);
    expect(rig.sys(pid, 'CAP_DERIVE', [0, 1])).toBe(slot + 1);
    expect(notices(rig, pid), 'nobody is told what he did himself').toEqual([]);
  });

  it('leaves what came of it, under the one it came from', () => {
    const rig = new Rig();
    const [a, b, c] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('c')];
    const atB = rig.sys(a, 'CAP_GRANT', [0, b, 7])!;
    const atC = rig.sys(b, 'CAP_GRANT', [atB, c, 2])!;
    expect(rig.sys(b, 'CAP_DELETE', [atB])).toBe(0);
    expect(rig.sys(c, 'SEND', [atC, 1])).toBe(0);
    expect(rig.sys(a, 'CAP_REVOKE', [c, atC]), 'the first one can still take it').toBe(1);
    expect(rig.sys(c, 'SEND', [atC, 1])).toBe(-BADF);
  });

  it('of the last way to an endpoint takes the endpoint', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const slot = rig.sys(pid, 'EP_CREATE')!;
    const count = rig.state.endpoints.size;
    rig.sys(pid, 'CAP_DELETE', [slot]);
    expect(rig.state.endpoints.size).toBe(count - 1);
  });
});

describe('revoke', () => {
  it('takes everything that came of it, and tells each holder', () => {
    const rig = new Rig();
    const [a, b, c, d] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('c'), rig.spawn('d')];
    const object = info(rig, a, 0).object;
    const atB = rig.sys(a, 'CAP_GRANT', [0, b, 7])!;
    const atC = rig.sys(b, 'CAP_GRANT', [atB, c, 6])!;
    const atD = rig.sys(c, 'CAP_GRANT', [atC, d, 2])!;
    const other = rig.sys(a, 'CAP_GRANT', [0, d, 2])!;
    expect(rig.sys(a, 'CAP_REVOKE', [b, atB])).toBe(3);
    for (const [pid, slot] of [
      [b, atB],
      [c, atC],
      [d, atD],
    ] as const) {
      expect(rig.sys(pid, 'SEND', [slot, 1])).toBe(-BADF);
      expect(notices(rig, pid)).toEqual([{ slot, type: OBJECT.ENDPOINT, object, reason: 1 }]);
    }
    expect(rig.sys(d, 'SEND', [other, 1]), 'a brother lives').toBe(0);
    expect(notices(rig, a)).toEqual([]);
  });

  it('of one’s own slot takes what came of it, and leaves it', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const weak = rig.sys(a, 'CAP_DERIVE', [0, 6])!;
    rig.sys(a, 'CAP_GRANT', [weak, b, 2]);
    rig.sys(a, 'CAP_GRANT', [0, b, 2]);
    expect(rig.sys(a, 'CAP_REVOKE', [a, weak])).toBe(1);
    expect(rig.sys(a, 'CAP_REVOKE', [a, 0])).toBe(2);
    expect(notices(rig, a), 'who asked knows').toEqual([]);
    expect(rig.slots(b)).toEqual([0, 1, 2, 3]);
    expect(rig.slots(a)).toEqual([0, 1, 2, 3]);
    expect(rig.sys(a, 'CAP_REVOKE', [a, 0])).toBe(0);
    expect(rig.sys(a, 'CAP_REVOKE', [a, SLOT.INPUT]), 'without G').toBe(-PERM);
    expect(rig.sys(a, 'CAP_REVOKE', [a, 90])).toBe(-BADF);
  });

  it('is for whom it came from, with G; anybody else learns nothing', () => {
    const rig = new Rig();
    const [a, b, c] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('c')];
    const atB = rig.sys(a, 'CAP_GRANT', [0, b, 7])!;
    const atC = rig.sys(b, 'CAP_GRANT', [atB, c, 7])!;
    expect(rig.sys(c, 'CAP_REVOKE', [b, atB]), 'from below').toBe(-PERM);
    expect(rig.sys(c, 'CAP_REVOKE', [b, 55]), 'an empty slot').toBe(-PERM);
    expect(rig.sys(c, 'CAP_REVOKE', [999, 0]), 'no process').toBe(-PERM);
    expect(rig.sys(c, 'CAP_REVOKE', [0, 0]), 'the supervisor').toBe(-PERM);
    expect(rig.sys(c, 'CAP_REVOKE', [b, SLOT.CONSOLE]), 'something else').toBe(-PERM);
    // G on the parent is what counts: b loses it, and a still has it.
    const noG = rig.sys(a, 'CAP_GRANT', [0, b, 3])!;
    expect(rig.sys(b, 'CAP_REVOKE', [c, atC])).toBe(1);
    expect(rig.sys(b, 'CAP_REVOKE', [b, noG])).toBe(-PERM);
  });

  it('is for everybody it came from, however far up', () => {
    const rig = new Rig();
    const [a, b, c, d] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('c'), rig.spawn('d')];
    const atB = rig.sys(a, 'CAP_GRANT', [0, b, 7])!;
    const atC = rig.sys(b, 'CAP_GRANT', [atB, c, 7])!;
    const atD = rig.sys(c, 'CAP_GRANT', [atC, d, 7])!;
    expect(rig.sys(a, 'CAP_REVOKE', [d, atD])).toBe(1);
    expect([rig.slots(b).includes(atB), rig.slots(c).includes(atC), rig.slots(d).includes(atD)]).toEqual([true, true, false]);
    expect(rig.sys(a, 'CAP_REVOKE', [c, atC])).toBe(1);
  });

  it('reaches a capability on its way in a message', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    const third = rig.spawn('third');
    const given = rig.sys(third, 'CAP_GRANT', [0, client, 6])!;
    const payload = new Uint8Array(4);
    new DataView(payload.buffer).setUint32(0, given, true);
    expect(rig.sys(client, 'SEND_CAP', [slot, 5, 1 << 16], payload)).toBe(0);
    expect(rig.sys(third, 'CAP_REVOKE', [third, 0])).toBe(1);
    expect(rig.sys(server, 'RECEIVE', [0])).toBe(1);
    expect(rig.message()).toMatchObject({ tag: 5, slots: [SLOT.NONE] });
  });

  it('ends a wait that goes through it', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const slot = rig.sys(a, 'CAP_GRANT', [0, b, 1])!;
    expect(rig.sys(b, 'RECEIVE', [slot])).toBeUndefined();
    expect(rig.sys(a, 'CAP_REVOKE', [b, slot])).toBe(1);
    expect(rig.answer(b)?.result).toBe(-BADF);
    expect(rig.sys(a, 'SEND', [0, 1])).toBe(0);
    expect(rig.answer(b)).toBeUndefined();
  });

  it('by the supervisor takes it from anybody', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const atB = rig.sys(a, 'CAP_GRANT', [0, b, 2])!;
    expect(rig.op(0, { kind: 'revoke', pid: a, slot: 0 }).result).toBe(2);
    expect(rig.last.effects).toContainEqual(expect.objectContaining({ kind: 'revoked', pid: b, slot: atB, reason: 1 }));
    expect(rig.last.effects).toContainEqual(expect.objectContaining({ kind: 'revoked', pid: a, slot: 0, reason: 1 }));
    expect(notices(rig, a).map((n) => n.slot)).toEqual([0]);
    expect(notices(rig, b).map((n) => n.slot)).toEqual([atB]);
    expect(rig.op(0, { kind: 'revoke', pid: a, slot: 0 }).result).toBe(-BADF);
    expect(rig.op(0, { kind: 'revoke', pid: 99, slot: 0 }).result).toBe(-BADF);
  });

  it('tells a process that is waiting for its input, at once', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(rig.sys(pid, 'RECEIVE', [SLOT.INPUT])).toBeUndefined();
    rig.op(0, { kind: 'revoke', pid, slot: SLOT.CONSOLE });
    const m = rig.lateMessage(pid);
    expect(m).toMatchObject({ from: 0, tag: TAG.CAP_REVOKED });
    expect(decodeNotice(m.data)).toEqual({ slot: SLOT.CONSOLE, type: OBJECT.CONSOLE, object: pid, reason: 1 });
  });

  it('of the input slot itself is told at the process’s own endpoint', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const input = info(rig, pid, SLOT.INPUT).object;
    rig.op(0, { kind: 'revoke', pid, slot: SLOT.INPUT });
    expect(rig.drain(pid, SLOT.OWN).map((m) => decodeNotice(m.data))).toEqual([{ slot: 1, type: 1, object: input, reason: 1 }]);
    rig.op(0, { kind: 'revoke', pid, slot: SLOT.OWN });
    expect(rig.op(0, { kind: 'revoke', pid, slot: SLOT.CONSOLE }).result, 'who cannot hear is still disarmed').toBe(1);
  });
});

describe('time', () => {
  it('a capability is good through its last microsecond, then it is gone and its holder told', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const short = rig.sys(a, 'CAP_DERIVE', [0, 7, 10])!;
    const atB = rig.sys(a, 'CAP_GRANT', [short, b, 2])!;
    rig.now = 10_000;
    expect(rig.sys(b, 'SEND', [atB, 1])).toBe(0);
    rig.now = 10_001;
    expect(rig.sys(b, 'SEND', [atB, 1])).toBe(-BADF);
    expect(notices(rig, b)).toMatchObject([{ slot: atB, reason: 2 }]);
    expect(notices(rig, a)).toMatchObject([{ slot: short, reason: 2 }]);
    expect(rig.sys(b, 'SEND', [SLOT.INIT, 1])).toBe(0);
  });

  it('it is good through that microsecond beside something else that is due then', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const mortal = rig.sys(a, 'CAP_DERIVE', [SLOT.OWN, RIGHT.ALL, 100])!;
    expect(rig.sys(b, 'SLEEP', [100])).toBeUndefined();
    rig.wait(100);
    expect(rig.answer(b)?.result).toBe(0);
    expect(rig.slots(a)).toContain(mortal);
    rig.now++;
    rig.op(0, { kind: 'tick' });
    expect(rig.slots(a)).not.toContain(mortal);
  });

  it('a wait through it ends with it', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const short = rig.sys(pid, 'CAP_DERIVE', [0, 1, 10])!;
    expect(rig.sys(pid, 'RECEIVE', [short])).toBeUndefined();
    rig.wait(11);
    expect(rig.answer(pid)?.result).toBe(-BADF);
  });
});

describe('source gone', () => {
  it('what a process gave ends with the process', () => {
    const rig = new Rig();
    const [a, b, c] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('c')];
    const atB = rig.sys(a, 'CAP_GRANT', [0, b, 7])!;
    const atC = rig.sys(b, 'CAP_GRANT', [atB, c, 2])!;
    rig.kill(b);
    expect(rig.sys(c, 'SEND', [atC, 1])).toBe(-BADF);
    expect(notices(rig, c)).toMatchObject([{ slot: atC, type: OBJECT.ENDPOINT, reason: 3 }]);
    expect(rig.sys(a, 'SEND', [0, 1])).toBe(0);
  });

  it('and so does every way to what it owned', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.kill(server);
    expect(rig.sys(client, 'SEND', [slot, 1])).toBe(-BADF);
    expect(notices(rig, client)).toMatchObject([{ slot, reason: 3 }]);
    expect(notices(rig, 1).filter((n) => n.object === server)).toMatchObject([{ type: OBJECT.PROCESS, reason: 3 }]);
  });
});

describe('mint', () => {
  it('gives out roots on what there is', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const mint = (type: number, object: number, rights = 7, lifetime = 0) =>
      rig.op(0, { kind: 'mint', pid, type, object, rights, lifetime }).result!;
    const irq = mint(OBJECT.IRQ, 5);
    expect(info(rig, pid, irq)).toMatchObject({ type: OBJECT.IRQ, object: 5, rights: 7 });
    expect(info(rig, pid, mint(OBJECT.CONSOLE, 1, 2, 5))).toMatchObject({ object: 1, expiry: 5_000_000 });
    expect(mint(OBJECT.PROCESS, 99)).toBe(-NOENT);
    expect(mint(OBJECT.VM, pid), 'no machine').toBe(-NOENT);
    expect(mint(9, 1)).toBe(-NOENT);
    expect(mint(OBJECT.IRQ, 1, 0)).toBe(-INVAL);
    expect(mint(OBJECT.ENDPOINT, 1), 'endpoints are their owners’').toBe(-INVAL);
    expect(rig.op(0, { kind: 'mint', pid: 0, type: OBJECT.IRQ, object: 1, rights: 1, lifetime: 0 }).result).toBe(-INVAL);
    expect(rig.op(0, { kind: 'mint', pid: 77, type: OBJECT.IRQ, object: 1, rights: 1, lifetime: 0 }).result).toBe(-NOENT);
  });
});

describe('what a process may make grow', () => {
  it('capabilities: its own, and those that others push on it', () => {
    const rig = new Rig({ caps: 20, capsFromOne: 6 });
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    let pushed = 0;
    while (rig.sys(a, 'CAP_GRANT', [0, b, 1])! > 0) pushed++;
    expect(pushed).toBe(6);
    expect(rig.last.result).toBe(-NOMEM);
    let own = 0;
    while (rig.sys(b, 'CAP_DERIVE', [0, 1])! > 0) own++;
    expect(own, 'the rest is its own to use').toBe(20 - 4 - 6);
    expect(rig.last.result).toBe(-NOMEM);
    expect(rig.sys(b, 'EP_CREATE')).toBe(-NOMEM);
    rig.sys(b, 'CAP_DELETE', [SLOT.CONSOLE]);
    expect(rig.sys(b, 'CAP_DERIVE', [0, 1])).toBeGreaterThan(0);
    expect(rig.op(0, { kind: 'mint', pid: b, type: OBJECT.IRQ, object: 1, rights: 1, lifetime: 0 }).result).toBe(-NOMEM);
  });

  it('strangers together leave room for one’s own and for what init gives', () => {
    const rig = new Rig({ caps: 20, capsFromOne: 6, capsFromOthers: 9 });
    const [a, b, victim] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('victim')];
    const push = (from: number): number => {
      let pushed = 0;
      while (rig.sys(from, 'CAP_GRANT', [0, victim, 1])! > 0) pushed++;
      expect(rig.last.result).toBe(-NOMEM);
      return pushed;
    };
    expect([push(a), push(b)]).toEqual([6, 3]);
    expect(rig.sys(1, 'CAP_GRANT', [0, victim, 1])).toBeGreaterThan(0);
    expect(rig.sys(victim, 'EP_CREATE')).toBeGreaterThan(0);
    rig.sys(victim, 'CAP_DELETE', [rig.slots(victim)[4]!]);
    expect(push(b)).toBe(1);
  });

  it('init holds more, and its grants do not count as pushed', () => {
    const rig = new Rig({ caps: 20, capsFromOne: 2, initCaps: 30 });
    const pid = rig.spawn();
    for (let i = 0; i < 5; i++) expect(rig.sys(1, 'CAP_GRANT', [0, pid, 2])).toBeGreaterThan(0);
    let own = 0;
    while (rig.sys(1, 'CAP_DERIVE', [0, 1])! > 0) own++;
    expect(rig.slots(1)).toHaveLength(30);
    expect(own).toBeGreaterThan(15);
  });

  it('a message’s bytes never reach the log', () => {
    const rig = new Rig();
    const { client, slot } = pair(rig);
    rig.sys(client, 'SEND', [slot, 1], text('the secret word'));
    const sent = rig.commits.find((c) => c.type === 'MessageSent' && c.from === client);
    expect(sent).toMatchObject({ length: 15 });
    const shadow = [...rig.shadow.endpoints.values()].flatMap((e) => e.queue).find((m) => m.from === client);
    expect(shadow).toMatchObject({ length: 15, data: undefined });
  });
});
