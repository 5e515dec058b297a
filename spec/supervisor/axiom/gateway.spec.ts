// The gateway: one entry, one request and one response for every call, commits with their cause, origins and receipts that cannot be forged, fail closed.
import { describe, expect, it } from 'vitest';
import { createMailbox, ERROR, KernelMailbox, KIND, OBJECT, ProcessMailbox, SLOT, SYSCALL } from '../../../src/supervisor/abi/index.js';
import { replay, type Gateway, type SysEvent, type SysRequest, type SysResponse } from '../../../src/supervisor/axiom/index.js';
import { Origin } from '../../../src/supervisor/axiom/origin.js';
import { SysLog } from '../../../src/supervisor/axiom/syslog.js';
import { encodeState, hashState } from '../../../src/supervisor/kernel/index.js';
import { House } from './house.js';

const { PERM, NOENT, AGAIN, BUSY } = ERROR;

const requests = (events: readonly SysEvent[]): SysRequest[] => events.filter((e) => e.kind === 'request');
const responses = (events: readonly SysEvent[]): SysResponse[] => events.filter((e) => e.kind === 'response');

/** Every request has its one response, later than it; those without are of blocked processes. */
function expectPaired(gateway: Gateway, open: number): void {
  const events = gateway.syslog.since(0);
  const answered = new Map<number, SysResponse>();
  for (const r of responses(events)) {
    expect(answered.has(r.request), `two responses to request ${r.request}`).toBe(false);
    answered.set(r.request, r);
    const asked = requests(events).find((q) => q.id === r.request);
    expect(asked?.pid).toBe(r.pid);
    expect(r.id).toBeGreaterThan(r.request);
    expect(r.time).toBeGreaterThanOrEqual(asked!.time);
  }
  expect(requests(events).filter((q) => !answered.has(q.id))).toHaveLength(open);
}

describe('every call', () => {
  it('has exactly one request and one response in the SysLog', async () => {
    const house = await House.open();
    house.bustle(5);
    const sleeper = house.spawn('sleeper');
    house.sys(sleeper, 'SLEEP', [1000]);
    for (const number of [0x55, 0xff]) {
      house.gateway.execute(house.origin(house.spawn()), { kind: 'syscall', number, args: [0, 0, 0], data: undefined });
    }
    expectPaired(house.gateway, 1);
    expect(house.gateway.syslog.dropped).toBe(0);
    house.clock.micros += 2_000_000;
    house.op({ kind: 'tick' });
    expectPaired(house.gateway, 0);
  });

  it('that is denied stands there too', async () => {
    const house = await House.open();
    const pid = house.spawn();
    const { request, result } = house.sys(pid, 'DEBUG', [], new TextEncoder().encode('INIT:SPAWN:evil'));
    expect(result).toBe(-PERM);
    const [asked, answered] = house.gateway.syslog.since(request) as [SysRequest, SysResponse];
    expect(asked).toMatchObject({ pid, number: SYSCALL.DEBUG, length: 15 });
    expect(answered).toMatchObject({ request, result: -PERM, delivered: true });
  });

  it('says its numbers and lengths, never its bytes', async () => {
    const house = await House.open();
    const pid = house.spawn();
    house.sys(pid, 'CONSOLE_WRITE', [SLOT.CONSOLE], new TextEncoder().encode('hunter2'));
    expect(JSON.stringify(house.gateway.syslog.since(0))).not.toContain('hunter2');
  });

  it('of a process that ends is answered in the log, and delivered to nobody', async () => {
    const house = await House.open();
    const [a, b] = [house.spawn(), house.spawn()];
    const waiting = house.sys(a, 'RECEIVE', [SLOT.OWN]);
    expect(waiting).toMatchObject({ result: undefined, receipts: [] });
    expect(house.op({ kind: 'kill', pid: a }).receipts).toEqual([]);
    const exit = house.sys(b, 'EXIT', [3]);
    expect(exit).toMatchObject({ result: undefined, receipts: [] });
    const said = responses(house.gateway.syslog.since(0));
    expect(said.find((r) => r.request === waiting.request)).toMatchObject({ result: -NOENT, delivered: false });
    expect(said.find((r) => r.request === exit.request)).toMatchObject({ result: 0, delivered: false });
    expectPaired(house.gateway, 0);
  });

  it('of a process that is gone already is logged, and does nothing', async () => {
    const house = await House.open();
    const pid = house.spawn();
    const origin = house.origin(pid);
    house.op({ kind: 'kill', pid });
    const { seq } = house.gateway.commits.head;
    const late = house.gateway.execute(origin, { kind: 'syscall', number: SYSCALL.NOP, args: [0, 0, 0], data: new Uint8Array(0) });
    expect(late).toMatchObject({ result: -NOENT, receipts: [] });
    expect(house.gateway.commits.head.seq).toBe(seq);
    expectPaired(house.gateway, 0);
  });

  it('of a process that waits already is refused, and the first one goes on', async () => {
    const house = await House.open();
    const pid = house.spawn();
    const first = house.sys(pid, 'RECEIVE', [SLOT.INPUT]);
    expect(house.sys(pid, 'NOP')).toMatchObject({ result: -BUSY, receipts: [] });
    const { receipts } = house.op({ kind: 'input', pid, data: new Uint8Array(1) });
    expect(receipts).toMatchObject([{ pid, request: first.request, result: 1 }]);
    expectPaired(house.gateway, 0);
  });

  it('names the cause of every commit', async () => {
    const house = await House.open();
    const pid = house.spawn();
    const before = house.gateway.commits.head.seq;
    const { request } = house.sys(pid, 'EP_CREATE');
    const made = house.gateway.commits.since(before + 1);
    expect(made.map((r) => [r.commit.type, r.causedBy, r.epoch])).toEqual([
      ['EndpointCreated', request, 1],
      ['CapInserted', request, 1],
    ]);
  });
});

