// A probe for measuring: one NOP after another, and how many there were each second. Input ends it: the last line says the sum.

import { SLOT, SYSCALL, TAG } from '../rt/abi.generated';
import { ask, poll, print } from '../rt/kernel';

const SECOND: i64 = 1000000000;
/** Calls between two looks at the clock and the input. */
const ROUND = 256;

let sum: u64 = 0;
const began = ask(SYSCALL.TIME);
let mark = began;
let marked: u64 = 0;
print('pinger: pings\r\n');
for (;;) {
  for (let i = 0; i < ROUND; i++) if (ask(SYSCALL.NOP) === 0) sum++;
  const now = ask(SYSCALL.TIME);
  if (now - mark >= SECOND) {
    print(`pinger: ${((sum - marked) * SECOND) / (now - mark)} a second\r\n`);
    mark = now;
    marked = sum;
  }
  const message = poll(SLOT.INPUT);
  if (message && message.tag === TAG.CONSOLE_INPUT) {
    print(`pinger: ${sum} in ${(now - began) / 1000} us\r\n`);
    break;
  }
}
