// A probe: takes as much as there is of everything (memory, endpoints, capabilities, places and bytes in queues, init's attention), says how much that was,
// and keeps it.

import { RIGHT, SIZE, SLOT, SYSCALL } from '../rt/abi.generated';
import { write } from '../rt/bytes';
import { ask, debug, pid, print, receive, send } from '../rt/kernel';

let pages = 0;
while (memory.grow(1) >= 0) pages++;
let endpoints = 0;
while (ask(SYSCALL.EP_CREATE) >= 0) endpoints++;
let gifts = 0;
const me = pid();
for (let to: u32 = 1; to < 16; to++) while (to !== me && gifts < 10000 && ask(SYSCALL.CAP_GRANT, SLOT.OWN, to, RIGHT.WRITE) >= 0) gifts++;
let capabilities = 0;
while (ask(SYSCALL.CAP_DERIVE, SLOT.OWN, RIGHT.ALL) >= 0) capabilities++;
let messages = 0;
const big = 'x'.repeat(<i32>SIZE.MESSAGE);
for (let slot: u32 = 0; slot < 400; slot++) {
  while (send(slot, 1, write().text(big)) === 0) messages++;
  while (send(slot, 1, write()) === 0) messages++;
}
for (let i = 0; i < 100; i++) debug(big.substring(0, <i32>SIZE.DEBUG));
print(`hog: ${pages} pages, ${endpoints} endpoints, ${capabilities} capabilities, ${gifts} given away, ${messages} messages\r\n`);
for (;;) receive(SLOT.INPUT);