describe('receipts and mailboxes', () => {
  it('every completion of a mailbox is a response in the log', async () => {
    const house = await House.open();
    const pids = [house.spawn(), house.spawn(), house.spawn()];
    const boxes = new Map(
      pids.map((pid) => {
        const buffer = createMailbox(pid, 1, false);
        return [pid, { process: new ProcessMailbox(buffer), kernel: new KernelMailbox(pid, buffer) }];
      }),
    );
    let completed = 0;
    const before = responses(house.gateway.syslog.since(0)).filter((r) => pids.includes(r.pid)).length;
    for (let i = 0; i < 60; i++) {
      const { process, kernel } = boxes.get(pids[i % 3]!)!;
      if (process.status !== 0) continue;
      const number = [SYSCALL.NOP, SYSCALL.RECEIVE, SYSCALL.EP_CREATE, 0x99][i % 4]!;
      process.post(number, [SLOT.INPUT, 0, 5]);
      const { number: n, args, data } = kernel.take()!;
      const { receipts } = house.gateway.execute(house.origin(kernel.pid), { kind: 'syscall', number: n, args, data });
      house.clock.micros += 3000;
      for (const receipt of [...receipts, ...house.op({ kind: 'tick' }).receipts]) {
        expect(boxes.get(receipt.pid)!.kernel.complete(receipt)).toBe(true);
        expect(boxes.get(receipt.pid)!.process.take()!.result).toBe(receipt.result);
        completed++;
      }
    }
    const said = responses(house.gateway.syslog.since(0)).filter((r) => pids.includes(r.pid) && r.delivered);
    expect(completed).toBeGreaterThan(20);
    expect(said.length - before).toBe(completed);
  });
});

describe('origins', () => {
  it('come from the gateway, and are of that gateway', async () => {
    const [house, other] = [await House.open(), await House.open()];
    const op = { kind: 'tick' } as const;
    for (const forged of [{ pid: 0 }, Object.create(Origin.prototype), null, undefined, 0, other.opened.supervisor]) {
      expect(() => house.gateway.execute(forged as Origin, op)).toThrow(/no origin of this gateway/);
    }
    const Made = house.opened.supervisor.constructor as unknown as new (key: symbol, realm: object, pid: number) => Origin;
    expect(() => new Made(Symbol('gateway'), house.gateway, 0)).toThrow(/come from the gateway/);
    expect(() => house.gateway.execute(Origin.of(house.gateway, 0), op), 'the realm is not the gateway').toThrow(/no origin/);
  });

  it('are given out by the supervisor alone, for processes that are there', async () => {
    const house = await House.open();
    const pid = house.spawn();
    expect(() => house.gateway.originOf(house.origin(pid), 1)).toThrow(/only the supervisor/);
    expect(() => house.gateway.originOf(house.opened.supervisor, 99)).toThrow(/process 99 is not there/);
    expect(() => house.gateway.originOf(house.opened.supervisor, 0)).toThrow(/process 0/);
    expect(house.origin(pid).pid).toBe(pid);
  });

  it('of a process do what a process may', async () => {
    const house = await House.open();
    const pid = house.spawn();
    const { result } = house.gateway.execute(house.origin(pid), { kind: 'kill', pid: 1 });
    expect(result).toBe(-PERM);
    expect(house.gateway.view.process(1)).toBeDefined();
  });
});

