// Every state that a few processes with a few capabilities can reach by grant, derive, delete, transfer, receive and revoke, up to a depth: in all of them
// nobody has more than was given, and after a revoke nothing is alive that came of what was revoked. Exhaustive, where commands.spec.ts is random.
import { describe, expect, it } from 'vitest';
import { encodeTransfer, OBJECT, packCounts, RIGHT } from '../../../src/supervisor/abi/index.js';
import {
  decodeState,
  encodeState,
  IN_FLIGHT,
  violations,
  type Capability,
  type KernelState,
  type Operation,
} from '../../../src/supervisor/kernel/index.js';
import { Rig } from './rig.js';

const MEMORY = 5;
const { READ, GRANT, ALL } = RIGHT;

/** A rig on a copy of a state. */
function on(state: KernelState): Rig {
  const rig = new Rig({}, false);
  const bytes = encodeState(state);
  Object.assign(rig, { state: decodeState(bytes), shadow: decodeState(bytes) });
  return rig;
}

/** Capabilities on the object under study. */
const about = (s: KernelState): Capability[] => [...s.caps.values()].filter((c) => c.type === OBJECT.MEMORY && c.object === MEMORY);

/** Everything that came of a capability, itself too. */
function tree(s: KernelState, root: number): number[] {
  const all = [root];
  for (const id of all) for (const c of s.caps.values()) if (c.parent === id) all.push(c.id);
  return all;
}

/** The shape of the tree, without numbers that only ever grow: two states with one shape have the same future. */
function shape(s: KernelState): string {
  const of = (parent: number): string =>
    about(s)
      .filter((c) => c.parent === parent)
      .map((c) => `${c.pid === IN_FLIGHT ? `f${s.endpoints.get(c.endpoint)!.owner}` : c.pid}r${c.rights}(${of(c.id)})`)
      .sort()
      .join(',');
  const queues = [...s.endpoints.values()].map((e) =>
    e.queue.filter((m) => m.from !== 0).map((m) => m.caps.filter((id) => id !== 0).length),
  );
  return `${of(0)} ${JSON.stringify(queues)}`;
}

interface World {
  readonly state: KernelState;
  /** Processes 3, 4, 5. Each can send to the two others. */
  readonly pids: readonly number[];
  /** Slot by which the first sends to the second. */
  readonly way: ReadonlyMap<string, number>;
}

function world(): World {
  const rig = new Rig({}, false);
  const pids = ['a', 'b', 'c'].map((name) => rig.spawn(name));
  const way = new Map<string, number>();
  for (const to of pids) for (const from of pids) if (from !== to) way.set(`${from}>${to}`, rig.sys(to, 'CAP_GRANT', [0, from, 2])!);
  rig.op(0, { kind: 'mint', pid: pids[0]!, type: OBJECT.MEMORY, object: MEMORY, rights: ALL, lifetime: 0 });
  return { state: rig.state, pids, way };
}

interface Move {
  readonly pid: number;
  readonly op: Operation;
  readonly kind: 'grant' | 'derive' | 'delete' | 'revoke' | 'send' | 'receive';
  /** The capability it is about. */
  readonly cap?: Capability;
}

const call = (number: number, args: readonly [number, number, number], data: Uint8Array = new Uint8Array(0)): Operation => ({
  kind: 'syscall',
  number,
  args,
  data,
});

/** Everything that anybody can try in a state, right or wrong. */
function moves(s: KernelState, { pids, way }: World, most: number): Move[] {
  const list: Move[] = [];
  const caps = about(s);
  for (const pid of pids) {
    for (const cap of caps.filter((c) => c.pid === pid)) {
      if (caps.length < most) {
        for (const rights of [READ, READ | GRANT, ALL]) {
          for (const to of pids) if (to !== pid) list.push({ pid, kind: 'grant', cap, op: call(0x30, [cap.slot, to, rights]) });
          list.push({ pid, kind: 'derive', cap, op: call(0x34, [cap.slot, rights, 0]) });
        }
      }
      list.push({ pid, kind: 'delete', cap, op: call(0x32, [cap.slot, 0, 0]) });
      for (const to of pids) {
        if (to !== pid)
          list.push({
            pid,
            kind: 'send',
            cap,
            op: call(0x44, [way.get(`${pid}>${to}`)!, 1, packCounts(0, 1)], encodeTransfer(new Uint8Array(0), [cap.slot])),
          });
      }
    }
    // Anybody may try to revoke anything.
    for (const cap of caps) if (cap.pid !== IN_FLIGHT) list.push({ pid, kind: 'revoke', cap, op: call(0x31, [cap.pid, cap.slot, 0]) });
    list.push({ pid, kind: 'receive', op: call(0x41, [0, 1, 0]) });
  }
  return list;
}

