// Processes and the rest of the table: pids, states, exit, fault, kill, sleep, list, console, debug, machines; every number has its handler.
import { describe, expect, it } from 'vitest';
import {
  decodeProcesses,
  ERROR,
  FAULT,
  KIND,
  MACHINES_TO_COME,
  OBJECT,
  RIGHT,
  SIZE,
  SLOT,
  SYSCALL,
} from '../../../src/supervisor/abi/index.js';
import { ENDED_KEPT, END, encodeState, type Limits } from '../../../src/supervisor/kernel/index.js';
import { USE_END } from '../../../src/supervisor/kernel/wait.js';
import { ofText, pair, Rig, text } from './rig.js';

const { PERM, NOENT, INVAL, NOSYS, AGAIN, NOMEM, BADF, BUSY, EXIST, OVERFLOW } = ERROR;

describe('boot', () => {
  it('has the supervisor, init and the permission manager at 0, 1, 2, before anything is fetched', () => {
    const rig = new Rig({}, true, false);
    const rows = [...rig.state.processes.values()].map((p) => [p.pid, p.parent, p.kind, p.state, p.name]);
    expect(rows).toEqual([
      [0, 0, KIND.SUPERVISOR, 1, 'supervisor'],
      [1, 0, KIND.WASM, 0, 'init'],
      [2, 1, KIND.WASM, 0, 'permission_manager'],
    ]);
    expect(rig.op(0, { kind: 'boot' }).result).toBe(-EXIST);
    expect(rig.spawn()).toBe(3);
  });
});

describe('creating', () => {
  it('gives pids that are never used again', () => {
    const rig = new Rig();
    const first = rig.spawn();
    rig.kill(first);
    expect(rig.spawn()).toBe(first + 1);
  });

  it('names what is wrong', () => {
    const rig = new Rig();
    const create = (name: string, parent = 1, kind: number = KIND.WASM) =>
      rig.op(0, { kind: 'create', name, parent, process: kind as 1, console: true }).result;
    expect(create('')).toBe(-INVAL);
    expect(create('é'.repeat(33))).toBe(-INVAL);
    expect(create('é'.repeat(32))).toBe(3);
    expect(create('x', 99)).toBe(-NOENT);
    expect(create('x', 1, KIND.SUPERVISOR)).toBe(-INVAL);
    expect(create('x', 1, 9)).toBe(-INVAL);
    expect(rig.op(0, { kind: 'start', pid: 99 }).result).toBe(-NOENT);
    expect(rig.op(0, { kind: 'start', pid: 3 }).result).toBe(0);
    expect(rig.op(0, { kind: 'start', pid: 3 }).result).toBe(-EXIST);
  });

  it('stops at the quota, and goes on when one has ended', () => {
    const rig = new Rig({ processes: 4 });
    const [a, b] = [rig.spawn(), rig.spawn()];
    const create = () => rig.op(0, { kind: 'create', name: 'x', parent: 1, process: KIND.WASM, console: false }).result;
    expect(create()).toBe(-NOMEM);
    rig.kill(a);
    expect(create()).toBe(b + 1);
  });

  it('stops when its parent has no room for it', () => {
    const rig = new Rig({ caps: 6 });
    const parent = rig.spawn();
    const create = (kind: 1 | 2) => rig.op(0, { kind: 'create', name: 'x', parent, process: kind, console: false }).result;
    expect(create(KIND.VM)).toBeGreaterThan(0);
    expect(create(KIND.WASM)).toBe(-NOMEM);
  });

  it('a process that starts is not asked yet, and can be given things', () => {
    const rig = new Rig();
    const pid = rig.op(0, { kind: 'create', name: 'x', parent: 1, process: KIND.WASM, console: true }).result!;
    expect(rig.sys(pid, 'NOP')).toBe(-AGAIN);
    expect(rig.sys(1, 'CAP_GRANT', [0, pid, 2])).toBe(SLOT.FIRST_FREE);
    expect(rig.op(0, { kind: 'input', pid, data: text('early') }).result).toBe(0);
    rig.op(0, { kind: 'start', pid });
    expect(rig.drain(pid, SLOT.INPUT).map((m) => ofText(m.data))).toEqual(['early']);
  });

  it('that comes to nothing leaves nothing', () => {
    const rig = new Rig();
    const before = encodeState(rig.state);
    const pid = rig.op(0, { kind: 'create', name: 'x', parent: 0, process: KIND.WASM, console: true }).result!;
    rig.kill(pid);
    expect(rig.state.processes.has(pid)).toBe(false);
    expect(rig.state.ended.pop()).toMatchObject({ pid, how: END.KILL });
    rig.shadow.ended.pop();
    // But for the numbers that are used up, the state is what it was.
    for (const s of [rig.state, rig.shadow]) {
      const { nextPid, nextCap, nextEndpoint } = s;
      expect([nextPid, nextCap, nextEndpoint].every((n) => n > 3)).toBe(true);
      Object.assign(s, { nextPid: nextPid - 1, nextCap: nextCap - 4, nextEndpoint: nextEndpoint - 2 });
    }
    expect(encodeState(rig.state)).toEqual(before);
  });
});