describe('the kernel’s state', () => {
  it('is nobody’s but the gateway’s: what the view gives are copies', async () => {
    const house = await House.open();
    const pid = house.spawn();
    const hash = house.gateway.view.stateHash();
    const seen = house.gateway.view.process(pid)! as unknown as { slots: number[]; name: string };
    seen.slots.length = 0;
    seen.name = 'other';
    for (const list of [
      house.gateway.view.processes(),
      house.gateway.view.capabilities(),
      house.gateway.view.endpoints(),
      house.gateway.view.ended(),
    ]) {
      list.length = 0;
    }
    expect(house.gateway.view.stateHash()).toEqual(hash);
    expect(Object.keys(house.gateway).sort()).toEqual(['commits', 'syslog', 'view']);
    expect(Object.keys(house.gateway.commits).sort()).toEqual(['first', 'head', 'since', 'stored', 'verify']);
    expect(Object.keys(house.gateway.syslog).sort()).toEqual(['capacity', 'dropped', 'since', 'total']);
  });

  it('and what the logs give are copies too', async () => {
    const house = await House.open();
    house.bustle();
    const { commits, syslog } = house.gateway;
    commits.since(0)[3]!.bytes.fill(0);
    commits.since(0)[3]!.hash.fill(0);
    commits.head.hash.fill(0);
    commits.stored().anchor.previous.fill(9);
    expect(() => Object.assign(syslog.since(0)[0]!, { pid: 9 })).toThrow(TypeError);
    expect(() => Object.assign(commits, { verify: () => 'good' })).toThrow(TypeError);
    expect(commits.verify().damage).toBeUndefined();
    expect(commits.verify().head).toEqual(commits.head);
  });

  it('shows the tree of capabilities, parents first', async () => {
    const house = await House.open();
    const [a, b] = [house.spawn('a'), house.spawn('b')];
    house.sys(a, 'CAP_GRANT', [0, b, 2]);
    const tree = house.gateway.view.capabilities();
    const last = tree.at(-1)!;
    expect(last).toMatchObject({ rights: 2, giver: a, holder: { pid: b } });
    expect(tree.findIndex((c) => c.id === last.parent)).toBeGreaterThanOrEqual(0);
    expect(house.gateway.view.violations(house.gateway.now())).toEqual([]);
  });

  it('is the fold of the commits after every step', async () => {
    const house = await House.open();
    const hashes = new Map<number, string>();
    const note = () => hashes.set(house.gateway.commits.head.seq, String(house.gateway.view.stateHash()));
    for (let i = 0; i < 6; i++) {
      house.bustle();
      note();
    }
    let matched = 0;
    for (const { seq, state } of replay(house.gateway.commits.stored())) {
      const noted = hashes.get(seq);
      if (noted === undefined) continue;
      expect(String(hashState(state))).toBe(noted);
      matched++;
    }
    expect(matched).toBe(6);
  });
});

describe('time', () => {
  it('never goes back, even when the clock does', async () => {
    const house = await House.open();
    house.clock.micros += 5000;
    expect(house.gateway.now()).toBe(5000);
    house.clock.micros -= 4000;
    expect(house.gateway.now()).toBe(5000);
    house.bustle();
    expect(house.gateway.commits.verify().damage).toBeUndefined();
  });

  it('says when something is due', async () => {
    const house = await House.open();
    const pid = house.spawn();
    expect(house.gateway.view.nextDue()).toBeUndefined();
    house.sys(pid, 'SLEEP', [7]);
    const due = house.gateway.view.nextDue()!;
    expect(due).toBe(house.gateway.now() + 7000);
    house.sys(1, 'CAP_DERIVE', [0, 1, 3]);
    expect(house.gateway.view.nextDue()).toBe(house.gateway.now() + 3001);
    house.clock.micros += 7000;
    expect(house.op({ kind: 'tick' }).receipts).toMatchObject([{ pid, result: 0 }]);
    expect(house.gateway.view.nextDue()).toBeUndefined();
  });
});