/** Rights a process has on the object. */
const rightsOf = (s: KernelState, pid: number): number => about(s).reduce((r, c) => (c.pid === pid ? r | c.rights : r), 0);

/** What must be true of one move. */
function judge(before: KernelState, move: Move, after: KernelState, result: number, pids: readonly number[]): void {
  const { pid, kind, cap } = move;
  const old = new Map(about(before).map((c) => [c.id, c]));
  for (const c of about(after)) {
    const was = old.get(c.id);
    if (was) {
      // Nothing that is there becomes more.
      expect(c.rights).toBe(was.rights);
      continue;
    }
    // What is new came of what the mover holds with G, and is no more than that.
    expect(['grant', 'derive']).toContain(kind);
    const source = old.get(c.parent)!;
    expect(source.pid).toBe(pid);
    expect(source.rights & GRANT).toBe(GRANT);
    expect(c.rights & ~source.rights).toBe(0);
  }
  // Nobody has a right that he had not, was not granted, and did not receive.
  for (const each of pids) {
    const gained = rightsOf(after, each) & ~rightsOf(before, each);
    if (gained === 0) continue;
    const sent = about(before).filter((c) => c.pid === IN_FLIGHT && before.endpoints.get(c.endpoint)!.owner === each);
    const source = kind === 'receive' ? sent.reduce((r, c) => r | c.rights, 0) : kind === 'grant' ? cap!.rights : 0;
    expect(gained & ~source, `${kind} by ${pid} gave ${each} rights ${gained}`).toBe(0);
  }
  if (kind === 'send' && result === 0) expect(cap!.rights & GRANT, 'what leaves must be one’s own to hand on').toBe(GRANT);
  if (kind !== 'revoke' || result < 0) return;
  // Allowed: from one's own, or from something with G from which it came.
  let up: Capability | undefined = cap!.pid === pid ? cap : before.caps.get(cap!.parent);
  while (up && !(up.pid === pid && (up.rights & GRANT) !== 0)) up = before.caps.get(up.parent);
  expect(up, 'revoke without the right to').toBeDefined();
  // Nothing is alive that came of it, wherever it was.
  const doomed = tree(before, cap!.id).filter((id) => cap!.pid !== pid || id !== cap!.id);
  expect(result).toBe(doomed.length);
  for (const id of doomed) expect(after.caps.has(id)).toBe(false);
  expect(about(before).length - about(after).length, 'and nothing else went').toBe(doomed.length);
  // Each holder was told, but for who asked.
  const heard = (s: KernelState, of: number): number => s.endpoints.get(s.processes.get(of)!.slots.get(1)!.object)!.queue.length;
  for (const each of pids) {
    const lost = doomed.filter((id) => before.caps.get(id)!.pid === each).length;
    expect(heard(after, each) - heard(before, each)).toBe(each === pid ? 0 : lost);
  }
}

function explore(depth: number, most: number): { states: number; steps: number; revoked: number } {
  const start = world();
  let level = [start.state];
  const known = new Set([shape(start.state)]);
  let [steps, revoked] = [0, 0];
  for (let d = 0; d < depth; d++) {
    const next: KernelState[] = [];
    for (const state of level) {
      for (const move of moves(state, start, most)) {
        const rig = on(state);
        const { result } = rig.op(move.pid, move.op);
        steps++;
        judge(state, move, rig.state, result!, start.pids);
        if (move.kind === 'revoke' && result! > 0) revoked++;
        const form = shape(rig.state);
        if (known.has(form)) continue;
        known.add(form);
        expect(violations(rig.state, rig.limits, rig.now)).toEqual([]);
        next.push(rig.state);
      }
    }
    level = next;
  }
  return { states: known.size, steps, revoked };
}

/** One move more in Node: SUPERVISOR_DEPTH=4. */
const DEPTH = Number((globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env['SUPERVISOR_DEPTH'] ?? 3);

describe('the small state space', () => {
  it('three processes, three capabilities, three moves: no escalation, nothing alive after revoke', () => {
    const { states, steps, revoked } = explore(DEPTH, 4);
    expect(states).toBeGreaterThan(1000);
    expect(steps).toBeGreaterThan(5000);
    expect(revoked).toBeGreaterThan(250);
  });
});
