// Init and the permission manager, as their clients see them.

import { ERROR, INIT_TAG, PERMISSION_TAG, SERVICE, SLOT } from './abi.generated';
import { Writer, write } from './bytes';
import { call, failure, Message } from './kernel';

/** How long a service that has nobody to ask may take. Milliseconds. */
const PATIENCE: u32 = 5000;

/** The slot that came with the last answer. */
export let slot: u32 = SLOT.NONE;

/** A call whose answer is a result and a slot. */
function result(to: u32, tag: u32, expected: u32, timeout: u32, data: Writer): i64 {
  slot = SLOT.NONE;
  const answer = call(to, tag, timeout, data);
  if (!answer) return failure;
  const value = <i64>(<i32>answer.data.u32());
  slot = answer.data.u32();
  return answer.tag === expected && answer.data.done() ? value : -ERROR.INVAL;
}

/** Has init start a process. Its pid; `slot` holds a Process capability on it. */
export function spawn(name: string): i64 {
  return result(SLOT.INIT, INIT_TAG.SPAWN, INIT_TAG.ANSWER, PATIENCE, write().text(name));
}

/** Has init end a process. */
export function kill(pid: u32): i64 {
  return result(SLOT.INIT, INIT_TAG.KILL, INIT_TAG.ANSWER, PATIENCE, write().u32(pid));
}

/** The way to a service: 0, and `slot` sends to it. */
export function connect(name: string): i64 {
  return result(SLOT.INIT, INIT_TAG.CONNECT, INIT_TAG.ANSWER, PATIENCE, write().text(name));
}

/** Asks the permission manager, which may ask the page. 0, and `slot` is the capability. */
export function request(door: u32, type: u32, object: u64, rights: u32, reason: string): i64 {
  const data = write().u8(type).u8(rights).u64(object).text(reason);
  return result(door, PERMISSION_TAG.REQUEST, PERMISSION_TAG.ANSWER, 0, data);
}

/** Gives back what the permission manager granted. */
export function release(door: u32, granted: u32): i64 {
  return result(door, PERMISSION_TAG.REVOKE, PERMISSION_TAG.ANSWER, PATIENCE, write().u32(granted));
}

/** What the permission manager granted: a count, then slot u32, type u8, rights u8, object u64 each. Null and `failure` without an answer. */
export function granted(door: u32): Message | null {
  return call(door, PERMISSION_TAG.LIST, PATIENCE, write());
}
