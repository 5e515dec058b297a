// What is going on and how it stops: a process has one wait at a time, because it has one call at a time; a use of a machine lasts as long as its right.

import { WAIT, type Call, type Process, type VmUse } from './state.js';
import { err, NO_DATA, type Step } from './step.js';

/** Blocks a process. `timeout` in milliseconds, 0 for ever. */
export function block(
  step: Step,
  process: Process,
  what: { readonly wait: number; readonly endpoint?: number; readonly cap?: number; readonly call?: number; readonly timeout: number },
): void {
  const { wait, endpoint = 0, cap = 0, call = 0, timeout } = what;
  const deadline = timeout === 0 ? 0 : step.now + timeout * 1000;
  step.commit({ type: 'ProcessBlocked', pid: process.pid, wait, endpoint, cap, call, deadline });
}

/** Ends the wait of a blocked process. With a result it is answered; without one it is gone before it could be. */
export function unblock(step: Step, process: Process, result: number | undefined, data: Uint8Array = NO_DATA): void {
  const { wait } = process;
  if (!wait) return;
  if (wait.kind === WAIT.CALL && step.state.calls.has(wait.call)) {
    step.commit({ type: 'CallEnded', call: wait.call, replied: 0, tag: 0, length: 0 });
  }
  step.commit({ type: 'ProcessWoken', pid: process.pid, result: result ?? err('NOENT') });
  if (result !== undefined) step.answer(process.pid, result, data);
}

/** A call comes to nothing: its caller hears that there is nobody to answer. */
export function failCall(step: Step, call: Call): void {
  unblock(step, step.process(call.caller)!, err('NOENT'));
}

/** How a use of a machine ended (commit UseEnded). */
export const USE_END = { DONE: 0, RIGHT_GONE: 1, SOURCE_GONE: 2 } as const;

/** Stops what is being done to a machine before it is done. */
export function cancelUse(step: Step, use: VmUse, how: number): void {
  step.commit({ type: 'UseEnded', use: use.id, how });
  step.effects.push({ kind: 'cancel', use: use.id, pid: use.pid, vm: use.vm });
}
