// Operations: everything that can be asked of the kernel, by a process (its syscalls, a principal's acts on machines) or by the supervisor.

import { OBJECT, OPERATION, PID, PROCESS_STATE, REVOKE_REASON, type Args, type Kind } from '../abi/index.js';
import { insert } from './capabilities.js';
import { isRights } from './check.js';
import { dispatch } from './dispatch.js';
import { input } from './ipc.js';
import { boot, create, due, start, stop } from './process.js';
import { settle } from './queue.js';
import { roomForCaps } from './quota.js';
import { removeTree } from './remove.js';
import { END, generationOf } from './state.js';
import { err, type Outcome, type Step } from './step.js';
import { beginUse, endUse, renew } from './vm.js';

/** What a process may ask. */
export type ProcessOperation =
  | { readonly kind: 'syscall'; readonly number: number; readonly args: Args; readonly data: Uint8Array | undefined }
  /** Begins to use the machine in `slot`; `what` says how, for the log. `vm`: the machine that is meant, which must be the one in `slot`. */
  | { readonly kind: 'vm-begin'; readonly slot: number; readonly rights: number; readonly what: string; readonly vm?: number }
  | { readonly kind: 'vm-end'; readonly use: number };

/** What only the supervisor may ask. */
export type SupervisorOperation =
  | { readonly kind: 'boot' }
  | { readonly kind: 'create'; readonly name: string; readonly parent: number; readonly process: Kind; readonly console: boolean }
  | { readonly kind: 'start'; readonly pid: number }
  | { readonly kind: 'kill'; readonly pid: number }
  /** `reason`: abi FAULT. */
  | { readonly kind: 'fault'; readonly pid: number; readonly reason: number; readonly text: string }
  | { readonly kind: 'input'; readonly pid: number; readonly data: Uint8Array }
  | { readonly kind: 'revoke'; readonly pid: number; readonly slot: number }
  /** A root capability; `lifetime` in milliseconds, 0 for ever. The result is its slot. */
  | {
      readonly kind: 'mint';
      readonly pid: number;
      readonly type: number;
      readonly object: number;
      readonly rights: number;
      readonly lifetime: number;
    }
  | { readonly kind: 'renew'; readonly vm: number }
  | { readonly kind: 'tick' };

export type Operation = ProcessOperation | SupervisorOperation;

/** How an operation stands in the SysLog. */
export interface Described {
  /** A syscall's number, or abi OPERATION. */
  readonly number: number;
  readonly args: Args;
  /** Bytes that came with it. */
  readonly length: number;
}

export function describe(op: Operation): Described {
  const row = (number: number, a = 0, b = 0, c = 0, length = 0): Described => ({ number, args: [a, b, c], length });
  switch (op.kind) {
    case 'syscall':
      return { number: op.number, args: op.args, length: op.data?.length ?? 0 };
    case 'vm-begin':
      return row(OPERATION.VM_BEGIN, op.slot, op.rights, op.vm, op.what.length);
    case 'vm-end':
      return row(OPERATION.VM_END, op.use);
    case 'boot':
      return row(OPERATION.BOOT);
    case 'create':
      return row(OPERATION.CREATE, op.parent, op.process, op.console ? 1 : 0, op.name.length);
    case 'start':
      return row(OPERATION.START, op.pid);
    case 'kill':
      return row(OPERATION.KILL, op.pid);
    case 'fault':
      return row(OPERATION.FAULT, op.pid, op.reason, 0, op.text.length);
    case 'input':
      return row(OPERATION.INPUT, op.pid, 0, 0, op.data.length);
    case 'revoke':
      return row(OPERATION.REVOKE, op.pid, op.slot);
    case 'mint':
      return row(OPERATION.MINT, op.pid, op.type, op.object);
    case 'renew':
      return row(OPERATION.RENEW, op.vm);
    case 'tick':
      return row(OPERATION.TICK);
  }
}

/** Whether a process may ask it. */
export function isProcessOperation(op: Operation): op is ProcessOperation {
  return op.kind === 'syscall' || op.kind === 'vm-begin' || op.kind === 'vm-end';
}

/**
 * One step of the kernel. `origin` is the pid it comes from, known from where it came from. First what time has brought, then the operation, then what
 * follows from it.
 */
export function perform(step: Step, origin: number, op: Operation): Outcome {
  due(step);
  const outcome = isProcessOperation(op) ? byProcess(step, origin, op) : origin === PID.SUPERVISOR ? bySupervisor(step, op) : err('PERM');
  settle(step);
  return outcome;
}

function byProcess(step: Step, pid: number, op: ProcessOperation): Outcome {
  const process = step.process(pid);
  if (!process) return err('NOENT');
  if (pid === PID.SUPERVISOR) return err('INVAL');
  if (process.state === PROCESS_STATE.STARTING) return err('AGAIN');
  if (process.state === PROCESS_STATE.BLOCKED && op.kind === 'syscall') return err('BUSY');
  switch (op.kind) {
    case 'syscall':
      return dispatch(step, process, op.number, op.args, op.data);
    case 'vm-begin':
      return beginUse(step, process, op);
    case 'vm-end':
      return endUse(step, process, op.use);
  }
}

function bySupervisor(step: Step, op: SupervisorOperation): Outcome {
  switch (op.kind) {
    case 'boot':
      return boot(step);
    case 'create':
      return create(step, { name: op.name, parent: op.parent, kind: op.process, console: op.console });
    case 'start':
      return start(step, op.pid);
    case 'kill':
      return stop(step, op.pid, { how: END.KILL, code: 0, reason: 0, text: '' });
    case 'fault':
      return stop(step, op.pid, { how: END.FAULT, code: 0, reason: op.reason & 0xff, text: op.text });
    case 'input': {
      const process = step.process(op.pid);
      return process && op.pid !== PID.SUPERVISOR ? input(step, process, op.data) : err('NOENT');
    }
    case 'revoke': {
      const cap = step.process(op.pid)?.slots.get(op.slot);
      return cap ? removeTree(step, cap, REVOKE_REASON.EXPLICIT) : err('BADF');
    }
    case 'mint':
      return mint(step, op);
    case 'renew':
      return renew(step, op.vm);
    case 'tick':
      return 0;
  }
}

/** A capability that hangs on its object: the supervisor's way to give out roots. */
function mint(step: Step, op: Extract<SupervisorOperation, { kind: 'mint' }>): Outcome {
  const { pid, type, object, rights, lifetime } = op;
  const to = step.process(pid);
  const generation = generationOf(step.state, type, object);
  if (!to || generation === undefined) return err('NOENT');
  if (!Number.isSafeInteger(object) || object < 0 || !Number.isSafeInteger(lifetime) || lifetime < 0) return err('INVAL');
  if (!isRights(rights) || pid === PID.SUPERVISOR || type === OBJECT.ENDPOINT) return err('INVAL');
  if (roomForCaps(step.limits, to, PID.SUPERVISOR) < 1) return err('NOMEM');
  const expiry = lifetime === 0 ? 0 : step.now + lifetime * 1000;
  return insert(step, { to, type, object, rights, generation, expiry, parent: 0, giver: PID.SUPERVISOR }).slot;
}
