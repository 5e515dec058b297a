// Messages: endpoints, sending, blocking receive, call and reply.

import { decodeTransfer, encodeCreated, encodeMessage, KIND, OBJECT, RECEIVE_NOBLOCK, RIGHT, SIZE, TAG } from '../abi/index.js';
import { insert } from './capabilities.js';
import { check } from './check.js';
import { deliver, earOf, post, take } from './queue.js';
import { roomForCaps, roomForInput, roomForMessage } from './quota.js';
import { nextSlot, WAIT, type Capability, type Endpoint, type Process } from './state.js';
import { err, NO_ANSWER, type Outcome, type Step } from './step.js';
import { block, cancelUse, unblock, USE_END } from './wait.js';

/** The endpoint behind a slot with these rights, or a negative result. */
function endpointAt(step: Step, process: Process, slot: number, rights: number): { cap: Capability; endpoint: Endpoint } | number {
  const cap = check(step.state, process, slot, OBJECT.ENDPOINT, rights);
  return typeof cap === 'number' ? cap : { cap, endpoint: step.state.endpoints.get(cap.object)! };
}

/** EP_CREATE: the result is the slot; the data says slot and endpoint. */
export function createEndpoint(step: Step, process: Process): Outcome {
  if (process.endpoints.size >= step.limits.endpoints) return err('NOMEM');
  if (roomForCaps(step.limits, process, process.pid) < 1) return err('NOMEM');
  const { cap, endpoint } = newEndpoint(step, process, RIGHT.ALL);
  return { result: cap.slot, data: encodeCreated(cap.slot, endpoint) };
}

/** An endpoint and its owner's capability. */
export function newEndpoint(step: Step, owner: Process, rights: number, slot?: number): { cap: Capability; endpoint: number } {
  const endpoint = step.state.nextEndpoint;
  step.commit({ type: 'EndpointCreated', endpoint, owner: owner.pid });
  const what = { type: OBJECT.ENDPOINT, object: endpoint, rights, generation: 1, expiry: 0, parent: 0 };
  return { endpoint, cap: insert(step, { ...what, to: owner, giver: owner.pid, slot: slot ?? nextSlot(owner) }) };
}

/** SEND: 0 once it is in the queue. */
export function send(step: Step, process: Process, slot: number, tag: number, data: Uint8Array): Outcome {
  const way = endpointAt(step, process, slot, RIGHT.WRITE);
  if (typeof way === 'number') return way;
  if (data.length > SIZE.MESSAGE) return err('OVERFLOW');
  const { endpoint } = way;
  if (!roomForMessage(step.limits, step.state, endpoint, { from: process.pid, length: data.length, caps: 0 })) return err('AGAIN');
  post(step, endpoint, process.pid, tag, data);
  deliver(step, endpoint);
  return 0;
}

/** SEND_CAP: a message that takes capabilities along. They must be the sender's to hand on (G), and leave it. */
export function sendCaps(step: Step, process: Process, slot: number, tag: number, counts: number, bytes: Uint8Array): Outcome {
  const way = endpointAt(step, process, slot, RIGHT.WRITE);
  if (typeof way === 'number') return way;
  const [length, count] = [counts & 0xffff, counts >>> 16];
  if (length > SIZE.MESSAGE || count > SIZE.MESSAGE_CAPS) return err('OVERFLOW');
  if (bytes.length !== length + count * 4) return err('INVAL');
  const { data, slots } = decodeTransfer(bytes, counts);
  if (new Set(slots).size !== slots.length) return err('INVAL');
  const caps: number[] = [];
  for (const from of slots) {
    const cap = check(step.state, process, from, undefined, RIGHT.GRANT);
    if (typeof cap === 'number') return cap;
    caps.push(cap.id);
  }
  const { endpoint } = way;
  if (!roomForMessage(step.limits, step.state, endpoint, { from: process.pid, length, caps: count })) return err('AGAIN');
  for (const use of step.state.uses.values()) if (caps.includes(use.cap)) cancelUse(step, use, USE_END.RIGHT_GONE);
  post(step, endpoint, process.pid, tag, data, caps);
  deliver(step, endpoint);
  return 0;
}

/** RECEIVE: 1 with a message, now or when one comes. `timeout` in milliseconds, 0 for ever: AGAIN when it has gone, or at once with RECEIVE_NOBLOCK. */
export function receive(step: Step, process: Process, slot: number, flags: number, timeout: number): Outcome {
  const way = endpointAt(step, process, slot, RIGHT.READ);
  if (typeof way === 'number') return way;
  if ((flags & ~RECEIVE_NOBLOCK) !== 0) return err('INVAL');
  const { cap, endpoint } = way;
  if (endpoint.queue.length > 0) return take(step, endpoint, process);
  if (flags === RECEIVE_NOBLOCK) return err('AGAIN');
  block(step, process, { wait: WAIT.RECEIVE, endpoint: endpoint.id, cap: cap.id, timeout });
  return NO_ANSWER;
}

/** CALL: sends, and waits for the answer: 1 with a message, AGAIN when `timeout` milliseconds have gone (0 for ever), NOENT when nobody can answer any more. */
export function call(step: Step, process: Process, slot: number, tag: number, timeout: number, data: Uint8Array): Outcome {
  const way = endpointAt(step, process, slot, RIGHT.WRITE);
  if (typeof way === 'number') return way;
  if (data.length > SIZE.MESSAGE) return err('OVERFLOW');
  const { endpoint } = way;
  if (!roomForMessage(step.limits, step.state, endpoint, { from: process.pid, length: data.length, caps: 0 })) return err('AGAIN');
  const id = step.state.nextCall;
  post(step, endpoint, process.pid, tag, data, [], id);
  block(step, process, { wait: WAIT.CALL, call: id, timeout });
  deliver(step, endpoint);
  return NO_ANSWER;
}

/** REPLY: answers a call that this process has received, once. */
export function reply(step: Step, process: Process, id: number, tag: number, data: Uint8Array): Outcome {
  const open = step.state.calls.get(id);
  if (open?.server !== process.pid) return err('NOENT');
  if (data.length > SIZE.MESSAGE) return err('OVERFLOW');
  const caller = step.process(open.caller)!;
  step.commit({ type: 'CallEnded', call: id, replied: 1, tag, length: data.length });
  unblock(step, caller, 1, encodeMessage({ from: process.pid, tag, call: 0, slots: [], data }));
  return 0;
}

/** Console input, to where the process hears the kernel. AGAIN when too much of it waits there, BADF when there is no such place. */
export function input(step: Step, process: Process, data: Uint8Array): Outcome {
  const endpoint = earOf(step, process);
  if (!endpoint) return err('BADF');
  if (data.length > SIZE.MESSAGE) return err('OVERFLOW');
  if (!roomForInput(step.limits, endpoint, data.length)) return err('AGAIN');
  post(step, endpoint, 0, TAG.CONSOLE_INPUT, data);
  deliver(step, endpoint);
  if (process.kind === KIND.VM) step.effects.push({ kind: 'input', pid: process.pid });
  return 0;
}
