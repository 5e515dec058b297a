// Machines under capabilities: R observe, W control, G grant. An act on a machine (a tool call of an agent) is a use: it begins with a check, is
// logged with its beginning and end, and is cancelled when the right to it goes. W on MACHINES_TO_COME is the right to boot one that is not there yet.

import { encodeText } from '../abi/bytes.js';
import { KIND, OBJECT, REVOKE_REASON, SIZE } from '../abi/index.js';
import { check, isRights } from './check.js';
import { removeTree } from './remove.js';
import { capsOn, type Process } from './state.js';
import { err, type Outcome, type Step } from './step.js';
import { cancelUse, USE_END } from './wait.js';

/** What a use is to be (operation `vm-begin`). */
interface Begin {
  readonly slot: number;
  readonly rights: number;
  readonly what: string;
  readonly vm?: number;
}

/** Begins a use of the machine in `slot`. The result is the use's number; PERM without the rights, NOMEM with too many going. */
export function beginUse(step: Step, process: Process, { slot, rights, what, vm }: Begin): Outcome {
  const length = encodeText(what).length;
  if (!isRights(rights) || length === 0 || length > SIZE.NAME) return err('INVAL');
  const cap = check(step.state, process, slot, OBJECT.VM, rights);
  if (typeof cap === 'number') return cap;
  if (vm !== undefined && cap.object !== vm) return err('BADF');
  let going = 0;
  for (const use of step.state.uses.values()) if (use.pid === process.pid) going++;
  if (going >= step.limits.uses) return err('NOMEM');
  const use = step.state.nextUse;
  step.commit({ type: 'UseBegan', use, pid: process.pid, cap: cap.id, rights, what });
  return use;
}

/** Ends one's own use. NOENT when it was cancelled meanwhile. */
export function endUse(step: Step, process: Process, id: number): Outcome {
  const use = step.state.uses.get(id);
  if (use?.pid !== process.pid) return err('NOENT');
  step.commit({ type: 'UseEnded', use: id, how: USE_END.DONE });
  return 0;
}

/** Another machine takes the place of this one, under the same pid: rights that were handed out were to the old one, and go; roots stay. */
export function renew(step: Step, pid: number): Outcome {
  const vm = step.process(pid);
  if (vm?.kind !== KIND.VM) return err('NOENT');
  for (const use of step.state.uses.values()) if (use.vm === pid) cancelUse(step, use, USE_END.SOURCE_GONE);
  for (const cap of capsOn(step.state, OBJECT.VM, pid)) {
    if (cap.parent !== 0 && step.state.caps.has(cap.id)) removeTree(step, cap, REVOKE_REASON.SOURCE_GONE);
  }
  step.commit({ type: 'ObjectRenewed', objectType: OBJECT.VM, object: pid, generation: vm.generation + 1 });
  return vm.generation;
}
