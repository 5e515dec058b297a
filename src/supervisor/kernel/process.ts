// Processes: made, started, ended; time that runs out.

import {
  encodeProcesses,
  EVERY_PROCESS,
  KIND,
  OBJECT,
  PID,
  PROCESS_STATE,
  REVOKE_REASON,
  RIGHT,
  SIZE,
  SLOT,
  type Kind,
} from '../abi/index.js';
import { encodeText } from '../abi/bytes.js';
import { insert } from './capabilities.js';
import { newEndpoint } from './ipc.js';
import { processCount, roomForCaps } from './quota.js';
import { settle } from './queue.js';
import { destroyEndpoint, removeOn, removeTree } from './remove.js';
import { END, setAlarm, WAIT, type Ended, type Process } from './state.js';
import { err, NO_ANSWER, type Outcome, type Step } from './step.js';
import { block, cancelUse, failCall, unblock, USE_END } from './wait.js';

export interface NewProcess {
  readonly name: string;
  /** Who asked for it; it gets a Process capability on it (and the machine's, for a machine). 0 nobody does. */
  readonly parent: number;
  readonly kind: Kind;
  /** Whether it may write to its console. */
  readonly console: boolean;
}

/** A process that is starting. The result is its pid, which is never used again. */
export function create(step: Step, { name, parent: parentPid, kind, console }: NewProcess): number {
  const { state, limits } = step;
  const length = encodeText(name).length;
  if (length === 0 || length > SIZE.NAME || kind < KIND.WASM || kind > KIND.PRINCIPAL) return err('INVAL');
  const parent = step.process(parentPid);
  if (!parent) return err('NOENT');
  if (processCount(state) >= limits.processes || state.nextPid >= SLOT.NONE) return err('NOMEM');
  if (parentPid !== PID.SUPERVISOR && roomForCaps(limits, parent, PID.SUPERVISOR) < 2) return err('NOMEM');
  const pid = state.nextPid;
  step.commit({ type: 'ProcessCreated', pid, parent: parentPid, kind, name });
  const process = step.process(pid)!;
  const root = { generation: 1, expiry: 0, parent: 0, giver: PID.SUPERVISOR };
  newEndpoint(step, process, RIGHT.ALL, SLOT.OWN);
  newEndpoint(step, process, RIGHT.READ, SLOT.INPUT);
  const door = step.process(PID.INIT)?.slots.get(SLOT.OWN);
  if (door) {
    const { type, object, id } = door;
    insert(step, { ...root, to: process, type, object, rights: RIGHT.WRITE, parent: id, giver: PID.INIT, slot: SLOT.INIT });
  }
  if (console) insert(step, { ...root, to: process, type: OBJECT.CONSOLE, object: pid, rights: RIGHT.WRITE, slot: SLOT.CONSOLE });
  if (parentPid !== PID.SUPERVISOR) {
    insert(step, { ...root, to: parent, type: OBJECT.PROCESS, object: pid, rights: RIGHT.ALL });
    if (kind === KIND.VM) insert(step, { ...root, to: parent, type: OBJECT.VM, object: pid, rights: RIGHT.ALL });
  }
  return pid;
}

/** The first step of an epoch: the supervisor, init and the permission manager have their pids before anything is fetched. */
export function boot(step: Step): Outcome {
  if (step.state.processes.size > 0) return err('EXIST');
  step.commit({ type: 'ProcessCreated', pid: PID.SUPERVISOR, parent: PID.SUPERVISOR, kind: KIND.SUPERVISOR, name: 'supervisor' });
  step.commit({ type: 'ProcessStarted', pid: PID.SUPERVISOR });
  create(step, { name: 'init', parent: PID.SUPERVISOR, kind: KIND.WASM, console: true });
  const to = step.process(PID.INIT)!;
  const every = { type: OBJECT.PROCESS, object: EVERY_PROCESS, rights: RIGHT.ALL, generation: 1, expiry: 0, parent: 0 };
  insert(step, { ...every, to, giver: PID.SUPERVISOR });
  create(step, { name: 'permission_manager', parent: PID.INIT, kind: KIND.WASM, console: true });
  return 0;
}

