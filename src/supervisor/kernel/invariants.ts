// What must hold in every state, as a function: the list of what does not. Checked after every step in the tests, and on demand by the page.

import { KIND, MACHINES_TO_COME, OBJECT, PID, PROCESS_STATE, RIGHT, SIZE } from '../abi/index.js';
import { isOther, bytesOf, type Limits, LIMITS, processCount, sortOf } from './quota.js';
import { ENDED_KEPT } from './reduce.js';
import {
  canReceive,
  generationOf,
  IN_FLIGHT,
  objectKey,
  WAIT,
  type Capability,
  type Endpoint,
  type KernelState,
  type Process,
} from './state.js';

/** Sentences, one for each thing that is wrong; empty when all is well. `now` in microseconds of the epoch, for expiry; left out, that is not asked. */
export function violations(s: KernelState, limits: Limits = LIMITS, now?: number): string[] {
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  for (const process of s.processes.values()) checkProcess(s, process, limits, must);
  for (const cap of s.caps.values()) checkCap(s, cap, now, must);
  checkEndpoints(s, limits, must);
  checkCalls(s, must);
  checkTables(s, limits, must);
  return wrong;
}

type Must = (holds: boolean, what: string) => void;

function checkProcess(s: KernelState, p: Process, limits: Limits, must: Must): void {
  const name = `process ${p.pid}`;
  must(p.pid < s.nextPid, `${name}: next pid is ${s.nextPid}`);
  must((p.state === PROCESS_STATE.BLOCKED) === (p.wait !== undefined), `${name}: state ${p.state}, waits: ${p.wait !== undefined}`);
  must(p.slots.size <= (p.pid === PID.INIT ? limits.initCaps : limits.caps), `${name}: ${p.slots.size} capabilities`);
  must(p.endpoints.size <= limits.endpoints, `${name}: ${p.endpoints.size} endpoints`);
  for (const [slot, cap] of p.slots) {
    must(s.caps.get(cap.id) === cap && cap.pid === p.pid && cap.slot === slot, `${name}: slot ${slot} and its capability disagree`);
    must(slot < p.nextSlot, `${name}: slot ${slot}, next is ${p.nextSlot}`);
  }
  for (const id of p.endpoints) must(s.endpoints.get(id)?.owner === p.pid, `${name}: endpoint ${id} is not its own`);
  const bytes = [...p.endpoints].reduce((n, id) => n + bytesOf(s.endpoints.get(id), 'process'), 0);
  must(bytes <= limits.processBytes, `${name}: ${bytes} bytes in queues`);
  const given = new Map<number, number>();
  for (const { giver } of p.slots.values()) if (isOther(p, giver)) given.set(giver, (given.get(giver) ?? 0) + 1);
  for (const [giver, count] of given) must(count <= limits.capsFromOne, `${name}: ${count} capabilities from process ${giver}`);
  const others = [...given.values()].reduce((n, count) => n + count, 0);
  must(others <= limits.capsFromOthers, `${name}: ${others} capabilities from other processes`);
  if (p.wait?.kind === WAIT.RECEIVE) {
    const cap = s.caps.get(p.wait.cap);
    must(cap?.pid === p.pid && cap.object === p.wait.endpoint, `${name}: waits through capability ${p.wait.cap}, which it does not hold`);
    must(s.endpoints.get(p.wait.endpoint)?.waiters.includes(p.pid) ?? false, `${name}: endpoint ${p.wait.endpoint} does not know it waits`);
  }
  if (p.wait?.kind === WAIT.CALL)
    must(s.calls.get(p.wait.call)?.caller === p.pid, `${name}: waits for call ${p.wait.call}, which is not its own`);
}

function checkCap(s: KernelState, c: Capability, now: number | undefined, must: Must): void {
  const name = `capability ${c.id}`;
  must(c.id < s.nextCap, `${name}: next is ${s.nextCap}`);
  must(c.rights >= 1 && c.rights <= 7, `${name}: rights ${c.rights}`);
  must(generationOf(s, c.type, c.object) === c.generation, `${name}: its object is gone, or another generation`);
  must(now === undefined || c.expiry === 0 || now <= c.expiry, `${name}: its time is over`);
  if (c.pid === IN_FLIGHT) {
    const message = s.endpoints.get(c.endpoint)?.queue.find((m) => m.id === c.message);
    must(message?.caps[c.slot] === c.id, `${name}: is in no message`);
  } else must(s.processes.get(c.pid)?.slots.get(c.slot) === c, `${name}: its holder does not hold it`);
  if (c.parent !== 0) {
    const parent = s.caps.get(c.parent);
    must(parent !== undefined && c.parent < c.id, `${name}: its parent ${c.parent} is gone`);
    must(!parent || (c.rights & ~parent.rights) === 0, `${name}: more rights than its parent`);
    must(!parent || (parent.rights & RIGHT.GRANT) !== 0, `${name}: came of one without G`);
    must(!parent || (parent.type === c.type && parent.object === c.object), `${name}: about something else than its parent`);
    must(!parent || parent.expiry === 0 || (c.expiry !== 0 && c.expiry <= parent.expiry), `${name}: outlives its parent`);
    must(parent?.children.has(c.id) ?? false, `${name}: its parent does not know it`);
  }
  for (const id of c.children) must(s.caps.get(id)?.parent === c.id, `${name}: ${id} did not come of it`);
  must(s.on.get(objectKey(c.type, c.object))?.has(c.id) ?? false, `${name}: missing in the index of objects`);
  must(s.mortal.has(c.id) === (c.expiry !== 0), `${name}: wrong in the index of expiry`);
}

