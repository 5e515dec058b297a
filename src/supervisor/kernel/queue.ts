// Queues: messages in, messages out, notices of the kernel; and the end of every step.

import { encodeMessage, encodeNotice, OBJECT, REVOKE_REASON, RIGHT, SLOT, TAG } from '../abi/index.js';
import { check } from './check.js';
import { roomForCaps, sortOf } from './quota.js';
import { destroyEndpoint, removeTree } from './remove.js';
import { canReceive, nextSlot, type Endpoint, type Process } from './state.js';
import { NO_DATA, type Reply, type Step } from './step.js';

/** Puts a message into a queue, with a copy of its bytes. The caller has checked that it fits, and delivers. */
export function post(
  step: Step,
  endpoint: Endpoint,
  from: number,
  tag: number,
  data: Uint8Array,
  caps: readonly number[] = [],
  call = 0,
): void {
  const message = step.state.nextMessage;
  step.commit({ type: 'MessageSent', message, from, endpoint: endpoint.id, tag, length: data.length, caps, call, data: data.slice() });
}

/** Gives waiting processes what is in the queue, in the order they came. */
export function deliver(step: Step, endpoint: Endpoint): void {
  while (endpoint.queue.length > 0 && endpoint.waiters.length > 0) {
    const process = step.process(endpoint.waiters[0]!)!;
    step.commit({ type: 'ProcessWoken', pid: process.pid, result: 1 });
    const { result, data } = take(step, endpoint, process);
    step.answer(process.pid, result, data);
  }
}

/** Gives `process` the first message. Capabilities it has no room for are destroyed, so that no message can block a queue. */
export function take(step: Step, endpoint: Endpoint, process: Process): Reply {
  const message = endpoint.queue[0]!;
  const { from, tag, call, data = NO_DATA } = message;
  let room = roomForCaps(step.limits, process, from);
  for (const id of [...message.caps]) {
    const cap = step.state.caps.get(id);
    if (cap && room-- <= 0) removeTree(step, cap, REVOKE_REASON.SOURCE_GONE);
  }
  // Some may have gone with others: what is still there gets a slot.
  let free = nextSlot(process);
  const slots = message.caps.map((id) => (id === 0 ? SLOT.NONE : free++));
  step.commit({ type: 'MessageReceived', message: message.id, endpoint: endpoint.id, pid: process.pid, slots });
  return { result: 1, data: encodeMessage({ from, tag, call, slots, data }) };
}

/** Where a process hears the kernel, input and notices: the endpoint it can receive from in its input slot, or in its own. */
export function earOf(step: Step, process: Process): Endpoint | undefined {
  for (const slot of [SLOT.INPUT, SLOT.OWN]) {
    const cap = check(step.state, process, slot, OBJECT.ENDPOINT, RIGHT.READ);
    if (typeof cap !== 'number') return step.state.endpoints.get(cap.object);
  }
  return undefined;
}

/** Tells a process what it has lost. When too many notices wait already, one NOTICES_LOST stands for the rest. */
function notify(step: Step, process: Process, notice: Uint8Array): void {
  const endpoint = earOf(step, process);
  if (!endpoint) return;
  const tags = endpoint.queue.filter((m) => sortOf(m) === 'notice').map((m) => m.tag);
  const lost = tags.includes(TAG.NOTICES_LOST);
  if (tags.length - (lost ? 1 : 0) < step.limits.notices) post(step, endpoint, 0, TAG.CAP_REVOKED, notice);
  else if (!lost) post(step, endpoint, 0, TAG.NOTICES_LOST, NO_DATA);
  deliver(step, endpoint);
}

/** Ends a step: endpoints nobody can receive from any more go, and holders are told what they have lost. */
export function settle(step: Step): void {
  const { state, loose, notices } = step;
  while (loose.size > 0 || notices.length > 0) {
    for (const id of loose) {
      loose.delete(id);
      const endpoint = state.endpoints.get(id);
      if (endpoint && !canReceive(state, id)) destroyEndpoint(step, endpoint);
    }
    for (const { pid, slot, type, object, reason } of notices.splice(0)) {
      const holder = step.process(pid);
      if (!holder) continue;
      step.effects.push({ kind: 'revoked', pid, slot, type, object, reason });
      notify(step, holder, encodeNotice({ slot, type, object, reason }));
    }
  }
}
