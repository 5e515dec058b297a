// A probe: fills every queue it can reach and keeps them full: init's, those of services it may connect to,
// its own; and everybody's with notices, of capabilities that it gives and takes back.

import { RIGHT, SIZE, SLOT, SYSCALL } from '../rt/abi.generated';
import { write } from '../rt/bytes';
import { ask, caps, send } from '../rt/kernel';
import { connect } from '../rt/services';

connect('permission_manager');
connect('echo');
const big = 'x'.repeat(<i32>SIZE.MESSAGE);
for (let round: u32 = 0; ; round++) {
  const held = caps();
  for (let i = 0; i < held.length; i++) {
    if ((held[i].rights & RIGHT.WRITE) === 0) continue;
    // Small ones use up places, big ones bytes; tags of every protocol there is.
    while (send(held[i].slot, 0x1000 + (round & 0x1fff), write().u32(round)) === 0) round++;
    send(held[i].slot, 0x1001, write().text(big));
  }
  for (let pid: u32 = 1; pid < 10; pid++) {
    const slot = ask(SYSCALL.CAP_GRANT, SLOT.OWN, pid, RIGHT.WRITE);
    if (slot >= 0) ask(SYSCALL.CAP_REVOKE, pid, <u32>slot);
  }
}
