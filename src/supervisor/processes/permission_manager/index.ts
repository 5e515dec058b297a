// The permission manager, PID 2: decides requests for capabilities by the manifest's rules, or asks the page. It holds nothing to give: init gives on its word.

import { ERROR, INIT_TAG, RIGHT, SLOT, SYSCALL, TAG } from '../rt/abi.generated';
import { configure, LINE } from '../rt/configure';
import { ask, exit, failure, insist, receive, sendCap } from '../rt/kernel';
import { Lines, number, U32 } from '../rt/lines';
import { decided, expire, serve } from './requests';
import { read } from './rules';

/** Shows init where it is reached. */
function register(): void {
  const door = insist(SYSCALL.CAP_DERIVE, SLOT.OWN, RIGHT.WRITE | RIGHT.GRANT);
  if (door < 0) return exit(1);
  let sent = sendCap(SLOT.INIT, INIT_TAG.REGISTER, <u32>door);
  while (sent === -ERROR.AGAIN) {
    ask(SYSCALL.SLEEP, 20);
    sent = sendCap(SLOT.INIT, INIT_TAG.REGISTER, <u32>door);
  }
  if (sent < 0) exit(1);
}

/** A line of the page's. */
function obey(line: string): void {
  const parts = line.split(':');
  if (parts.length !== 4 || parts[0] !== 'PERM' || parts[1] !== 'ANSWER') return;
  const request = number(parts[2], U32);
  const allow = parts[3] === 'allow';
  if (request > 0 && (allow || parts[3] === 'deny')) decided(<u32>request, allow);
}

configure(read);
// From now on input comes where requests come: one place to wait at.
insist(SYSCALL.CAP_DELETE, SLOT.INPUT);
register();
const lines = new Lines(LINE);
for (;;) {
  const message = receive(SLOT.OWN, expire());
  if (!message) {
    // AGAIN: nothing came in time. Without its endpoint it can do nothing more.
    if (failure !== -ERROR.AGAIN) exit(1);
  } else if (message.from !== 0) {
    serve(message);
  } else {
    while (message.tag === TAG.CONSOLE_INPUT && message.data.left > 0) {
      const line = lines.feed(message.data.u8());
      if (line !== null) obey(line);
    }
  }
}