describe('ending', () => {
  it.each([0, 42, 0xffffffff])('exit keeps its code: %i', (code) => {
    const rig = new Rig();
    const pid = rig.spawn('worker');
    expect(rig.sys(pid, 'EXIT', [code])).toBeUndefined();
    const end = { pid, name: 'worker', how: END.EXIT, code: code | 0, reason: 0, text: '' };
    expect(rig.last.effects).toContainEqual({ kind: 'ended', ...end });
    expect(rig.state.ended).toEqual([end]);
    expect(rig.state.processes.has(pid)).toBe(false);
    expect(rig.sys(pid, 'NOP')).toBe(-NOENT);
  });

  it('a fault keeps its reason and the beginning of its text', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(rig.op(0, { kind: 'fault', pid, reason: FAULT.TRAP, text: '💥'.repeat(500) }).result).toBe(0);
    expect(rig.state.ended).toMatchObject([{ pid, how: END.FAULT, reason: FAULT.TRAP, text: '💥'.repeat(200) }]);
  });

  it('kill takes anybody but the supervisor', () => {
    const rig = new Rig();
    expect(rig.kill(0).result).toBe(-PERM);
    expect(rig.kill(99).result).toBe(-NOENT);
    for (const pid of [2, 1]) expect(rig.kill(pid).result).toBe(0);
    expect([...rig.state.processes.keys()]).toEqual([0]);
    expect([rig.state.caps.size, rig.state.endpoints.size, rig.state.calls.size]).toEqual([0, 0, 0]);
  });

  it('remembers the last ones, and no more', () => {
    const rig = new Rig({}, false);
    for (let i = 0; i < ENDED_KEPT + 10; i++) rig.kill(rig.spawn(`p${i}`));
    rig.check();
    expect(rig.state.ended).toHaveLength(ENDED_KEPT);
    expect(rig.state.ended.at(-1)!.name).toBe(`p${ENDED_KEPT + 9}`);
  });
});

describe('time', () => {
  it('is handed in: TIME in nanoseconds of the epoch, WALLCLOCK in milliseconds', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    rig.now = 90_000_000_000;
    expect(rig.sys(pid, 'TIME')).toBe(90_000_000_000_000);
    expect(rig.sys(pid, 'WALLCLOCK')).toBe(rig.wall);
  });

  it('sleep wakes when it is time, and not before', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(rig.sys(pid, 'SLEEP', [0])).toBe(0);
    expect(rig.sys(pid, 'SLEEP', [30])).toBeUndefined();
    rig.wait(29);
    expect(rig.answer(pid)).toBeUndefined();
    expect(rig.sys(pid, 'NOP')).toBe(-BUSY);
    rig.wait(1);
    expect(rig.answer(pid)).toMatchObject({ result: 0 });
  });

  it('wakes sleepers before it does what is asked', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(server, 'RECEIVE', [0, 0, 10]);
    rig.now += 20_000;
    rig.sys(client, 'SEND', [slot, 1]);
    expect(rig.answer(server)?.result, 'its time was over').toBe(-AGAIN);
    expect(rig.drain(server, 0)).toHaveLength(1);
  });
});

