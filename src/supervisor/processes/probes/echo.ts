// A service: answers every call with what it said. It is reached under its name (`connect echo`).

import { INIT_TAG, RIGHT, SLOT, SYSCALL } from '../rt/abi.generated';
import { write } from '../rt/bytes';
import { ask, exit, print, receive, reply, sendCap } from '../rt/kernel';

const door = ask(SYSCALL.CAP_DERIVE, SLOT.OWN, RIGHT.WRITE | RIGHT.GRANT);
if (door < 0 || sendCap(SLOT.INIT, INIT_TAG.REGISTER, <u32>door) < 0) exit(1);
print('echo: answers\r\n');
for (;;) {
  const message = receive(SLOT.OWN);
  if (!message) exit(1);
  else {
    for (let i = 0; i < message.slots.length; i++) ask(SYSCALL.CAP_DELETE, message.slots[i]);
    if (message.call !== 0) reply(message.call, message.tag, write().bytes(message.data));
  }
}
