// Command sequences: the kernel and the model do the same, and must look the same after every step. Numbers of a command pick among what there is.
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  decodeMessage,
  encodeTransfer,
  KIND,
  MACHINES_TO_COME,
  OBJECT,
  packCounts,
  PROCESS_STATE,
} from '../../../src/supervisor/abi/index.js';
import { IN_FLIGHT, WAIT, type KernelState, type Limits } from '../../../src/supervisor/kernel/index.js';
import { Model, type Cap, type Result, type Seen } from './model.js';
import { Rig } from './rig.js';

/** So small that every quota is met. */
export const SMALL: Partial<Limits> = {
  processes: 6,
  endpoints: 4,
  caps: 14,
  initCaps: 20,
  capsFromOne: 4,
  capsFromOthers: 6,
  queue: 4,
  queueShare: 2,
  notices: 2,
  queueBytes: 60,
  processBytes: 90,
  queueCaps: 3,
  uses: 2,
};

export const KINDS = [
  'grant',
  'derive',
  'delete',
  'revoke',
  'create',
  'send',
  'send-cap',
  'receive',
  'poll',
  'call',
  'reply',
  'sleep',
  'exit',
  'vm-begin',
  'vm-end',
  'spawn',
  'kill',
  'input',
  'disarm',
  'mint',
  'renew',
  'time',
] as const;
export type Kind = (typeof KINDS)[number];

const OBJECTS: Readonly<Record<number, string>> = {
  [OBJECT.ENDPOINT]: 'ep',
  [OBJECT.PROCESS]: 'proc',
  [OBJECT.CONSOLE]: 'con',
  [OBJECT.VM]: 'vm',
};

/** Who holds what, what is where, who waits for what: of the kernel. */
function pictureOfState(s: KernelState) {
  const place = (id: number): string => {
    if (id === 0) return 'root';
    const c = s.caps.get(id)!;
    return c.pid === IN_FLIGHT ? `flying ${OBJECTS[c.type]}${c.object}` : `${c.pid}:${c.slot}`;
  };
  const waits = { [WAIT.SLEEP]: 'sleep', [WAIT.RECEIVE]: 'receive', [WAIT.CALL]: 'call' } as const;
  return {
    processes: [...s.processes.values()]
      .filter((p) => p.pid !== 0)
      .map((p) => [p.pid, p.kind, p.state !== PROCESS_STATE.STARTING, p.wait ? `${waits[p.wait.kind]} until ${p.wait.deadline}` : null]),
    caps: [...s.caps.values()]
      .map((c) => `${place(c.id)} ${OBJECTS[c.type]}${c.object} ${c.rights} until ${c.expiry} from ${place(c.parent)} by ${c.giver}`)
      .sort(),
    ends: [...s.endpoints.values()].map((e) => [
      e.id,
      e.owner,
      e.waiters,
      e.queue.map((m) => [m.from, m.tag, m.length, m.caps.map((id) => id !== 0), m.call]),
    ]),
    calls: [...s.calls.values()].map((c) => [c.id, c.caller, c.server ?? null]),
    uses: [...s.uses.values()].map((u) => [u.id, u.pid, u.vm]),
  };
}

/** The same of the model. */
function pictureOfModel(m: Model) {
  const place = (c: Cap | null): string => (!c ? 'root' : c.pid === null ? `flying ${c.what}` : `${c.pid}:${c.slot}`);
  return {
    processes: [...m.procs.values()].map((p) => [p.pid, p.kind, p.runs, p.wait ? `${p.wait.for} until ${p.wait.until}` : null]),
    caps: m.caps.map((c) => `${place(c)} ${c.what} ${c.rights} until ${c.until} from ${place(c.from)} by ${c.giver}`).sort(),
    ends: [...m.ends.values()].map((e) => [
      e.id,
      e.owner,
      e.waiting,
      e.mail.map((x) => [x.from, x.tag, x.length, x.caps.map((c) => c !== null), x.call]),
    ]),
    calls: [...m.calls].map(([id, c]) => [id, c.caller, c.server]),
    uses: [...m.uses].map(([id, u]) => [id, u.pid, u.vm]),
  };
}

