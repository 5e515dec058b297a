// A probe: ends in the middle of a call. Where, says a digit that comes as input, or its pid when none came before it runs:
//
//   0 caller: its call waits in a queue        1 sender: a capability of its is on the way       2 server: has received, and exits
//   3 server: has received, derived and granted, and traps       4 blocked in a call to itself       5 blocked in RECEIVE       6 asleep
//
// As server it is reached under its name. In 4 to 6 it is whoever kills it that decides when.

import { INIT_TAG, RIGHT, SLOT, SYSCALL, TAG } from '../rt/abi.generated';
import { write } from '../rt/bytes';
import { ask, call, exit, Message, pid, poll, print, receive, sendCap } from '../rt/kernel';

function point(): u32 {
  const message = poll(SLOT.INPUT);
  const digit = message && message.tag === TAG.CONSOLE_INPUT ? message.data.u8() - 0x30 : pid();
  return digit % 7;
}

function offer(): void {
  sendCap(SLOT.INIT, INIT_TAG.REGISTER, <u32>ask(SYSCALL.CAP_DERIVE, SLOT.OWN, RIGHT.WRITE | RIGHT.GRANT));
}

/** The first call that comes. */
function serve(): Message {
  offer();
  print('mid-call: waits for a call\r\n');
  let message = receive(SLOT.OWN);
  while (message && message.call === 0) message = receive(SLOT.OWN);
  return message!;
}

const at = point();
print(`mid-call: point ${at}\r\n`);
if (at === 0) {
  call(SLOT.OWN, 1, 1, write().text('nobody hears this'));
  exit(0);
} else if (at === 1) {
  offer();
  unreachable();
} else if (at === 2) {
  serve();
  exit(2);
} else if (at === 3) {
  const message = serve();
  const slot = ask(SYSCALL.CAP_DERIVE, SLOT.OWN, RIGHT.WRITE | RIGHT.GRANT);
  ask(SYSCALL.CAP_GRANT, <u32>slot, message.from, RIGHT.WRITE);
  unreachable();
} else if (at === 4) {
  call(SLOT.OWN, 1, 0, write());
} else if (at === 5) {
  receive(SLOT.OWN);
} else {
  for (;;) ask(SYSCALL.SLEEP, 0x7fffffff);
}