describe('failure', () => {
  it('closes the gateway: nothing is done any more, and the log says how far it came', async () => {
    const house = await House.open();
    const pid = house.spawn();
    const { gateway } = house;
    const { seq } = gateway.commits.head;
    // An operation that the types do not allow breaks the kernel in the middle of a step.
    const broken = { kind: 'fault', pid, reason: 1, text: 5 } as never;
    expect(() => house.op(broken)).toThrow(/the kernel failed/);
    expect(() => house.op({ kind: 'tick' })).toThrow(/failed before/);
    expect(() => house.sys(1, 'NOP')).toThrow(/failed before/);
    expect(gateway.commits.head.seq).toBeGreaterThan(seq);
    const verdict = gateway.commits.verify();
    expect(verdict.damage).toBeUndefined();
    expect(hashState(verdict.state)).toEqual(gateway.view.stateHash());
  });
});

describe('the SysLog', () => {
  it('is a ring that counts what it dropped', () => {
    const log = new SysLog(10);
    for (let i = 1; i <= 25; i++) {
      expect(log.request({ pid: i, number: 0, args: [0, 0, 0], length: 0, time: i })).toBe(i);
      expect(log.total).toBe(i);
      expect(log.dropped).toBe(Math.max(0, i - 10));
      const ids = log.since(0).map((e) => e.id);
      expect(ids).toEqual(Array.from({ length: Math.min(i, 10) }, (_, k) => Math.max(0, i - 10) + 1 + k));
    }
    expect(log.since(20).map((e) => e.id)).toEqual([20, 21, 22, 23, 24, 25]);
    expect(log.since(20, 2).map((e) => e.id)).toEqual([20, 21]);
    expect(log.since(26)).toEqual([]);
  });

  it('stays small under a flood, and so does the CommitLog', async () => {
    const house = await House.open({ events: 500, keep: 300 });
    const pid = house.spawn();
    for (let i = 0; i < 2000; i++) {
      house.sys(pid, 'SEND', [SLOT.OWN, 1]);
      house.sys(pid, 'RECEIVE', [SLOT.OWN]);
    }
    expect(house.gateway.syslog.since(0)).toHaveLength(500);
    expect(house.gateway.syslog.total).toBeGreaterThan(8000);
    expect(house.gateway.commits.since(0).length).toBeLessThanOrEqual(602);
    expect(house.gateway.commits.verify().damage).toBeUndefined();
    expect(encodeState(house.gateway.commits.verify().state).length).toBeGreaterThan(100);
    expect(hashState(house.gateway.commits.verify().state)).toEqual(house.gateway.view.stateHash());
  });
});

describe('a store that lags', () => {
  it('makes processes wait, not the supervisor', async () => {
    const stuck = {
      logs: async () => [],
      read: async () => Promise.reject(new Error('no')),
      begin: async () => 1,
      append: () => new Promise<void>(() => {}),
      checkpoint: async () => {},
      close: () => {},
    };
    const house = await House.open({ store: stuck, backlog: 60, patience: 1e9 });
    const pid = house.spawn();
    const agent = house.spawn('agent', KIND.PRINCIPAL);
    const vm = house.op({ kind: 'create', name: 'vm', parent: agent, process: KIND.VM, console: true }).result!;
    const slot = house.gateway.view.capabilities().find((cap) => cap.type === OBJECT.VM && cap.object === vm)!.holder!.slot;
    const begin = (): number => house.gateway.execute(house.origin(agent), { kind: 'vm-begin', slot, rights: 1, what: 'x' }).result!;
    const use = begin();
    let done = 0;
    while (house.sys(pid, 'EP_CREATE').result! >= 0) {
      house.sys(pid, 'CAP_DELETE', [SLOT.FIRST_FREE + done]);
      if (++done === 5) expect(house.gateway.congested).toBe(true);
    }
    expect(house.sys(pid, 'NOP').result).toBe(-AGAIN);
    expect(house.gateway.store.pending).toBeLessThan(80);
    // A use cannot begin, and can always end.
    expect(begin()).toBe(-AGAIN);
    expect(house.gateway.execute(house.origin(agent), { kind: 'vm-end', use }).result).toBe(0);
    expect(house.op({ kind: 'kill', pid }).result).toBe(0);
    expectPaired(house.gateway, 0);
  });
});