const seen = (data: Uint8Array): Seen => {
  const m = decodeMessage(data);
  return [m.from, m.tag, m.data.length, m.call !== 0, m.slots];
};

/** One act, on both. */
export class Act implements fc.Command<Model, Rig> {
  constructor(
    readonly kind: Kind,
    readonly n: readonly [number, number, number, number],
  ) {}

  check(): boolean {
    return true;
  }

  toString(): string {
    return `${this.kind}(${this.n.join(',')})`;
  }

  run(model: Model, rig: Rig): void {
    const predicted = this.#act(model, rig);
    const { result, data, answers, effects } = rig.last;
    const got: Result | undefined = result === 1 && data.length > 0 && Array.isArray(predicted) ? seen(data) : result;
    if (predicted === 'waits' || predicted === 'gone') expect(got, this.toString()).toBeUndefined();
    else expect(got, this.toString()).toEqual(predicted);
    const late = answers.map((a) => ({ pid: a.pid, result: a.data.length > 0 ? seen(a.data) : a.result }));
    const byPid = (a: { pid: number }, b: { pid: number }) => a.pid - b.pid;
    expect(late.sort(byPid), `late answers after ${this.toString()}`).toEqual([...model.late].sort(byPid));
    const cancelled = effects.flatMap((e) => (e.kind === 'cancel' ? [e.use] : []));
    expect(cancelled.sort(), `cancelled by ${this.toString()}`).toEqual([...model.cancelled].sort());
    expect(pictureOfState(rig.state), `after ${this.toString()}`).toEqual(pictureOfModel(model));
  }