describe('list', () => {
  it('shows oneself, and those one holds; everybody to who holds everybody', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const seen = (pid: number, first = 0) => {
      const count = rig.sys(pid, 'PS', [first]);
      const rows = decodeProcesses(rig.last.data);
      expect(rows).toHaveLength(count!);
      return rows.map((r) => r.pid);
    };
    expect(seen(a)).toEqual([a]);
    expect(seen(1)).toEqual([0, 1, 2, a, b]);
    expect(seen(1, a)).toEqual([a, b]);
    rig.op(0, { kind: 'mint', pid: a, type: OBJECT.PROCESS, object: b, rights: RIGHT.WRITE, lifetime: 0 });
    expect(seen(a), 'without R').toEqual([a]);
    rig.op(0, { kind: 'mint', pid: a, type: OBJECT.PROCESS, object: b, rights: RIGHT.READ, lifetime: 0 });
    expect(seen(a)).toEqual([a, b]);
    rig.sys(b, 'SLEEP', [5]);
    rig.sys(1, 'PS', [b]);
    expect(decodeProcesses(rig.last.data)).toEqual([{ pid: b, parent: 1, kind: KIND.WASM, state: 2, name: 'b' }]);
  });
});

describe('console', () => {
  it('takes what is written with the right to it, whatever the bytes', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const data = Uint8Array.of(0xc3, 0x28, 0xff, 0);
    expect(rig.sys(pid, 'CONSOLE_WRITE', [SLOT.CONSOLE], data)).toBe(4);
    expect(rig.last.effects).toEqual([{ kind: 'console', console: pid, from: pid, data }]);
    expect(rig.last.commits, 'output is no state').toEqual([]);
  });

  it('needs a Console capability with W', () => {
    const rig = new Rig();
    const [pid, other] = [rig.spawn(), rig.spawn()];
    expect(rig.sys(pid, 'CONSOLE_WRITE', [0], text('x'))).toBe(-BADF);
    expect(rig.sys(pid, 'CONSOLE_WRITE', [30], text('x'))).toBe(-BADF);
    expect(rig.sys(pid, 'CONSOLE_WRITE', [SLOT.CONSOLE], new Uint8Array(SIZE.CONSOLE + 1))).toBe(-OVERFLOW);
    const read = rig.op(0, { kind: 'mint', pid, type: OBJECT.CONSOLE, object: other, rights: RIGHT.READ, lifetime: 0 }).result!;
    expect(rig.sys(pid, 'CONSOLE_WRITE', [read], text('x'))).toBe(-PERM);
    const write = rig.op(0, { kind: 'mint', pid, type: OBJECT.CONSOLE, object: other, rights: RIGHT.WRITE, lifetime: 0 }).result!;
    expect(rig.sys(pid, 'CONSOLE_WRITE', [write], text('x'))).toBe(1);
    expect(rig.last.effects).toMatchObject([{ kind: 'console', console: other, from: pid }]);
    rig.op(0, { kind: 'revoke', pid, slot: SLOT.CONSOLE });
    expect(rig.sys(pid, 'CONSOLE_WRITE', [SLOT.CONSOLE], text('x'))).toBe(-BADF);
  });
});