function checkEndpoints(s: KernelState, limits: Limits, must: Must): void {
  for (const e of s.endpoints.values()) {
    const name = `endpoint ${e.id}`;
    must(e.id < s.nextEndpoint, `${name}: next is ${s.nextEndpoint}`);
    must(s.processes.get(e.owner)?.endpoints.has(e.id) ?? false, `${name}: its owner ${e.owner} does not own it`);
    must(canReceive(s, e.id), `${name}: nobody can receive from it`);
    checkSorts(e, limits, must);
    must(e.queue.length === 0 || e.waiters.length === 0, `${name}: messages and waiting processes`);
    const bytes = e.queue.reduce((n, m) => n + m.length, 0);
    must(bytes === e.bytes, `${name}: ${bytes} bytes, index ${e.bytes}`);
    const sent = new Map<number, number>();
    let flying = 0;
    let before = 0;
    for (const m of e.queue) {
      must(m.id > before && m.id < s.nextMessage, `${name}: message ${m.id} after ${before}, next is ${s.nextMessage}`);
      before = m.id;
      sent.set(m.from, (sent.get(m.from) ?? 0) + 1);
      flying += m.caps.length;
      must(m.length <= SIZE.MESSAGE && m.caps.length <= SIZE.MESSAGE_CAPS, `${name}: message ${m.id} is too large`);
      must(m.data === undefined || m.data.length === m.length, `${name}: message ${m.id} has not the length it says`);
      must(m.call === 0 || s.calls.get(m.call)?.server === undefined, `${name}: call ${m.call} is queued and taken`);
      must(m.call === 0 || s.calls.has(m.call), `${name}: call ${m.call} is queued and over`);
      for (const id of m.caps) must(id === 0 || s.caps.get(id)?.message === m.id, `${name}: message ${m.id} has not capability ${id}`);
    }
    for (const [from, count] of sent) must(from === 0 || count <= limits.queueShare, `${name}: ${count} messages of process ${from}`);
    must(flying <= limits.queueCaps, `${name}: ${flying} capabilities on the way`);
    must(new Set(e.waiters).size === e.waiters.length, `${name}: a process waits twice`);
    for (const pid of e.waiters) must(s.processes.get(pid)?.wait?.endpoint === e.id, `${name}: process ${pid} does not wait here`);
  }
}

/** Of each sort as many as it may be. */
function checkSorts(e: Endpoint, limits: Limits, must: Must): void {
  const count = { process: 0, input: 0, notice: 0 };
  for (const m of e.queue) count[sortOf(m)]++;
  const { process, input, notice } = count;
  const good = process <= limits.queue && input <= limits.queue && notice <= limits.notices + 1;
  must(good, `endpoint ${e.id}: ${process} messages, ${input} inputs, ${notice} notices`);
  for (const sort of ['process', 'input'] as const) {
    const bytes = bytesOf(e, sort);
    must(bytes <= limits.queueBytes, `endpoint ${e.id}: ${bytes} bytes of ${sort}`);
  }
}

function checkCalls(s: KernelState, must: Must): void {
  for (const c of s.calls.values()) {
    const name = `call ${c.id}`;
    must(c.id < s.nextCall, `${name}: next is ${s.nextCall}`);
    must(s.processes.get(c.caller)?.wait?.call === c.id, `${name}: its caller ${c.caller} does not wait`);
    if (c.server !== undefined) must(s.processes.has(c.server), `${name}: its server ${c.server} is gone`);
    else must(s.endpoints.get(c.endpoint)?.queue.some((m) => m.call === c.id) ?? false, `${name}: neither queued nor taken`);
  }
}

function checkTables(s: KernelState, limits: Limits, must: Must): void {
  must(processCount(s) <= limits.processes, `${processCount(s)} processes`);
  must(s.ended.length <= ENDED_KEPT, `${s.ended.length} ended processes remembered`);
  for (const e of s.ended) must(!s.processes.has(e.pid) && e.pid < s.nextPid, `process ${e.pid} has ended and is there`);
  const uses = new Map<number, number>();
  for (const u of s.uses.values()) {
    const cap = s.caps.get(u.cap);
    must(u.id < s.nextUse, `use ${u.id}: next is ${s.nextUse}`);
    must(
      cap?.pid === u.pid && cap.type === OBJECT.VM && cap.object === u.vm && (u.rights & ~cap.rights) === 0,
      `use ${u.id}: process ${u.pid} has not the right`,
    );
    must(u.vm === MACHINES_TO_COME || s.processes.get(u.vm)?.kind === KIND.VM, `use ${u.id}: machine ${u.vm} is gone`);
    uses.set(u.pid, (uses.get(u.pid) ?? 0) + 1);
  }
  for (const [pid, count] of uses) must(count <= limits.uses, `process ${pid}: ${count} uses`);
  for (const [key, ids] of s.on) {
    must(ids.size > 0, `index of objects: ${key} is empty`);
    for (const id of ids) must(s.caps.has(id), `index of objects: capability ${id} is gone`);
  }
  for (const id of s.mortal) {
    must(s.caps.has(id), `index of expiry: capability ${id} is gone`);
    must(s.alarm <= (s.caps.get(id)?.expiry ?? 0) + 1, `capability ${id} expires before the alarm`);
  }
  for (const { pid, wait } of s.processes.values()) {
    must(!wait || wait.deadline === 0 || s.alarm <= wait.deadline, `process ${pid} is due before the alarm`);
  }
  const supervisor = s.processes.get(PID.SUPERVISOR);
  must(s.processes.size === 0 || supervisor?.kind === KIND.SUPERVISOR, 'the supervisor is not there');
  must(!supervisor || (supervisor.slots.size === 0 && supervisor.endpoints.size === 0), 'the supervisor holds capabilities');
}
