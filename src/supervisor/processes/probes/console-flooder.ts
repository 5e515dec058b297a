// A probe: writes to its console as fast as it can, the longest pieces there are. Half of them end in the middle of a character.

import { SIZE, SLOT, SYSCALL } from '../rt/abi.generated';
import { write } from '../rt/bytes';
import { askWith } from '../rt/kernel';

const even = '\u00e4'.repeat(<i32>SIZE.CONSOLE / 2);
const odd = 'x' + '\u00e4'.repeat(<i32>SIZE.CONSOLE / 2 - 1);
for (;;) {
  askWith(SYSCALL.CONSOLE_WRITE, SLOT.CONSOLE, 0, 0, write().text(even));
  askWith(SYSCALL.CONSOLE_WRITE, SLOT.CONSOLE, 0, 0, write().text(odd).u8(0xc3));
}