/** The process's code is there and runs from now on. */
export function start(step: Step, pid: number): Outcome {
  const process = step.process(pid);
  if (!process) return err('NOENT');
  if (process.state !== PROCESS_STATE.STARTING) return err('EXIST');
  step.commit({ type: 'ProcessStarted', pid });
  return 0;
}

/** Characters of a fault's text that are kept. */
const TEXT_KEPT = 200;

/** The one way a process ends, whatever the cause: nothing of it is left but the record of its end. */
export function end(step: Step, process: Process, how: Omit<Ended, 'pid' | 'name'>): void {
  const { state } = step;
  const { pid } = process;
  for (const use of state.uses.values()) if (use.pid === pid || use.vm === pid) cancelUse(step, use, USE_END.SOURCE_GONE);
  unblock(step, process, undefined);
  for (const call of state.calls.values()) if (call.server === pid) failCall(step, call);
  for (const id of process.endpoints) destroyEndpoint(step, state.endpoints.get(id)!);
  for (const cap of process.slots.values()) removeTree(step, cap, REVOKE_REASON.SOURCE_GONE, pid);
  for (const type of [OBJECT.PROCESS, OBJECT.CONSOLE, OBJECT.VM]) removeOn(step, type, pid);
  const text = [...how.text].slice(0, TEXT_KEPT).join('');
  step.commit({ type: 'ProcessEnded', pid, ...how, text });
  step.effects.push({ kind: 'ended', pid, name: process.name, ...how, text });
}

/** Kill or fault, from outside. Everything may be killed but the supervisor. */
export function stop(step: Step, pid: number, how: Omit<Ended, 'pid' | 'name'>): Outcome {
  const process = step.process(pid);
  if (pid === PID.SUPERVISOR) return err('PERM');
  if (!process) return err('NOENT');
  end(step, process, how);
  return 0;
}

/** EXIT. The code is kept. */
export function exit(step: Step, process: Process, code: number): Outcome {
  end(step, process, { how: END.EXIT, code: code | 0, reason: 0, text: '' });
  return NO_ANSWER;
}

/** SLEEP: 0 when `milliseconds` have gone. */
export function sleep(step: Step, process: Process, milliseconds: number): Outcome {
  if (milliseconds === 0) return 0;
  block(step, process, { wait: WAIT.SLEEP, timeout: milliseconds });
  return NO_ANSWER;
}

/** PS: the caller, and those it holds a Process capability with R for (EVERY_PROCESS: all). From pid `first` on. */
export function list(step: Step, process: Process, first: number): Outcome {
  const seen = new Set([process.pid]);
  for (const cap of process.slots.values()) {
    if (cap.type === OBJECT.PROCESS && (cap.rights & RIGHT.READ) !== 0) seen.add(cap.object);
  }
  // The supervisor's pid is EVERY_PROCESS.
  const every = seen.has(EVERY_PROCESS);
  const rows = [...step.state.processes.values()].filter((p) => p.pid >= first && (every || seen.has(p.pid)));
  return { result: rows.length, data: encodeProcesses(rows) };
}

/** Does what time has brought, before anything else is done: timeouts end waits, capabilities expire. */
export function due(step: Step): void {
  const { state, now } = step;
  if (now < state.alarm) return;
  for (const process of state.processes.values()) {
    const { wait } = process;
    if (wait && wait.deadline !== 0 && wait.deadline <= now) unblock(step, process, wait.kind === WAIT.SLEEP ? 0 : err('AGAIN'));
  }
  for (const id of state.mortal) {
    const cap = state.caps.get(id)!;
    if (now > cap.expiry) removeTree(step, cap, REVOKE_REASON.EXPIRED);
  }
  settle(step);
  setAlarm(state);
}
