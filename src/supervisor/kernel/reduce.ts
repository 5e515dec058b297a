// The one reducer. `apply` is the only code that changes the kernel's state, when the kernel runs and when a log is replayed alike.
// A commit that does not fit the state is refused before anything is changed.

import { GpuvisorError } from '../../isa/errors.js';
import { KIND, OBJECT, PROCESS_STATE, SLOT, type Kind } from '../abi/index.js';
import type { Commit, CommitOf, CommitType } from './commit.js';
import {
  emptyState,
  END,
  generationOf,
  IN_FLIGHT,
  objectKey,
  WAIT,
  type Capability,
  type Endpoint,
  type Ended,
  type KernelState,
  type Process,
  type Wait,
} from './state.js';

/** Ended processes that are remembered. */
export const ENDED_KEPT = 256;

function need(fits: unknown, what: string): asserts fits {
  if (!fits)
    throw new GpuvisorError('BAD_ARGUMENT', `a commit does not fit the state: ${what}`, 'the log is damaged, or not of this kernel');
}

function processOf(s: KernelState, pid: number): Process {
  const process = s.processes.get(pid);
  need(process, `process ${pid} is not there`);
  return process;
}

function endpointOf(s: KernelState, id: number): Endpoint {
  const endpoint = s.endpoints.get(id);
  need(endpoint, `endpoint ${id} is not there`);
  return endpoint;
}

function capOf(s: KernelState, id: number): Capability {
  const cap = s.caps.get(id);
  need(cap, `capability ${id} is not there`);
  return cap;
}

function forget(list: number[], value: number): void {
  const at = list.indexOf(value);
  if (at >= 0) list.splice(at, 1);
}

/** Puts a capability into a slot that was never used. */
function enterSlot(process: Process, slot: number, cap: Capability): void {
  process.slots.set(slot, cap);
  process.nextSlot = slot + 1;
}

function dequeue(endpoint: Endpoint, at: number): void {
  endpoint.bytes -= endpoint.queue[at]!.length;
  endpoint.queue.splice(at, 1);
}

type Reducers = { readonly [K in CommitType]: (s: KernelState, c: CommitOf<K>) => void };