describe('debug', () => {
  const debug = (rig: Rig, pid: number, words: string) => rig.sys(pid, 'DEBUG', [], text(words));

  it('passes texts on', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(debug(rig, pid, 'hello')).toBe(0);
    expect(rig.last.effects).toEqual([{ kind: 'debug', from: pid, text: 'hello' }]);
    expect(rig.sys(pid, 'DEBUG', [], Uint8Array.of(0xff))).toBe(-INVAL);
    expect(rig.sys(pid, 'DEBUG', [], new Uint8Array(SIZE.DEBUG + 1).fill(0x61))).toBe(-OVERFLOW);
  });

  it.each(['INIT:SPAWN:terminal', 'INIT:GRANT:3:0:1:1:7', 'INIT:REVOKE:3:0', 'INIT:KILL:1:4', 'INIT:PERM_RESPONSE:1:ok:3:4', 'INIT:'])(
    'denies %s to everybody but init, with no effect',
    (words) => {
      const rig = new Rig();
      for (const pid of [rig.spawn(), rig.spawn('principal', KIND.PRINCIPAL)]) {
        expect(debug(rig, pid, words)).toBe(-PERM);
        expect(rig.last.effects).toEqual([]);
      }
    },
  );

  it('spawns: the pid is there at once, the process when its code is', () => {
    const rig = new Rig();
    const pid = debug(rig, 1, 'INIT:SPAWN:terminal')!;
    expect(pid).toBe(3);
    expect(rig.last.effects).toEqual([{ kind: 'spawn', pid, name: 'terminal', by: 1 }]);
    expect(rig.state.processes.get(pid)).toMatchObject({ name: 'terminal', parent: 1, state: 0 });
    expect(debug(rig, 1, 'INIT:SPAWN:../x')).toBe(-INVAL);
  });

  it('says when it cannot spawn', () => {
    const rig = new Rig({ processes: 2 });
    expect(debug(rig, 1, 'INIT:SPAWN:terminal')).toBe(-NOMEM);
    expect(rig.last.effects).toEqual([]);
  });

  it('grants what init holds in that slot, if it is what the words say', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    const { object } = rig.state.processes.get(1)!.slots.get(0)!;
    const slot = debug(rig, 1, `INIT:GRANT:${pid}:0:1:${object}:2`)!;
    expect(rig.sys(pid, 'SEND', [slot, 1])).toBe(0);
    expect(debug(rig, 1, `INIT:GRANT:${pid}:0:1:${object + 1}:2`)).toBe(-INVAL);
    expect(debug(rig, 1, `INIT:GRANT:${pid}:0:6:${object}:2`)).toBe(-INVAL);
    expect(debug(rig, 1, `INIT:GRANT:${pid}:99:1:${object}:2`)).toBe(-BADF);
    expect(debug(rig, 1, `INIT:GRANT:99:0:1:${object}:2`)).toBe(-NOENT);
    expect(debug(rig, 1, `INIT:GRANT:${pid}:${SLOT.CONSOLE}:6:1:2`), 'without G').toBe(-PERM);
  });

  it('revokes with init’s authority, and no more', () => {
    const rig = new Rig();
    const [a, b] = [rig.spawn('a'), rig.spawn('b')];
    const mine = rig.sys(1, 'CAP_GRANT', [0, a, 2])!;
    const theirs = rig.sys(b, 'CAP_GRANT', [0, a, 2])!;
    expect(debug(rig, 1, `INIT:REVOKE:${a}:${mine}`)).toBe(1);
    expect(debug(rig, 1, `INIT:REVOKE:${a}:${theirs}`)).toBe(-PERM);
  });

  it('kills by a Process capability with W', () => {
    const rig = new Rig();
    const [a, b, c] = [rig.spawn('a'), rig.spawn('b'), rig.spawn('c')];
    const slotOf = (object: number) =>
      [...rig.state.processes.get(1)!.slots.values()].find((x) => x.type === OBJECT.PROCESS && x.object === object)!.slot;
    expect(debug(rig, 1, `INIT:KILL:${b}:${slotOf(a)}`), 'another process’s').toBe(-PERM);
    expect(debug(rig, 1, `INIT:KILL:${b}:0`), 'no Process capability').toBe(-BADF);
    expect(debug(rig, 1, `INIT:KILL:${a}:${slotOf(a)}`)).toBe(0);
    expect(rig.state.processes.has(a)).toBe(false);
    const weak = rig.sys(1, 'CAP_DERIVE', [slotOf(b), RIGHT.READ])!;
    expect(debug(rig, 1, `INIT:KILL:${b}:${weak}`)).toBe(-PERM);
    expect(debug(rig, 1, `INIT:KILL:${c}:${slotOf(0)}`), 'everybody’s').toBe(0);
    expect(debug(rig, 1, `INIT:KILL:99:${slotOf(0)}`)).toBe(-NOENT);
    expect(debug(rig, 1, `INIT:KILL:1:${slotOf(0)}`)).toBe(-INVAL);
    expect(debug(rig, 1, `INIT:KILL:0:${slotOf(0)}`)).toBe(-PERM);
  });

  it('answers permission requests', () => {
    const rig = new Rig();
    expect(debug(rig, 1, 'INIT:PERM_RESPONSE:7:err:3:1')).toBe(0);
    expect(rig.last.effects).toEqual([{ kind: 'permission', request: 7, ok: false, pid: 3, value: 1 }]);
  });
});

