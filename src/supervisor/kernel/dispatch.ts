// The syscall table. Every number of the ABI has its handler here; every other number is NOSYS.

import { encodeCapInfo, encodeCaps, OBJECT, RIGHT, SIZE, SYSCALL, type Args } from '../abi/index.js';
import { derive, giveUp, grant, revoke } from './capabilities.js';
import { check } from './check.js';
import { debug } from './debug.js';
import { call, createEndpoint, receive, reply, send, sendCaps } from './ipc.js';
import { exit, list, sleep } from './process.js';
import type { Process } from './state.js';
import { err, type Outcome, type Step } from './step.js';

type Handler = (step: Step, process: Process, args: Args, data: Uint8Array) => Outcome;

/** Rows of LIST_CAPS that fit a mailbox. */
const ROWS = 4096;

/** LIST_CAPS: what the caller holds, from slot `first` on. */
function listCaps(process: Process, first: number): Outcome {
  const rows = [...process.slots.values()].filter((cap) => cap.slot >= first).sort((a, b) => a.slot - b.slot);
  const page = rows.slice(0, ROWS);
  return { result: page.length, data: encodeCaps(page) };
}

/** CAP_INSPECT: all about one's own capability. */
function inspect(process: Process, slot: number): Outcome {
  const cap = process.slots.get(slot);
  if (!cap) return err('BADF');
  return { result: 1, data: encodeCapInfo({ ...cap, expiry: cap.expiry * 1000 }) };
}

/** CONSOLE_WRITE: bytes to the console behind the capability in `slot`. The result is their number. */
function write(step: Step, process: Process, slot: number, data: Uint8Array): Outcome {
  const cap = check(step.state, process, slot, OBJECT.CONSOLE, RIGHT.WRITE);
  if (typeof cap === 'number') return cap;
  if (data.length > SIZE.CONSOLE) return err('OVERFLOW');
  step.effects.push({ kind: 'console', console: cap.object, from: process.pid, data });
  return data.length;
}

const HANDLERS: Readonly<Record<number, Handler>> = {
  [SYSCALL.NOP]: () => 0,
  [SYSCALL.DEBUG]: (step, process, _args, data) => debug(step, process, data),
  /** Nanoseconds since boot. */
  [SYSCALL.TIME]: (step) => step.now * 1000,
  [SYSCALL.PID]: (_step, process) => process.pid,
  [SYSCALL.LIST_CAPS]: (_step, process, [first]) => listCaps(process, first),
  [SYSCALL.PS]: (step, process, [first]) => list(step, process, first),
  /** Milliseconds since 1970. */
  [SYSCALL.WALLCLOCK]: (step) => step.wall,
  [SYSCALL.CONSOLE_WRITE]: (step, process, [slot], data) => write(step, process, slot, data),
  [SYSCALL.EXIT]: (step, process, [code]) => exit(step, process, code),
  [SYSCALL.YIELD]: () => 0,
  [SYSCALL.SLEEP]: (step, process, [milliseconds]) => sleep(step, process, milliseconds),
  [SYSCALL.CAP_GRANT]: (step, process, [slot, pid, rights]) => grant(step, process, slot, pid, rights),
  [SYSCALL.CAP_REVOKE]: (step, process, [pid, slot]) => revoke(step, process, pid, slot),
  [SYSCALL.CAP_DELETE]: (step, process, [slot]) => giveUp(step, process, slot),
  [SYSCALL.CAP_INSPECT]: (_step, process, [slot]) => inspect(process, slot),
  [SYSCALL.CAP_DERIVE]: (step, process, [slot, rights, lifetime]) => derive(step, process, slot, rights, lifetime),
  [SYSCALL.EP_CREATE]: (step, process) => createEndpoint(step, process),
  [SYSCALL.SEND]: (step, process, [slot, tag], data) => send(step, process, slot, tag, data),
  [SYSCALL.RECEIVE]: (step, process, [slot, flags, timeout]) => receive(step, process, slot, flags, timeout),
  [SYSCALL.CALL]: (step, process, [slot, tag, timeout], data) => call(step, process, slot, tag, timeout, data),
  /** The call's number comes in two halves: first and third argument. */
  [SYSCALL.REPLY]: (step, process, [low, tag, high], data) => reply(step, process, low + high * 2 ** 32, tag, data),
  [SYSCALL.SEND_CAP]: (step, process, [slot, tag, counts], data) => sendCaps(step, process, slot, tag, counts, data),
};

/** One syscall. Arguments are 32-bit words, whatever comes. `data` undefined: the process said it was longer than its mailbox. */
export function dispatch(step: Step, process: Process, number: number, args: Args, data: Uint8Array | undefined): Outcome {
  const handler = Object.hasOwn(HANDLERS, number) ? HANDLERS[number]! : undefined;
  if (!handler) return err('NOSYS');
  if (!data) return err('OVERFLOW');
  return handler(step, process, [args[0] >>> 0, args[1] >>> 0, args[2] >>> 0], data);
}
