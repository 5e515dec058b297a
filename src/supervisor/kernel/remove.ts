// Taking away: capabilities with everything that came of them, endpoints with everything in them.

import { OBJECT, REVOKE_REASON, RIGHT, type RevokeReason } from '../abi/index.js';
import { capsOn, IN_FLIGHT, WAIT, type Capability, type Endpoint } from './state.js';
import { err, type Step } from './step.js';
import { cancelUse, failCall, unblock, USE_END } from './wait.js';

/** Takes one capability away; what is done or awaited through it ends first. */
export function remove(step: Step, cap: Capability, reason: RevokeReason | 0): void {
  for (const use of step.state.uses.values()) if (use.cap === cap.id) cancelUse(step, use, USE_END.RIGHT_GONE);
  const holder = step.process(cap.pid);
  if (holder?.wait?.kind === WAIT.RECEIVE && holder.wait.cap === cap.id) unblock(step, holder, err('BADF'));
  step.commit({ type: 'CapRemoved', cap: cap.id, reason });
  if (cap.type === OBJECT.ENDPOINT && (cap.rights & RIGHT.READ) !== 0) step.loose.add(cap.object);
}

/**
 * Takes a capability and everything that came of it, leaves first, and notes whom to tell: every holder but `asker`. The number gone.
 */
export function removeTree(step: Step, root: Capability, reason: RevokeReason, asker = IN_FLIGHT): number {
  const order = [root];
  for (const cap of order) for (const id of cap.children) order.push(step.state.caps.get(id)!);
  for (const cap of order.reverse()) {
    const { pid, slot, type, object } = cap;
    remove(step, cap, reason);
    if (pid !== IN_FLIGHT && pid !== asker) step.notices.push({ pid, slot, type, object, reason });
  }
  return order.length;
}

/** Takes every capability on an object that is going. */
export function removeOn(step: Step, type: number, object: number): void {
  for (const cap of capsOn(step.state, type, object)) {
    if (step.state.caps.has(cap.id)) removeTree(step, cap, REVOKE_REASON.SOURCE_GONE);
  }
}

/** Takes an endpoint away, with its queue and every capability on it: waiting processes, callers and holders are told. */
export function destroyEndpoint(step: Step, endpoint: Endpoint): void {
  for (const message of [...endpoint.queue]) {
    const open = step.state.calls.get(message.call);
    if (open) failCall(step, open);
    for (const id of [...message.caps]) {
      const cap = step.state.caps.get(id);
      if (cap) removeTree(step, cap, REVOKE_REASON.SOURCE_GONE);
    }
  }
  removeOn(step, OBJECT.ENDPOINT, endpoint.id);
  step.commit({ type: 'EndpointDestroyed', endpoint: endpoint.id });
}