describe('machines', () => {
  const setUp = (limits: Partial<Limits> = {}) => {
    const rig = new Rig(limits);
    const vm = rig.spawn('main_cpu', KIND.VM);
    const agent = rig.spawn('agent', KIND.PRINCIPAL);
    const root = [...rig.state.processes.get(1)!.slots.values()].find((c) => c.type === OBJECT.VM)!;
    const begin = (slot: number, rights: number, what = 'read_text', pid = agent) =>
      rig.op(pid, { kind: 'vm-begin', slot, rights, what }).result!;
    return { rig, vm, agent, root: root.slot, begin };
  };

  it('R observes, W controls, and a use is logged with its beginning and end', () => {
    const { rig, vm, agent, root, begin } = setUp();
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.READ])!;
    const use = begin(slot, RIGHT.READ);
    expect(rig.last.commits).toEqual([
      { type: 'UseBegan', use, pid: agent, cap: expect.any(Number) as number, rights: 1, what: 'read_text' },
    ]);
    expect(rig.state.uses.get(use)).toMatchObject({ pid: agent, vm });
    expect(begin(slot, RIGHT.WRITE, 'input_text')).toBe(-PERM);
    expect(begin(slot, RIGHT.READ | RIGHT.WRITE)).toBe(-PERM);
    expect(rig.op(agent, { kind: 'vm-end', use }).result).toBe(0);
    expect(rig.op(agent, { kind: 'vm-end', use }).result).toBe(-NOENT);
    expect(rig.state.uses.size).toBe(0);
  });

  it('names what is wrong', () => {
    const { rig, vm, agent, root, begin } = setUp();
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.ALL])!;
    expect(begin(0, 1)).toBe(-BADF);
    expect(begin(77, 1)).toBe(-BADF);
    expect(begin(slot, 0)).toBe(-INVAL);
    expect(begin(slot, 8)).toBe(-INVAL);
    expect(begin(slot, 1, '')).toBe(-INVAL);
    expect(begin(slot, 1, 'x'.repeat(65))).toBe(-INVAL);
    expect(begin(slot, 1, 'x', 0)).toBe(-INVAL);
    const meant = (machine: number) => rig.op(agent, { kind: 'vm-begin', slot, rights: 1, what: 'x', vm: machine }).result!;
    expect(meant(vm + 1), 'another machine is meant').toBe(-BADF);
    expect(meant(vm)).toBeGreaterThan(0);
    const other = rig.spawn('other', KIND.PRINCIPAL);
    const use = begin(slot, 1);
    expect(rig.op(other, { kind: 'vm-end', use }).result, 'another’s use').toBe(-NOENT);
  });

  it('so many uses at a time', () => {
    const { rig, agent, root, begin } = setUp({ uses: 8 });
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.ALL])!;
    const uses = Array.from({ length: 9 }, () => begin(slot, 1));
    expect(uses[8]).toBe(-NOMEM);
    rig.op(agent, { kind: 'vm-end', use: uses[0]! });
    expect(begin(slot, 1)).toBeGreaterThan(0);
  });

  it('revoking cancels what is going on through it, and denies the next', () => {
    const { rig, vm, agent, root, begin } = setUp();
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.READ])!;
    const use = begin(slot, RIGHT.READ);
    rig.op(0, { kind: 'revoke', pid: agent, slot });
    expect(rig.last.effects).toContainEqual({ kind: 'cancel', use, pid: agent, vm });
    expect(begin(slot, RIGHT.READ)).toBe(-BADF);
  });

  it('so does handing it on', () => {
    const { rig, vm, agent, root, begin } = setUp();
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.ALL])!;
    const use = begin(slot, RIGHT.READ);
    const payload = new Uint8Array(4);
    payload[0] = slot;
    expect(rig.sys(agent, 'SEND_CAP', [SLOT.INIT, 1, 1 << 16], payload)).toBe(0);
    expect(rig.last.effects).toContainEqual({ kind: 'cancel', use, pid: agent, vm });
  });

  it.each(['agent', 'machine'])('the end of the %s cancels it too', (who) => {
    const { rig, vm, agent, root, begin } = setUp();
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.ALL])!;
    const use = begin(slot, RIGHT.READ);
    rig.kill(who === 'agent' ? agent : vm);
    expect(rig.last.commits).toContainEqual({ type: 'UseEnded', use, how: USE_END.SOURCE_GONE });
    expect(rig.last.effects).toContainEqual({ kind: 'cancel', use, pid: agent, vm });
    expect(rig.state.uses.size).toBe(0);
  });

  it('another machine under the same pid: rights handed out were to the old one', () => {
    const { rig, vm, agent, root, begin } = setUp();
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.ALL])!;
    const use = begin(slot, RIGHT.READ);
    // Its root stays, and yet what went on was with the old one.
    const own = begin(root, RIGHT.READ, 'read_text', 1);
    expect(rig.op(0, { kind: 'renew', vm }).result).toBe(2);
    for (const [id, pid] of [
      [use, agent],
      [own, 1],
    ] as const) {
      expect(rig.last.commits).toContainEqual({ type: 'UseEnded', use: id, how: USE_END.SOURCE_GONE });
      expect(rig.last.effects).toContainEqual({ kind: 'cancel', use: id, pid, vm });
    }
    expect(rig.state.uses.size).toBe(0);
    expect(rig.last.effects).toContainEqual(expect.objectContaining({ kind: 'revoked', pid: agent, slot, reason: 3 }));
    expect(begin(slot, RIGHT.READ)).toBe(-BADF);
    expect(rig.state.processes.get(1)!.slots.get(root)).toMatchObject({ generation: 2 });
    const again = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.READ])!;
    expect(begin(again, RIGHT.READ)).toBeGreaterThan(0);
    expect(rig.op(0, { kind: 'renew', vm: agent }).result).toBe(-NOENT);
  });

  it('W on machines to come boots one; whoever asked for it holds all rights to it', () => {
    const { rig, agent, begin } = setUp();
    const mint = (rights: number) =>
      rig.op(0, { kind: 'mint', pid: agent, type: OBJECT.VM, object: MACHINES_TO_COME, rights, lifetime: 0 }).result!;
    const seeing = mint(RIGHT.READ);
    expect(begin(seeing, RIGHT.WRITE, 'boot')).toBe(-PERM);
    const slot = mint(RIGHT.WRITE);
    const use = begin(slot, RIGHT.WRITE, 'boot');
    expect(rig.state.uses.get(use)).toMatchObject({ pid: agent, vm: MACHINES_TO_COME });
    const vm = rig.op(0, { kind: 'create', name: 'second', parent: agent, process: KIND.VM, console: true }).result!;
    const roots = [...rig.state.processes.get(agent)!.slots.values()].filter((c) => c.object === vm);
    expect(roots.map((c) => [c.type, c.rights])).toEqual([
      [OBJECT.PROCESS, RIGHT.ALL],
      [OBJECT.VM, RIGHT.ALL],
    ]);
    // It stands for no machine that is there, and no machine can stand for it.
    rig.kill(vm);
    expect(rig.state.uses.size).toBe(1);
    expect(rig.op(0, { kind: 'renew', vm: MACHINES_TO_COME }).result).toBe(-NOENT);
    rig.op(0, { kind: 'revoke', pid: agent, slot });
    expect(rig.last.effects).toContainEqual({ kind: 'cancel', use, pid: agent, vm: MACHINES_TO_COME });
    expect(begin(slot, RIGHT.WRITE, 'boot')).toBe(-BADF);
  });

  it('hears of console input: it never waits for it, because it also writes', () => {
    const { rig, vm } = setUp();
    rig.op(0, { kind: 'input', pid: vm, data: text('ls\r') });
    expect(rig.last.effects).toEqual([{ kind: 'input', pid: vm }]);
    expect(rig.drain(vm, SLOT.INPUT).map((m) => ofText(m.data))).toEqual(['ls\r']);
    const process = rig.spawn();
    rig.op(0, { kind: 'input', pid: process, data: text('ls') });
    expect(rig.last.effects).toEqual([]);
  });

  it('a capability of an older generation is stale, should one be left', () => {
    const { rig, vm, agent, root, begin } = setUp();
    const slot = rig.sys(1, 'CAP_GRANT', [root, agent, RIGHT.ALL])!;
    const broken = new Rig({}, false);
    Object.assign(broken, { state: rig.state });
    rig.state.processes.get(vm)!.generation = 2;
    expect(broken.op(agent, { kind: 'vm-begin', slot, rights: 1, what: 'x' }).result).toBe(-BADF);
    expect(begin).toBeDefined();
  });
});

