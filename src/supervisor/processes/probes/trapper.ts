// A probe: does what WebAssembly traps on. Which trap comes by turns of the pid, so that several show several.

import { pid, print } from '../rt/kernel';

function deep(n: u32): u32 {
  return n === 0xffffffff ? n : deep(n + 1) + (n & 1);
}

print('trapper: traps\r\n');
let zero: u32 = pid() & 0;
switch (pid() % 4) {
  case 0:
    unreachable();
    break;
  case 1:
    store<u32>(0xfffffff0, 1);
    break;
  case 2:
    zero = 1 / zero;
    break;
  default:
    deep(0);
}
print(`trapper: ${zero} is still here\r\n`);