const REDUCERS: Reducers = {
  Genesis(s, c) {
    need(c.epoch > s.epoch, `epoch ${c.epoch} after ${s.epoch}`);
    const fresh = emptyState(c.epoch);
    s.ended.length = 0;
    for (const table of [s.processes, s.caps, s.endpoints, s.calls, s.uses, s.on, s.mortal]) table.clear();
    const { epoch, nextPid, nextCap, nextEndpoint, nextMessage, nextCall, nextUse } = fresh;
    Object.assign(s, { epoch, nextPid, nextCap, nextEndpoint, nextMessage, nextCall, nextUse, alarm: Infinity });
  },

  Checkpoint() {
    // Says what the state is; changes nothing. Whoever replays compares the hash.
  },

  ProcessCreated(s, c) {
    need(c.pid === s.nextPid, `process ${c.pid} is created, ${s.nextPid} is next`);
    need(c.kind <= KIND.PRINCIPAL, `kind ${c.kind}`);
    s.nextPid = c.pid + 1;
    s.processes.set(c.pid, {
      pid: c.pid,
      parent: c.parent,
      kind: c.kind as Kind,
      name: c.name,
      state: PROCESS_STATE.STARTING,
      wait: undefined,
      nextSlot: 0,
      generation: 1,
      slots: new Map(),
      endpoints: new Set(),
    });
  },

  ProcessStarted(s, c) {
    const process = processOf(s, c.pid);
    need(process.state === PROCESS_STATE.STARTING, `process ${c.pid} is started already`);
    process.state = PROCESS_STATE.RUNNING;
  },

  ProcessBlocked(s, c) {
    const process = processOf(s, c.pid);
    need(process.state === PROCESS_STATE.RUNNING, `process ${c.pid} is not running`);
    const wait: Wait = { kind: c.wait as Wait['kind'], endpoint: c.endpoint, cap: c.cap, call: c.call, deadline: c.deadline };
    if (wait.kind === WAIT.RECEIVE) {
      const cap = capOf(s, c.cap);
      need(
        cap.pid === c.pid && cap.type === OBJECT.ENDPOINT && cap.object === c.endpoint,
        `capability ${c.cap} is no way to ${c.endpoint}`,
      );
      endpointOf(s, c.endpoint).waiters.push(c.pid);
    } else if (wait.kind === WAIT.CALL) need(s.calls.get(c.call)?.caller === c.pid, `call ${c.call} is not of process ${c.pid}`);
    else need(wait.kind === WAIT.SLEEP, `wait ${c.wait}`);
    if (c.deadline !== 0) s.alarm = Math.min(s.alarm, c.deadline);
    process.state = PROCESS_STATE.BLOCKED;
    process.wait = wait;
  },

  ProcessWoken(s, c) {
    const process = processOf(s, c.pid);
    const { wait } = process;
    need(wait, `process ${c.pid} is not blocked`);
    need(wait.kind !== WAIT.CALL || !s.calls.has(wait.call), `call ${wait.call} goes on`);
    if (wait.kind === WAIT.RECEIVE) forget(endpointOf(s, wait.endpoint).waiters, c.pid);
    process.state = PROCESS_STATE.RUNNING;
    process.wait = undefined;
  },

  ProcessEnded(s, c) {
    const process = processOf(s, c.pid);
    need(process.slots.size === 0 && process.endpoints.size === 0 && !process.wait, `process ${c.pid} still holds something`);
    for (const type of [OBJECT.PROCESS, OBJECT.CONSOLE, OBJECT.VM]) {
      need(!s.on.has(objectKey(type, c.pid)), `capabilities on process ${c.pid} are left`);
    }
    for (const call of s.calls.values()) need(call.caller !== c.pid && call.server !== c.pid, `call ${call.id} goes on`);
    for (const use of s.uses.values()) need(use.pid !== c.pid && use.vm !== c.pid, `use ${use.id} goes on`);
    need(c.how === END.EXIT || c.how === END.KILL || c.how === END.FAULT, `end ${c.how}`);
    s.processes.delete(c.pid);
    s.ended.push({ pid: c.pid, name: process.name, how: c.how as Ended['how'], code: c.code, reason: c.reason, text: c.text });
    if (s.ended.length > ENDED_KEPT) s.ended.shift();
  },

  EndpointCreated(s, c) {
    const owner = processOf(s, c.owner);
    need(c.endpoint === s.nextEndpoint, `endpoint ${c.endpoint} is created, ${s.nextEndpoint} is next`);
    s.nextEndpoint++;
    s.endpoints.set(c.endpoint, { id: c.endpoint, owner: c.owner, queue: [], waiters: [], bytes: 0 });
    owner.endpoints.add(c.endpoint);
  },

  EndpointDestroyed(s, c) {
    const endpoint = endpointOf(s, c.endpoint);
    need(!s.on.has(objectKey(OBJECT.ENDPOINT, c.endpoint)), `capabilities on endpoint ${c.endpoint} are left`);
    need(
      endpoint.queue.every((m) => m.caps.every((id) => id === 0) && m.call === 0),
      `endpoint ${c.endpoint} has calls or capabilities in its queue`,
    );
    need(endpoint.waiters.length === 0, `processes wait at endpoint ${c.endpoint}`);
    s.endpoints.delete(c.endpoint);
    s.processes.get(endpoint.owner)?.endpoints.delete(c.endpoint);
  },

  CapInserted(s, c) {
    const process = processOf(s, c.pid);
    need(c.cap === s.nextCap, `capability ${c.cap} is made, ${s.nextCap} is next`);
    need(c.slot >= process.nextSlot && c.slot < SLOT.NONE, `slot ${c.slot} of process ${c.pid} was used before`);
    need(c.rights >= 1 && c.rights <= 7, `rights ${c.rights}`);
    need(
      generationOf(s, c.objectType, c.object) === c.generation,
      `no object ${objectKey(c.objectType, c.object)}, generation ${c.generation}`,
    );
    const parent = c.parent === 0 ? undefined : capOf(s, c.parent);
    if (parent) {
      need(parent.type === c.objectType && parent.object === c.object, `capability ${c.cap} is about something else than its parent`);
      need((c.rights & ~parent.rights) === 0, `capability ${c.cap} has more rights than its parent`);
      need(parent.expiry === 0 || (c.expiry !== 0 && c.expiry <= parent.expiry), `capability ${c.cap} outlives its parent`);
    }
    const { cap: id, objectType: type, object, rights, generation, expiry, giver, pid, slot } = c;
    const cap: Capability = {
      id,
      type,
      object,
      rights,
      generation,
      expiry,
      parent: c.parent,
      giver,
      pid,
      slot,
      endpoint: 0,
      message: 0,
      children: new Set(),
    };
    s.nextCap++;
    s.caps.set(id, cap);
    parent?.children.add(id);
    const key = objectKey(type, object);
    const on = s.on.get(key);
    if (on) on.add(id);
    else s.on.set(key, new Set([id]));
    if (expiry !== 0) {
      s.mortal.add(id);
      s.alarm = Math.min(s.alarm, expiry + 1);
    }
    enterSlot(process, slot, cap);
  },

  CapRemoved(s, c) {
    const cap = capOf(s, c.cap);
    need(c.reason === 0 || cap.children.size === 0, `capability ${c.cap} goes before what came of it`);
    for (const use of s.uses.values()) need(use.cap !== c.cap, `use ${use.id} goes on through capability ${c.cap}`);
    const wait = s.processes.get(cap.pid)?.wait;
    need(wait?.kind !== WAIT.RECEIVE || wait.cap !== c.cap, `process ${cap.pid} waits through capability ${c.cap}`);
    const parent = s.caps.get(cap.parent);
    parent?.children.delete(c.cap);
    for (const id of cap.children) {
      s.caps.get(id)!.parent = cap.parent;
      parent?.children.add(id);
    }
    if (cap.pid === IN_FLIGHT) {
      const message = s.endpoints.get(cap.endpoint)!.queue.find((m) => m.id === cap.message)!;
      message.caps[cap.slot] = 0;
    } else processOf(s, cap.pid).slots.delete(cap.slot);
    s.caps.delete(c.cap);
    s.mortal.delete(c.cap);
    const key = objectKey(cap.type, cap.object);
    const on = s.on.get(key)!;
    on.delete(c.cap);
    if (on.size === 0) s.on.delete(key);
  },

  ObjectRenewed(s, c) {
    const process = processOf(s, c.object);
    need(c.objectType === OBJECT.VM && process.kind === KIND.VM, `process ${c.object} is no machine`);
    need(c.generation === process.generation + 1, `generation ${c.generation} after ${process.generation}`);
    const caps = [...(s.on.get(objectKey(OBJECT.VM, c.object)) ?? [])].map((id) => capOf(s, id));
    need(
      caps.every((cap) => cap.parent === 0),
      `derived capabilities on machine ${c.object} are left`,
    );
    process.generation = c.generation;
    for (const cap of caps) cap.generation = c.generation;
  },

  MessageSent(s, c) {
    const endpoint = endpointOf(s, c.endpoint);
    need(c.message === s.nextMessage, `message ${c.message} is sent, ${s.nextMessage} is next`);
    need(c.from === 0 || s.processes.has(c.from), `process ${c.from} is not there`);
    need(c.call === 0 || (c.call === s.nextCall && c.caps.length === 0), `call ${c.call}, ${s.nextCall} is next`);
    const caps = c.caps.map((id) => capOf(s, id));
    need(new Set(caps).size === caps.length && caps.every((cap) => cap.pid === c.from), `a capability is not the sender's to send`);
    caps.forEach((cap, at) => {
      processOf(s, cap.pid).slots.delete(cap.slot);
      Object.assign(cap, { pid: IN_FLIGHT, slot: at, endpoint: c.endpoint, message: c.message, giver: c.from });
    });
    s.nextMessage++;
    if (c.call !== 0) {
      s.nextCall++;
      s.calls.set(c.call, { id: c.call, caller: c.from, server: undefined, endpoint: c.endpoint });
    }
    const { message: id, from, tag, length, call, data } = c;
    endpoint.queue.push({ id, from, tag, length, caps: [...c.caps], call, data });
    endpoint.bytes += length;
  },

  MessageReceived(s, c) {
    const [endpoint, process] = [endpointOf(s, c.endpoint), processOf(s, c.pid)];
    const message = endpoint.queue[0];
    need(message?.id === c.message, `message ${c.message} is not the first in the queue of endpoint ${c.endpoint}`);
    need(process.state === PROCESS_STATE.RUNNING, `process ${c.pid} is not running`);
    need(c.slots.length === message.caps.length, `${c.slots.length} slots for ${message.caps.length} capabilities`);
    let free = process.nextSlot;
    c.slots.forEach((slot, i) => {
      need((slot === SLOT.NONE) === (message.caps[i] === 0), `slot ${slot} for capability ${message.caps[i]}`);
      if (slot === SLOT.NONE) return;
      need(slot >= free, `slot ${slot} of process ${c.pid} was used before`);
      free = slot + 1;
    });
    c.slots.forEach((slot, i) => {
      if (slot === SLOT.NONE) return;
      const cap = s.caps.get(message.caps[i]!)!;
      Object.assign(cap, { pid: c.pid, slot, endpoint: 0, message: 0 });
      enterSlot(process, slot, cap);
    });
    if (message.call !== 0) s.calls.get(message.call)!.server = c.pid;
    dequeue(endpoint, 0);
  },

  CallEnded(s, c) {
    const call = s.calls.get(c.call);
    need(call, `call ${c.call} is not there`);
    need(c.replied === 0 || call.server !== undefined, `call ${c.call} is answered before it was received`);
    s.calls.delete(c.call);
    if (call.server !== undefined) return;
    const endpoint = endpointOf(s, call.endpoint);
    const at = endpoint.queue.findIndex((m) => m.call === c.call);
    dequeue(endpoint, at);
  },

  UseBegan(s, c) {
    const cap = capOf(s, c.cap);
    need(c.use === s.nextUse, `use ${c.use} begins, ${s.nextUse} is next`);
    need(cap.pid === c.pid && cap.type === OBJECT.VM && (c.rights & ~cap.rights) === 0, `capability ${c.cap} does not allow use ${c.use}`);
    s.nextUse++;
    s.uses.set(c.use, { id: c.use, pid: c.pid, vm: cap.object, cap: c.cap, rights: c.rights, what: c.what });
  },

  UseEnded(s, c) {
    need(s.uses.delete(c.use), `use ${c.use} is not there`);
  },
};

/** Changes `state` by one commit. @throws GpuvisorError BAD_ARGUMENT, with nothing changed, when the commit does not fit */
export function apply(state: KernelState, commit: Commit): void {
  (REDUCERS[commit.type] as (s: KernelState, c: Commit) => void)(state, commit);
}