describe('the table', () => {
  it('has every number, and NOSYS for every other', () => {
    const rig = new Rig({}, false);
    const pid = rig.spawn();
    const call = (number: number) => rig.op(pid, { kind: 'syscall', number, args: [99, 0, 0], data: new Uint8Array(0) });
    const known = new Set<number>(Object.values(SYSCALL));
    for (let number = 0; number < 256; number++) {
      if (known.has(number)) continue;
      expect(call(number).result).toBe(-NOSYS);
    }
    for (const number of [-1, 2 ** 31, 0.5, NaN]) expect(call(number).result).toBe(-NOSYS);
    for (const number of known) {
      if (number === SYSCALL.EXIT || number === SYSCALL.SLEEP) continue;
      expect(call(number).result).not.toBe(-NOSYS);
    }
  });

  it('PID, NOP and YIELD', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect([rig.sys(pid, 'PID'), rig.sys(pid, 'NOP'), rig.sys(pid, 'YIELD')]).toEqual([pid, 0, 0]);
  });

  it('data that did not fit the mailbox is OVERFLOW, for every syscall', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    for (const number of Object.values(SYSCALL)) {
      expect(rig.op(pid, { kind: 'syscall', number, args: [0, 0, 0], data: undefined }).result).toBe(-OVERFLOW);
    }
  });

  it('arguments are 32-bit words, whatever a principal hands in', () => {
    const rig = new Rig();
    const agent = rig.spawn('agent', KIND.PRINCIPAL);
    const call = (number: number, args: readonly [number, number, number]) =>
      rig.op(agent, { kind: 'syscall', number, args, data: new Uint8Array(0) }).result;
    expect(call(SYSCALL.CAP_DERIVE, [0.5, 1.9, NaN])).toBe(SLOT.FIRST_FREE);
    expect(call(SYSCALL.CAP_DERIVE, [2 ** 32, -1, 0])).toBe(-INVAL);
    expect(rig.op(agent, { kind: 'vm-begin', slot: 0, rights: 1.5, what: 'x' }).result).toBe(-INVAL);
    const mint = (object: number, lifetime: number) =>
      rig.op(0, { kind: 'mint', pid: agent, type: OBJECT.IRQ, object, rights: 1, lifetime }).result;
    for (const [object, lifetime] of [
      [-1, 0],
      [0.5, 0],
      [2 ** 53, 0],
      [1, -1],
      [1, 0.5],
      [1, NaN],
    ] as const)
      expect(mint(object, lifetime)).toBe(-INVAL);
    rig.op(0, { kind: 'fault', pid: agent, reason: 0x105, text: '' });
    expect(rig.state.ended.at(-1)).toMatchObject({ reason: 5 });
  });

  it('operations of the supervisor are not for processes', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    for (const from of [1, pid]) {
      expect(rig.op(from, { kind: 'kill', pid }).result).toBe(-PERM);
      expect(rig.op(from, { kind: 'mint', pid, type: OBJECT.IRQ, object: 1, rights: 7, lifetime: 0 }).result).toBe(-PERM);
    }
    expect(rig.op(0, { kind: 'syscall', number: SYSCALL.NOP, args: [0, 0, 0], data: new Uint8Array(0) }).result).toBe(-INVAL);
  });
});
