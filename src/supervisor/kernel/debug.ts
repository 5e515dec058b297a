// DEBUG: texts for the log; and init's commands, which act with init's own authority and no more.

import { DEBUG_PREFIX, EVERY_PROCESS, KIND, OBJECT, parseDebug, PID, RIGHT, SIZE, type DebugCommand } from '../abi/index.js';
import { decodeText } from '../abi/bytes.js';
import { grant, revoke } from './capabilities.js';
import { check } from './check.js';
import { create, stop } from './process.js';
import { END, type Process } from './state.js';
import { err, type Outcome, type Step } from './step.js';

/** DEBUG. A text that begins with INIT: is a command: PERM from everybody but PID 1, INVAL when it is none. */
export function debug(step: Step, process: Process, data: Uint8Array): Outcome {
  if (data.length > SIZE.DEBUG) return err('OVERFLOW');
  const text = decodeText(data);
  if (text === undefined) return err('INVAL');
  if (!text.startsWith(DEBUG_PREFIX)) {
    step.effects.push({ kind: 'debug', from: process.pid, text });
    return 0;
  }
  if (process.pid !== PID.INIT) return err('PERM');
  const command = parseDebug(text);
  return command ? obey(step, process, command) : err('INVAL');
}

function obey(step: Step, init: Process, command: DebugCommand): Outcome {
  switch (command.kind) {
    case 'spawn': {
      const { name } = command;
      const pid = create(step, { name, parent: init.pid, kind: KIND.WASM, console: true });
      if (pid >= 0) step.effects.push({ kind: 'spawn', pid, name, by: init.pid });
      return pid;
    }
    case 'grant': {
      const { pid, slot, type, object, rights } = command;
      const source = init.slots.get(slot);
      if (!source) return err('BADF');
      if (source.type !== type || source.object !== object) return err('INVAL');
      return grant(step, init, slot, pid, rights);
    }
    case 'revoke':
      return revoke(step, init, command.pid, command.slot);
    case 'kill': {
      const { pid, slot } = command;
      const right = check(step.state, init, slot, OBJECT.PROCESS, RIGHT.WRITE);
      if (typeof right === 'number') return right;
      if (right.object !== pid && right.object !== EVERY_PROCESS) return err('PERM');
      if (pid === init.pid) return err('INVAL');
      return stop(step, pid, { how: END.KILL, code: 0, reason: 0, text: '' });
    }
    case 'permission':
      step.effects.push(command);
      return 0;
  }
}