  #act(model: Model, rig: Rig): Result {
    const [a, b, c, d] = this.n;
    const pids = [...model.procs.keys()];
    const pick = <T>(list: readonly T[], n: number, otherwise: T): T => (list.length === 0 ? otherwise : list[n % list.length]!);
    const pid = pick(pids, a, 99);
    const slotsOf = (of: number) => [...model.held(of).map((x) => x.slot), 77];
    const slot = pick(slotsOf(pid), b, 0);
    const other = pick([...pids, 99], c, 99);
    const sys = (act: () => Result, name: Parameters<Rig['sys']>[1], args: readonly number[], data?: Uint8Array): Result => {
      rig.sys(pid, name, args, data);
      return model.step(act, pid);
    };
    switch (this.kind) {
      case 'grant':
        return sys(() => model.grant(pid, slot, other, d % 9), 'CAP_GRANT', [slot, other, d % 9]);
      case 'derive':
        return sys(() => model.derive(pid, slot, c % 9, d % 4), 'CAP_DERIVE', [slot, c % 9, d % 4]);
      case 'delete':
        return sys(() => model.remove(pid, slot), 'CAP_DELETE', [slot]);
      case 'revoke': {
        const at = pick(slotsOf(other), d, 0);
        return sys(() => model.revoke(pid, other, at), 'CAP_REVOKE', [other, at]);
      }
      case 'create':
        return sys(() => model.create(pid), 'EP_CREATE', []);
      case 'send':
        return sys(() => model.send(pid, slot, c % 5, d % 25, null), 'SEND', [slot, c % 5], new Uint8Array(d % 25));
      case 'send-cap': {
        const from = slotsOf(pid);
        const slots = Array.from({ length: 1 + (d % 3) }, (_, i) => pick(from, c + i * (1 + (d % 2)), 0));
        const counts = packCounts(2, slots.length);
        return sys(() => model.send(pid, slot, 9, 2, slots), 'SEND_CAP', [slot, 9, counts], encodeTransfer(new Uint8Array(2), slots));
      }
      case 'receive':
        return sys(() => model.receive(pid, slot, true, d % 5), 'RECEIVE', [slot, 0, d % 5]);
      case 'poll':
        return sys(() => model.receive(pid, slot, false, 0), 'RECEIVE', [slot, 1]);
      case 'call':
        return sys(() => model.call(pid, slot, c % 5, 3, d % 5), 'CALL', [slot, c % 5, d % 5], new Uint8Array(3));
      case 'reply': {
        const id = pick([...model.calls.keys(), 0], c, 0);
        const by = model.calls.get(id)?.server ?? pid;
        const from = d % 4 === 0 ? pid : by;
        rig.sys(from, 'REPLY', [id, 6, 0], new Uint8Array(4));
        return model.step(() => model.reply(from, id, 6, 4), from);
      }
      case 'sleep':
        return sys(() => model.sleep(pid, d % 4), 'SLEEP', [d % 4]);
      case 'exit':
        return sys(() => model.exit(pid), 'EXIT', [d]);
      case 'vm-begin': {
        const rights = 1 + (d % 3);
        rig.op(pid, { kind: 'vm-begin', slot, rights, what: 'x' });
        return model.step(() => model.begin(pid, slot, rights), pid, false);
      }
      case 'vm-end': {
        const use = pick([...model.uses.keys(), 0], c, 0);
        rig.op(pid, { kind: 'vm-end', use });
        return model.step(() => model.done(pid, use), pid, false);
      }
      case 'spawn': {
        const kind = [KIND.WASM, KIND.VM, KIND.PRINCIPAL][b % 3]!;
        const parent = pick([0, 1, ...pids], c, 0);
        const made = rig.op(0, { kind: 'create', name: 'p', parent, process: kind, console: true });
        const result = model.step(() => model.spawn(parent, kind));
        expect(made.result).toBe(result);
        if (typeof result !== 'number' || result < 0 || d % 8 === 0) return result;
        rig.op(0, { kind: 'start', pid: result });
        return model.step(() => model.start(result));
      }
      case 'kill':
        rig.op(0, { kind: 'kill', pid: other });
        return model.step(() => model.kill(other));
      case 'input':
        rig.op(0, { kind: 'input', pid, data: new Uint8Array(d % 30) });
        return model.step(() => model.input(pid, d % 30));
      case 'disarm':
        rig.op(0, { kind: 'revoke', pid, slot });
        return model.step(() => model.disarm(pid, slot));
      case 'mint':
        rig.op(0, { kind: 'mint', pid: other, type: OBJECT.VM, object: MACHINES_TO_COME, rights: b % 9, lifetime: d % 3 });
        return model.step(() => model.mint(other, b % 9, d % 3));
      case 'renew': {
        const vms = pids.filter((p) => model.procs.get(p)!.kind === KIND.VM);
        const vm = pick([...vms, 99], c, 99);
        rig.op(0, { kind: 'renew', vm });
        const result = model.step(() => model.renew(vm));
        // The generation itself is the kernel's to count.
        return result === 2 ? rig.state.processes.get(vm)!.generation : result;
      }
      case 'time':
        rig.now += d % 3000;
        model.now = rig.now;
        rig.op(0, { kind: 'tick' });
        return model.step(() => 0);
    }
  }
}

const nat = fc.nat(60);
const numbers = fc.tuple(nat, nat, nat, nat);

/** Sequences of these kinds of acts; a kind that is there twice comes twice as often. */
export function acts(kinds: readonly Kind[], size: number): fc.Arbitrary<Iterable<fc.Command<Model, Rig>>> {
  return fc.commands([fc.tuple(fc.constantFrom(...kinds), numbers).map(([kind, n]) => new Act(kind, n))], {
    maxCommands: size,
    size: 'max',
  });
}

/** Both, with some processes in them that run. */
export function both(limits: Partial<Limits> = SMALL): { model: Model; real: Rig } {
  const real = new Rig(limits);
  const model = new Model(real.limits);
  for (const kind of [0, 1, 2]) new Act('spawn', [0, kind, 1, 1]).run(model, real);
  return { model, real };
}
