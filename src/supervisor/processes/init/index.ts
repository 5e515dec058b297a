// Init, PID 1: hears what the manifest allows, starts what it names, and serves the processes. It calls nobody and waits for nobody.

import { OBJECT, REVOKE_REASON, SLOT, SYSCALL, TAG } from '../rt/abi.generated';
import { configure } from '../rt/configure';
import { exit, insist, Message, print, receive } from '../rt/kernel';
import { boot, read } from './policy';
import { findRoots, start, sweep } from './roots';
import { serve } from './requests';
import { Child, children, closed, compare, ended } from './tables';

function startAll(): void {
  for (let i = 0; i < boot.length; i++) {
    const pid = start(boot[i]);
    if (pid < 0) print(`init: ${boot[i]} does not start: error ${-pid}\r\n`);
    else children.push(new Child(<u32>pid, 0));
  }
}

/** A capability of init's went: its process has ended, or somebody took it. */
function notice(message: Message): void {
  if (message.tag === TAG.NOTICES_LOST) {
    sweep();
    return compare();
  }
  if (message.tag !== TAG.CAP_REVOKED) return;
  const slot = message.data.u32();
  const type = message.data.u8();
  const object = message.data.u64();
  const reason = message.data.u8();
  if (type === OBJECT.PROCESS && reason === REVOKE_REASON.SOURCE_GONE) ended(<u32>object);
  if (type === OBJECT.ENDPOINT) closed(slot);
}

configure(read);
// From now on input and notices come where requests come: one place to wait at.
insist(SYSCALL.CAP_DELETE, SLOT.INPUT);
findRoots();
startAll();
for (;;) {
  const message = receive(SLOT.OWN);
  if (!message) exit(1);
  else if (message.from === 0) notice(message);
  else serve(message);
}
