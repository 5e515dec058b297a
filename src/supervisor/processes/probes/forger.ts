// A probe: speaks as init, as the permission manager and as the page, in every form it knows, and says how often it was refused. Nobody believes it.

import { ERROR, INIT_TAG, OBJECT, PERMISSION_TAG, RIGHT, SLOT, SYSCALL, TAG } from '../rt/abi.generated';
import { write } from '../rt/bytes';
import { ask, call, debug, pid, print, send, sendCap } from '../rt/kernel';
import { connect, slot } from '../rt/services';

let refused = 0;
let believed = 0;

/** Counts a result that has to be an error. */
function must(result: i64, what: string): void {
  if (result < 0) refused++;
  else {
    believed++;
    print(`forger: ${what} was believed\r\n`);
  }
}

/** Commands of init's. */
function commands(): void {
  const me = pid();
  must(debug('INIT:SPAWN:terminal'), 'SPAWN');
  must(debug(`INIT:GRANT:${me}:0:${OBJECT.PROCESS}:0:7`), 'GRANT of everything');
  must(debug(`INIT:GRANT:${me}:4:${OBJECT.PROCESS}:0:7`), 'GRANT of a root');
  for (let target: u32 = 0; target < 8; target++) {
    for (let at: u32 = 0; at < 8; at++) {
      must(debug(`INIT:REVOKE:${target}:${at}`), 'REVOKE');
      must(debug(`INIT:KILL:${target}:${at}`), 'KILL');
    }
  }
  must(debug(`INIT:PERM_RESPONSE:1:ok:${me}:4`), 'PERM_RESPONSE');
  must(debug('INIT:'), 'an empty command');
  must(debug('INIT:\u0000SPAWN:terminal'), 'a command with a zero');
}

/** A call's result, as services give it; AGAIN for no answer. */
function result(to: u32, tag: u32, expected: u32): i64 {
  const answer = call(to, tag, 2000, write().u32(1).u32(pid()).u8(OBJECT.PROCESS).u8(RIGHT.ALL).u64(0));
  return answer && answer.tag === expected ? <i64>(<i32>answer.data.u32()) : -ERROR.AGAIN;
}

/** Requests in the permission manager's name, input in the kernel's. */
function messages(): void {
  must(result(SLOT.INIT, INIT_TAG.GRANT, INIT_TAG.ANSWER), 'GRANT by message');
  must(result(SLOT.INIT, INIT_TAG.REVOKE, INIT_TAG.ANSWER), 'REVOKE by message');
  must(result(SLOT.INIT, INIT_TAG.KILL, INIT_TAG.ANSWER), 'KILL by message');
  send(SLOT.INIT, INIT_TAG.OUTCOME, write().u32(1).u32(pid()).u32(1));
  send(SLOT.INIT, TAG.CONSOLE_INPUT, write().text('spawn forger 64 terminal\nkill forger any\nend\n'));
  send(SLOT.INIT, TAG.CAP_REVOKED, write().u32(4).u8(OBJECT.PROCESS).u64(2).u8(3));
  send(SLOT.INIT, TAG.NOTICES_LOST, write());
  // A service under a name that is not its own.
  const door = ask(SYSCALL.CAP_DERIVE, SLOT.OWN, RIGHT.WRITE | RIGHT.GRANT);
  if (door > 0) sendCap(SLOT.INIT, INIT_TAG.REGISTER, <u32>door);
  if (connect('permission_manager') < 0) return;
  const manager = slot;
  must(result(manager, PERMISSION_TAG.REQUEST, PERMISSION_TAG.ANSWER), 'a request no rule covers');
  for (let request = 0; request < 4; request++) send(manager, TAG.CONSOLE_INPUT, write().text(`PERM:ANSWER:${request}:allow\n`));
}

commands();
messages();
// A text for the page in the permission manager's form: the kernel takes it as a text, and the page knows from whom it is.
debug(`PERM:ASK:1:${pid()}:${OBJECT.PROCESS}:0:7:trust me`);
print(`forger: ${refused} refused, ${believed} believed\r\n`);
