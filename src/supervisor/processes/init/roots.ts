// What init holds, and the commands by which it uses that: the debug protocol.

import { ERROR, EVERY, OBJECT, RIGHT, SLOT, SYSCALL } from '../rt/abi.generated';
import { ask, Cap, caps, debug } from '../rt/kernel';
import { services } from './tables';

/** The slot of the capability on every process. */
let every: u32 = SLOT.NONE;

/** Finds what init was born with. */
export function findRoots(): void {
  const held = caps();
  for (let i = 0; i < held.length; i++) {
    if (held[i].type === OBJECT.PROCESS && held[i].object === EVERY.PROCESS) every = held[i].slot;
  }
}

/** What init holds, with G, on an object. Its own endpoints and what strangers gave it are no roots. */
export function rootOf(type: u32, object: u64): Cap | null {
  if (type === OBJECT.ENDPOINT) {
    for (let i = 0; i < services.length; i++) {
      if (services[i].endpoint === object) return new Cap(services[i].slot, type, RIGHT.WRITE, object);
    }
    return null;
  }
  const held = caps();
  for (let i = 0; i < held.length; i++) {
    const cap = held[i];
    if (cap.type !== type || cap.object !== object || (cap.rights & RIGHT.GRANT) === 0) continue;
    // Who sees every process may be told of; who may kill every process may not.
    return cap.slot === every ? new Cap(every, type, RIGHT.READ, object) : cap;
  }
  return null;
}

/** The pid of a new process. */
export function start(name: string): i64 {
  const pid = debug(`INIT:SPAWN:${name}`);
  if (pid !== -ERROR.NOMEM || sweep() === 0) return pid;
  return debug(`INIT:SPAWN:${name}`);
}

/** The slot at `pid`, or an error. */
export function give(root: Cap, pid: u32, rights: u32): i64 {
  return debug(`INIT:GRANT:${pid}:${root.slot}:${root.type}:${root.object}:${rights}`);
}

/** How many went with what `pid` holds in `slot`; an error when that is not of init's giving any more. */
export function take(pid: u32, slot: u32): i64 {
  return debug(`INIT:REVOKE:${pid}:${slot}`);
}

export function kill(pid: u32): i64 {
  return debug(`INIT:KILL:${pid}:${every}`);
}

/** Tells the page how a request ended. */
export function report(request: u32, pid: u32, result: i64, slot: u32): void {
  if (request === 0) return;
  debug(`INIT:PERM_RESPONSE:${request}:${result < 0 ? `err:${pid}:${-result}` : `ok:${pid}:${slot}`}`);
}

/** Gives up capabilities on endpoints that strangers gave to init, which has no use for them. How many. */
export function sweep(): i32 {
  const held = caps(SLOT.FIRST_FREE);
  let gone = 0;
  for (let i = 0; i < held.length; i++) {
    if (held[i].type !== OBJECT.ENDPOINT) continue;
    let mine = false;
    for (let k = 0; k < services.length; k++) if (services[k].slot === held[i].slot) mine = true;
    if (!mine && ask(SYSCALL.CAP_DELETE, held[i].slot) === 0) gone++;
  }
  return gone;
}
