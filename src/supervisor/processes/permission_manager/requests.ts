// Requests: decided by a rule or by the page, carried out by init, which holds the roots. Whatever goes wrong on the way: denied, and nothing stays granted.

import { ERROR, INIT_TAG, OBJECT, PERMISSION_TAG, RIGHT, SERVICE, SLOT, SYSCALL } from '../rt/abi.generated';
import { Writer, write } from '../rt/bytes';
import { ask, call, debug, failure, Message, nameOf, reply, replyResult, send } from '../rt/kernel';
import { SAFE } from '../rt/lines';
import { Answer, askTime, decide } from './rules';
import { answerTo, Asked, asked, compare, forget, Granted, granted, grantedTo, isAsking, isBusy, isFull, overdue } from './tables';

/** How long init may take, milliseconds; how long to wait before a full queue is tried again. */
const PATIENCE: u32 = 5000;
const PAUSE: u32 = 10;
const MS: i64 = 1000000;

/** The next question's number. */
let next: u32 = 1;
/** The slot that goes with init's last answer. */
let slot: u32 = SLOT.NONE;

/** Serves a message of a process. */
export function serve(message: Message): void {
  for (let i = 0; i < message.slots.length; i++) ask(SYSCALL.CAP_DELETE, message.slots[i]);
  if (message.call === 0) return;
  switch (message.tag) {
    case PERMISSION_TAG.REQUEST:
      return request(message);
    case PERMISSION_TAG.REVOKE:
      return release(message);
    case PERMISSION_TAG.LIST:
      return list(message);
    default:
      answer(message.call, -ERROR.NOSYS);
  }
}

function answer(open: u64, result: i64, where: u32 = SLOT.NONE): i64 {
  return replyResult(open, PERMISSION_TAG.ANSWER, result, where);
}

/** Has init give, and remembers it. The result; `slot` is where it is now. */
function grant(request: u32, pid: u32, type: u32, object: u64, rights: u32): i64 {
  slot = SLOT.NONE;
  const began = ask(SYSCALL.TIME);
  do {
    const data = write().u32(request).u32(pid).u8(type).u8(rights).u64(object);
    const message = call(SLOT.INIT, INIT_TAG.GRANT, PATIENCE, data);
    if (message) {
      const result = <i64>(<i32>message.data.u32());
      slot = message.data.u32();
      if (message.tag !== INIT_TAG.ANSWER || !message.data.done() || result > 0) return -ERROR.INVAL;
      if (result === 0) granted.push(new Granted(pid, slot, type, object, rights));
      return result;
    }
    // Its queue is full, or it did not answer in time.
    if (failure === -ERROR.AGAIN) ask(SYSCALL.SLEEP, PAUSE);
  } while (failure === -ERROR.AGAIN && ask(SYSCALL.TIME) - began < PATIENCE * MS);
  return failure;
}

/** Has init take back. How many went. */
function take(pid: u32, where: u32): i64 {
  const message = call(SLOT.INIT, INIT_TAG.REVOKE, PATIENCE, write().u32(pid).u32(where));
  if (!message) return failure;
  const result = <i64>(<i32>message.data.u32());
  // What init does not know of is not there any more.
  if (result >= 0 || result === -ERROR.NOENT) forget(pid, where);
  return result;
}

/** Grants and answers. Who does not wait for it any more does not keep it. */
function settle(request: u32, open: u64, pid: u32, type: u32, object: u64, rights: u32): void {
  const result = grant(request, pid, type, object, rights);
  if (result < 0) answer(open, result);
  else if (answer(open, 0, slot) < 0) take(pid, slot);
}

function request(message: Message): void {
  const type = message.data.u8();
  const rights = message.data.u8();
  const object = message.data.u64();
  const length = message.data.left;
  const reason = message.data.rest();
  const open = message.call;
  const from = message.from;
  if (!message.data.done() || type === 0 || type > OBJECT.VM || rights === 0 || rights > RIGHT.ALL || object > <u64>SAFE) {
    answer(open, -ERROR.INVAL);
    return;
  }
  if (length > <i32>SERVICE.REASON) {
    answer(open, -ERROR.OVERFLOW);
    return;
  }
  compare();
  const decision = decide(nameOf(from), type, <i64>object, rights);
  if (decision === Answer.DENY) answer(open, -ERROR.PERM);
  else if (isFull(from)) answer(open, -ERROR.NOMEM);
  else if (decision === Answer.ALLOW) settle(0, open, from, type, object, rights);
  else if (isAsking(from) || isBusy()) answer(open, -ERROR.BUSY);
  else askPage(from, open, type, object, rights, reason);
}

function askPage(from: u32, open: u64, type: u32, object: u64, rights: u32, reason: string): void {
  const request = next++;
  const deadline = ask(SYSCALL.TIME) + <i64>askTime * MS;
  if (debug(`PERM:ASK:${request}:${from}:${type}:${object}:${rights}:${plain(reason)}`) < 0) answer(open, -ERROR.PERM);
  else asked.push(new Asked(request, from, open, type, object, rights, deadline));
}

/** Without what is no character to be seen: controls, and signs that turn the direction of writing. */
function plain(text: string): string {
  let clean = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const hidden = c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    clean += hidden ? ' ' : text.charAt(i);
  }
  return clean;
}

/** The page's answer: PERM:ANSWER:{request}:{allow|deny}. Anything else is none. */
export function decided(number: u32, allow: bool): void {
  const row = answerTo(number);
  if (!row) return;
  if (allow) settle(row.request, row.call, row.pid, row.type, row.object, row.rights);
  else deny(row, ERROR.PERM);
}

/** Denies what the page was asked, and has it told. */
function deny(row: Asked, error: i64): void {
  answer(row.call, -error);
  send(
    SLOT.INIT,
    INIT_TAG.OUTCOME,
    write()
      .u32(row.request)
      .u32(row.pid)
      .u32(<u32>error),
  );
}

/** Denies what was not answered in time. Milliseconds until the next one is due; 0 when none waits. */
export function expire(): u32 {
  if (asked.length === 0) return 0;
  const now = ask(SYSCALL.TIME);
  for (let row = overdue(now); row; row = overdue(now)) deny(row, ERROR.AGAIN);
  return asked.length === 0 ? 0 : <u32>((asked[0].deadline - now) / MS + 1);
}

/** Only the holder gives back. */
function release(message: Message): void {
  const where = message.data.u32();
  let result = -ERROR.NOENT;
  if (!message.data.done()) result = -ERROR.INVAL;
  else {
    const rows = grantedTo(message.from);
    for (let i = 0; i < rows.length; i++) if (rows[i].slot === where) result = take(message.from, where);
  }
  answer(message.call, result);
}

function list(message: Message): void {
  compare();
  const rows = grantedTo(message.from);
  const data = write().u32(rows.length);
  for (let i = 0; i < rows.length; i++) data.u32(rows[i].slot).u8(rows[i].type).u8(rows[i].rights).u64(rows[i].object);
  reply(message.call, PERMISSION_TAG.ANSWER, data);
}
