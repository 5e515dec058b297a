// Capabilities: grant, derive, delete, revoke. What is given is at most what is held; what is revoked takes everything with it that came of it.

import { REVOKE_REASON, RIGHT } from '../abi/index.js';
import { check, isCurrent, isRights } from './check.js';
import { roomForCaps } from './quota.js';
import { remove, removeTree } from './remove.js';
import { nextSlot, type Capability, type Process } from './state.js';
import { err, type Outcome, type Step } from './step.js';

/** Where a new capability goes and what it is. */
export interface NewCap {
  readonly to: Process;
  readonly type: number;
  readonly object: number;
  readonly rights: number;
  readonly generation: number;
  readonly expiry: number;
  readonly parent: number;
  readonly giver: number;
  /** The next free one unless told. */
  readonly slot?: number;
}

/** Makes a capability. The caller has checked everything. */
export function insert(step: Step, { to, type: objectType, slot = nextSlot(to), ...rest }: NewCap): Capability {
  const { object, rights, generation, expiry, parent, giver } = rest;
  const cap = step.state.nextCap;
  step.commit({ type: 'CapInserted', cap, pid: to.pid, slot, objectType, object, rights, generation, expiry, parent, giver });
  return step.state.caps.get(cap)!;
}

/** Gives `to` a part of `source`. */
function give(step: Step, source: Capability, giver: Process, to: Process, asked: number, expiry: number): Outcome {
  const rights = source.rights & asked;
  if (rights === 0) return err('PERM');
  if (roomForCaps(step.limits, to, giver.pid) < 1) return err('NOMEM');
  const { type, object, generation } = source;
  return insert(step, { to, type, object, rights, generation, expiry, parent: source.id, giver: giver.pid }).slot;
}

/** CAP_GRANT: a part of what is in `slot` to another process. The result is the slot there. */
export function grant(step: Step, process: Process, slot: number, pid: number, asked: number): Outcome {
  const source = check(step.state, process, slot, undefined, RIGHT.GRANT);
  if (typeof source === 'number') return source;
  if (!isRights(asked) || pid === 0) return err('INVAL');
  const to = step.process(pid);
  if (!to) return err('NOENT');
  return give(step, source, process, to, asked, source.expiry);
}

/** CAP_DERIVE: a weaker or shorter-lived copy for oneself. `lifetime` in milliseconds, 0 as long as the source. */
export function derive(step: Step, process: Process, slot: number, asked: number, lifetime: number): Outcome {
  const source = check(step.state, process, slot, undefined, RIGHT.GRANT);
  if (typeof source === 'number') return source;
  if (!isRights(asked)) return err('INVAL');
  const own = lifetime === 0 ? 0 : step.now + lifetime * 1000;
  const expiry = own === 0 || (source.expiry !== 0 && source.expiry < own) ? source.expiry : own;
  return give(step, source, process, process, asked, expiry);
}

/** CAP_DELETE: gives up one's own. What came of it hangs on its parent from now on, and can still be revoked from there. */
export function giveUp(step: Step, process: Process, slot: number): Outcome {
  const cap = process.slots.get(slot);
  if (!cap) return err('BADF');
  remove(step, cap, 0);
  return 0;
}

/**
 * CAP_REVOKE. Of another process: what it holds in `slot`, with everything that came of it, if the caller holds a capability with G from which it came. Of
 * oneself: everything that came of one's own `slot`, which stays. The result is the number of capabilities gone. Who has no right to it learns nothing:
 * PERM, whether there is such a process and slot or not.
 */
export function revoke(step: Step, process: Process, pid: number, slot: number): Outcome {
  const { state } = step;
  if (pid === process.pid) {
    const own = check(state, process, slot, undefined, RIGHT.GRANT);
    if (typeof own === 'number') return own;
    return [...own.children].reduce((n, id) => n + removeTree(step, state.caps.get(id)!, REVOKE_REASON.EXPLICIT, process.pid), 0);
  }
  const target = step.process(pid)?.slots.get(slot);
  if (!target || !mayRevoke(step, process, target)) return err('PERM');
  return removeTree(step, target, REVOKE_REASON.EXPLICIT, process.pid);
}

/** Whether `process` holds, with G, something from which `target` came. */
function mayRevoke(step: Step, process: Process, target: Capability): boolean {
  for (let at = step.state.caps.get(target.parent); at; at = step.state.caps.get(at.parent)) {
    if (at.pid === process.pid && (at.rights & RIGHT.GRANT) !== 0 && isCurrent(step.state, at)) return true;
  }
  return false;
}
